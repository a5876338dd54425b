"""`foi lock`: close a year of an area, open it again, and let in what came afterwards; a change in a closed year needs its own reason."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from foi.although import reason_given
from foi.messages import Complaint, message
from foi.owed.progress import find_area
from foi.published import published
from ingest.home import Home
from ingest.landing.corrections import load_corrections
from ingest.landing.late_files import Waiting, waiting_files
from ingest.roster.year_locks import CHANGE, LET_IN, LOCK, UNLOCK, YearLock, in_force, note, read_lines
from ingest.units.within import within


@dataclass(frozen=True, slots=True)
class Closing:
    """A year of an area: the lock that holds (None: it is open), every line of its history, and the files that wait."""

    area: str
    year: int
    lock: YearLock | None
    history: tuple[YearLock, ...]
    waiting: tuple[Waiting, ...]


def lock_year(home: Path, area: str, year: int, why: str, who: str = "") -> YearLock:
    """Close a year of an area (its name or code): what is counted now stays, and a change needs a reason."""
    place, code = Home(home), _area(home, area)
    if (held := _of(place, code, year)) is not None:
        raise Complaint(message("year_lock.already", area=code, year=year, at=held.at[:10], who=held.who, why=held.why), 2)
    return _noted(place, LOCK, (code, year), why, who)


def unlock_year(home: Path, area: str, year: int, why: str, who: str = "") -> YearLock:
    """Open a year of an area again: whatever waited counts from the next load."""
    place, code = Home(home), _area(home, area)
    if _of(place, code, year) is None:
        raise Complaint(message("year_lock.is_open", area=code, year=year), 2)
    return _noted(place, UNLOCK, (code, year), why, who)


def let_in(home: Path, file: str, why: str, who: str = "", area: str = "") -> Waiting:
    """Let a file of an area count that came after its year was closed; it is named by its path or the hash of its bytes."""
    place = Home(home)
    waiting = files_waiting(home, area)
    found = [one for one in waiting if file in (one.file, one.document_id)]
    if not found:
        listed = message("gap.comma").join(one.file for one in waiting[:20]) or message("progress.no_year")
        raise Complaint(message("year_lock.not_waiting", file=file, waiting=listed), 2)
    if len(found) > 1:  # several versions came under one name
        listed = "\n".join(f"  {one.document_id}  {one.unit_code} {one.report_year}" for one in found)
        raise Complaint(f"{message('year_lock.which_file', file=file)}\n{listed}", 2)
    _noted(place, LET_IN, (found[0].lock.area, found[0].report_year), why, who, found[0].document_id)
    return found[0]


def closed(home: Path, code: str | None, year: int | None) -> YearLock | None:
    """The lock that holds for a unit (or area) and year; without a year, of any year. None where all is open."""
    held = [one for one in in_force(read_lines(Home(home).year_locks)) if one.holds(code, year)]
    return max(held, key=lambda one: (len(one.area), one.year), default=None)


def although_closed(home: Path, places: Iterable[tuple[str | None, int | None]], what: str, who: str = "") -> None:
    """Before something of these units and years is changed: a Complaint where a year is closed and no reason is given; else it is noted.

    `what` says in words what is changed; a line stands in the history of each year that is touched.
    """
    reason = reason_given()
    held = {(one.area, one.year): one for code, year in places if (one := closed(home, code, year)) is not None}
    if not held:
        return
    if not reason:
        one = next(iter(held.values()))
        raise Complaint(message("year_lock.closed", area=one.area, year=one.year, at=one.at[:10], who=one.who, why=one.why), 2)
    for key in sorted(held):
        _noted(Home(home), CHANGE, key, reason, who, what)


def files_waiting(home: Path, area: str = "", year: int = 0) -> list[Waiting]:
    """The files that came after their year was closed and count nowhere, of an area and year if told."""
    place = Home(home)
    found = waiting_files(place, load_corrections(place.corrections))
    return [one for one in found if within(one.unit_code, area) and year in (0, one.report_year)]


def closing_of(home: Path, area: str, year: int) -> Closing:
    """How a year of an area stands: open or closed, since when and by whom, and what came afterwards."""
    lines = read_lines(Home(home).year_locks)
    mine = tuple(one for one in lines if one.year == year and (within(one.area, area) or within(area, one.area)))
    held = max((one for one in in_force(lines) if one.holds(area, year)), key=lambda one: len(one.area), default=None)
    return Closing(area, year, held, mine, tuple(files_waiting(home, area, year)) if mine else ())


def closed_years(home: Path, area: str) -> dict[int, YearLock]:
    """The years of an area that are closed, each with its lock."""
    locks = sorted(in_force(read_lines(Home(home).year_locks)), key=lambda one: len(one.area))
    return {one.year: one for one in locks if within(area, one.area)}


def locks_now(home: Path) -> list[YearLock]:
    """Every year that is closed, the last one first."""
    return sorted(in_force(read_lines(Home(home).year_locks)), key=lambda one: (-one.year, one.area))


def _area(home: Path, name: str) -> str:
    with published(Home(home).published) as connection:
        return find_area(connection, name).code


def _of(place: Home, code: str, year: int) -> YearLock | None:
    """The lock of exactly this area and year."""
    return next((one for one in in_force(read_lines(place.year_locks)) if (one.area, one.year) == (code, year)), None)


def _noted(place: Home, act: str, key: tuple[str, int], why: str, who: str, about: str = "") -> YearLock:
    if not why.strip():
        raise Complaint(message("year_lock.why"), 2)
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    line = YearLock(now, who or getpass.getuser(), act, *key, why.strip(), about)
    note(place.year_locks, line)
    return line
