"""Print which years are closed (`foi lock`): a sentence for what was just done, a table or JSON for what holds."""

from __future__ import annotations

from pathlib import Path

from foi.access.audit import note_command
from foi.messages import Complaint, message
from foi.owed.closing import files_waiting, let_in, lock_year, locks_now, unlock_year
from foi.published import as_json, as_table
from ingest.beijing import beijing
from ingest.home import Home

COLUMNS = ("area", "year", "at", "who", "why")


def show_lock(home: Path, area: str, year: int, why: str, who: str = "") -> str:
    """Close a year of an area, and what to print of it."""
    if not (area and year):
        raise Complaint(message("year_lock.which"), 2)
    done = lock_year(home, area, year, why, who)
    note_command(Home(home), "lock", about=f"lock {done.area} {done.year}", after=why)
    return message("year_lock.locked", area=done.area, year=done.year)


def show_unlock(home: Path, area: str, year: int, why: str, who: str = "") -> str:
    """Open a year of an area again, and what to print of it."""
    if not (area and year):
        raise Complaint(message("year_lock.which"), 2)
    waiting = files_waiting(home)
    done = unlock_year(home, area, year, why, who)
    note_command(Home(home), "lock", about=f"unlock {done.area} {done.year}", after=why)
    freed = [one for one in waiting if (one.lock.area, one.lock.year) == (done.area, done.year)]
    return message("year_lock.unlocked", area=done.area, year=done.year, n=len(freed))


def show_let_in(home: Path, file: str, why: str, who: str = "") -> str:
    """Let a file in that came after its year was closed, and what to print of it."""
    done = let_in(home, file, why, who)
    note_command(Home(home), "lock", about=f"let_in {done.file} {done.unit_code} {done.report_year}", after=why)
    return message("year_lock.let_in", file=done.file, unit=done.unit_code, year=done.report_year)


def show_locks(home: Path, json: bool = False) -> str:
    """The years that are closed, and below them the files that wait."""
    rows = [[getattr(one, name) for name in COLUMNS] for one in locks_now(home)]
    if json:
        return as_json(COLUMNS, rows)
    if not rows:
        return message("year_lock.none")
    shown = [[area, year, beijing(at), *rest] for area, year, at, *rest in rows]
    table = as_table([message(f"year_lock.column_{name}") for name in COLUMNS], shown)
    waiting = [
        message("year_lock.waiting_line", file=one.file, unit=one.unit_code, year=one.report_year) for one in files_waiting(home)
    ]
    return "\n".join(
        [table, *([message("year_lock.waiting", n=len(waiting)), *(f"  {line}" for line in waiting)] if waiting else [])]
    )
