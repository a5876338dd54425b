"""`foi query`: one statement that reads, against the published file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foi.ask.tables import tables_of
from foi.messages import Complaint, message
from foi.published import as_csv, as_json, as_table, is_damage, published

ROWS_ON_SCREEN = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement answers: the names of the columns, and the rows."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def answer_of(path: Path, sql: str) -> Answer:
    """The answer to one statement that reads; what is wrong with the SQL is said in words (a Complaint)."""
    with published(path) as connection, reading(connection, sql) as statement:
        result = connection.execute(statement)
        return Answer([d[0] for d in result.description], result.fetchall())


@contextmanager
def reading(connection: Any, sql: str) -> Iterator[str]:
    """One statement that reads, to be carried out within; what is wrong with the SQL is said in words (a Complaint)."""
    import duckdb

    try:
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or not _reads(connection, statements[0]):
            raise Complaint(message("query.one"))
        yield statements[0].query
    except duckdb.CatalogException as error:
        if "Table with name" not in str(error):
            raise Complaint(_wrong(str(error))) from error
        head = _wrong(str(error).strip().splitlines()[0])
        tables = [f"  {f'{t.schema}.{t.name}':30} {t.title.shown}" for t in tables_of(connection)]
        raise Complaint("\n".join([head, message("query.tables"), *tables])) from error
    except duckdb.Error as error:
        if is_damage(error):
            raise
        raise Complaint(_wrong(str(error))) from error


def _reads(connection: Any, statement: Any) -> bool:
    """Whether DuckDB's own parser takes a statement for one that only reads (SELECT, WITH, FROM, VALUES, SHOW, DESCRIBE, …).

    A PIVOT whose columns are to be found first is several statements in one for it, and so is a table that is made of one; only
    what reads can stand in brackets behind FROM.
    """
    import duckdb

    kinds = duckdb.StatementType
    if statement.type != kinds.MULTI:
        return statement.type in (kinds.SELECT, kinds.EXPLAIN)
    sql, operator = statement.query.encode(), duckdb.token_type.operator
    # The parser counts in bytes; a remark may stand behind the end of the statement.
    end = next((at for at, kind in duckdb.tokenize(statement.query) if kind == operator and sql[at : at + 1] == b";"), len(sql))
    try:
        return len(connection.extract_statements(f"from (\n{sql[:end].decode()}\n)")) == 1
    except duckdb.ParserException:
        return False


def show_query(path: Path, sql: str, style: str = "table") -> str:
    """The answer to one statement as a table, CSV or JSON."""
    answer = answer_of(path, sql)
    if style == "csv":
        return as_csv(answer.columns, answer.rows)
    if style == "json":
        return as_json(_distinct(answer.columns), answer.rows)
    text, n = as_table(answer.columns, answer.rows[:ROWS_ON_SCREEN]), len(answer.rows)
    if n > ROWS_ON_SCREEN:
        return f"{text}\n{message('query.cut', shown=ROWS_ON_SCREEN, n=n)}"
    return f"{text}\n{message('query.rows', n=n)}"


def _wrong(reason: str) -> str:
    """The heading, then DuckDB's own words once: they hold the line and a caret under the place."""
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
