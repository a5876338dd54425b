"""Whether two warehouses say the same: every table that people ask, row by row, but for the moments at which they were judged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dagster_project.up_to_date import is_published
from ingest.home import Home
from ingest.landing.batches import lock
from ingest.model import IngestError

SCHEMAS = ("core", "quality", "marts")
MOMENTS = frozenset({"run_at"})
SHOWN = 3  # rows of a table that are told
TABLES = """
select schema_name, table_name, list(column_name order by column_index) from duckdb_columns()
where database_name = $1 and list_contains($2, schema_name) group by all order by all
"""


def differences(one: Path, other: Path) -> list[str]:
    """What stands in one warehouse and not in the other: a line for each table, with the number of rows and the first of them."""
    import duckdb

    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            place = str(path).replace("'", "''")
            connection.execute(f"attach '{place}' as {name} (read_only)")
        ours, theirs = (_tables(connection, name) for name in ("one", "other"))
        found = [f"{table}: {'one' if table in ours else 'other'}" for table in sorted(ours.keys() ^ theirs.keys())]
        for table in sorted(ours.keys() & theirs.keys()):
            found += _compared(connection, table, ours[table])
        return found


def _tables(connection: Any, database: str) -> dict[str, list[str]]:
    rows = connection.execute(TABLES, [database, list(SCHEMAS)]).fetchall()
    return {f"{schema}.{table}": [c for c in columns if c not in MOMENTS] for schema, table, columns in rows}


def _compared(connection: Any, table: str, columns: list[str]) -> list[str]:
    """Equal tables have as many rows with the same sum of hashes; only where they have not, the rows are looked for."""
    names = ", ".join(f'"{c}"' for c in columns)
    sums = [
        connection.execute(f"select count(*), sum(hash({names})::hugeint) from {database}.{table}").fetchone()
        for database in ("one", "other")
    ]
    if sums[0] == sums[1]:
        return []
    told = []
    for here, there in (("one", "other"), ("other", "one")):
        only = f"select {names} from {here}.{table} except all select {names} from {there}.{table}"
        (many,) = connection.execute(f"select count(*) from ({only})").fetchone()
        rows = connection.execute(f"{only} order by all limit {SHOWN}").fetchall()
        told += [f"{table}: {many} only in {here}, {dict(zip(columns, row, strict=True))}" for row in rows]
    return told


def rebuild_and_compare(home: Home, progress: Callable[[], None] | None = None) -> list[str]:
    """Build the whole warehouse into another folder and say what differs from the one that followed the changes; empty if nothing does.

    Where anything differs, the next load builds everything anew. IngestError where what is there was not built from all that has landed.
    """
    with lock(home, "load"):
        if not is_published(home) or not home.build.is_file():
            raise IngestError("not_up_to_date", str(home.root))
        scratch = Home(home.root / ".rebuild")
        shutil.rmtree(scratch.root, ignore_errors=True)  # left by one that was killed
        try:
            if progress:
                progress()
            _rebuild(home, scratch)
            found = differences(home.build, scratch.build)
        finally:
            shutil.rmtree(scratch.root, ignore_errors=True)
        if found:
            for path in (home.build, home.state):
                path.unlink(missing_ok=True)
        return found


def _rebuild(home: Home, scratch: Home) -> None:
    from dagster_project.as_of import build_whole

    scratch.raw.mkdir(parents=True)
    for folder in (home.batches, home.reference):
        (scratch.raw / folder.name).symlink_to(folder.resolve(), target_is_directory=True)
    build_whole(scratch, home.decisions)
