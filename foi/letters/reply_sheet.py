"""The workbook that a unit fills in (.xlsx): an answer to each question, and on its second sheet the right numbers; `foi.letters.reply` reads it."""

from __future__ import annotations

import io
from typing import Any

from expectations.messages import plain
from foi.ask.workbook import SAFE
from foi.letters.asked import Letter
from foi.letters.cells import cells_asked
from foi.messages import message

REPLY = ("unit_code", "report_year", "rule_id", "left", "right", "message", "action", "why", "who", "letter")
NUMBERS = ("rule_id", "cell", "name", "now", "last", "right_number")
ANSWERS = ("right", "wrong")  # what a unit may choose; it cannot waive a fault of its own
WIDTHS = ((12, 12, 12, 12, 12, 70, 24, 24, 24, 18), (26, 26, 50, 14, 24, 16))


def reply_sheet(letter: Letter, number: str = "") -> bytes:
    """The workbook in the language of this reader. The codes stay in every language, so that an answer finds its violation."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **SAFE}) as book:
        sheet = _begun(book, "reply", REPLY, WIDTHS[0])
        for at, violation in enumerate(letter.violations, 2):
            sides = [plain(violation.left), plain(violation.right)]
            row = [letter.unit_code, str(letter.report_year), violation.rule_id, *sides, violation.text.shown, "", "", "", number]
            sheet.write_row(at, 0, row)
        options = [message(f"answer.{a}") for a in ANSWERS]
        sheet.data_validation(2, 6, max(2, len(letter.violations) + 1), 6, {"validate": "list", "source": options})
        numbers = _begun(book, "numbers", NUMBERS, WIDTHS[1])
        at = 2
        for rule_id in letter.rule_ids:
            for cell in cells_asked(letter, rule_id):
                numbers.write_row(at, 0, [rule_id, cell.code, cell.name, cell.now, cell.last])
                at += 1
    return content.getvalue()


def _begun(book: Any, name: str, columns: tuple[str, ...], widths: tuple[int, ...]) -> Any:
    """A sheet with its heading in words and, below, in the codes by which it is read back."""
    sheet = book.add_worksheet(name)
    bold, wrap = book.add_format({"bold": True, "bg_color": "#F3F3F3"}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_row(0, 0, [message(f"letter.{name}_{c}") for c in columns], bold)
    sheet.write_row(1, 0, columns, bold)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width, wrap)
    sheet.freeze_panes(2, 3)
    return sheet
