"""The rows of a page as a file: CSV and JSON with the names that programs know, a workbook in the language of its reader."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from foi.published import as_csv, as_json, exact
from ingest.words.language import Text

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(ending: str, columns: Mapping[str, Text], rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows in a format; texts of two languages are told apart in JSON, and one of them in the others."""
    if ending == "json":
        return as_json(*_bilingual(columns, rows)).encode()
    plain = [[value.shown if isinstance(value, Text) else value for value in row] for row in rows]
    if ending == "csv":
        return ("\ufeff" + as_csv(list(columns), plain) + "\n").encode()
    return _workbook([text.shown for text in columns.values()], plain)


def _bilingual(columns: Mapping[str, Text], rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows in which every text is two columns, one for each language."""
    texts = {at for row in rows for at, value in enumerate(row) if isinstance(value, Text)}
    names = [
        name for at, column in enumerate(columns) for name in ((f"{column}_zh", f"{column}_en") if at in texts else (column,))
    ]
    split = [
        [part for at, value in enumerate(row) for part in ((value or (None, None)) if at in texts else (value,))] for row in rows
    ]
    return names, split


def _workbook(head: list[str], rows: Sequence[Sequence[Any]]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, head, bold)
        sheet.freeze_panes(1, 0)
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row):
                if isinstance(value, bool) or value is None:
                    sheet.write(r, c, value)
                elif isinstance(value, (Decimal, int, float)):
                    sheet.write_number(r, c, value)
                elif isinstance(value, (date, datetime)):
                    sheet.write_datetime(r, c, value, day)
                else:
                    sheet.write_string(r, c, exact(value))
        sheet.autofilter(0, 0, max(len(rows), 1), max(len(head) - 1, 0))
        sheet.autofit()
    return content.getvalue()
