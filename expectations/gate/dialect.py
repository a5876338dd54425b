"""A DuckDB dialect for SQLAlchemy whose results survive the closing of their connection.

Great Expectations reads a cursor after it has closed the connection; DuckDB drops a result that is not fetched by then.
So each result is fetched at once and handed out from memory: as much of it as Great Expectations ever looks at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import duckdb_sqlalchemy
import sqlalchemy

NAME = "duckdb_buffered"
LOOKED_AT = 1000  # rows; Great Expectations lists at most 200 of those that fail, and there may be a million


class BufferedCursor:
    """A driver cursor that fetches every result at once, and of a long one the beginning."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._rows: Iterator[Any] = iter(())
        self.description: Any = None
        self.rowcount = -1

    def execute(self, *args: Any, **kwargs: Any) -> None:
        self._inner.execute(*args, **kwargs)
        self.description = self._inner.description
        self._rows = iter(self._inner.fetchmany(LOOKED_AT) if self.description else ())

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchmany(self, size: int = 1) -> list[Any]:
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def close(self) -> None:
        self._inner.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


_open: list[Any] = []


def close_all() -> None:
    """Let go of the file: cursors that nothing refers to any more would hold their connections until they are collected."""
    while _open:
        _open.pop().close()


class BufferedDuckDB(duckdb_sqlalchemy.Dialect):
    """The DuckDB dialect with buffered cursors."""

    supports_statement_cache = False

    def create_connect_args(self, url: sqlalchemy.URL) -> Any:
        return super().create_connect_args(url.set(drivername="duckdb"))

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        # Opened as everybody here opens it: what is open with other settings could not be shared (dagster_project/held.py).
        connection: Any = duckdb_sqlalchemy.ConnectionWrapper(
            duckdb.connect(kwargs["database"], config=dict(kwargs["url_config"]))
        )
        _open.append(connection)
        cursor = connection.cursor
        connection.cursor = lambda: BufferedCursor(cursor())
        return connection


sqlalchemy.dialects.registry.register(NAME, __name__, "BufferedDuckDB")
