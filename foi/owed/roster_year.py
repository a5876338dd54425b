"""The roster of an area and year as people look at it: its lines, who wrote each, what it said before, and who owes a report without one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foi.messages import Complaint, message
from foi.owed.closing import closed
from foi.owed.duties import Duty, duties_of
from foi.owed.progress import find_area
from foi.owed.roster import written_line
from foi.published import NothingPublished, published
from ingest.beijing import beijing_today
from ingest.home import Home
from ingest.law.deadlines import ANNUAL_REPORT
from ingest.roster.changes import RosterChange, read_changes
from ingest.roster.year_locks import YearLock
from ingest.units.known import registry_of
from ingest.units.within import within

FIELDS = ("unit_code", "unit_name", "report_year", "due", "exempt", "note")  # what a roster file holds, in its order


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A line as a roster is written: for this year, or for every year (`report_year` None); who wrote it, and whether it was taken out."""

    unit_code: str
    unit_name: str
    report_year: int | None
    due: str
    exempt: str
    note: str
    file: str
    is_removed: bool = False
    change: RosterChange | None = None

    @property
    def cells(self) -> list[Any]:
        """The line as a file holds it."""
        return [getattr(self, name) for name in FIELDS]

    @property
    def said(self) -> str:
        """What the line says of when and whether, as text for a record of changes."""
        return " | ".join(str(part or "") for part in (self.report_year or "*", self.due, self.exempt, self.note))


@dataclass(frozen=True, slots=True)
class YearRoster:
    """The roster of an area and year, the units that owe a report though no line names them, and the lock if the year is closed."""

    area: str
    name: str
    year: int
    rows: tuple[RosterRow, ...]
    others: tuple[Duty, ...]
    lock: YearLock | None


def year_roster(home: Path, area: str, year: int) -> YearRoster:
    """The lines that count for a year of an area (its code), and who owes a report without one; a Complaint where there is no such area."""
    place = Home(home)
    code, name, duties = _area(place, area, year)
    changes = read_changes(place.rosters)
    rows = [row_of(line, changes) for line in current_lines(place, code, year)]
    named = {row.unit_code for row in rows}
    others = tuple(duty for duty in duties if duty.unit_code not in named)
    return YearRoster(code, name, year, tuple(rows), others, closed(home, code, year))


def current_lines(place: Home, code: str, year: int) -> list[dict[str, Any]]:
    """The lines that count for the annual reports of a year of an area, as they are kept."""
    from ingest.roster.store import roster_lines

    lines = roster_lines(place.reference)
    return [
        one for one in lines
        if within(one["unit_code"], code) and one["report_year"] in (None, year) and one["kind"] == ANNUAL_REPORT
    ]  # fmt: skip


def history_of(home: Path, unit_code: str, year: int) -> list[RosterRow]:
    """All that the roster ever said of a unit and year, the last first."""
    from ingest.roster.store import lines_before

    place = Home(home)
    changes = read_changes(place.rosters)
    lines = [one for one in lines_before(place.reference, unit_code) if one["report_year"] in (None, year)]
    return [row_of(line, changes) for line in reversed(lines)]


def row_of(line: dict[str, Any], changes: dict[int, RosterChange]) -> RosterRow:
    """A kept line as a roster is written."""
    written = written_line(line)
    return RosterRow(
        line["unit_code"], line["unit_name"], line["report_year"], written["due"], written["exempt"], line["note"] or "",
        line["file"], line["line"] == 0, changes.get(line["sequence"]),
    )  # fmt: skip


def _area(place: Home, area: str, year: int) -> tuple[str, str, list[Duty]]:
    """The code and name of an area, and who owes a report of the year in it as far as that is known."""
    try:
        with published(place.published) as connection:
            found = find_area(connection, area)
            return found.code, found.names.get(found.code, found.name), duties_of(connection, found.code, year, beijing_today())
    except NothingPublished:
        unit = registry_of(place).by_code(area)
        if unit is None:
            raise Complaint(message("roster.no_area", area=area), 3) from None
        return unit.unit_code, unit.name, []
