"""Builds warehouses with dbt in this process: the whole scenario once, in another order once, and one with nothing readable."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.change.build import begin
from dagster_project.dbt import AFTER_GATE, Warehouse
from expectations.gate.run import run_expectations
from ingest.home import Home
from tests.dbt.raw_zone import Filing, write_raw_zone
from tests.dbt.scenario import BATCHES, ONLY_QUARANTINED, OTHER_ORDER

# A warning, which must not close the gate for the sums of an area.
WARNING = """
    insert into quality.expectation_results by name
    select 'volumes' as suite, 'warning' as severity, 'failed' as status, report_id from core.fct_reports
"""


class Built:
    """A built warehouse that answers queries."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "build.duckdb"

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute("set search_path = 'marts,core,quality'")
            return connection.execute(query, values or None).fetchall()

    def row(self, query: str, *values: Any) -> tuple[Any, ...]:
        (only,) = self.rows(query, *values)
        return only


WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "test")  # of the models: those run on the scenario, and on the examples


@contextmanager
def environment_kept() -> Iterator[None]:
    """Take back afterwards what was put into the environment."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def build(
    home: Path,
    batches: Mapping[str, Sequence[Filing]],
    *options: str,
    corrections: str = "",
    units: Sequence[dict[str, str]] = (),
) -> Built:
    """Raw zone, first dbt step, gate, second dbt step."""
    write_raw_zone(home / "raw", dict(batches), corrections, units)
    warehouse = Warehouse(Home(home))
    with environment_kept():
        begin(warehouse.home)
        warehouse.run("build", "--exclude", AFTER_GATE, *options)
        run_expectations(warehouse.home.build, warehouse.home.expectations, decisions=warehouse.home.decisions)
        with duckdb.connect(str(warehouse.home.build)) as connection:
            connection.execute(WARNING)
        warehouse.run("build", "--select", AFTER_GATE, *options)
    return Built(home)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("warehouse"), BATCHES)


@pytest.fixture(scope="session")
def reordered(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("reordered"), OTHER_ORDER, *WITHOUT_TESTS)


@pytest.fixture(scope="session")
def nothing_readable(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("nothing"), ONLY_QUARANTINED, "--exclude-resource-type", "unit_test")
