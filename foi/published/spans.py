"""Where the rows of each report stand in the large tables, so that who asks for one report does not look through those of all.

The rows of a report stand beside each other, for they were read and built together. Where a process keeps the published file open, their first and last
numbers are gathered once, in the background, table by table; until then, and for a command that asks once, the table is looked through.
"""

from __future__ import annotations

import re
import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

from foi.published.kept import NAME, in_background, once

# The table, which of its rows are asked for, and which of these stand apart: what no source has was put behind all others.
TABLES = {
    "core.fct_cells": ("state <> 'not_asked'", "state = 'absent'"),  # the longest to look through, and therefore first
    "core.fct_reports": ("true", "true"),
    "core.fct_sections": ("true", "true"),
    "core.fct_counts": ("true", "true"),
    "quality.violations": ("true", "rowid"),
    "quality.expectation_results": ("report_id is not null", "rowid"),
    "quality.completeness": ("not is_complete", "rowid"),
    "quality.signal_results": ("result = 'fail' and code is not null", "rowid"),  # what fails of a cell: few, and each by itself
}
ASKED = {table.partition(".")[2]: asked for table, (asked, _) in TABLES.items()}
DIGITS = 8  # of an id, by which its rows are found: 4 bytes; those of another report with the same ones are passed over
# Ids that are no numbers stand last, and are not taken over: a condition on them would be asked of every row.
GATHER = """
select try_cast(concat('0x', report_id[:{digits}]) as uinteger) as id, min(rowid)::uinteger as first, max(rowid)::uinteger as last from {table}
where {asked} group by report_id, {apart} order by id nulls last, first
"""
SLICE = 2048  # rows that are taken over at once
MANY = 64  # reports, of which each is asked for by itself
_ID = re.compile("[0-9a-f]+")


class _Spans:
    """The spans of one table, in the order of the numbers that the first digits of their reports are."""

    def __init__(self) -> None:
        self._ids, self._first, self._last = array("I"), array("I"), array("I")

    def gather(self, cursor: Any, table: str) -> None:
        """Take them over from the published file."""
        asked, apart = TABLES[table]
        cursor.execute(GATHER.format(digits=DIGITS, table=f"{NAME}.{table}", asked=asked, apart=apart))
        while rows := [row for row in cursor.fetchmany(SLICE) if row[0] is not None]:
            for kept, numbers in zip((self._ids, self._first, self._last), zip(*rows, strict=True), strict=True):
                kept.extend(numbers)

    def of(self, report_id: str) -> Iterator[tuple[int, int]]:
        """The first and the last number of the rows of a report; of rows that follow each other once."""
        number = int(report_id[:DIGITS], 16)
        at = slice(bisect_left(self._ids, number), bisect_right(self._ids, number))
        first, last = -1, -2
        for begin, end in zip(self._first[at], self._last[at], strict=True):
            if begin > last + 1:
                if first >= 0:
                    yield first, last
                first = begin
            last = max(last, end)
        if first >= 0:
            yield first, last


def rows_in(table: str, *report_ids: str, columns: str = "*") -> str:
    """A query of the rows of these reports in a table.

    Of cells without those that no form asks for, of signals what fails of a cell, of completeness what is not complete. `columns` are
    those that are wanted: to plan a part for each report with all of them takes longer than to read it.
    """
    asked = ASKED[table]
    ids = tuple(dict.fromkeys(report_ids))
    if not ids:
        return f"(select {columns} from {table} where false)"
    spans = _known().get(table)
    if spans is None or len(ids) > MANY or not all(map(_ID.fullmatch, ids)):
        quoted = ", ".join(map(_quoted, ids))
        among = f"= {quoted}" if len(ids) == 1 else f"in (select unnest([{quoted}]::varchar[]))"
        return f"(select {columns} from {table} where report_id {among} and {asked})"
    parts = [
        f"select {columns} from {table} where rowid between {first} and {last} and report_id = {_quoted(one)} and {asked}"
        for one in ids
        for first, last in spans.of(one)
    ]
    return f"({' union all '.join(parts)})" if parts else rows_in(table, columns=columns)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def begin() -> threading.Thread | None:
    """Gather in the background where the rows of reports stand; None where that is begun already, or the file is not kept open."""
    begun: list[threading.Thread | None] = []
    once("spans", lambda: _begun(begun))
    return begun[0] if begun else None


def _known() -> dict[str, _Spans]:
    """The spans of the tables of which they are gathered."""
    known: dict[str, _Spans] = once("spans", lambda: _begun([]))
    return known


def _begun(threads: list[threading.Thread | None]) -> dict[str, _Spans]:
    known: dict[str, _Spans] = {}

    def gather(cursor: Any) -> None:
        for table in TABLES:
            spans = _Spans()
            spans.gather(cursor, table)
            known[table.partition(".")[2]] = spans

    threads.append(in_background(gather))
    return known
