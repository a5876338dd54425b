"""Where the rows of each report stand in the large tables, so that who asks for one report does not look through those of all.

The rows of a report stand beside each other, for they were read and built together. Where a process keeps the published file open, their first and last
numbers are gathered once, in the background, table by table; until then, and for a command that asks once, the table is looked through.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from foi.published.kept import NAME, in_background, once

# The table, which of its rows are asked for, and which of these stand apart: what no source has was put behind all others.
TABLES = {
    "core.fct_reports": ("true", "false"),
    "core.fct_sections": ("true", "false"),
    "core.fct_counts": ("true", "false"),
    "quality.signal_results": ("true", "false"),
    "core.fct_cells": ("state <> 'not_asked'", "state = 'absent'"),
}
ASKED = {table.partition(".")[2]: asked for table, (asked, _) in TABLES.items()}
SPANS = "memory.main.spans_of_{table}"
# By a number made of the id, which takes half of the memory, in its order: so one is found without looking at all.
MAKE = ";".join(
    f"create table {SPANS.format(table=table.partition('.')[2])} as"
    f" select hash(report_id) as id, min(rowid)::uinteger as first, max(rowid)::uinteger as last"
    f" from {NAME}.{table} where {asked} group by report_id, {apart} order by id"
    for table, (asked, apart) in TABLES.items()
)
MANY = 64  # reports, of which each is asked for by itself
AT_MOST = 2  # spans of one report in a table; more are those of another whose id makes the same number


class Rows:
    """The rows of some reports in the large tables."""

    def __init__(self, connection: Any, report_ids: Sequence[str]) -> None:
        self._connection = connection
        self._ids = tuple(dict.fromkeys(report_ids))
        self._known: dict[str, dict[str, list[tuple[int, int]]] | None] = {}

    def of(self, table: str, *report_ids: str) -> str:
        """A query of the rows of these reports in a table; of cells without those that no form asks for."""
        asked = ASKED[table]
        if not report_ids:
            return f"(select * from {table} where false)"
        if table not in self._known:
            self._known[table] = _spans(self._connection, table, self._ids) if len(self._ids) <= MANY else None
        spans = self._known[table]
        if spans is None or any(len(spans.get(one, ())) > AT_MOST for one in report_ids):
            quoted = ", ".join(map(_quoted, report_ids))
            return f"(select * from {table} where report_id in (select unnest([{quoted}]::varchar[])) and {asked})"
        parts = [
            f"select * from {table} where rowid between {first} and {last} and report_id = {_quoted(one)} and {asked}"
            for one in dict.fromkeys(report_ids)
            for first, last in spans.get(one, ())
        ]
        return f"({' union all '.join(parts)})" if parts else self.of(table)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _spans(connection: Any, table: str, report_ids: Sequence[str]) -> dict[str, list[tuple[int, int]]] | None:
    """Of each report the first and the last of its rows in a table; None while that is not known."""
    import duckdb

    # One after the other: each is found by where it must stand, several at once would be looked for in every row.
    asked = " union all ".join(
        f"select {_quoted(one)}, first, last from {SPANS.format(table=table)} where id = hash({_quoted(one)})"
        for one in report_ids
    )
    found: dict[str, list[tuple[int, int]]] = {}
    try:
        for report_id, first, last in connection.execute(asked).fetchall() if asked else ():
            found.setdefault(report_id, []).append((first, last))
    except duckdb.CatalogException:
        begin()
        return None
    return found


def begin() -> threading.Thread | None:
    """Gather in the background where the rows of reports stand; None where that is begun already, or the file is not kept open."""
    begun: list[threading.Thread | None] = []
    once("spans", lambda: begun.append(in_background(MAKE)))
    return begun[0] if begun else None
