"""Corrections in the warehouse, each outcome once; and what changed between versions, with the order of landing as evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from dagster_project.dbt_cache import PROJECT
from tests.dbt.conftest import WITHOUT_TESTS, Built, build
from tests.dbt.raw_zone import Filing
from tests.dbt.scenario import COUNTY, FARM, HILL, LAKE, RIVER, TOWN, handled, with_total

EARLY, LATE = datetime(2025, 1, 25, 2), datetime(2025, 3, 4, 2)
RECEIVED = "requests.received.total"


def wrong_total(given: int | str = 21) -> dict[str, int | str]:
    """Twelve requests from natural persons, and another number in the total of those received."""
    return with_total(handled(granted=12), "received", given)


def filing(file: str, unit: str, year: int, cells: dict[str, int | str], landed: datetime = EARLY, **more: str | None) -> Filing:
    """One document, named after its file and the day it landed: a file that is replaced keeps its name."""
    return Filing(file, unit, year, cells=cells, landed_at=landed, document=f"{file} {landed:%d}", **more)


PLAIN = filing("town-2024.html", TOWN, 2024, wrong_total())
OLD = filing("farm-2024.html", FARM, 2024, wrong_total())
NEW = filing("farm-2024.html", FARM, 2024, wrong_total(12), LATE, overview="示例（更正）")
MOVED = filing("hill-2024.html", HILL, 2024, wrong_total(30))
STILL = filing("lake-2024.html", LAKE, 2024, wrong_total())
STILL_NEW = filing("lake-2024.html", LAKE, 2024, {**wrong_total(), "disclosure.licenses": 4}, LATE)
OTHER = filing("river-2024.html", RIVER, 2024, {**wrong_total("blank"), "disclosure.fees": "absent", "disclosure.penalties": 9})
NAMELESS = Filing("nameless.html", None, None, cells=handled(granted=3), landed_at=EARLY)
NOTICE = filing("notice.html", COUNTY, 2024, {})
BEFORE = filing("town-2023.html", TOWN, 2023, wrong_total())
BALANCED = filing("town-2022.html", TOWN, 2022, handled(granted=12))
UNBALANCED = filing("hill-2022.html", HILL, 2022, wrong_total())
# Pages replaced in place, without a date: whichever hash is the greater, and in whatever batch each stands.
REPLACED = [filing(f"{n}.html", unit, 2021, {}) for n, unit in enumerate((TOWN, FARM, HILL, LAKE, RIVER))]
REPLACEMENTS = [filing(f.file, str(f.unit_code), 2021, {"disclosure.fees": 1}, LATE) for f in REPLACED]
AGAIN = [replace(f, landed_at=datetime(2025, 6, 1)) for f in REPLACED]  # read again by later readers
FILINGS = [PLAIN, OLD, NEW, MOVED, STILL, STILL_NEW, OTHER, NAMELESS, NOTICE, BEFORE, BALANCED, UNBALANCED]
BATCHES = {"b1": [*REPLACEMENTS, *FILINGS], "b2": REPLACED, "b3": AGAIN}


def entry(
    name: str, unit: str = "", year: int = 2024, cell: str = RECEIVED, expect: object = 21, value: object = 12, **more: str
) -> str:
    """One correction as it stands in corrections.yaml."""
    whose = {"unit_code": f'"{unit}"', "report_year": year} if unit else {}
    given = {"correction_id": name, **whose, "cell": cell, "action": "set", "expect": expect, "value": value, "reason": "示例",
             "evidence": "来函", "who": "示例科", "when": "2025-03-05", **more}  # fmt: skip
    return "- " + "\n  ".join(f"{k}: {v}" for k, v in given.items() if v != "") + "\n"


CORRECTIONS = "".join([
    entry("applied", TOWN), entry("same", TOWN), entry("fixed", FARM), entry("stale", HILL), entry("no-report", COUNTY, 2020),
    entry("no-cell", TOWN, cell="requests.receved.total"), entry("one-way", TOWN, 2023), entry("other-way", TOWN, 2023, value=13),
    entry("replaced", document_id=STILL.report_id), entry("replaced-fixed", document_id=OLD.document_id),
    entry("blank", RIVER, expect="blank"), entry("lacking", RIVER, cell="disclosure.fees", expect="absent", value="1.5"),
    entry("unreadable", RIVER, cell="disclosure.penalties", expect=9, value="", action="unreadable"),
    entry("unit", cell="", action="assign_unit", expect="none", value=RIVER, document_id=NAMELESS.document_id),
    entry("year", cell="", action="assign_year", expect="none", value=2022, document_id=NAMELESS.document_id),
    entry("no-report-at-all", cell="", action="exclude", expect="", value="", document_id=NOTICE.document_id),
    entry("breaks", TOWN, 2022, expect=12, value=13), entry("mends", HILL, 2022),
])  # fmt: skip


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("corrected"), BATCHES, *WITHOUT_TESTS, corrections=CORRECTIONS)


def test_every_correction_says_what_came_of_it(corrected: Built) -> None:
    found = dict(corrected.rows("select correction_id, outcome from correction_results"))
    assert found == {
        "applied": "applied", "same": "duplicate", "fixed": "fixed_upstream", "stale": "stale", "no-report": "no_such_report",
        "no-cell": "no_such_cell", "one-way": "conflict", "other-way": "conflict", "replaced": "superseded",
        "replaced-fixed": "fixed_upstream", "blank": "applied", "lacking": "applied", "unreadable": "applied", "unit": "applied",
        "year": "applied", "no-report-at-all": "applied", "breaks": "applied", "mends": "applied",
    }  # fmt: skip
    problems = corrected.rows("select correction_id from correction_results where is_problem order by 1")
    assert [p for (p,) in problems] == ["no-cell", "no-report", "one-way", "other-way", "replaced", "stale"]
    status = "select status, found, unit_name is not null from correction_results where correction_id = ?"
    assert corrected.row(status, "fixed") == ("fixed_upstream", "12", True)
    assert corrected.row(status, "stale") == ("open", "30", True)


FACT = "select requests, requests_state, original_value, original_state, correction_id, raw from fct_requests where report_id = ? and code = ?"


def test_a_corrected_number_is_a_fact_that_keeps_what_the_source_holds(corrected: Built) -> None:
    assert corrected.row(FACT, PLAIN.report_id, RECEIVED) == (12, "corrected", 21, "reported", "applied", "21")
    assert corrected.row(FACT, OTHER.report_id, RECEIVED)[:5] == (12, "corrected", None, "blank", "blank")
    fees = "select amount, amount_state, original_state, correction_id from fct_disclosure where report_id = ? and code = ?"
    assert corrected.row(fees, OTHER.report_id, "disclosure.fees") == (Decimal("1.5"), "corrected", "absent", "lacking")
    assert corrected.row(fees, OTHER.report_id, "disclosure.penalties") == (None, "unreadable", "reported", "unreadable")
    unit = "select received, received_state, corrections, rules_failed from unit_year where unit_code = ? and report_year = 2024"
    assert corrected.row(unit, TOWN) == (12, "corrected", 1, 0)


@pytest.mark.parametrize("report", [MOVED, BEFORE, STILL_NEW])
def test_a_correction_that_does_not_fit_changes_no_number(corrected: Built, report: Filing) -> None:
    assert corrected.row(FACT, report.report_id, RECEIVED)[1:5] == ("reported", None, None, None)


def test_a_correction_of_an_older_version_stays_with_it(corrected: Built) -> None:
    assert corrected.row(FACT, STILL.report_id, RECEIVED)[:2] == (12, "corrected")
    assert corrected.row(FACT, OLD.report_id, RECEIVED)[:2] == (12, "corrected")
    assert corrected.row(FACT, NEW.report_id, RECEIVED)[:2] == (12, "reported")


def test_a_document_gets_its_unit_and_year_or_is_left_out(corrected: Built) -> None:
    row = "select unit_code, report_year, original_unit_code, correction_id from fct_inputs where file = ?"
    assert corrected.row(row, NAMELESS.file) == (RIVER, 2022, None, "unit, year")
    assert corrected.row("select granted from unit_year where unit_code = ? and report_year = 2022", RIVER) == (3,)
    row = "select input_state, reason_code, reason_found, report_id from fct_inputs where file = ?"
    assert corrected.row(row, NOTICE.file) == ("quarantined", "excluded", "no-report-at-all", None)


def test_a_correction_that_breaks_a_sum_says_so(corrected: Built) -> None:
    found = dict(corrected.rows("select correction_id, broken_rules from correction_results where report_year = 2022"))
    assert found == {
        "breaks": "requests_applicant_total.received, requests_balance.total", "mends": None, "unit": None, "year": None,
    }  # fmt: skip
    failed = "select rules_failed from unit_year where report_year = 2022 and unit_code = ?"
    assert corrected.row(failed, TOWN) == (2,) and corrected.row(failed, HILL) == (0,)


def test_what_changed_between_versions_is_what_the_source_said(corrected: Built) -> None:
    rows = corrected.rows("select kind, code, from_value, from_state, to_value, to_state, to_landed_at from version_changes"
                          " where report_year = 2024 and unit_code = ? order by kind, code", FARM)  # fmt: skip
    assert rows == [
        ("cell", RECEIVED, 21, "reported", 12, "reported", LATE),
        ("prose", "section.overview", None, "reported", None, "reported", LATE),
    ]
    assert corrected.rows("select code from version_changes where report_year = 2024 and unit_code = ?", LAKE) == [
        ("disclosure.licenses",)
    ]
    assert corrected.rows("select distinct unit_code from version_changes where report_year > 2021 order by 1") == [
        (FARM,), (LAKE,),
    ]  # fmt: skip


def test_a_page_replaced_in_place_is_current_whatever_its_hash(corrected: Built) -> None:
    current = "select document_id from fct_reports where is_current and report_year = 2024 and unit_code = ?"
    assert corrected.row(current, FARM) == (NEW.document_id,) and corrected.row(current, LAKE) == (STILL_NEW.document_id,)
    assert {old.document_id < new.document_id for old, new in zip(REPLACED, REPLACEMENTS, strict=True)} == {True, False}
    assert dict(corrected.rows("select unit_code, document_id from fct_reports where is_current and report_year = 2021")) == {
        new.unit_code: new.document_id for new in REPLACEMENTS
    }
    assert corrected.rows("select distinct landed_at from fct_reports where report_year = 2021 order by 1") == [(EARLY,), (LATE,)]


def test_numbers_are_read_as_corrected() -> None:
    """What the source says is asked only where it is compared with a correction, and where both become the cell that counts."""
    models = (PROJECT / "models").rglob("*.sql")
    found = {p.stem for p in models if "ref('stg_cells')" in p.read_text("utf-8")}
    assert found == {"cell_corrections", "fct_cells"}
