"""`foi query`: one SELECT against the published file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from foi.messages import Complaint, message
from foi.published import as_csv, as_json, as_table, is_damage, published
from foi.published.names import table_lines

ROWS_ON_SCREEN = 200


def run_query(path: Path, sql: str, style: str = "table") -> str:
    """The answer to one SQL statement as a table, CSV or JSON; what is wrong with the SQL is said in words."""
    import duckdb

    with published(path) as connection:
        try:
            statements = connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
                raise Complaint(message("query.one"))
            relation = connection.execute(sql)
            columns = [d[0] for d in relation.description]
            rows = relation.fetchall()
        except duckdb.CatalogException as error:
            if "Table with name" not in str(error):
                raise Complaint(_wrong(str(error))) from error
            said = _wrong(str(error).strip().splitlines()[0])
            raise Complaint(f"{said}\n{message('query.tables')}\n{table_lines(connection)}") from error
        except duckdb.Error as error:
            if is_damage(error):
                raise
            raise Complaint(_wrong(str(error))) from error
    if style == "csv":
        return as_csv(columns, rows)
    if style == "json":
        return as_json(_distinct(columns), rows)
    text = as_table(columns, rows[:ROWS_ON_SCREEN])
    if len(rows) > ROWS_ON_SCREEN:
        return f"{text}\n{message('query.cut', shown=ROWS_ON_SCREEN, n=len(rows))}"
    return f"{text}\n{message('query.rows', n=len(rows))}"


def _wrong(reason: str) -> str:
    """The heading in both languages, then DuckDB's own words once: they hold the line and a caret under the place."""
    return f"{message('query.wrong')}\n{reason.strip()}"


def _distinct(columns: Sequence[str]) -> list[str]:
    """Column names for JSON, where a name that stands twice would drop a number: a, a_1, …"""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in names or (number and name in columns):
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return names
