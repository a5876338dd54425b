"""A sheet as a person sees it: rows and columns that are hidden are left out with what they hold, and that is told.

Source: ECMA-376 part 1, §18.3.1.73 (rows), §18.3.1.13 (columns); [MS-XLS] 2.4.221 (Row), 2.4.53 (ColInfo).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.readers.package import parse_xml
from ingest.readers.sheet.formula import Place, column_name
from ingest.readers.sheet.workbook97 import sheet_records, sheet_starts
from ingest.readers.sheet.xml_cells import MAX_TAGS, S

_ROW, _COLUMN = 0x208, 0x7D
_ON = ("1", "true")
_MAY_HIDE = re.compile(rb"""\bhidden\b|\b(?:width|ht)\s*=\s*["']0(?:\.0*)?["']""")
MAX_NAMED, MAX_COLUMN = 20, 1 << 14
Merge = tuple[Place, Place]
Element = Any


@dataclass(frozen=True, slots=True)
class Hidden:
    """The rows and columns of a sheet (from 0) that are hidden or drawn without any height or width."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its values from its first used row and column (from 0), and the merged ranges of the whole sheet.

    Where something was left out, `left_out` names it, and `row_numbers` and `column_numbers` say which ones are still there.
    """

    name: str
    top: int
    left: int
    rows: list[list[Any]]
    merges: list[Merge]
    row_numbers: tuple[int, ...] = ()
    column_numbers: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()

    def row_number(self, r: int) -> int:
        """The number of a row as the sheet counts it (from 0)."""
        return self.row_numbers[r] if self.row_numbers else self.top + r

    def column_number(self, c: int) -> int:
        """The number of a column as the sheet counts it (from 0)."""
        return self.column_numbers[c] if self.column_numbers else self.left + c


def leave_out(sheet: Sheet, hidden: Hidden) -> Sheet:
    """A sheet without its hidden rows and columns that hold something; a merged cell that reaches out of them is still seen."""
    used_rows = {r for r, row in enumerate(sheet.rows, sheet.top) if any(v != "" for v in row)}
    used_columns = {c for row in sheet.rows for c, v in enumerate(row, sheet.left) if v != ""} if hidden.columns else set()
    rows, columns = hidden.rows & used_rows, hidden.columns & used_columns
    if not rows and not columns:
        return sheet
    width = max(map(len, sheet.rows), default=0)
    kept_rows = [r for r in range(sheet.top, sheet.top + len(sheet.rows)) if r not in rows]
    kept_columns = [c for c in range(sheet.left, sheet.left + width) if c not in columns]

    def value(row: int, column: int) -> Any:
        line = sheet.rows[row - sheet.top]
        return line[column - sheet.left] if column - sheet.left < len(line) else ""

    seen = [[value(r, c) for c in kept_columns] for r in kept_rows]
    merges: list[Merge] = []
    for (top, left), (bottom, right) in sheet.merges[:20000]:
        down, across = _inside(kept_rows, top, bottom), _inside(kept_columns, left, right)
        if down is None or across is None:
            continue
        merges.append(((down[0], across[0]), (down[1], across[1])))
        if top >= sheet.top and left >= sheet.left:
            seen[down[0]][across[0]] = value(top, left)
    named = [f"{sheet.name}!{r + 1}" for r in sorted(rows)] + [f"{sheet.name}!{column_name(c)}" for c in sorted(columns)]
    numbers = tuple(kept_rows), tuple(kept_columns)
    return Sheet(sheet.name, 0, 0, seen, merges, *numbers, tuple(named[:MAX_NAMED]))


def _inside(kept: list[int], first: int, last: int) -> tuple[int, int] | None:
    """The first and last place among those kept of what lies between two numbers."""
    begin, end = bisect_left(kept, first), bisect_right(kept, last)
    return (begin, end - 1) if begin < end else None


def hidden_xlsx(xml: bytes, name: str) -> Hidden:
    """What a sheet of an .xlsx hides."""
    if not _MAY_HIDE.search(xml):
        return Hidden()
    rows, columns, row = set(), set(), -1
    for element in parse_xml(xml, name, MAX_TAGS).iter(S + "row", S + "col"):
        none = element.get("hidden") in _ON or _is_zero(element.get("ht" if element.tag == S + "row" else "width"))
        if element.tag == S + "row":
            row = _number(element.get("r"), row + 2) - 1
            rows |= {row} if none else set()
        elif none:
            first = _number(element.get("min"), 1)
            columns |= set(range(first - 1, min(_number(element.get("max"), first), MAX_COLUMN)))
    return Hidden(frozenset(rows), frozenset(columns))


def _is_zero(size: str | None) -> bool:
    try:
        return size is not None and float(size) == 0
    except ValueError:
        return False


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else otherwise


def hidden_xls(stream: bytes) -> list[Hidden]:
    """What each sheet of an old workbook hides."""
    return [Hidden(*map(frozenset, _hidden(stream, start))) for start in sheet_starts(stream)]


def _hidden(stream: bytes, start: int) -> tuple[set[int], set[int]]:
    rows: set[int] = set()
    columns: set[int] = set()
    for kind, record in sheet_records(stream, start):
        if kind == _ROW and len(record) >= 16 and (record[12] & 0x20 or not _u16(record, 6) & 0x7FFF):
            rows.add(_u16(record, 0))
        elif kind == _COLUMN and len(record) >= 10 and (record[8] & 1 or not _u16(record, 4)):
            columns |= set(range(_u16(record, 0), min(_u16(record, 2) + 1, MAX_COLUMN)))
    return rows, columns


def _u16(record: bytes, at: int) -> int:
    return int.from_bytes(record[at : at + 2], "little")


def hidden_2003(sheet: Element, space: str) -> Hidden:
    """What a sheet in the XML of Excel 2003 hides."""
    return Hidden(*(frozenset(_numbered(sheet, space, *names)) for names in (("Row", "Height"), ("Column", "Width"))))


def _numbered(sheet: Element, space: str, tag: str, size: str) -> Iterator[int]:
    at = -1
    for element in sheet.iter(space + tag):
        at = _number(element.get(space + "Index"), at + 2) - 1
        more = min(_number(element.get(space + "Span"), 0), MAX_COLUMN)
        if element.get(space + "Hidden") in _ON or _is_zero(element.get(space + size)):
            yield from range(at, at + more + 1)
        at += more
