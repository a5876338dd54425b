"""What units answered and what reviewers made of it (answers.jsonl): every answer and every ruling is a line, and none is ever changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from foi.messages import Complaint, message
from ingest.home import Home
from ingest.home.alone import alone
from ingest.home.ledger import Last, add_after, read_ledger

# right: it is right as it is; wrong: it is wrong, perhaps with the right numbers; file: a new report was handed in.
KINDS = ("right", "wrong", "file")
RULINGS = {"accept": "accepted", "refuse": "refused", "undo": "pending"}


@dataclass(frozen=True, slots=True)
class Change:
    """The right number of a cell: what the report says there (a number, or why there is none), and what is right."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit answered to one question of a letter (a new file answers all of them: no rule), on which numbers, and who said it how."""

    number: int
    at: str
    letter: str
    unit_code: str
    report_year: int
    rule_id: str
    left: str
    right: str
    kind: str
    why: str
    cells: tuple[Change, ...]
    file: str
    digest: str
    who: str
    how: str

    @property
    def says(self) -> tuple[Any, ...]:
        """All that was answered, whenever, by whom and how."""
        return (
            self.letter,
            self.unit_code,
            self.report_year,
            self.rule_id,
            self.left,
            self.right,
            self.kind,
            self.why,
            self.cells,
            self.digest,
        )

    @property
    def about(self) -> tuple[str, int, str]:
        """What it is an answer to."""
        return self.unit_code, self.report_year, self.rule_id


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a reviewer made of an answer: accept, refuse or undo, why, and what became of it (explain, confirm, correct, file)."""

    ruling: int
    at: str
    who: str
    act: str
    why: str
    became: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with its state: pending, accepted, refused, or replaced by a later one; and the last ruling on it."""

    answer: Answer
    state: str
    ruling: Ruling | None


def read_answers(home: Home) -> list[Answered]:
    """All answers with what became of them, the first one first; a Complaint where a line cannot be read: it may be a ruling."""
    answers, rulings = _lines(home)
    last: dict[int, Ruling] = {ruling.ruling: ruling for ruling in rulings}
    latest = {answer.about: answer.number for answer in answers}
    return [_stands(answer, last.get(answer.number), latest[answer.about]) for answer in answers]


def _stands(answer: Answer, ruling: Ruling | None, latest: int) -> Answered:
    state = RULINGS[ruling.act] if ruling else "pending"
    return Answered(answer, "replaced" if state == "pending" and latest != answer.number else state, ruling)


def add_answers(home: Home, made: Callable[[Sequence[Answered], int], Iterator[Answer]]) -> list[Answer]:
    """Write answers behind the others, each under the next number; `made` makes them of those that are there, in one write."""
    new: list[Answer] = []

    def lines(_: Last) -> list[dict[str, Any]]:
        there = read_answers(home)
        new[:] = made(there, max((one.answer.number for one in there), default=0) + 1)
        return [asdict(answer) for answer in new]

    with alone(rulings_lock(home)):  # an answer that is being accepted is not replaced meanwhile
        add_after(home.answers, lines)
    return new


def rulings_lock(home: Home) -> Path:
    """The file that is held by whoever rules on an answer, or gives one."""
    return home.root / ".rulings.lock"


def add_ruling(home: Home, ruling: Ruling, states: Sequence[str]) -> None:
    """Write a ruling; a Complaint where the answer is in none of the states that it may follow, for somebody was faster."""

    def lines(_: Last) -> list[dict[str, Any]]:
        found = find(read_answers(home), ruling.ruling)
        if found.state not in states:
            raise Complaint(
                message(f"answer.is_{found.state}", number=ruling.ruling, who=found.ruling.who if found.ruling else "–")
            )
        return [asdict(ruling)]

    add_after(home.answers, lines)


def find(answers: Sequence[Answered], number: int) -> Answered:
    """The answer of a number; a Complaint where there is none."""
    found = next((one for one in answers if one.answer.number == number), None)
    if found is None:
        raise Complaint(message("answer.no_number", number=number))
    return found


def now() -> str:
    """This moment as it is kept."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _lines(home: Home) -> tuple[list[Answer], list[Ruling]]:
    lines = read_ledger(home.answers, understood)
    if broken := [line for line in lines if line.entry is None]:
        raise Complaint(message("letter.bad_ledger", path=home.answers, line=broken[0].number, reason=broken[0].reason))
    entries = [line.entry for line in lines]
    return [e for e in entries if isinstance(e, Answer)], [e for e in entries if isinstance(e, Ruling)]


def understood(row: dict[str, Any]) -> Answer | Ruling:
    """A line as an answer or a ruling; an error where a key is missing, strange, or of another kind."""
    if "ruling" in row:
        ruling = Ruling(**row)
        if ruling.act not in RULINGS or not isinstance(ruling.ruling, int):
            raise ValueError(f"act: {ruling.act}")
        return ruling
    answer = Answer(**{**row, "cells": tuple(Change(**cell) for cell in row["cells"])})
    if answer.kind not in KINDS or not isinstance(answer.number, int) or not isinstance(answer.report_year, int):
        raise ValueError(f"kind: {answer.kind}")
    return answer
