"""A small warehouse with the tables the checks use, clean until a test spoils it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.gate.run import Summary, run_expectations
from expectations.gate.suites import checks
from ingest.law.signals import signals
from tests.contract import empty_warehouse

REPORTS = """
insert into core.fct_reports by name
    select {who}, true as is_current, '2021' as form_disclosure, '2021' as form_requests, '2021' as form_challenges from {source}
"""
RESULT = """
insert into quality.rule_results by name
    select report_id, unit_code, unit_name, report_year, is_current, '2021' as form, '{rule}' as rule, '{instance}' as instance,
        '{rule}.{instance}' as rule_id, 'error' as severity, '{result}' as result, {left} as left_sum, {right} as right_sum,
        {left} - {right} as difference
    from core.fct_reports
"""
FACT = """
insert into core.fct_cells by name
    select report_id, '{table}.{code}' as code, '{table}' as table_name, {number} as value, '{state}' as state, '{form}' as form
    from core.fct_reports
"""
# A check that looks at these cells cannot run.
NO_CASES = """
create or replace view core.fct_challenges as
    select report_id, code, state as cases_state, form from core.fct_cells where table_name = 'challenges'
"""
RELATION = """
insert into quality.relation_results by name
    select report_id, unit_code, unit_name, report_year, is_current, '2021' as form, 'carry_over' as rule, 'carry_over.total' as rule_id,
        'pass' as result, 4 as left_sum, 4 as right_sum, 0 as difference
    from core.fct_reports
"""
SIGNAL = """
insert into quality.signal_results by name
    select report_id, unit_code, unit_name, report_year, is_current, '2021' as form, '{0}' as rule, '{0}' as rule_id, '{1}' as severity,
        'pass' as result
    from core.fct_reports
"""


def reports(who: str, source: str) -> str:
    """The statement that adds reports: what `who` (report_id, unit_code, unit_name, report_year) selects from `source`."""
    return REPORTS.format(who=who, source=source)


def result(rule: str, instance: str, outcome: str, left: float | str = "null", right: float | str = "null") -> str:
    """The statement that gives every report the outcome of a printed sum."""
    return RESULT.format(rule=rule, instance=instance, result=outcome, left=left, right=right)


def fact(table: str, code: str, number: float | str, state: str = "reported", form: str = "2021") -> str:
    """The statement that gives every report a cell."""
    return FACT.format(table=table, code=code, number=number, state=state, form=form)


CLEAN = (
    reports(
        "'r' || y as report_id, '990101001' as unit_code, '示例甲镇' as unit_name, y as report_year",
        "unnest([2022, 2023]) as years(y)",
    ),
    fact("disclosure", "fees", 1.5),
    fact("disclosure", "licenses", 12),
    fact("disclosure", "licenses_items_change", -3, form="2019"),
    fact("requests", "received.total", 4),
    fact("requests", "granted.total", "null", "blank"),
    fact("challenges", "review.total", 0),
    result("requests_closed_total", "total", "pass", 4, 4),
    result("challenges_total", "review", "not_assessable"),
    RELATION,
    *(SIGNAL.format(signal.rule, signal.severity) for signal in signals().values() if signal.is_of_reports),
)


class Gate:
    """A warehouse, the page, and what the checks said of it."""

    def __init__(self, folder: Path) -> None:
        self.warehouse, self.page = folder / "build.duckdb", folder / "expectations.html"
        empty_warehouse(self.warehouse)
        self.sql(*CLEAN)

    def sql(self, *statements: str) -> list[Any]:
        with duckdb.connect(str(self.warehouse)) as connection:
            answers = [connection.execute(s) for s in statements if s.strip()]
            return answers[-1].fetchall()

    def check(self, *names: str) -> Summary:
        selected = [c for c in checks() if not names or c.name in names]
        assert not names or len(selected) == len(names)
        return run_expectations(self.warehouse, self.page, selected)

    def rows(self, columns: str, status: str = "failed") -> list[Any]:
        return self.sql(f"select {columns} from quality.expectation_results where status = '{status}' order by all")


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path)


@pytest.fixture
def spoil(gate: Gate) -> Callable[..., Gate]:
    """The warehouse after some statements."""

    def spoiled(*statements: str) -> Gate:
        gate.sql(*statements)
        return gate

    return spoiled
