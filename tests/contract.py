"""The tables and views of the warehouse as the dbt project makes them, empty: the one place where tests get a schema from.

dbt itself compiles every model over a raw zone without reports, and what it compiled is run. So no test can have a table that lacks a
column of the real one, or has one more; and what is a view shows what a test puts into the table below it.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.change.tables import SCHEMA
from dagster_project.dbt import Warehouse
from expectations.gate.results import TYPES
from ingest.home import Home
from tests.dbt.conftest import environment_kept
from tests.dbt.raw_zone import write_raw_zone

ONLY_MODELS = ("--select", "resource_type:model", "--indirect-selection", "empty")
OF_A_BUILD = ("staging", "change", "made")  # what works only while a warehouse is built
GATE = f"create table quality.expectation_results ({', '.join(f'{name} {kind}' for name, kind in TYPES.items())})"


def empty_warehouse(path: Path) -> Path:
    """A DuckDB file with every table and view of the warehouse that outlives a build, and no row in any."""
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
            compiled = Warehouse(Home(folder)).run("compile", *ONLY_MODELS)
        models = {result.node.unique_id: result.node for result in compiled}
        made = folder / "build.duckdb"  # dbt names the database by its file
        with duckdb.connect(str(made)) as connection:
            for schema in sorted({model.schema for model in models.values()}):
                connection.execute(f"create schema {schema}")
            connection.execute(GATE)
            connection.execute(SCHEMA)
            _create(connection, models)
            for schema in OF_A_BUILD:
                connection.execute(f"drop schema {schema} cascade")
        return made.read_bytes()
    finally:
        shutil.rmtree(folder)


def _create(connection: Any, waiting: dict[str, Any]) -> None:
    """Each model after those it is made from; what lies in files that are gone afterwards is a table for that time."""
    while waiting:
        ready = [model for model in waiting.values() if not waiting.keys() & set(model.depends_on.nodes)]
        for model in ready:
            name = f"{model.schema}.{model.name}"
            if model.config.materialized == "view" and model.schema not in OF_A_BUILD:
                connection.execute(f"create view {name} as {model.compiled_code}")
            else:
                connection.execute(f"create table {name} as from ({model.compiled_code}) limit 0")
            connection.execute(f"create view made.{model.name} as from {name}")
            del waiting[model.unique_id]
