"""Each check fails where it must and stays silent where it must: real Great Expectations on a real DuckDB file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from expectations.gate.suites import checks
from ingest.law.forms import every_form
from tests.expectations.conftest import Gate, fact, reports


def year(report_year: int, many: int) -> str:
    """The statement that adds so many reports of a year."""
    who = f"concat('y{report_year}_', i) as report_id, concat('98{report_year}', i) as unit_code, 'U' as unit_name, {report_year} as report_year"
    return reports(who, f"range({many}) as t(i)")


NUMBER = (
    "update quality.signal_results set result = 'fail', code = '{code}', rule_id = '{rule}.{code}', left_sum = {number}, right_sum = 20000"
    " where rule = '{rule}' and report_id = 'r2022'"
)
# check, what spoils the clean warehouse, and the rule_id and left_sum of its failing row
BAD = [
    ("whole_number", NUMBER.format(rule="whole_number", code="disclosure.licenses", number=2.5),
     "whole_number.disclosure.licenses", 2.5),
    ("non_negative", NUMBER.format(rule="non_negative", code="requests.received.total", number=-1),
     "non_negative.requests.received.total", -1),
    ("amount_from_0", NUMBER.format(rule="amount_from_0", code="disclosure.fees", number=-1.5),
     "amount_from_0.disclosure.fees", -1.5),
    ("believable", NUMBER.format(rule="believable", code="challenges.review.total", number=20001),
     "believable.challenges.review.total", 20001),
    ("outdated_form", "update quality.signal_results set result = 'fail', found = '2019', expected = '2021'"
     " where rule = 'outdated_form' and report_id = 'r2022'", "outdated_form", None),
    ("hints", "update quality.signal_results set result = 'fail', found = '2021' where rule = 'same_as_last_year' and report_id = 'r2022'",
     "same_as_last_year", None),
    ("requests_states", "update core.fct_cells set value = 0 where state = 'blank' and report_id = 'r2022'",
     "state.requests.granted.total", None),
    ("disclosure_states", "update core.fct_cells set state = null where code like '%fees' and report_id = 'r2022'",
     "state.disclosure.fees", None),
    ("challenges_states", "update core.fct_cells set state = 'guessed' where table_name = 'challenges' and report_id = 'r2022'",
     "state.challenges.review.total", None),
    ("requests_forms", "update core.fct_reports set form_requests = '2020' where report_id = 'r2022'", "form.requests", None),
    ("disclosure_forms", "update core.fct_reports set form_disclosure = 'x' where report_id = 'r2022'", "form.disclosure", None),
    ("challenges_forms", "update core.fct_reports set form_challenges = 'x' where report_id = 'r2022'", "form.challenges", None),
    ("carry_over", "update quality.relation_results set result = 'fail', left_sum = 77, right_sum = 103, difference = -26"
     " where report_id = 'r2022'", "carry_over.total", 77),
    ("incomplete", "insert into quality.table_completeness by name select report_id, unit_code, unit_name, report_year,"
     " 'requests' as table_name, '2021' as form, false as is_absent, 175 as cells, 172 as numbers, 3 as blank, 0 as dash, 0 as unreadable,"
     " 0 as absent, 'requests.received.total' as missing_codes, 2 as sums_not_assessable, false as is_complete"
     " from core.fct_reports where report_id = 'r2022'", "incomplete.requests", 172),
    ("one_current_report", reports("'s' as report_id, unit_code, unit_name, report_year", "core.fct_reports where report_year = 2022"),
     None, None),
    ("unique_report_id", "insert into core.fct_reports from core.fct_reports where report_id = 'r2022'", None, None),
]  # fmt: skip


def test_a_clean_warehouse_passes_every_check(gate: Gate):
    summary = gate.check()
    assert (summary.passed, summary.failed, summary.broken) == (len(checks()), 0, 0)
    rows = gate.rows("expectation, report_id, message_zh", "passed")
    assert {(name, None, None) for name in (c.name for c in checks())} == set(rows) and len(rows) == len(checks())


def test_there_is_one_check_for_each_rule_of_each_form():
    made = {c.name: c.severity for c in checks() if c.suite == "statutory_sums"}
    assert made == {f"{r.rule}_{form.form}": r.severity for form in every_form().values() for r in form.rules}
    assert Counter(c.name for c in checks()).most_common(1)[0][1] == 1


@pytest.mark.parametrize(("check", "spoiled", "rule_id", "left"), BAD, ids=[b[0] for b in BAD])
def test_each_check_finds_its_defect_once(spoil: Callable[..., Gate], check: str, spoiled: str, rule_id: str, left: float):
    gate = spoil(spoiled)
    assert gate.check(check).failed == 1
    ((who, found, number, zh, en),) = gate.rows(
        "concat_ws('|', unit_code, unit_name, report_year), rule_id, left_sum::double, message_zh, message_en"
    )
    assert who == "990101001|示例甲镇|2022" and (found, number) == (rule_id, left)
    assert zh.startswith("示例甲镇 2022 年：") and en.startswith("示例甲镇 2022: ") and "None" not in zh + en


def test_a_sum_that_does_not_hold_is_told_with_both_sides(spoil: Callable[..., Gate]):
    gate = spoil(
        "update quality.rule_results set result = 'fail', left_sum = 27, right_sum = 21, difference = 6"
        " where report_year = 2022 and rule = 'requests_closed_total'"
    )
    gate.check("requests_closed_total_2021", "requests_closed_total_2019", "challenges_total_2021")
    row = gate.rows(
        "suite, expectation, rule_id, severity, report_id, report_year, left_sum::int, right_sum::int, difference::int"
    )
    assert row == [
        ("statutory_sums", "requests_closed_total_2021", "requests_closed_total.total", "error", "r2022", 2022, 27, 21, 6)
    ]
    ((zh,),) = gate.rows("message_zh")
    assert (
        zh
        == "示例甲镇 2022 年：（七）总计（“总计”栏）填 27，（一）至（六）各项办理结果相加为 21，相差 6。请核对原表后更正或说明。"
    )


def test_what_fails_in_a_superseded_version_is_judged_no_more(spoil: Callable[..., Gate]):
    fail = "result = 'fail', left_sum = 27.5, right_sum = 21, difference = 6.5, is_current = report_year = 2023"
    gate = spoil(
        "update core.fct_reports set form_requests = '2020', is_current = report_year = 2023",
        "update core.fct_cells set state = 'guessed' where table_name = 'requests'",
        *(f"update quality.{table}_results set {fail}" for table in ("rule", "relation")),
        f"update quality.signal_results set {fail}, code = 'disclosure.licenses', found = '2019', expected = '2021'"
        " where rule in ('whole_number', 'outdated_form')",
    )
    gate.check()
    assert [row for row in gate.rows("distinct report_id") if row[0]] == [("r2023",)]
    suites = {"statutory_sums", "relations", "signals", "numbers", "sets"}
    assert suites <= {suite for (suite,) in gate.rows("suite")}


def test_not_assessable_is_neither_passed_over_nor_called_wrong(gate: Gate):
    assert gate.check("challenges_total_2021").failed == 0


def test_volumes_look_only_at_years_the_warehouse_holds(spoil: Callable[..., Gate]):
    gate = spoil("delete from core.fct_reports", year(2021, 12), year(2022, 12), year(2023, 5))
    assert gate.check("enough_reports", "usual_reports", "matched_units", "not_all_zero").failed == 1
    rows = gate.rows("expectation, severity, report_id, report_year, message_zh")
    assert rows == [("usual_reports", "warning", None, 2023, "2023 年只有 5 份报告，少于下限 6。请检查是否漏放文件夹。")]


def test_too_many_unmatched_units_are_a_warning(spoil: Callable[..., Gate]):
    gate = spoil(year(2021, 12), "update core.fct_reports set unit_code = null where report_id in ('y2021_1', 'y2021_2')")
    assert gate.check("matched_units").failed == 0
    gate.sql("update core.fct_reports set unit_code = null where report_id = 'y2021_3'")
    assert gate.check("matched_units").failed == 1
    assert gate.rows("report_year, message_zh")[0][1].startswith("2021 年单位不明的报告占 25%，高于 20%")


def test_a_blank_is_not_a_zero_when_all_zero_reports_are_counted(spoil: Callable[..., Gate]):
    blanks = fact("requests", "received.total", "null", "blank")
    gate = spoil(year(2021, 12), f"{blanks} where report_year = 2021")
    assert gate.check("not_all_zero").failed == 0
    gate.sql("update core.fct_cells set value = 0, state = 'reported' where table_name = 'requests' and report_id like 'y%'")
    assert gate.check("not_all_zero").failed == 1
    gate.sql("update core.fct_cells set value = 3 where table_name = 'requests' and report_id in ('y2021_1', 'y2021_2')")
    assert gate.check("not_all_zero").failed == 0
