"""What the line could cost at least: the same SQL on one connection of DuckDB without dbt, and a plain copy of the published file."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from tests.bench_line.measure import Cost, cost_of

COMPILE, RUN, COPY = "compile", "run", "copy"
MADE = "limit.duckdb"  # what the SQL makes


def limits(home: Path, scratch: Path) -> dict[str, Cost]:
    """The cost of the SQL alone and of the copy, each in a process of its own."""
    scratch.mkdir(parents=True, exist_ok=True)
    here = [sys.executable, "-m", "tests.bench_line.limit"]
    cost_of([*here, COMPILE, home, scratch])
    alone, copy = (cost_of([*here, name, home, scratch]) for name in (RUN, COPY))
    shutil.rmtree(scratch)
    return {RUN: alone, COPY: replace(copy, wall=float(copy.output))}  # without the start of the process


def compile_models(home: Path, scratch: Path) -> None:
    """Write the SQL that a full build runs, in its order; and a file with the tables that it needs and does not make."""
    from dagster_project.dbt import Warehouse
    from ingest.home import Home

    results = Warehouse(Home(home)).run("compile", "--full-refresh")
    nodes = {r.node.unique_id: r.node for r in results if r.node.resource_type in ("model", "seed")}
    order = TopologicalSorter({name: [d for d in node.depends_on.nodes if d in nodes] for name, node in nodes.items()})
    models = [_model(nodes[name]) for name in order.static_order() if nodes[name].config.materialized != "ephemeral"]
    (scratch / "models.json").write_text(json.dumps(models), "utf-8")
    (scratch / MADE).unlink(missing_ok=True)
    with _opened(scratch) as connection:
        connection.execute(f"attach '{home / 'build.duckdb'}' as whole (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'whole' and schema_name <> 'made'"
        ).fetchall()
        for schema, name in set(tables) - {(model["schema"], model["name"]) for model in models}:
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {schema}.{name} as from whole.{schema}.{name}")


def _model(node: Any) -> dict[str, str]:
    kind = "view" if node.config.materialized == "view" else "table"
    return {"schema": node.schema, "name": node.name, "sql": node.compiled_code, "kind": kind}


def run_models(home: Path, scratch: Path) -> None:
    """Run the SQL; all that a full build makes is what it made, by which name views ask for it."""
    with _opened(scratch) as connection:
        connection.execute("create schema made")
        for model in json.loads((scratch / "models.json").read_text("utf-8")):
            connection.execute(f"create schema if not exists {model['schema']}")
            connection.execute(f"create {model['kind']} {model['schema']}.{model['name']} as {model['sql']}")
            connection.execute(f"create view made.{model['name']} as from {model['schema']}.{model['name']}")
        connection.execute("checkpoint")


@contextmanager
def _opened(scratch: Path) -> Iterator[Any]:
    """The file that the SQL makes, under the name that it calls the warehouse by."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"attach '{scratch / MADE}' as build")
        connection.execute("use build")
        yield connection


def copy_published(home: Path, scratch: Path) -> None:
    """Copy the published file, and print the seconds that took."""
    target = scratch / "published.duckdb"
    start = time.perf_counter()
    shutil.copyfile(home / "published.duckdb", target)
    print(time.perf_counter() - start)
    target.unlink()


if __name__ == "__main__":
    what, home, scratch = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    {COMPILE: compile_models, RUN: run_models, COPY: copy_published}[what](home, scratch)
