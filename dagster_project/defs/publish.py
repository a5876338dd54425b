"""Publish: copy the finished warehouse beside the published one and put it in place by one rename."""

import contextlib
import shutil
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.change.build import end
from dagster_project.comments import write_comments
from dagster_project.defs.warehouse import SUMS
from dagster_project.published_tables import write_tables
from dagster_project.releases import keep_database, keep_release
from dagster_project.settings import Settings
from dagster_project.up_to_date import end_publishing
from ingest.home import Home
from ingest.home.memory import engine_settings
from ingest.home.placing import placed

# What works only while the warehouse is built: what changed since the last time, the rows that were made, and what the gate keeps for itself.
OF_THE_BUILD = ("change", "made", "judging")
CLONE = 0x40049409  # FICLONE of Linux: a copy that shares its blocks with the original until one of them changes


@dg.asset(deps=[SUMS], group_name="published", pool="duckdb", kinds={"duckdb", "parquet"})
def published(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
    """The file that people query, and marts and facts as parquet; readers keep the old copy until they open it again."""
    settings.announce("publishing")
    keep_database(settings.place)
    change = settings.change
    size = publish(settings.place, change is None or change.is_full, change is None or change.has_facts)
    end(settings.place)
    end_publishing(settings.place)
    keep_release(settings.place)
    return dg.MaterializeResult(metadata={"bytes": size})


def publish(home: Home, whole: bool = True, has_facts: bool = True) -> int:
    """Put a copy of build.duckdb in the place of published.duckdb, and marts and facts as parquet; the size of the copy.

    With `whole` every parquet file is written, else only what differs since the last time; of facts none where none were made.
    """
    import duckdb

    with duckdb.connect(str(home.build), config=engine_settings(home)) as connection:
        connection.execute("set preserve_insertion_order = true")  # rows are written in the order that is asked for
        try:
            write_tables(home, connection, whole, has_facts)
        finally:
            connection.execute("set preserve_insertion_order = false")
    return publish_file(home)


def publish_file(home: Home) -> int:
    """Put a copy of build.duckdb in the place of published.duckdb, with what its tables mean; the size of the copy."""
    import duckdb

    with duckdb.connect(str(home.build), config=engine_settings(home)) as connection:
        write_comments(connection)
        connection.execute("checkpoint")
    with placed(home.published) as scratch:
        copy_file(home.build, scratch)
        with duckdb.connect(str(scratch), config=engine_settings(home)) as connection:
            _drop_of_the_build(connection)
        # What another program wrote behind the file before belongs to that file, not to the new one.
        home.published.with_name(f"{home.published.name}.wal").unlink(missing_ok=True)
    return home.published.stat().st_size


def copy_file(source: Path, target: Path) -> None:
    """Copy a file; where the file system can, only what changes later takes space and time."""
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        with source.open("rb") as old, target.open("wb") as new:
            fcntl.ioctl(new.fileno(), CLONE, old.fileno())
        return
    shutil.copyfile(source, target)


def _drop_of_the_build(connection: Any) -> None:
    """Views of staging show files that a reader does not have."""
    views = connection.execute("select view_name from duckdb_views() where schema_name = 'staging' and not internal").fetchall()
    for (view,) in views:
        connection.execute(f'drop view staging."{view}"')
    schemas = {name for (name,) in connection.execute("select schema_name from duckdb_schemas() where not internal").fetchall()}
    left = connection.execute("select 1 from duckdb_tables() where schema_name = 'staging'").fetchone()
    for schema in schemas.intersection(OF_THE_BUILD if left else (*OF_THE_BUILD, "staging")):
        connection.execute(f"drop schema {schema} cascade")
