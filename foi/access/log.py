"""Questions to the log: what was done and refused, by whom, of what, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from foi.access.audit import Entry, entries
from foi.messages import Complaint, message
from ingest.beijing import BEIJING
from ingest.home import Home

COLUMNS = ("line", "at", "who", "role", "area", "how", "act", "about", "origin", "before", "after", "refused")


@dataclass(frozen=True, slots=True)
class Question:
    """Which lines are asked for: of whom, of which act, with which words in what they are about, since which day, refusals alone or not."""

    who: str = ""
    act: str = ""
    about: str = ""
    since: str = ""
    refused: bool = False
    most: int = 0  # the newest so many; 0 is all


@dataclass(frozen=True, slots=True)
class Found:
    """The lines that were asked for, the newest first, each with its number; how many fit, and how many lines cannot be read."""

    lines: tuple[tuple[int, Entry], ...]
    fitting: int
    unreadable: int


def found(home: Home, question: Question) -> Found:
    """The lines of the log that fit a question."""
    since = _moment(question.since)
    every = entries(home)
    fitting = [(line.number, line.entry) for line in every if line.entry and _fits(line.entry, question, since)]
    newest = fitting[::-1][: question.most or None]
    return Found(tuple(newest), len(fitting), sum(line.entry is None for line in every))


def row_of(number: int, entry: Entry) -> list[object]:
    """A line as a row of COLUMNS."""
    return [number, *(getattr(entry, name) for name in COLUMNS[1:])]


def _fits(entry: Entry, question: Question, since: str) -> bool:
    return (
        question.who in ("", entry.who)
        and question.act in ("", entry.act)
        and question.about in entry.about
        and entry.at >= since
        and (bool(entry.refused) or not question.refused)
    )


def _moment(day: str) -> str:
    """The beginning of a day in Beijing as the log writes moments."""
    if not day:
        return ""
    try:
        begun = datetime.combine(date.fromisoformat(day), time(), BEIJING)
    except ValueError:
        raise Complaint(message("audit.bad_day", found=day[:40])) from None
    return begun.astimezone(UTC).isoformat(timespec="milliseconds")
