"""The cover list of many letters: which unit, how many questions, which number, until when; as a sheet and as a Word file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from foi.answer.docx import as_word
from foi.ask.workbook import SAFE
from foi.letters.asked import Letter
from foi.letters.ledger import Report, Written
from foi.messages import message

COLUMNS = ("n", "unit_code", "unit_name", "report_year", "questions", "number", "reply_by")


def cover_rows(letters: Sequence[Letter], written: Mapping[Report, Written]) -> list[list[int | str]]:
    """A row for each letter, in the order of the units."""
    rows: list[list[int | str]] = []
    for n, letter in enumerate(letters, 1):
        kept = written.get(letter.report)
        number, due = (kept.number, kept.reply_by) if kept else (message("letter.no_number"), "")
        rows.append([n, letter.unit_code, letter.unit_name, letter.report_year, len(letter.violations), number, due])
    return rows


def cover_book(letters: Sequence[Letter], written: Mapping[Report, Written]) -> bytes:
    """The list as a workbook."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **SAFE}) as book:
        sheet = book.add_worksheet(message("letter.cover_sheet"))
        sheet.write_row(0, 0, _heading(), book.add_format({"bold": True, "bg_color": "#F3F3F3"}))
        for at, row in enumerate(cover_rows(letters, written), 1):
            sheet.write_row(at, 0, row)
        for at, width in enumerate((6, 18, 36, 8, 10, 22, 14)):
            sheet.set_column(at, at, width)
        sheet.freeze_panes(1, 0)
    return content.getvalue()


def cover_document(letters: Sequence[Letter], written: Mapping[Report, Written]) -> bytes:
    """The list as a Word file."""
    rows = [[str(value) for value in row] for row in cover_rows(letters, written)]
    return as_word(message("letter.cover_title", n=len(letters)), [[_heading(), *rows]])


def _heading() -> list[str]:
    return [message(f"letter.cover_{column}") for column in COLUMNS]
