"""What a load changed: what is new, what holds now, and what is only told no more, which is not the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from foi.line.outcome import Outcome
from foi.line.show_load import load_words
from foi.line.standing import change_of, read_standing, standing_after, standing_before
from foi.published import published
from foi.published.kept import stamp_of
from foi.published.violations import violation_lines
from ingest.handed_in.manifest import Manifest
from ingest.home import Home
from ingest.landing.inbox import Listing
from tests.foi.conftest import Published
from tests.one_language import assert_one_language

OTHERS = 60


def fail(small: Published, unit: str, year: int, rule: str = "requests_balance.total", right: int = 2, **more: Any) -> None:
    """A rule of a report that fails."""
    small.add("quality.expectation_results", report_id=f"{unit}-{year}", unit_code=unit, unit_name=f"示例{unit}镇", report_year=year, rule_id=rule,
              status="failed", severity="error", left_sum=1, right_sum=right, message_zh=f"示例{unit}镇 {year} 年：1 与 {right}",
              message_en=f"示例{unit}镇 {year}: 1 against {right}", **more)  # fmt: skip


def file_report(small: Published, unit: str, year: int, rule: str = "requests_balance.total", result: str = "fail") -> None:
    """A report, and how a rule of it is judged."""
    small.add(
        "core.fct_reports",
        report_id=f"{unit}-{year}",
        unit_code=unit,
        unit_name=f"示例{unit}镇",
        report_year=year,
        is_current=True,
    )
    small.add("quality.rule_results", unit_code=unit, report_year=year, rule_id=rule, is_current=True, result=result)


def run(small: Published, sql: str) -> None:
    with small.open() as connection:
        connection.execute(sql)


def outcome(small: Published, **values: Any) -> Outcome:
    """The outcome of a load after which the file stands as it does."""
    with published(small.path) as connection:
        lines = violation_lines(connection)
    counts = {"loaded": 1, "duplicate": 0, "superseded": 0, "quarantined": 0}
    base: dict[str, Any] = {"landed": 1, "is_unchanged": False, "new": [], "noticed": [], "problems": [], "waiting": [], "left_new": [], "left": [],
                            "corrected": 0, "broken": 0, "withdrawn": [], "manifest": [], "full": None}  # fmt: skip
    return Outcome(
        home=Home(small.path.parent),
        counts=counts,
        violation_lines=lines,
        listing=Listing([], [], Manifest()),
        **{**base, **values},
    )


def test_what_appeared_what_holds_and_what_is_only_told_no_more(small: Published):
    for n in range(OTHERS):
        file_report(small, f"{n:03}", 2023)
        fail(small, f"{n:03}", 2023)
    with published(small.path) as connection:
        before = read_standing(connection)
    # A report of its own that is wrong, another that its number breaks, one that holds now, one that was explained, one withdrawn.
    file_report(small, "own", 2024)
    fail(small, "own", 2024)
    file_report(small, "next", 2025)
    fail(small, "next", 2025, "carry_over.total")
    run(small, "delete from quality.expectation_results where unit_code in ('001', '003')")
    run(small, "update quality.rule_results set result = 'pass' where unit_code = '001'")
    run(small, "update quality.expectation_results set status = 'explained' where unit_code = '002'")
    run(small, "delete from core.fct_reports where unit_code = '003'")
    run(small, "delete from quality.rule_results where unit_code = '003'")
    run(small, "update quality.expectation_results set right_sum = 9 where unit_code = '004'")
    with published(small.path) as connection:
        now = read_standing(connection)
        change = change_of(connection, before, now, frozenset({"own-2024"}))
        concerned = {report for report, _ in change.violations}
        assert violation_lines(connection, concerned) == [x for x in violation_lines(connection) if x.report_id in concerned]
        assert violation_lines(connection, set()) == []
        unknown = change_of(connection, None, now, frozenset({"own-2024"}))
    assert {report for report, _ in change.violations} == {"own-2024", "next-2025", "004-2023"}
    assert [v.key.unit for v in change.repaired] == ["001"]
    assert sorted(v.key.unit for v in change.silent) == ["002", "003"]
    assert {report for report, _ in unknown.violations} == {"own-2024"} and not (unknown.repaired or unknown.silent)

    found = outcome(small, standing=now, change=change)
    text = "\n".join(load_words(found))
    assert found.exit_code == 1 and len(text.splitlines()) <= 14, text
    assert "示例own镇 2024 年" in text and "示例next镇 2025 年" in text and "示例010镇" not in text
    assert "不再存在的勾稽不符 1 处（现已成立）：\n  示例001镇 2023 年" in text
    assert "不再列出但未证实已改好的勾稽不符 2 处" in text and f"数据目录中共有勾稽不符 {OTHERS - 1} 处" in text
    assert_one_language(text, "zh")


def test_what_one_load_left_is_what_stands_before_the_next_until_the_file_is_another_one(small: Published):
    file_report(small, "001", 2023)
    fail(small, "001", 2023)
    opened = stamp_of(small.path)
    with published(small.path) as connection:
        left = standing_after(small.path, connection, opened)
    assert standing_before(small.path) is left and len(left.violations) == 1
    run(small, "delete from quality.expectation_results")
    before = standing_before(small.path)
    assert before is not None and before.violations == ()
    with published(small.path) as connection:
        standing_after(small.path, connection, opened)  # the file took the place of the one that was opened
    assert standing_before(small.path) == before
    small.path.unlink()
    assert standing_before(small.path) is None


def test_a_whole_and_right_home_ends_with_0_and_nothing_readable_with_3(small: Published):
    with published(small.path) as connection:
        now = read_standing(connection)
        change = change_of(connection, None, now, frozenset())
    fine = outcome(small, standing=now, change=change)
    assert fine.exit_code == 0
    assert replace(fine, counts={**fine.counts, "loaded": 0}).exit_code == 3


def test_a_report_that_is_whole_now_is_said(small: Published):
    report = {"report_id": "a-2024", "unit_code": "a", "unit_name": "示例子镇", "report_year": 2024, "file": "a.html"}
    gaps = {"absent_tables": "requests", "empty_tables": "", "tables_absent": 1, "cells": 3, "numbers": 1}
    counts = {"blank": 0, "dash": 0, "unreadable": 0, "absent": 0, "rows_unread": 0, "sums_not_assessable": 0}
    small.add("quality.completeness", **report, **gaps, **counts, is_complete=False)
    with published(small.path) as connection:
        before = read_standing(connection)
    run(small, "update quality.completeness set is_complete = true")
    with published(small.path) as connection:
        change = change_of(connection, before, now := read_standing(connection), frozenset())
    text = "\n".join(load_words(outcome(small, standing=now, change=change)))
    assert "已补全的报告 1 份：\n  示例子镇 2024 年" in text
