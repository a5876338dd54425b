"""`foi query`: one SELECT against the published file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.messages import Complaint, say
from foi.published import as_csv, as_json, as_table, published

ROWS_ON_SCREEN = 200


def run_query(path: Path, sql: str, style: str = "table") -> str:
    """The answer to one SQL statement as a table, CSV or JSON; what is wrong with the SQL is said in words."""
    import duckdb

    with published(path) as connection:
        try:
            statements = connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
                raise Complaint(say("query.one"))
            relation = connection.execute(sql)
            columns = [d[0] for d in relation.description]
            rows = relation.fetchall()
        except duckdb.CatalogException as error:
            raise Complaint(
                f"{say('query.wrong', reason=_first(error))}\n{say('query.tables')}\n{_tables(connection)}"
            ) from error
        except duckdb.Error as error:
            raise Complaint(say("query.wrong", reason=str(error).strip())) from error
    if style == "csv":
        return as_csv(columns, rows)
    if style == "json":
        return as_json(columns, rows)
    text = as_table(columns, rows[:ROWS_ON_SCREEN])
    if len(rows) > ROWS_ON_SCREEN:
        return f"{text}\n{say('query.cut', shown=ROWS_ON_SCREEN, n=len(rows))}"
    return f"{text}\n{say('query.rows', n=len(rows))}"


def _first(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _tables(connection: Any) -> str:
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'staging' order by 1"
    ).fetchall()
    return "\n".join(f"  {name}" for (name,) in rows)
