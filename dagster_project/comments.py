"""What every table and column means, beside it in the warehouse, for whoever opens the file elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dagster_project.names import SCHEMAS, Column, Names, Table
from ingest.words.language import Text

SILENT = """
select schema_name, table_name, 'table' as kind from duckdb_tables() where {whose}
union all
select schema_name, view_name, 'view' from duckdb_views() where {whose}
"""
WHOSE = "database_name = current_database() and not internal and comment is null and list_contains($1, schema_name)"


def write_comments(connection: Any) -> None:
    """Write in Chinese, and below it in English, what the tables and columns mean that say nothing yet: those that were made anew."""
    silent = {
        (schema, name): kind for schema, name, kind in connection.execute(SILENT.format(whose=WHOSE), [list(SCHEMAS)]).fetchall()
    }
    if not silent:
        return
    connection.execute("begin")  # one by one they would take seconds
    for table in Names(connection).tables({name for _, name in silent}):
        if kind := silent.get((table.schema, table.name)):
            connection.execute(";".join(_comments(table, kind)))
    connection.execute("commit")


def _comments(table: Table, kind: str) -> Iterator[str]:
    name = f'"{table.schema}"."{table.name}"'
    for what, meaning in {
        f"{kind} {name}": table.meaning,
        **{f'column {name}."{c.name}"': _with_unit(c) for c in table.columns},
    }.items():
        text = "\n".join(dict.fromkeys(meaning)).replace("'", "''")
        yield f"comment on {what} is '{text}'"


def _with_unit(column: Column) -> Text:
    unit = column.unit
    return Text(*(f"{text} ({unit[at]})" if unit else text for at, text in enumerate(column.meaning)))
