"""Who owes a report in an area and year, for its pages: by state, and each with what is to be said of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from foi.messages import Complaint, word_of
from foi.owed.duties import STATES, Duty
from foi.owed.progress import INCOMPLETE, Progress, Question, progress_of

NAMED = 60  # units of a kind that a page names; the list of all is a link away


@dataclass(frozen=True)
class Owed:
    """The duties of an area and year."""

    progress: Progress | None

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "code",
        "unit",
        "level",
        "due",
        "filing",
        "published_on",
        "days_late",
        "report_id",
        "remarks",
    )

    @property
    def name(self) -> str:
        """What the area is called."""
        return self.progress.area.names.get(self.progress.area.code, self.progress.area.name) if self.progress else ""

    @property
    def duties(self) -> tuple[Duty, ...]:
        """All duties, the worst first."""
        return self.progress.duties if self.progress else ()

    @cached_property
    def states(self) -> dict[str, int]:
        """How many are in each state; a report that is not whole may be in time or late."""
        counts = Counter(duty.state for duty in self.duties)
        found = {state: counts[state] for state in STATES if counts[state]}
        incomplete = sum(duty.is_incomplete for duty in self.duties)
        return {**found, **({INCOMPLETE: incomplete} if incomplete else {})}

    def listed(self, state: str) -> list[Duty]:
        """The duties in a state, or all of them."""
        return [d for d in self.duties if state == "all" or d.state == state or (state == INCOMPLETE and d.is_incomplete)]

    def row(self, duty: Duty) -> list[Any]:
        """A duty as a line of a file."""
        return [
            duty.unit_code, duty.unit_name, word_of("level", duty.level), duty.due, word_of("progress", duty.state), duty.published_on,
            duty.days_late, duty.report_id, duty.remark,
        ]  # fmt: skip


def owed_units(path: Path, code: str, year: int) -> Owed:
    """Who owes a report in an area and year; nobody where nothing is known of it."""
    try:
        return Owed(progress_of(path, Question(code, year)))
    except Complaint as error:
        if error.exit_code != 3 or type(error) is not Complaint:
            raise
        return Owed(None)
