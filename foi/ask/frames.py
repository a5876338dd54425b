"""The published tables as polars frames, for whoever asks from Python or a notebook (`foi.open`)."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from foi.ask.query import reading
from foi.ask.tables import table_among, tables_of
from foi.messages import Complaint, message
from foi.published import is_damage, published, unreadable

if TYPE_CHECKING:
    from polars import DataFrame

    from dagster_project.names import Table


class Frames:
    """The tables of one published file: `frames.unit_year`, `frames["unit_year"]`, `frames.sql("select …")`.

    It keeps the file open and goes on reading the same state of it after a later load; whoever closes and opens it anew sees the new one. Every
    access reads the table; a number that is missing is null there, and the column beside it (`…_state`) says why.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stack = ExitStack()
        self._connection: Any = self._stack.enter_context(published(path))
        self._tables = tables_of(self._connection)

    @property
    def tables(self) -> list[str]:
        """The names of all tables, the marts first."""
        return [table.name for table in self._tables]

    def about(self, name: str) -> DataFrame:
        """What each column of a table holds: its type, what it is called and what it means in both languages, and its unit."""
        import polars

        table = self._table(name)
        fields = ("column", "type", "title_zh", "title_en", "meaning_zh", "meaning_en", "unit_zh", "unit_en")
        rows = [(c.name, c.type, *c.title, *c.meaning, *(c.unit or (None, None))) for c in table.columns]
        return polars.DataFrame(rows, schema=dict.fromkeys(fields, polars.String), orient="row")

    def sql(self, query: str) -> DataFrame:
        """The answer to one statement that reads, as a frame; what is wrong with the SQL is said in words."""
        self._check_open()
        import duckdb
        import polars

        try:
            with reading(self._connection, query) as statement:
                return polars.DataFrame(self._connection.sql(statement).to_arrow_table())
        except duckdb.Error as error:
            if is_damage(error):
                raise unreadable(self.path, error) from error
            raise

    def close(self) -> None:
        """Let go of the file; frames that were read stay."""
        self._stack.close()
        self._connection = None

    def _table(self, name: str) -> Table:
        return table_among(self._tables, name)

    def _check_open(self) -> None:
        if self._connection is None:
            raise Complaint(message("frames.closed", path=self.path))

    def __getitem__(self, name: str) -> DataFrame:
        table = self._table(name)
        return self.sql(f'from "{table.schema}"."{table.name}"')

    def __getattr__(self, name: str) -> DataFrame:
        # Python, and every notebook, asks objects for names of its own; those are no tables.
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            table = self._table(name)
        except Complaint as error:
            raise AttributeError(str(error)) from None
        return self[table.name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def __repr__(self) -> str:
        return message("frames.shown", path=self.path, tables=", ".join(self.tables))

    def __enter__(self) -> Frames:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
