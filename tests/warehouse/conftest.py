"""Builds warehouses with dbt in this process: the whole scenario once, in another order once, and one with nothing readable."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.raw_zone import Filing, write_raw_zone
from tests.warehouse.scenario import BATCHES, ONLY_QUARANTINED, OTHER_ORDER

PROJECT = Path(__file__).parents[2] / "dbt"
# What the expectations write between the two steps; here from the failing sums, and one warning that must not close the gate.
GATE = """
    create or replace table quality.expectation_results as
    select now()::timestamp as run_at, 'statutory_sums' as suite, rule as expectation, rule_id, 'error' as severity, 'failed' as status,
        report_id, unit_code, unit_name, report_year, left_sum, right_sum, difference, zh as message_zh, en as message_en
    from quality.rule_results where is_current and result = 'fail'
    union all by name
    select 'volumes' as suite, 'warning' as severity, 'failed' as status, report_id from core.fct_reports
    union all by name
    select 'sets' as suite, 'error' as severity, 'passed' as status, null as report_id
"""


class Built:
    """A built warehouse that answers queries."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "build.duckdb"

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute("set search_path = 'marts,core,quality,staging'")
            return connection.execute(query, values or None).fetchall()

    def row(self, query: str, *values: Any) -> tuple[Any, ...]:
        (only,) = self.rows(query, *values)
        return only


@contextmanager
def variables(home: Path) -> Iterator[None]:
    """The variables that tell dbt where the home folder is, taken back afterwards."""
    given = {
        "FOI_WAREHOUSE": str(home / "build.duckdb"),
        "FOI_RAW": str(home / "raw"),
        "DBT_TARGET_PATH": str(home / "dbt"),
        "DBT_LOG_PATH": str(home / "dbt"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
    }
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def dbt(home: Path, *arguments: str) -> list[Any]:
    """Run one dbt command and give the lock on the warehouse back; a failing node fails the test with its message."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    where = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--quiet"]
    with variables(home):
        try:
            outcome = dbtRunner().invoke([*arguments, *where])
        finally:
            DuckDBConnectionManager.close_all_connections()
    results = list(getattr(outcome.result, "results", None) or [])
    assert outcome.success, outcome.exception or [f"{r.node.name}: {r.message}" for r in results if r.status in ("error", "fail")]
    return results


def build(
    home: Path, batches: Mapping[str, Sequence[Filing]], *options: str, corrections: str = "", units: Sequence[dict[str, str]] = ()
) -> Built:
    """Raw zone, first dbt step, gate, second dbt step."""
    write_raw_zone(home / "raw", dict(batches), corrections, units)
    dbt(home, "build", "--exclude", "tag:published", *options)
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute(GATE)
    dbt(home, "build", "--select", "tag:published", *options)
    return Built(home)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("warehouse"), BATCHES)


@pytest.fixture(scope="session")
def reordered(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("reordered"), OTHER_ORDER, "--exclude-resource-type", "unit_test")


@pytest.fixture(scope="session")
def nothing_readable(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("nothing"), ONLY_QUARANTINED, "--exclude-resource-type", "unit_test")
