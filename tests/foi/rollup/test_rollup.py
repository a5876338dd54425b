"""The report of an area is the sum of what its units filed, cell by cell; what is not in it is named, and no unit counts twice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from foi.messages import Complaint
from foi.rollup.rollup import MOST, Rollup, rollup
from foi.rollup.told import because, notes, overview
from ingest.words.language import LANGUAGES, speaking
from tests.dbt.conftest import Built
from tests.foi.rollup.conftest import (
    BLANK,
    BROKEN,
    BUREAU,
    CITY,
    CORRECTED,
    COUNTY,
    DAMAGED,
    DOUBTED,
    MISSING,
    RECEIVED,
    TOWNS,
    VERTICAL,
    WHOLE,
    numbers,
)  # fmt: skip
from tests.one_language import assert_one_language


@pytest.fixture(scope="module")
def found(warehouse: Path) -> Rollup:
    return rollup(warehouse, COUNTY, 2024)


@pytest.fixture(scope="module")
def before(warehouse: Path) -> Rollup:
    return rollup(warehouse, "示例三县", 2023)


def _codes(found: Rollup, state: str) -> list[str]:
    return [member.unit_code for member in found.in_state(state)]


def test_every_unit_stands_in_it_once_with_what_became_of_its_report(found: Rollup):
    assert [member.unit_code for member in found.members] == [BUREAU, VERTICAL, *TOWNS] and found.expected == 10
    assert _codes(found, "missing") == list(MISSING) and _codes(found, "unreadable") == [DAMAGED]
    assert _codes(found, "incomplete") == [BLANK] and _codes(found, "left_out") == [BROKEN]
    assert _codes(found, "corrected") == [CORRECTED]
    assert [member.unit_code for member in found.counted()] == [BUREAU, *WHOLE, BLANK, BROKEN, CORRECTED]
    assert [one.unit_code for one in found.governments] == [COUNTY]


def test_a_cell_is_the_sum_of_the_units_whose_table_counts(found: Rollup):
    inside = [*WHOLE, BLANK, CORRECTED, BUREAU]
    cell = found.cells[RECEIVED]
    assert cell.value == sum(int(numbers(unit, 2024)[RECEIVED]) for unit in inside)
    assert (cell.units, cell.of, cell.state) == (6, 10, "partial")
    fees, licenses = found.cells["disclosure.fees"], found.cells["disclosure.licenses"]
    assert (
        fees.value == sum(Decimal(str(numbers(unit, 2024)["disclosure.fees"])) for unit in [*inside, BROKEN]) and fees.units == 7
    )
    assert licenses.value == 5 + sum(int(numbers(unit, 2024)["disclosure.licenses"]) for unit in [*inside, BROKEN])
    reviews = found.cells["challenges.review.total"]
    assert reviews.units == 6 and reviews.silent == (BLANK,)


def test_every_cell_is_the_sum_of_its_listed_parts(found: Rollup, before: Rollup):
    for one in (found, before):
        for cell in one.cells.values():
            parts = one.parts(cell.code)
            added = [part.number.value for part in parts if part.number.is_counted]
            assert (sum(added) if added else None, len(added)) == (cell.value, cell.units), cell.code
            assert len({part.member.unit_code for part in parts}) == len(parts) == len(one.counted())


def test_it_says_of_its_measures_what_the_mart_of_areas_says(rolled_county: Built, found: Rollup, before: Rollup):
    for one in (found, before):
        names = {"received": RECEIVED, "carried_in": "requests.carried_in.total", "granted": "requests.granted.total",
                 "closed": "requests.closed.total", "carried_out": "requests.carried_out.total", "licenses": "disclosure.licenses",
                 "penalties": "disclosure.penalties", "fees": "disclosure.fees", "review_total": "challenges.review.total",
                 "lawsuit_direct_total": "challenges.lawsuit_direct.total"}  # fmt: skip
        columns = ", ".join(f"{name}, {name}_units" for name in names)
        row = rolled_county.row(
            f"select {columns} from area_year where area_code = ? and report_year = ?", COUNTY, one.report_year
        )
        cells = [one.cells[code] for code in names.values()]
        beside = len(one.in_state("vertical"))  # with 0 in every cell: the mart adds up whoever lies in the area
        assert list(row) == [number for cell in cells for number in (cell.value, cell.units + beside)]


def test_a_total_of_a_government_is_never_added_to_its_units(found: Rollup):
    assert found.cells["disclosure.licenses"].value < 99999  # type: ignore[operator]
    assert COUNTY not in found.numbers and "示例三县" in dict(notes(found))["governments"].zh


def test_a_body_that_reports_to_its_own_ministry_is_told_and_not_added(found: Rollup):
    assert _codes(found, "vertical") == [VERTICAL] and VERTICAL not in found.numbers and found.expected == 10
    assert "税务局" in dict(notes(found))["vertical"].zh


def test_a_county_of_which_no_unit_is_known_is_named_and_nothing_is_whole_without_it(warehouse: Path, found: Rollup):
    city = rollup(warehouse, CITY, 2024)
    assert city.without == ("示例四县",) and "示例四县" in dict(notes(city))["without"].zh and found.without == ()
    assert city.cells[RECEIVED] == found.cells[RECEIVED]
    assert not replace(city, sums=(), cells={}, governments=()).is_whole


def test_a_number_that_nobody_would_believe_is_added_and_told_and_nothing_is_whole_with_it(found: Rollup, before: Rollup):
    assert _codes(before, "doubtful") == [DOUBTED] and _codes(found, "doubtful") == []
    (doubted,) = [member for member in before.members if member.unit_code == DOUBTED]
    assert "challenges.review.upheld" in before.doubtful(doubted) and "20241" in dict(notes(before))["doubtful"].zh
    assert not replace(before, sums=(), cells={}, governments=()).is_whole


def test_on_what_the_list_of_units_rests_is_said(found: Rollup):
    told = dict(notes(found))
    assert "名单 0，曾报送 10" in told["owed"].zh and "没有应报名单" in told["no_roster"].zh


def test_an_office_whose_numbers_stand_in_no_unit_is_told_and_nothing_is_whole_without_it(found: Rollup, before: Rollup):
    assert [one.is_office for one in (*found.governments, *before.governments)] == [False, True]
    assert "offices" not in dict(notes(found)) and "需另行补入" in dict(notes(before))["offices"].zh
    alone = replace(found, sums=(), cells={}, governments=before.governments)
    assert not alone.is_whole and replace(alone, governments=()).is_whole


def test_sums_that_cannot_hold_name_the_units_that_lack_a_number(before: Rollup):
    unsettled = {one.judgment.rule_id: one for one in before.unsettled}
    closed = unsettled["requests_closed_total.total"]
    assert closed.result == "fail" and [unit for unit, _ in closed.because] == [BLANK, BROKEN]
    assert "空白" in because(before, closed).zh and "本表不设" in because(before, closed).zh
    assert {one.result for one in unsettled.values()} <= {"fail", "not_assessable"}
    balance = next(one for one in before.sums if one.judgment.rule_id == "requests_balance.total")
    assert balance.result == "pass" and balance.because == ()


def test_a_sum_of_which_a_unit_gives_nothing_is_no_pass(found: Rollup):
    for one in found.sums:
        touched = any(found.cells[code].silent for code in one.judgment.cells)
        assert one.result == ("not_assessable" if touched else "pass")
    assert sum(one.result == "not_assessable" for one in found.sums) == 3


def test_another_unit_of_measure_is_not_added_and_told(before: Rollup):
    fees = before.cells["disclosure.fees"]
    assert set(fees.silent) == {CORRECTED, BROKEN}
    assert before.numbers[CORRECTED]["disclosure.fees"].state == "other_unit"
    assert "计量单位不同" in dict(notes(before))["cells"].zh


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_note_names_everyone_who_is_not_in_it_in_one_language(found: Rollup, before: Rollup, language: str):
    with speaking(language):
        told = "\n".join(
            [*(text.shown for _, text in notes(found)), *(text.shown for _, text in notes(before)), *overview(found)]
        )
        assert_one_language(told, language, "示例三县", f"{DAMAGED}-2024.docx", "示例三县教育局", "国家税务总局示例三县税务局")
    for name in ("示例庚乡", "示例辛乡", "示例壬乡", "示例丁乡", "示例戊乡", "示例己乡"):
        assert name in told


def test_part_one_tells_the_counts_of_the_tables(found: Rollup):
    told = "\n".join(overview(found))
    assert f"新收政府信息公开申请{found.cells[RECEIVED].value:.0f}件" in told and "（缺示例丁乡）" in told
    assert "10 个单位中的 7 个" in told


@pytest.mark.parametrize(
    ("area", "year", "words", "code"),
    [
        (COUNTY, 2018, "2019", 3),
        (COUNTY, 2022, "foi roster template", 3),
        ("示例无此县", 2024, "没有找到", 2),
        ("990301101", 2024, "没有找到", 2),
    ],
)
def test_what_cannot_be_rolled_up_is_said_with_what_to_do(warehouse: Path, area: str, year: int, words: str, code: int):
    with pytest.raises(Complaint, match=words) as caught:
        rollup(warehouse, area, year)
    assert caught.value.exit_code == code


def test_more_units_than_one_report_is_made_of_are_refused(warehouse: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("foi.rollup.rollup.MOST", 9)
    with pytest.raises(Complaint, match="11 个单位") as caught:
        rollup(warehouse, COUNTY, 2024)
    assert caught.value.exit_code == 2 and MOST > 1000
