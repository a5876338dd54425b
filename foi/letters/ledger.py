"""The letters that were written (letters.jsonl): each with its number, what it asked and until when; numbers have no gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from foi.letters.settings import Settings
from foi.messages import Complaint, message
from ingest.home import Home
from ingest.home.ledger import Last, add_after, read_ledger

Report = tuple[str, int]  # unit and year


@dataclass(frozen=True, slots=True)
class Question:
    """One violation that a letter asks about: its rule, and both sides as they stood then."""

    rule_id: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it was written: its number, to whom about which year, what it asks, when, by whom, and until when it is answered."""

    number: str
    year: int  # of the day it was written on
    n: int  # its turn in that year
    unit_code: str
    unit_name: str
    report_year: int
    questions: tuple[Question, ...]
    made_at: str
    made_on: str
    who: str
    reply_by: str
    replaces: str = ""

    @property
    def report(self) -> Report:
        """The unit and the year."""
        return self.unit_code, self.report_year

    def asks(self, rule_id: str) -> Question | None:
        """The question about a rule; None where the letter does not ask about it."""
        return next((q for q in self.questions if q.rule_id == rule_id), None)


@dataclass(frozen=True, slots=True)
class ToWrite:
    """What a unit is to be asked about one report."""

    unit_code: str
    unit_name: str
    report_year: int
    questions: tuple[Question, ...]


def read_written(home: Home) -> list[Written]:
    """All letters that were written, the first one first; a Complaint where a line cannot be read, for its number may be given out again."""
    lines = read_ledger(home.letters, understood)
    if broken := [line for line in lines if line.entry is None]:
        raise Complaint(message("letter.bad_ledger", path=home.letters, line=broken[0].number, reason=broken[0].reason))
    return [line.entry for line in lines if line.entry is not None]


def last_letters(written: Iterable[Written]) -> dict[Report, Written]:
    """The letter that counts for each report: the last one."""
    return {letter.report: letter for letter in written}


def number_letters(home: Home, settings: Settings, asked: Sequence[ToWrite], who: str, today: date) -> dict[Report, Written]:
    """The letter of each report: one that asked all of this before keeps its number, any other gets the next one; in one write."""
    found: dict[Report, Written] = {}

    def made(_: Last) -> list[dict[str, Any]]:
        written = read_written(home)
        last, new = last_letters(written), []
        n = max((letter.n for letter in written if letter.year == today.year or "{year}" not in settings.number), default=0)
        for one in asked:
            before = last.get((one.unit_code, one.report_year))
            if before and {*one.questions} <= {*before.questions}:
                found[before.report] = before
                continue
            n += 1
            letter = _letter(one, settings, who, today, n)
            found[letter.report] = letter if before is None else replace(letter, replaces=before.number)
            new.append(asdict(found[letter.report]))
        return new

    add_after(home.letters, made)
    return found


def _letter(one: ToWrite, settings: Settings, who: str, today: date, n: int) -> Written:
    number = settings.number.format(year=today.year, n=n)
    now, due = datetime.now(UTC).isoformat(timespec="seconds"), settings.due(today).isoformat()
    whose = (one.unit_code, one.unit_name, one.report_year)
    return Written(number, today.year, n, *whose, one.questions, now, today.isoformat(), who, due)


def understood(row: dict[str, Any]) -> Written:
    """A letter as a line of the ledger says it; an error where a key is missing, strange, or of another kind."""
    questions = tuple(Question(**question) for question in row["questions"])
    letter = Written(**{**row, "questions": questions})
    for name, value in row.items():
        if name != "questions" and not isinstance(value, int if name in ("year", "n", "report_year") else str):
            raise TypeError(f"{name}: {value!r}")
    date.fromisoformat(letter.reply_by)
    return letter
