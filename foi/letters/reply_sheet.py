"""The sheet that a unit fills in (.xlsx); `foi decide --from` reads it back."""

from __future__ import annotations

import io

from expectations.messages import plain
from foi.letters.asked import Letter
from foi.ask.workbook import SAFE
from foi.messages import message

REPLY = ("unit_code", "report_year", "rule_id", "left", "right", "message", "action", "why", "who")
ANSWERS = ("confirm", "explain", "waive")  # the decisions that a unit may choose


def reply_sheet(letter: Letter) -> bytes:
    """The sheet in the language of this reader. The codes stay in every language, so that an answer finds its violation."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **SAFE}) as book:
        sheet = book.add_worksheet("reply")
        bold, wrap = book.add_format({"bold": True, "bg_color": "#F3F3F3"}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, [message(f"letter.reply_{c}") for c in REPLY], bold)
        sheet.write_row(1, 0, REPLY, bold)
        sheet.set_column(0, 4, 12)
        sheet.set_column(5, 5, 70, wrap)
        sheet.set_column(6, 8, 24)
        for at, violation in enumerate(letter.violations, 2):
            sides = [plain(violation.left), plain(violation.right)]
            sheet.write_row(at, 0, [letter.unit_code, str(letter.report_year), violation.rule_id, *sides, violation.text.shown])
        options = [message(f"decide.{a}") for a in ANSWERS]
        sheet.data_validation(2, 6, max(2, len(letter.violations) + 1), 6, {"validate": "list", "source": options})
        sheet.freeze_panes(2, 3)
    return content.getvalue()
