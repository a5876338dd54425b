"""Reports as workbooks: all on one sheet, or a sheet for each part; numbers as numbers, merged cells as drawn."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
import xlwt

from tests.factory.layout import HEADINGS, draw
from tests.factory.prose import after, before
from tests.factory.record import Record

Placed = tuple[int, int, int, int, str]  # row, column, rows, columns, text


def _placed(record: Record, table: str, top: int) -> tuple[list[Placed], int]:
    """The cells of a table from row `top` on, and the first row after it."""
    taken: set[tuple[int, int]] = set()
    cells: list[Placed] = []
    rows = draw(record, table)
    for r, row in enumerate(rows, top):
        column = 0
        for text, rowspan, colspan in row:
            while (r, column) in taken:
                column += 1
            cells.append((r, column, rowspan, colspan, text))
            taken |= {(r + i, column + j) for i in range(rowspan) for j in range(colspan)}
    return cells, top + len(rows)


def _sheets(record: Record, one_sheet: bool, gap: int) -> Iterator[tuple[str, list[Placed]]]:
    cells: list[Placed] = []
    row = 0

    def lines(texts: list[str]) -> None:
        nonlocal row
        for text in texts:
            cells.append((row, 0, 1, 10, text))
            row += 1

    lines(before(record))
    for name, heading in HEADINGS.items():
        if not one_sheet:
            yield f"{name}前", cells
            cells, row = [], 0
        row += gap
        lines([heading])
        table, row = _placed(record, name, row)
        cells += table
    if not one_sheet:
        yield "表四", cells
        cells, row = [], 0
    row += gap
    lines(after(record))
    yield "年报", cells


def as_xlsx(
    record: Record,
    one_sheet: bool = True,
    gap: int = 0,
    as_text: bool = False,
    special: Mapping[str, Callable[[Any, Any, int, int], object]] | None = None,
    hidden: Mapping[str, Record] | None = None,
) -> bytes:
    """A record as .xlsx; `gap` empty rows stand before each heading; numbers are text where `as_text`.

    `hidden` draws other records in hidden “rows” above it or hidden “columns” to its left.

    A text that stands in `special` is written by what stands there, which is given the workbook, the sheet, row and column.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": datetime(2025, 1, 20)})  # else the second in which it was made stands in the file
    for name, cells in _sheets(record, one_sheet, gap):
        sheet = book.add_worksheet(name)
        for row, column, rows, columns, text in _beside(sheet, cells, one_sheet, gap, hidden or {}):
            number = None if as_text else _number(text)
            if rows * columns > 1:
                sheet.merge_range(row, column, row + rows - 1, column + columns - 1, "")
            if special and text in special:
                special[text](book, sheet, row, column)
            elif number is not None:
                sheet.write_number(row, column, number)
            elif text:
                sheet.write_string(row, column, text)
    book.close()
    return out.getvalue()


def _beside(sheet: Any, cells: list[Placed], one_sheet: bool, gap: int, hidden: Mapping[str, Record]) -> list[Placed]:
    """The cells of a sheet together with those of hidden records, which move them down or to the right."""
    for way, record in hidden.items():
        other = next(placed for _, placed in _sheets(record, one_sheet, gap))
        down = max(row + rows for row, _, rows, _, _ in other) if way == "rows" else 0
        right = max(column + columns for _, column, _, columns, _ in other) if way == "columns" else 0
        cells = other + [(row + down, column + right, *rest) for row, column, *rest in cells]
        for row in range(down):
            sheet.set_row(row, None, None, {"hidden": True})
        sheet.set_column(0, right - 1, None, None, {"hidden": True}) if right else None
    return cells


def as_xls(
    record: Record,
    one_sheet: bool = True,
    gap: int = 0,
    special: Mapping[str, Callable[[Any, int, int], tuple[Any, xlwt.XFStyle]]] | None = None,
) -> bytes:
    """A record as .xls (Excel 97), which is also what WPS calls .et.

    A text that stands in `special` becomes the value and style that what stands there makes of sheet, row and column.
    """
    book = xlwt.Workbook(encoding="utf-8")
    for name, cells in _sheets(record, one_sheet, gap):
        sheet = book.add_sheet(name)
        for row, column, rows, columns, text in cells:
            number = _number(text)
            value = text if number is None else number
            style = xlwt.Style.default_style
            if special and text in special:
                value, style = special[text](sheet, row, column)
            if rows * columns > 1:
                sheet.write_merge(row, row + rows - 1, column, column + columns - 1, value, style)
            elif text:
                sheet.write(row, column, value, style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_xml2003(record: Record, special: Mapping[str, str] | None = None, styles: str = "") -> bytes:
    """A record as Excel 2003 writes it in one XML file; a text that stands in `special` becomes the cell that stands there."""
    sheets = []
    for name, cells in _sheets(record, True, 0):
        by_row: dict[int, list[str]] = {}
        for row, column, rows, columns, text in cells:
            kind = "String" if _number(text) is None else "Number"
            span = f' ss:MergeDown="{rows - 1}" ss:MergeAcross="{columns - 1}"' if rows * columns > 1 else ""
            data = f'<Data ss:Type="{kind}">{escape(text)}</Data>' if text else ""
            inner = (special or {}).get(text, f"<Cell>{data}</Cell>")
            by_row.setdefault(row, []).append(inner.replace("<Cell", f'<Cell ss:Index="{column + 1}"{span}', 1))
        lines = "".join(f'<Row ss:Index="{r + 1}">{"".join(cells)}</Row>' for r, cells in sorted(by_row.items()))
        sheets.append(f"<Worksheet ss:Name={quoteattr(name)}><Table>{lines}</Table></Worksheet>")
    head = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    names = "".join(f' xmlns{p}="urn:schemas-microsoft-com:office:spreadsheet"' for p in ("", ":ss"))
    return f"{head}<Workbook{names}><Styles>{styles}</Styles>{''.join(sheets)}</Workbook>".encode()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
