"""Read workbooks (.xlsx, .xls, .et): each sheet falls into paragraphs and tables, with the merged cells as drawn.

A value is read as stored where its format shows the same number; else, and where a formula was never computed or ends in an error,
the cell holds a text that says so and is no number. Hidden rows and columns are left out.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from ingest.model import Document, Paragraph, SourceCell, Table
from ingest.place import Place
from ingest.readers.sheet.formula import column_name
from ingest.readers.sheet.seen import Sheet
from ingest.readers.sheet.workbook import open_sheets
from ingest.readers.spans import MAX_COLUMNS
from ingest.words.headings import heading_keys
from ingest.words.text import label_key, normalize
from ingest.words.yaml_files import recognition

PROSE = 60  # characters; longer than any label with its note


def read_sheet(data: bytes) -> Document:
    """The paragraphs and tables of a workbook, sheet by sheet; raises IngestError when it is encrypted or damaged."""
    sheets = open_sheets(data)
    left_out = ", ".join(name for sheet in sheets for name in sheet.left_out)
    blocks = tuple(block for sheet in sheets for block in _blocks(sheet))
    far = ", ".join(f"{sheet.name}!{column_name(sheet.column_number(MAX_COLUMNS))}" for sheet in sheets if _is_cut(sheet))
    return Document("sheet", blocks, {name: said for name, said in (("hidden_cells", left_out), ("far_columns", far)) if said})


def _is_cut(sheet: Sheet) -> bool:
    """Whether something stands behind the last column that is read."""
    return any(value != "" for row in sheet.rows for value in row[MAX_COLUMNS:])


def text_of(value: Any) -> str:
    """A value as a person sees it: 12.0 is “12”, a date is ISO, a number has at most the 15 digits that Excel shows."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value and not 1e-9 < abs(value) < 1e15:
            return repr(value)  # no report prints such a number; with its exponent it is not taken for one later
        text = f"{Decimal(f'{value:.15g}'):f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) if value else "0"
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


@cache
def _headings() -> tuple[frozenset[str], re.Pattern[str]]:
    """The headings of the parts of a report as keys, and how an item line of table two is written."""
    return heading_keys(), re.compile(recognition()["items"])


def _blocks(sheet: Sheet) -> Iterator[Paragraph | Table]:
    cells = _cells(sheet)
    by_row: dict[int, list[SourceCell]] = {}
    used: dict[int, int] = {}  # row → cells with text that stand in it or hang into it
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
        if cell.text.strip():
            for r in range(cell.row, cell.row + cell.rowspan):
                used[r] = used.get(r, 0) + 1
    block: list[int] = []
    for r in range(max(used, default=-1) + 2):
        if r not in used:
            yield from _block(sheet, block, by_row, used)
            block = []
        elif used[r] == 1 and _is_heading(by_row.get(r, [])):
            yield from _block(sheet, block, by_row, used)
            yield from _paragraphs(sheet, r, by_row[r])
            block = []
        else:
            block.append(r)


def _is_heading(row: list[SourceCell]) -> bool:
    """Whether the only text of a row is the heading of a part, or running prose: both end a table."""
    text = next((c.text for c in row if c.text.strip()), "")
    return label_key(text) in _headings()[0] or len(text) > PROSE


def _paragraphs(sheet: Sheet, row: int, cells: list[SourceCell]) -> Iterator[Paragraph]:
    """The lines of the only text of a row: whole parts of a report stand in one cell."""
    lines = next(c.text for c in cells if c.text.strip()).split("\n")
    place = Place.of_rows(sheet.name, sheet.row_number(row) + 1)
    yield from (Paragraph(line.strip(), place) for line in lines if line.strip())


def _block(
    sheet: Sheet, block: list[int], by_row: dict[int, list[SourceCell]], used: dict[int, int]
) -> Iterator[Paragraph | Table]:
    """The rows between two empty rows or headings: lines with one text before the first full row are titles, the rest a table."""
    while block and used[block[0]] == 1:
        row = by_row.get(block[0], [])
        text = next((c for c in row if c.text.strip()), None)
        more = any(used[r] > 1 for r in block)
        if text is None or text.rowspan > 1 or (more and _headings()[1].match(normalize(text.text))):
            break
        yield from _paragraphs(sheet, block[0], row)
        block = block[1:]
    if not block:
        return
    cells = [c for r in block for c in by_row.get(r, [])]
    drawn = [c for c in cells if c.text.strip() or c.rowspan * c.colspan > 1]
    left, right = min(c.column for c in drawn), max(c.column + c.colspan for c in drawn)
    first, last = block[0], block[-1]
    place = Place.of_rows(sheet.name, sheet.row_number(first) + 1, sheet.row_number(last) + 1)
    yield Table(
        tuple(
            SourceCell(c.text, c.row - first, c.column - left, min(c.rowspan, last + 1 - c.row), c.colspan, 1.0, c.box)
            for c in cells
            if left <= c.column < right
        ),
        place,
    )


def _cells(sheet: Sheet) -> list[SourceCell]:
    """Every cell of the used rectangle, a merged one once; merges past the rectangle are cut, overlapping ones dropped."""
    height, width = len(sheet.rows), min(max(map(len, sheet.rows), default=0), MAX_COLUMNS)
    covered = [0] * height  # a bit for each column
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for (top, left), (bottom, right) in sheet.merges[:20000]:
        top, left, bottom, right = top - sheet.top, left - sheet.left, bottom - sheet.top + 1, right - sheet.left + 1
        bottom, right = min(bottom, height), min(right, width)
        if top < 0 or left < 0 or bottom <= top or right <= left:
            continue
        bits = ((1 << (right - left)) - 1) << left
        if any(covered[r] & bits for r in range(top, bottom)):
            continue
        for r in range(top, bottom):
            covered[r] |= bits
        covered[top] &= ~(1 << left)
        spans[top, left] = (bottom - top, right - left)
    cells = []
    for r, row in enumerate(sheet.rows):
        row = row[:width]
        if not covered[r] and not any(value != "" for value in row):
            continue  # nothing stands here; far-away rows may be many
        for c, value in enumerate(row):
            if not covered[r] >> c & 1:
                box = f"{column_name(sheet.column_number(c))}{sheet.row_number(r) + 1}"
                cells.append(SourceCell(text_of(value), r, c, *spans.get((r, c), (1, 1)), 1.0, box))
    return cells
