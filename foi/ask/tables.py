"""`foi tables`: what can be asked, the tables and columns of the published file with their meaning and unit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dagster_project.names import Column, Names, Table
from foi.messages import Complaint, message
from foi.published import as_table, published
from ingest.words.language import Text


def tables_of(connection: Any) -> list[Table]:
    """Every table that can be asked, the marts first."""
    return Names(connection).tables()


def all_tables(path: Path) -> list[Table]:
    """Every table of a published file that can be asked, the marts first."""
    with published(path) as connection:
        return tables_of(connection)


def table_of(path: Path, name: str) -> Table:
    """One table by its name, with or without its schema; a Complaint that names the nearest if there is none."""
    return table_among(all_tables(path), name)


def table_among(tables: list[Table], name: str) -> Table:
    """The table of that name among several; a Complaint that names the nearest if there is none."""
    found = [table for table in tables if name in (table.name, f"{table.schema}.{table.name}")]
    if not found:
        near = get_close_matches(name.rpartition(".")[2], [table.name for table in tables], 5, 0.5)
        raise Complaint(message("tables.none", name=name, near=", ".join(near)))
    return found[0]


def sizes_of(connection: Any, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Rows and columns of some tables, by their names; of a table about as many as the file says, of a view (which are small) counted."""
    sizes: dict[str, tuple[int, int]] = {}
    for table in tables_of(connection):
        if table.name in names:
            found = connection.execute(
                "select estimated_size from duckdb_tables() where schema_name = ? and table_name = ?", [table.schema, table.name]
            ).fetchone()
            (rows,) = found or connection.execute(f'select count(*) from "{table.schema}"."{table.name}"').fetchone()
            sizes[table.name] = rows, len(table.columns)
    return sizes


def show_tables(path: Path, name: str = "", as_json: bool = False) -> str:
    """All tables with a line each, or one table with its columns; as JSON everything in both languages."""
    if name:
        table = table_of(path, name)
        return json.dumps(_row(table), ensure_ascii=False) if as_json else _columns(table)
    tables = all_tables(path)
    if as_json:
        return json.dumps([_row(table) for table in tables], ensure_ascii=False)
    lines = [f"{f'{table.schema}.{table.name}':30} {table.title.shown}" for table in tables]
    return "\n".join([*lines, "", message("tables.next")])


def _columns(table: Table) -> str:
    """What the table holds, and a line for each column."""
    head = [message(f"tables.{c}") for c in ("column", "type", "unit", "meaning")]
    rows = [[c.name, c.type, c.unit.shown if c.unit else "", c.meaning.shown] for c in table.columns]
    return "\n".join([f"{table.schema}.{table.name}", table.meaning.shown, "", as_table(head, rows)])


def _row(table: Table) -> dict[str, Any]:
    columns = [_column(column) for column in table.columns]
    return {"schema": table.schema, "table": table.name, **_texts(title=table.title, meaning=table.meaning), "columns": columns}


def _column(column: Column) -> dict[str, Any]:
    texts = _texts(title=column.title, meaning=column.meaning, unit=column.unit)
    return {"column": column.name, "type": column.type, **texts}


def _texts(**texts: Text | None) -> dict[str, str | None]:
    return {
        f"{name}_{language}": words
        for name, text in texts.items()
        for language, words in zip(("zh", "en"), text or (None, None), strict=True)
    }
