"""Years that an area closed: a ledger of who locked which, when and why, and of what was changed all the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.home.ledger import add_line, read_ledger
from ingest.units.within import within

LOCK, UNLOCK, LET_IN, CHANGE = "lock", "unlock", "let_in", "change"
ACTS = (LOCK, UNLOCK, LET_IN, CHANGE)


@dataclass(frozen=True, slots=True)
class YearLock:
    """A line of the ledger: who locked or unlocked the year of an area, let a file in or changed something all the same, when and why.

    `about` is the document that was let in, or what was changed in words.
    """

    at: str
    who: str
    act: str
    area: str
    year: int
    why: str
    about: str = ""

    @property
    def moment(self) -> datetime:
        """When it was written, in UTC as the tables hold it."""
        return datetime.fromisoformat(self.at).astimezone(UTC).replace(tzinfo=None)

    def holds(self, code: str | None, year: int | None) -> bool:
        """Whether a unit and year lie in what is locked; without a year, a line for every year does."""
        return bool(code) and within(str(code), self.area) and year in (None, self.year)


def understood(row: dict[str, Any]) -> YearLock:
    """A line of the ledger; an error where a key is missing, strange, or of another kind."""
    made = YearLock(**row)
    for name, value in row.items():
        if not isinstance(value, int if name == "year" else str) or isinstance(value, bool):
            raise TypeError(f"{name}: {value!r}")
    if made.act not in ACTS:
        raise ValueError(f"act: {made.act}")
    if not made.area or datetime.fromisoformat(made.at).tzinfo is None:
        raise ValueError(f"area, at: {made.area} {made.at}")
    return made


def read_lines(path: Path, until: datetime | None = None) -> list[YearLock]:
    """All lines of the ledger in their order; those written by `until` (UTC) only, if given."""
    entries = [line.entry for line in read_ledger(path, understood) if line.entry]
    return [one for one in entries if until is None or one.moment < until]


def in_force(lines: Iterable[YearLock]) -> list[YearLock]:
    """The locks that hold: for each area and year the last line that locked or unlocked it decides."""
    last = {(one.area, one.year): one for one in lines if one.act in (LOCK, UNLOCK)}
    return [one for one in last.values() if one.act == LOCK]


def note(path: Path, line: YearLock) -> None:
    """Write a line behind the others; nothing written is ever changed."""
    add_line(path, asdict(line))
