"""The tables of the warehouse as the dbt project makes them, empty: the one place where tests get a schema from.

dbt itself compiles every model over a raw zone without rows, and what it compiled is run. So no test can have a table that lacks a
column of the real one, or has one more.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.dbt import Warehouse
from expectations.gate.results import TYPES
from ingest.home import Home
from tests.dbt.conftest import environment_kept
from tests.dbt.raw_zone import write_raw_zone

ONLY_MODELS = ("--select", "resource_type:model", "--indirect-selection", "empty")
GATE = f"create table quality.expectation_results ({', '.join(f'{name} {kind}' for name, kind in TYPES.items())})"


def empty_warehouse(path: Path) -> Path:
    """A DuckDB file with every table of the warehouse and no row in any."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty())
    return path


@cache
def _empty() -> bytes:
    """The bytes of the empty warehouse; made once, which takes some seconds."""
    folder = Path(tempfile.mkdtemp(prefix="foi-contract-"))
    try:
        write_raw_zone(folder / "raw", {"none": []})
        with environment_kept():
            compiled = Warehouse(Home(folder)).run("compile", "--empty", *ONLY_MODELS)
        models = {result.node.unique_id: result.node for result in compiled}
        made = folder / "build.duckdb"  # dbt names the database by its file
        with duckdb.connect(str(made)) as connection:
            for schema in sorted({model.schema for model in models.values()}):
                connection.execute(f"create schema {schema}")
            connection.execute(GATE)
            _create(connection, models)
        return made.read_bytes()
    finally:
        shutil.rmtree(folder)


def _create(connection: Any, waiting: dict[str, Any]) -> None:
    """Each table after those it is made from."""
    while waiting:
        ready = [model for model in waiting.values() if not waiting.keys() & set(model.depends_on.nodes)]
        for model in ready:
            connection.execute(f"create table {model.schema}.{model.name} as {model.compiled_code}")
            del waiting[model.unique_id]
