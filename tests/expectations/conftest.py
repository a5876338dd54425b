"""A small warehouse with the tables the checks use, clean until a test spoils it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.run import Summary, run_expectations
from expectations.suites import checks
from ingest.signals import signals

REPORT = (
    "report_id varchar, unit_code varchar, unit_name varchar, report_year integer, is_current boolean,"
    " form_disclosure varchar, form_requests varchar, form_challenges varchar, form_statistics varchar"
)
RESULT = (
    "report_id varchar, unit_code varchar, unit_name varchar, report_year integer, form varchar, rule varchar, instance varchar,"
    " rule_id varchar, severity varchar, result varchar, left_sum decimal(18, 6), right_sum decimal(18, 6), difference decimal(18, 6)"
)
SIGNAL = (
    "select report_id, unit_code, unit_name, report_year, true as is_current, '2021' as form, '{0}' as rule, '{0}' as rule_id, '{1}' as severity,"
    " 'pass' as result, null::varchar as code, null::decimal(18, 6) as left_sum, null::decimal(18, 6) as right_sum,"
    " null::decimal(18, 6) as difference, null::varchar as found, null::varchar as expected from core.fct_reports"
)
CLEAN = """
insert into core.fct_reports
    select 'r' || y, '990101001', '示例甲镇', y, true, '2021', '2021', '2021', null from unnest([2022, 2023]) as years(y);
insert into core.fct_disclosure select report_id, 'disclosure.fees', 1.5, 'reported', '2021' from core.fct_reports;
insert into core.fct_disclosure select report_id, 'disclosure.licenses', 12, 'reported', '2021' from core.fct_reports;
insert into core.fct_disclosure select report_id, 'disclosure.licenses_items_change', -3, 'reported', '2019' from core.fct_reports;
insert into core.fct_requests select report_id, 'requests.received.total', 4, 'reported', '2021' from core.fct_reports;
insert into core.fct_requests select report_id, 'requests.granted.total', null, 'blank', '2021' from core.fct_reports;
insert into core.fct_challenges select report_id, 'challenges.review.total', 0, 'reported', '2021' from core.fct_reports;
insert into quality.rule_results select report_id, unit_code, unit_name, report_year, '2021', 'requests_closed_total', 'total',
    'requests_closed_total.total', 'error', 'pass', 4, 4, 0 from core.fct_reports;
insert into quality.rule_results select report_id, unit_code, unit_name, report_year, '2021', 'challenges_total', 'review',
    'challenges_total.review', 'error', 'not_assessable', null, null, null from core.fct_reports;
"""


class Gate:
    """A warehouse, the page, and what the checks said of it."""

    def __init__(self, folder: Path) -> None:
        self.warehouse, self.page = folder / "build.duckdb", folder / "expectations.html"
        facts = (("disclosure", "amount"), ("requests", "requests"), ("challenges", "cases"), ("statistics", "amount"))
        self.sql("create schema core", "create schema quality", f"create table core.fct_reports ({REPORT})")
        for table, number in facts:
            cell = f"report_id varchar, code varchar, {number} decimal(18, 6), {number}_state varchar, form varchar"
            self.sql(f"create table core.fct_{table} ({cell})")
        self.sql(f"create table quality.rule_results ({RESULT})", *CLEAN.split(";"))
        self.sql(
            "create table quality.correction_results (report_id varchar, unit_code varchar, unit_name varchar, report_year integer,"
            " correction_id varchar, action varchar, code varchar, expect varchar, value varchar, found varchar, outcome varchar,"
            " broken_rules varchar)"
        )
        self.sql(
            "create table quality.relation_results as select report_id, unit_code, unit_name, report_year, true as is_current, '2021' as form,"
            " 'carry_over' as rule, 'carry_over.total' as rule_id, 'pass' as result, 4.0::decimal(18, 6) as left_sum,"
            " 4.0::decimal(18, 6) as right_sum, 0.0::decimal(18, 6) as difference from core.fct_reports"
        )
        self.sql(*(f"{'create table quality.signal_results as' if n == 0 else 'insert into quality.signal_results'} {SIGNAL.format(*s)}"
                   for n, s in enumerate((x.rule, x.severity) for x in signals().values() if x.is_of_reports)))  # fmt: skip

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
