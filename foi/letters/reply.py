"""Read the reply sheet that a unit filled in: each line in which an answer was given, with the right numbers of its second sheet."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.decisions import SETTLED
from foi.letters.given import Given
from foi.letters.reply_sheet import ANSWERS, NUMBERS, REPLY
from foi.messages import Complaint, message, template

# What earlier sheets and people at the command line write for the same.
SAME = {"right": ("explain",), "wrong": ("confirm",)}
NOT_FOR_UNITS = tuple(action for action in SETTLED if action not in SAME["right"])  # waive


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A line of the sheet in which an answer was given: whose report it is about, which letter, who answers, and the answer or what is wrong."""

    line: int
    unit_code: str
    report_year: int
    letter: str
    who: str
    given: Given | None
    reason: str = ""


def read_reply(name: str, content: bytes | Path) -> list[ReplyLine]:
    """The answers of a reply sheet in either language; a Complaint where it is none."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        data = content.read_bytes() if isinstance(content, Path) else content
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_index(at).to_python() for at in range(min(2, len(book.sheet_names)))]
    except FileNotFoundError as error:
        raise Complaint(message("error.no_such_path", path=name), 2) from error
    except (CalamineError, OSError) as error:
        raise Complaint(message("decide.not_a_workbook", sheet=name, reason=error), 2) from error
    lines = _rows(sheets[0] if sheets else [], "unit_code", REPLY)
    if lines is None:
        raise Complaint(message("decide.no_reply_sheet", sheet=name), 2)
    numbers = _numbers(name, sheets[1] if len(sheets) > 1 else [], [cells for _, cells in lines])
    return [_line(number, cells, numbers.get(cells["rule_id"], {})) for number, cells in lines if _is_answered(cells, numbers)]


def _numbers(name: str, rows: list[list[Any]], lines: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """The right numbers by rule and cell; a Complaint where it is not certain which report, question or number is meant."""
    numbers: dict[str, dict[str, str]] = {}
    asked = {cells["rule_id"] for cells in lines}
    for line, cells in _rows(rows, "rule_id", NUMBERS) or ():
        rule, number = cells["rule_id"], cells["right_number"]
        if not number:
            continue
        if rule not in asked:
            raise Complaint(message("answer.sheet_no_question", sheet=name, line=line, number=number[:40], rule=rule[:80]), 2)
        before = numbers.setdefault(rule, {}).setdefault(cells["cell"], number)
        if before != number:
            values = {"cell": cells["name"] or cells["cell"], "before": before[:40], "number": number[:40]}
            raise Complaint(message("answer.sheet_two_numbers", sheet=name, line=line, **values), 2)
    reports = sorted({f"{cells['unit_code']} {cells['report_year']}" for cells in lines if cells["unit_code"]})
    if numbers and len(reports) > 1:  # the second sheet does not say whose numbers they are
        raise Complaint(message("answer.sheet_of_several", sheet=name, reports=message("gap.comma").join(reports[:5])), 2)
    return numbers


def _is_answered(cells: dict[str, str], numbers: dict[str, dict[str, str]]) -> bool:
    """Whether anything was given on a line: also a right number alone."""
    return bool(cells["action"] or cells["rule_id"] in numbers)


def _rows(rows: list[list[Any]], first: str, names: tuple[str, ...]) -> list[tuple[int, dict[str, str]]] | None:
    """The lines below the heading in codes, each with its number; None where there is no such heading."""
    at = next((n for n, row in enumerate(rows) if row and row[0] == first), None)
    if at is None:
        return None
    columns = {str(name): n for n, name in enumerate(rows[at])}
    return [
        (number, {name: _text(row[columns[name]]) if columns.get(name, len(row)) < len(row) else "" for name in names})
        for number, row in enumerate(rows[at + 1 :], at + 2)
    ]


def _line(number: int, cells: dict[str, str], numbers: dict[str, str]) -> ReplyLine:
    try:
        given = _given(number, cells, numbers)
    except Complaint as complaint:
        return ReplyLine(number, cells["unit_code"], 0, cells["letter"], cells["who"], None, str(complaint))
    return ReplyLine(number, cells["unit_code"], int(cells["report_year"]), cells["letter"], cells["who"], given)


def _given(number: int, cells: dict[str, str], numbers: dict[str, str]) -> Given:
    """What the line answers; a Complaint names the cell that lacks something, in the words of the sheet."""
    places = {name: f"{chr(65 + at)}{number}" for at, name in enumerate(REPLY)}
    chosen = cells["action"] or message("answer.wrong")
    kind = next((a for a in ANSWERS if any(chosen in _words(word) for word in (f"answer.{a}", *SAME[a]))), None)
    if kind is None:
        key = "answer.no_waiver" if any(chosen in _words(word) for word in NOT_FOR_UNITS) else "decide.reply_action"
        options = message("gap.comma").join(message(f"answer.{a}") for a in ANSWERS)
        raise Complaint(message(key, found=cells["action"], options=options, place=places["action"]))
    if not (cells["report_year"].isascii() and cells["report_year"].isdecimal()):
        raise Complaint(message("decide.reply_year", found=cells["report_year"], place=places["report_year"]))
    if not cells["why"] and not (kind == "wrong" and numbers):
        raise Complaint(message("decide.reply_why", column=message("letter.reply_why"), place=places["why"]))
    return Given(cells["rule_id"], cells["left"], cells["right"], kind, cells["why"], numbers)


def _words(word: str) -> tuple[str, ...]:
    """A choice as its code and as it stands in the sheets of both languages."""
    key = word if word.startswith("answer.") else f"decide.{word}"
    return (word.removeprefix("answer."), *(template(key) or ()))


def _text(value: object) -> str:
    """A cell as it was written: Excel gives 2024 back as 2024.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
