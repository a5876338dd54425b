"""`foi export`: a table of the published file as Excel, CSV or parquet; a missing number stays an empty cell, never 0."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from dagster_project.names import Table
from foi.ask.tables import table_among, tables_of
from foi.ask.workbook import Sheet, check_size, field_of, write_book
from foi.messages import Complaint, message
from foi.published import published, write_csv
from foi.published.no_formula import no_formula
from foi.published.release import release_of
from ingest.beijing import beijing
from ingest.home import Home
from ingest.home.placing import placed
from ingest.words.issues import why

AT_ONCE = 10_000  # rows that are held in memory
KEPT = ("unit_code", "unit_name", "area_code", "area_name", "report_year")  # stay in sight where a table begins with them

Writer = Callable[[IO[bytes]], None]


def export(path: Path, target: Path, table: str = "unit_year") -> str:
    """Write one table; Excel also gets what its columns mean and which release it is from. Returns what was written."""
    with published(path) as connection:
        found = table_among(tables_of(connection), table)
        ((n,),) = connection.execute(f"select count(*) from {_full(found)}").fetchall()
        writers = {".xlsx": partial(_excel, connection, found, path, n), ".csv": partial(_csv, connection, found),
                   ".parquet": partial(_parquet, connection, found)}  # fmt: skip
        if (ending := target.suffix.lower()) not in writers:
            raise Complaint(message("export.ending", ending=target.suffix or target.name))
        put(target, writers[ending])
    return message("export.done", target=target, table=found.name, n=n)


def put(target: Path, write: Writer) -> None:
    """Put a file in its place whole or not at all; a Complaint where that cannot be."""
    if not target.resolve().parent.is_dir():
        raise Complaint(message("error.no_such_path", path=target.parent))
    try:
        with placed(target) as scratch, scratch.open("wb") as out:
            write(out)
    except OSError as error:
        raise Complaint(message("error.cannot_open", path=target, reason=why(error)), 3) from error


def source_of(path: Path, title: str, rows: int, query: str, missing: str = "cells") -> list[tuple[str, Any]]:
    """Where the rows of a workbook come from: the table, the release, the program, how to get them again, how missing numbers look."""
    release = release_of(Home(path.parent))
    return [
        (message("source.table"), title),
        (message("source.rows"), rows),
        (message("source.release"), release.number),
        (message("source.published_at"), beijing(release.at)),
        (message("source.program"), f"foi {version('foi')}"),
        (message("source.query"), query),
        (message("source.missing"), message(f"source.missing_{missing}")),
        (message("source.origin"), message("source.origin_means")),
    ]


def rows_of(connection: Any, query: str, values: dict[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, some at a time: a table may hold more of them than memory."""
    result = connection.execute(query, values)
    while some := result.fetchmany(AT_ONCE):
        yield from some


def _full(table: Table) -> str:
    return f'"{table.schema}"."{table.name}"'


def _all(connection: Any, table: Table) -> Iterator[tuple[Any, ...]]:
    return rows_of(connection, f"select * from {_full(table)} order by all")


def _csv(connection: Any, table: Table, out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, "utf-8-sig", newline="")  # with the mark by which Excel takes it for UTF-8
    write_csv(
        text, [column.name for column in table.columns], ([no_formula(value) for value in row] for row in _all(connection, table))
    )
    text.flush()
    text.detach()


def _parquet(connection: Any, table: Table, out: IO[bytes]) -> None:
    import pyarrow.parquet

    pyarrow.parquet.write_table(connection.sql(f"select * from {_full(table)} order by all").to_arrow_table(), out)


def _excel(connection: Any, table: Table, path: Path, n: int, out: IO[bytes]) -> None:
    check_size(n, len(table.columns))
    kept = next((at for at, column in enumerate(table.columns) if column.name not in KEPT), 0)
    sheet = Sheet(table.name, [field_of(column) for column in table.columns], _all(connection, table), kept)
    command = f"foi export {table.name}.xlsx --table {table.name}"
    write_book(out, [sheet], source_of(path, table.title.shown, n, command))
