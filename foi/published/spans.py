"""Where the rows of each report stand in the large tables, so that who asks for one report does not look through those of all.

The rows of a report stand beside each other, for they were read and built together. Where a process keeps the published file open, their first and last
numbers are gathered once, in the background; until then, and for a command that asks once, the table is looked through.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from foi.published.kept import NAME, in_background, once

SPANS = "memory.main.spans"
# The table, which of its rows are asked for, and which of these stand apart: what no source has was put behind all others.
TABLES = {
    "fct_cells": ("state <> 'not_asked'", "state = 'absent'"),
    "fct_counts": ("true", "false"),
    "fct_sections": ("true", "false"),
    "fct_reports": ("true", "false"),
}
MAKE = " union all ".join(
    f"select '{table}' as table_name, report_id, {apart} as is_apart, min(rowid) as first, max(rowid) as last"
    f" from {NAME}.core.{table} where {asked} group by all"
    for table, (asked, apart) in TABLES.items()
)


class Rows:
    """The rows of some reports in the large tables."""

    def __init__(self, connection: Any, report_ids: Sequence[str]) -> None:
        self._ids = tuple(dict.fromkeys(report_ids))
        self._spans = _spans(connection, self._ids)

    def of(self, table: str, *report_ids: str) -> str:
        """A query of the rows of these reports in a table; of cells without those that no form asks for."""
        asked, _ = TABLES[table]
        if not report_ids:
            return f"(select * from {table} where false)"
        if self._spans is None:
            quoted = ", ".join("'" + one.replace("'", "''") + "'" for one in report_ids)
            return f"(select * from {table} where report_id in (select unnest([{quoted}]::varchar[])) and {asked})"
        parts = [
            f"select * from {table} where rowid between {first} and {last} and report_id = '{report_id}' and {asked}"
            for name, report_id, first, last in self._spans
            if name == table and report_id in report_ids
        ]
        return f"({' union all '.join(parts)})" if parts else self.of(table)


def _spans(connection: Any, report_ids: Sequence[str]) -> list[tuple[str, str, int, int]] | None:
    """The table, the report, its first and its last row there; None while that is not known."""
    import duckdb

    try:
        found: list[tuple[str, str, int, int]] = connection.execute(
            f"select table_name, report_id, first, last from {SPANS} where report_id in ({', '.join('?' * len(report_ids)) or 'null'})",
            list(report_ids),
        ).fetchall()
    except duckdb.CatalogException:
        begin()
        return None
    return found


def begin() -> threading.Thread | None:
    """Gather in the background where the rows of reports stand; None where that is begun already, or the file is not kept open."""
    begun: list[threading.Thread | None] = []
    once("spans", lambda: begun.append(in_background(f"create table {SPANS} as from ({MAKE}) order by report_id")))
    return begun[0] if begun else None
