"""`foi decide --from`: read the reply sheet that a unit filled in, and put its answers into the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from expectations.decisions import ACTIONS
from foi.answer.decide import Decided, Wish, decide
from foi.letters.reply_sheet import ANSWERS, REPLY
from foi.messages import Complaint, message, template


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the sheet in which an answer was given: its cells by column, and the place of each as Excel names it."""

    line: int
    cells: dict[str, str]
    places: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A line of the sheet and the decision it became, or why it could not be used."""

    line: int
    decided: Decided | None
    reason: str = ""


def decide_from(home: Path, sheet: Path, who: str | None = None) -> list[ReplyLine]:
    """Put the answers of a reply sheet into the ledger, line by line.

    `who` answers for the lines that name nobody; without it such a line is not used. A sheet in either language is understood.
    """
    lines = []
    for answer in _answers(sheet):
        try:
            decided = decide(home, _wish(answer, who), (answer.cells["left"], answer.cells["right"]))
            lines.append(ReplyLine(answer.line, decided))
        except Complaint as complaint:
            lines.append(ReplyLine(answer.line, None, str(complaint).splitlines()[0]))
    return lines


def _wish(answer: Answer, who: str | None) -> Wish:
    """What the line decides; a Complaint names the cell that lacks something, in the words of the sheet."""
    cells, places = answer.cells, answer.places
    action = next((a for a in ACTIONS if cells["action"] in (a, *(template(f"decide.{a}") or ()))), None)
    if action is None:
        options = message("gap.comma").join(message(f"decide.{a}") for a in ANSWERS)
        raise Complaint(message("decide.reply_action", found=cells["action"], options=options, place=places["action"]))
    if not cells["report_year"].isdecimal():
        raise Complaint(message("decide.reply_year", found=cells["report_year"], place=places["report_year"]))
    person = cells["who"] or who or ""
    for name, text in (("why", cells["why"]), ("who", person)):
        if not text:
            raise Complaint(message(f"decide.reply_{name}", column=message(f"letter.reply_{name}"), place=places[name]))
    return Wish(cells["unit_code"], int(cells["report_year"]), cells["rule_id"], action, cells["why"], person)


def _answers(sheet: Path) -> Iterator[Answer]:
    """The lines of a reply sheet in which an answer was given."""
    from python_calamine import CalamineError, CalamineWorkbook

    if not sheet.is_file():
        raise Complaint(message("error.no_such_path", path=sheet), 2)
    try:
        rows = CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError) as error:
        raise Complaint(message("decide.not_a_workbook", sheet=sheet, reason=error), 2) from error
    at = next((n for n, row in enumerate(rows) if row and row[0] == "unit_code"), None)
    if at is None:
        raise Complaint(message("decide.no_reply_sheet", sheet=sheet), 2)
    columns = {str(name): n for n, name in enumerate(rows[at])}
    for number, row in enumerate(rows[at + 1 :], at + 2):
        cells = {name: _text(row[columns[name]]) if columns.get(name, len(row)) < len(row) else "" for name in REPLY}
        if cells["action"]:
            yield Answer(number, cells, {name: f"{chr(65 + columns.get(name, 0))}{number}" for name in REPLY})


def _text(value: object) -> str:
    """A cell as it was written: Excel gives 2024 back as 2024.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
