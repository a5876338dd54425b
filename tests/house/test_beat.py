"""The cases in which other systems are wrong, each as a test of ours (E12, a page that is replaced, has its own tests)."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.decisions import Decision, Ledger, append
from expectations.judge.repair import repairs
from expectations.judge.rules import Facts, facts_of, judge
from expectations.judge.verdict import verdict
from expectations.messages import sentence
from foi.answer.show_decide import show_decisions
from foi.ask.show_trend import show_trend
from foi.ask.trend import Question
from foi.line.show_status import show_status
from foi.messages import Complaint
from foi.published.numbers import last_numbers
from ingest.home import Home
from ingest.model import Hints, Report
from ingest.pipeline import ingest_bytes
from ingest.units import load_registry
from tests.conftest import foi
from tests.dbt.conftest import WITHOUT_TESTS, Built, build
from tests.dbt.raw_zone import Filing
from tests.dbt.scenario import handled
from tests.factory import Record, random_record, zero_record
from tests.factory.archive import as_zip
from tests.factory.html import clean
from tests.paths import CASES
from tests.rule_examples import catalogue, examples

FORMS = {table: "2021" for table in ("disclosure", "requests", "challenges")}
COUNTY, OTHER = "990101", "990102"
TOWNS = [f"{COUNTY}{n:03}" for n in range(101, 113)]
SPLIT = [f"{code}200" for code in (COUNTY, OTHER)]  # two units of one name
AREA = {"code": "requests_received", "value": Decimal(214), "scope": "area"}


def town(code: str, year: int, name: str, **outcomes: int) -> Filing:
    return Filing(f"{code}-{year}.html", code, year, cells=handled(**outcomes), unit_name=name)


# Twelve towns, one of which did not file in 2024; their government says 214 for the whole county, in both years.
MEMBERS = [town(code, 2023, f"示例{n}镇", granted=21) for n, code in enumerate(TOWNS)]
MEMBERS += [town(code, 2024, f"示例{n}镇", granted=17, denied_by_law=4 * (n == 0)) for n, code in enumerate(TOWNS[:-1])]
GOVERNMENT = [Filing(f"{COUNTY}-{y}.html", COUNTY, y, cells=handled(granted=210, denied_by_law=4), unit_name="示例县人民政府", counts=(AREA,))
              for y in (2023, 2024)]  # fmt: skip
SAME_NAME = [town(code, 2024, "城关镇", granted=n) for n, code in enumerate(SPLIT, 1)]
# A township that became a street office of the other county in 2023, with a new code.
BEFORE, AFTER = f"{COUNTY}201", f"{OTHER}001"
MOVED = [town(BEFORE, y, "示例申乡", granted=5) for y in (2021, 2022)] + [
    town(AFTER, y, "示例申街道", granted=6) for y in (2023, 2024)
]
# Two townships that were merged into one in 2024; one of them had not filed for 2022.
MERGED = ["990103202", "990103203"]
WHOLE = "990103204"
MERGED_FILINGS = [town(code, y, name, granted=n) for code, name, n, years in (
    (MERGED[0], "示例天乡", 2, (2021, 2022, 2023)), (MERGED[1], "示例地乡", 3, (2021, 2023)), (WHOLE, "示例玄镇", 9, (2024,))
) for y in years]  # fmt: skip
UNITS = [
    {"unit_code": code, "name": name, "level": "township", "kind": kind, "last_year": last, "successor_code": successor}
    for code, name, kind, last, successor in (
        (BEFORE, "示例申乡", "township", "2022", AFTER),
        (AFTER, "示例申街道", "subdistrict", "", ""),
        (MERGED[0], "示例天乡", "township", "2023", WHOLE),
        (MERGED[1], "示例地乡", "township", "2023", WHOLE),
        (WHOLE, "示例玄镇", "town", "", ""),
    )
]
FORMS_MET = [Filing("old.html", f"{OTHER}301", 2020, form="2019", cells=handled(granted=3), unit_name="示例酉镇"),
             town(f"{OTHER}301", 2021, "示例酉镇", granted=4, repeated=4), town(f"{OTHER}302", 2021, "示例戌镇", granted=90, repeated=10)]  # fmt: skip
EMPTY = [Filing(f"{OTHER}-zero.html", f"{OTHER}401", 2019, unit_name="示例亥乡")]
WRONG = Filing("wrong.html", f"{OTHER}501", 2024, cells=handled(granted=9) | {"requests.closed.total": 8}, unit_name="示例卯镇")
BALANCE = "requests_balance.total"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Built:
    home = tmp_path_factory.mktemp("beat")
    # The second was decided on other numbers than those that stand now.
    for left, right, rule in (("9", "8", BALANCE), ("7", "9", "requests_closed_total.total")):
        made = ("2026-02-01T08:00:00+00:00", "示例科", "explain", f"{OTHER}501", 2024, rule, left, right, "已核对")
        append(home / "decisions.jsonl", Decision(*made))
    filings = [*MEMBERS, *GOVERNMENT, *SAME_NAME, *MOVED, *MERGED_FILINGS, *FORMS_MET, *EMPTY, WRONG]
    return build(home, {"b": filings}, *WITHOUT_TESTS, units=UNITS)


def read(data: bytes, name: str = "x.html") -> Report:
    return ingest_bytes(data, name, Hints(), load_registry())


def failing(report: Report) -> set[str]:
    return {f.rule for f in judge(facts_of(report)) if f.result == "fail"}


def years(county: Built, measure: str, **where: str) -> dict[int, dict[str, Any]]:
    rows = json.loads(show_trend(county.path, Question(measure, **where), json=True))
    return {row["report_year"]: {**row, "note": row["note_zh"]} for row in rows}


def numbers(**changed: int) -> dict[str, Decimal]:
    values = dict.fromkeys(zero_record().values, Decimal(0))
    return values | {f"{code.replace('__', '.')}": Decimal(n) for code, n in changed.items()}


def test_e1_the_seed_as_an_old_word_file_is_read_with_its_prose():
    data = gzip.decompress((CASES / "libreoffice-seed.doc.gz").read_bytes())
    report = read(data, "x.doc")
    assert report.state == "loaded" and len(report.cells) == 200
    assert {(c.state, c.value) for c in report.cells} == {("reported", Decimal(0))}
    told = {(c.value, bool(c.sentence)) for c in report.counts}
    assert {(Decimal(18), True), (Decimal(71), True), (Decimal(0), True)} <= told


def test_e2_nothing_by_nothing_is_no_rate_and_says_why(county: Built):
    assert county.row("select grant_rate, grant_rate_reason from area_year where area_code = ? and report_year = 2019", OTHER) == (
        None, "no_requests")  # fmt: skip
    assert years(county, "grant_rate", unit=f"{OTHER}401")[2019]["value"] is None


def test_e3_what_was_carried_out_and_does_not_arrive_is_an_error_of_26():
    now, before = numbers(requests__carried_in__total=77), numbers(requests__carried_out__total=103)
    (found,) = [f for f in judge(Facts(FORMS, now), Facts({}, before)) if f.rule_id == "carry_over.total"]
    assert (found.result, found.severity, (found.left or 0) - (found.right or 0)) == ("fail", "error", -26)


def test_e4_a_blank_cell_is_no_zero():
    record = zero_record()
    cells = {**record.cells, "disclosure.licenses": None}
    (cell,) = [c for c in read(clean(replace(record, cells=cells))).cells if c.code == "disclosure.licenses"]
    assert (cell.state, cell.value) == ("blank", None)


def test_e5_a_pdf_that_cannot_be_read_gives_no_facts():
    report = read(b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>", "x.pdf")
    assert report.state == "quarantined" and not report.cells and not report.counts


def test_e6_a_stock_that_does_not_follow_is_found_and_can_be_explained(tmp_path: Path):
    now = numbers(disclosure__normative_in_force=372, disclosure__normative_made=9, disclosure__normative_repealed=2)
    before = numbers(disclosure__normative_in_force=66)
    (found,) = [f for f in judge(Facts(FORMS, now), Facts({}, before)) if f.rule_id == "stock_balance.normative"]
    assert (found.result, found.left, found.right) == ("fail", 372, 73)
    row = {"unit_code": TOWNS[0], "report_year": 2024, "rule_id": found.rule_id, "left_sum": found.left, "right_sum": found.right}
    append(
        tmp_path / "d.jsonl",
        Decision("2025-03-05T00:00:00+00:00", "示例科", "explain", TOWNS[0], 2024, found.rule_id, "372", "73", "统计范围改变"),
    )
    assert Ledger(tmp_path / "d.jsonl").status(row)[0] == "explained"


def test_e7_administrative_fees_beside_no_information_fee_are_no_conflict():
    record = zero_record()
    paid = replace(record, cells={**record.cells, "disclosure.fees": "12.5"})
    assert failing(read(clean(paid))) == set()
    told = replace(paid, lines=("收取信息处理费500元。",))
    assert "fee_conflict" in failing(read(clean(told)))


def test_e8_a_decision_is_kept_while_the_numbers_are_and_reopened_when_not(county: Built):
    rows = county.rows("select rule_id, state, left_then::int, left_now::int from decisions order by number")
    assert rows == [(BALANCE, "holds", 9, 9), ("requests_closed_total.total", "reopened", 7, 8)]
    assert county.row("select explained, open from rule_yield where rule = 'requests_balance' and report_year = 2024") == (1, 0)
    decided = (
        "select rule, decision, decided_by, decided_why from violations where unit_code = ? and severity = 'error' order by 1"
    )
    assert county.rows(decided, f"{OTHER}501") == [
        ("requests_applicant_total", "open", None, None), ("requests_balance", "explained", "示例科", "已核对"),
        ("requests_closed_total", "open", None, None)]  # fmt: skip
    county.path.with_name("published.duckdb").write_bytes(county.path.read_bytes())
    said = show_decisions(county.home)
    assert "有效" in said and "数字已变，失效（现为 8 与 9）" in said


def test_e9_two_units_of_one_name_stay_two(county: Built):
    assert [years(county, "granted", unit=code)[2024]["value"] for code in SPLIT] == [1, 2]
    with pytest.raises(Complaint, match=f"(?s){SPLIT[0]}.*{SPLIT[1]}"):
        show_trend(county.path, Question("granted", unit="城关镇"))


def test_e10_a_county_is_bounded_though_a_town_is_missing(county: Built):
    bounds = (
        "select answer, known_sum::int, known_units, most_missing::int from area_bounds where report_year = ? and measure = ?"
    )
    # 2023: twelve towns make 252, the county says 214; 2024: 17 each and 4 more make 191 + 1 of the namesake
    assert county.row(bounds, 2023, "received") == ("impossible", 252, 12, None)
    answer, known, units, most = county.row(bounds, 2024, "received")
    assert (answer, known + most, units) == ("possible", 214, 12)
    names, missing = county.row(
        "select missing_names, missing_units from area_bounds where report_year = 2024 and measure = 'received'"
    )
    assert (
        TOWNS[-1] in county.row("select unit_code from dim_unit where unit_name = ?", "示例11镇")
        and "示例11镇" in names
        and missing >= 1
    )
    said = show_trend(county.path, Question("received", area=COUNTY))
    assert "不可能：已知 12 个单位相加已有 252" in said and f"占 0–{most}" in said
    row = county.rows("select rule, result from signal_results where rule_id = 'parent_children.received'")
    assert ("parent_children", "fail") in row


def test_e11_a_township_that_moved_keeps_both_series_where_they_were_reported(county: Built):
    before, after = years(county, "granted", unit=BEFORE), years(county, "granted", unit=AFTER)
    assert list(before) == [2021, 2022] and list(after) == [2023, 2024]
    assert f"‖ 由 示例申乡（{BEFORE}）划转而来" in after[2023]["note"] and not after[2024]["note"]
    assert f"2023 年起划转，现为 示例申街道（{AFTER}）" in show_trend(county.path, Question("granted", unit=BEFORE))
    query = "select distinct county_code from unit_year where unit_code = ?"
    assert [county.row(query, code) for code in (BEFORE, AFTER)] == [(COUNTY,), (OTHER,)]
    # what is no more, and what was not there yet, owes nothing
    owed = "select report_year from progress where unit_code = ? order by 1"
    assert [[y for (y,) in county.rows(owed, code) if y > 2020] for code in (BEFORE, AFTER)] == [[2021, 2022], [2023, 2024]]


def test_e11_an_area_says_where_its_boundary_changed_and_has_a_series_without_that(county: Built):
    for area, in_2022, in_2023, word in ((COUNTY, 5, 12 * 21, "示例申乡 划出（归"), (OTHER, None, 6, "示例申街道 划入（原属")):
        shown = years(county, "granted", area=area)
        assert shown.get(2022, {}).get("value") == in_2022 and shown[2023]["value"] == in_2023
        assert "‖" in shown[2023]["note"] and word in shown[2023]["note"] and "‖" not in shown[2024]["note"]
    constant = {area: years(county, "granted", area=area, boundaries="constant") for area in (COUNTY, OTHER)}
    assert 2022 not in constant[COUNTY] and constant[COUNTY][2023]["value"] == 12 * 21
    assert [constant[OTHER][y]["value"] for y in (2022, 2023)] == [5, 6]
    assert not any("‖" in row["note"] for series in constant.values() for row in series.values() if row["report_year"] > 2021)
    assert "--boundaries constant" in show_trend(county.path, Question("granted", area=COUNTY))
    with pytest.raises(Complaint, match="reported, constant"):
        show_trend(county.path, Question("granted", area=COUNTY, boundaries="now"))


def test_e11_a_unit_has_one_series_on_the_boundaries_of_today(county: Built):
    for code in (BEFORE, AFTER):
        shown = years(county, "granted", unit=code, boundaries="constant")
        assert [(y, row["value"]) for y, row in shown.items()] == [(2021, 5), (2022, 5), (2023, 6), (2024, 6)]
        assert f"由 示例申乡 {BEFORE} 报告" in shown[2022]["note"] and not shown[2024]["note"]


def test_e11_what_was_carried_over_is_held_against_the_unit_it_was(county: Built):
    query = "select result, left_sum::int, right_sum::int from relation_results where rule_id = 'carry_over.total' and unit_code = ? and report_year = ?"
    assert county.row(query, AFTER, 2023) == ("pass", 0, 0)
    assert county.row(query, WHOLE, 2024)[0] == "not_assessable"  # nobody can say what it has to carry in
    with duckdb.connect(str(county.path), read_only=True) as connection:
        connection.execute("set search_path = 'marts,core,quality'")
        assert {c: n for c, _, n in last_numbers(connection, AFTER, 2023)}["requests.granted.total"] == 5
        assert not last_numbers(connection, WHOLE, 2024) and last_numbers(connection, AFTER, 2024)


def test_e11_a_merged_unit_has_no_sum_where_a_part_is_missing(county: Built):
    shown = years(county, "granted", unit=WHOLE, boundaries="constant")
    assert [(y, row["value"]) for y, row in shown.items()] == [(2021, 5), (2022, None), (2023, 5), (2024, 9)]
    assert "缺 示例地乡 的报告，不求和" in shown[2022]["note"]
    assert "并入 示例天乡" in years(county, "granted", unit=WHOLE)[2024]["note"]
    rate = years(county, "grant_rate", unit=WHOLE, boundaries="constant")
    assert (rate[2021]["numerator"], rate[2021]["denominator"], rate[2022]["numerator"]) == (5, 5, None)


def test_e11_nothing_is_counted_twice_when_an_old_unit_still_files(tmp_path: Path):
    """示例申乡 became 示例申街道 in 2023 and filed for 2023 all the same; the new one filed too, and left table three blank in 2024."""
    late = town(BEFORE, 2023, "示例申乡", granted=7)
    blank = {code: "blank" for code in zero_record().cells if code.startswith("requests.")}
    empty = Filing("empty.html", AFTER, 2024, cells=blank, unit_name="示例申街道")
    built = build(tmp_path, {"b": [*MOVED[:3], late, empty]}, *WITHOUT_TESTS, units=UNITS)
    assert years(built, "granted", unit=AFTER, boundaries="constant")[2023]["value"] == 6
    for boundaries in ("reported", "constant"):
        shown = years(built, "granted", area="9901", boundaries=boundaries)[2023]
        assert (shown["value"], shown["reporting"], shown["excluded"]) == (6, 1, 1)
    assert "不是（或尚不是）独立单位" in years(built, "granted", unit=BEFORE)[2023]["note"]
    built.path.with_name("published.duckdb").write_bytes(built.path.read_bytes())
    said = show_status(Home(built.path.parent))
    assert "当年已不存在（或尚未成立）的单位的报告 1 份" in said and f"示例申乡 2023 年（{late.file}）" in said
    assert "不完整的报告 1 份" in said and "示例申街道 2024 年（empty.html）：表三没有一个数、空白 175 格" in said
    assert built.rows("select report_year, is_complete from progress where unit_code = ? order by 1", AFTER) == [
        (2023, True),
        (2024, False),
    ]


def test_e13_digits_split_over_two_cells_are_put_together_again():
    record = zero_record()
    whole = {f"requests.{row}.{c}": "12" for row in ("received", "granted", "closed") for c in ("natural_person", "total")}
    split = {"requests.received.natural_person": "1", "requests.received.company": "2"}
    report = read(clean(replace(record, cells={**record.cells, **whole, **split})))
    numbers = facts_of(report)
    best = repairs(numbers)[0]
    assert {(e.code, int(e.after)) for e in best} == {("requests.received.natural_person", 12), ("requests.received.company", 0)}
    violation = next(f for f in judge(numbers) if f.result == "fail" and f.is_printed)
    assert verdict(violation, best, report) == "report"  # the file itself prints 1 and 2


def test_e14_a_rate_changes_in_percentage_points(county: Built):
    changed = years(county, "grant_rate", area=COUNTY)[2024]
    before = years(county, "grant_rate", area=COUNTY)[2023]
    assert changed["change"] == pytest.approx((changed["value"] - before["value"]) * 100, abs=0.01)


def test_e15_the_rate_of_a_county_is_the_ratio_of_sums(county: Built):
    rate, above, below = county.row(
        "select grant_rate, grant_rate_numerator::int, grant_rate_denominator::int from area_year"
        " where area_code = ? and report_year = 2021", OTHER)  # fmt: skip
    # 4 of 8 and 90 of 100: the average of the two rates would be 70 %
    assert (above, below) == (94, 108) and rate == pytest.approx(94 / 108) and rate != pytest.approx((0.5 + 0.9) / 2)


def test_e16_a_trend_crosses_the_change_of_form_and_says_so(county: Built):
    shown = years(county, "received", unit=f"{OTHER}301")
    assert [shown[y]["value"] for y in (2020, 2021)] == [3, 8] and shown[2021]["note"] and not shown[2020]["note"]


def prose(year: int) -> Record:
    lines = tuple(
        f"第{n}项工作按照要求及时推进，{word}方面的栏目更新完毕"
        for n, word in enumerate("财政教育医疗住房交通环保社保就业农业水利文化")
    )
    return replace(random_record(random.Random(year), "2021", 30, "示例甲镇", year), lines=lines)


def test_e17_last_years_prose_is_found_though_years_and_numbers_differ():
    one, other = (set(read(clean(prose(year))).clauses) for year in (2023, 2024))
    assert one and len(one & other) / max(len(one), len(other)) >= 0.9
    (example,) = [e for e in examples() if e.rule == "same_prose_as_last_year" and e.expected == "fail"]
    clauses = [len(f.marks["clauses"]) for f in example.filings]
    who = {"unit_name": "示例甲镇", "report_year": 2024, "rule": example.rule, "rule_id": example.rule}
    row = {**who, "found": f"{100 * clauses[0] // clauses[1]}%", "expected": "2023"}
    assert "95%" in sentence("signal", row)[0]


def test_e18_every_file_of_a_zip_is_accounted_for(tmp_path: Path):
    files: dict[str, bytes] = {}
    names = [u["name"] for u in load_registry().rows() if u["county_code"] == "230883" and u["level"] == "township"][:10]
    for n, (name, year) in enumerate((name, year) for year in range(2021, 2026) for name in names):
        if n < 42:
            files[f"{year}/{name}.html"] = clean(replace(random_record(random.Random(n), "2021", 20, name, year), place="抚远市"))
    wrong = next(iter(files))
    files[wrong.replace("2021/", "2019/")] = files.pop(wrong)  # the folder says 2019, the report 2021
    files |= {"副本1.html": files[f"2022/{names[0]}.html"], "副本2.html": files[f"2022/{names[1]}.html"]}
    files |= {"坏1.docx": b"PK\x03\x04broken", "坏2.pdf": b"%PDF-1.4", "空.html": b""}
    assert len(files) == 47
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "报送.zip").write_bytes(as_zip(files))
    loaded = foi("load", tmp_path / "in", "--home", tmp_path / "home", timeout=600)
    assert loaded.returncode == 1, loaded.stdout + loaded.stderr

    def ask(sql: str) -> list[dict[str, Any]]:
        return list(json.loads(foi("query", sql, "--json", "--home", tmp_path / "home").stdout))

    rows = ask("select input_state, count(*) as n, count(reason_code) as reasons from fct_inputs group by 1")
    assert {r["input_state"]: r["n"] for r in rows} == {"loaded": 42, "duplicate": 2, "quarantined": 3}
    assert {r["input_state"]: r["reasons"] for r in rows}["quarantined"] == 3
    assert ask(f"select report_year from fct_inputs where file like '%2019/{names[0]}%'") == [{"report_year": 2021}]


def test_e19_nothing_is_compared_with_too_few():
    (example,) = [e for e in examples() if e.rule == "jump" and e.expected == "fail"]
    row = {"unit_name": "示例甲镇", "report_year": 2024, "form": "2021", "rule": "jump", "rule_id": "jump.licenses", "code": "disclosure.licenses",
           "left_sum": Decimal(1000), "found": "–", "expected": "50–150"}  # fmt: skip
    assert len(example.filings) == 4 and "–：少于五个，不比较" in sentence("signal", row)[0]


def test_e19_two_years_are_no_history(county: Built):
    assert county.rows("select distinct result from signal_results where rule = 'jump'") == [("not_assessable",)]


def test_e20_every_rule_has_an_example_that_fails():
    printed, others = catalogue()
    assert {e.rule for e in examples() if e.expected == "fail"} == printed | others
