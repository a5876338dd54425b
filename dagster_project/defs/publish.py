"""Publish: copy the finished warehouse beside the published one and put it in place by one rename."""

from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.change.build import end
from dagster_project.names import Column, Names
from dagster_project.settings import Settings
from dagster_project.up_to_date import end_publishing
from ingest.home import Home
from ingest.home.placing import placed
from ingest.words.language import Text

MARTS = ("unit_year", "area_year", "area_year_constant", "boundary_changes", "successions", "progress", "reporting_rates")


@dg.asset(deps=[["marts", name] for name in MARTS], group_name="published", pool="duckdb", kinds={"duckdb", "parquet"})
def published(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
    """The file that people query, and the marts as parquet; readers keep the old copy until they open it again."""
    settings.announce("publishing")
    size = publish(settings.place)
    end(settings.place)
    end_publishing(settings.place)
    return dg.MaterializeResult(metadata={"bytes": size})


def publish(home: Home) -> int:
    """Copy build.duckdb to published.duckdb (format v1.5.0, so that older clients open it) and the marts to parquet."""
    import duckdb

    with placed(home.published) as scratch, duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(home.build)}' as build (read_only)")
        connection.execute(f"attach '{_quoted(scratch)}' as target (storage_version 'v1.5.0')")
        connection.execute("copy from database build to target")
        _comment(connection)
        for name in MARTS:
            with placed(home.published_tables / f"{name}.parquet") as part:
                connection.execute(f"copy (from build.marts.{name} order by all) to '{_quoted(part)}' (format parquet)")
        connection.execute("detach target")
        # What another program wrote behind the file before belongs to that file, not to the new one.
        home.published.with_name(f"{home.published.name}.wal").unlink(missing_ok=True)
    return home.published.stat().st_size


def _comment(connection: Any) -> None:
    """Write what every table and column means beside it, in Chinese and below it in English, for whoever opens the file elsewhere."""
    connection.execute("begin")  # one by one they would take seconds
    for table in Names(connection, "target").tables():
        name = f'target."{table.schema}"."{table.name}"'
        comments = {f"table {name}": table.meaning, **{f'column {name}."{c.name}"': _with_unit(c) for c in table.columns}}
        for what, meaning in comments.items():
            text = "\n".join(dict.fromkeys(meaning)).replace("'", "''")
            connection.execute(f"comment on {what} is '{text}'")
    connection.execute("commit")


def _with_unit(column: Column) -> Text:
    unit = column.unit
    return Text(*(f"{text} ({unit[at]})" if unit else text for at, text in enumerate(column.meaning)))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
