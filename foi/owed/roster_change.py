"""Change the roster of an area and year: one line, or all that a file says; every line is checked as `foi roster load` checks it."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from foi.faults import complaint_of
from foi.messages import Complaint, message
from foi.owed.closing import although_closed
from foi.owed.roster import registry_with
from foi.owed.roster_year import FIELDS, RosterRow, current_lines, row_of
from ingest.home import Home
from ingest.law.deadlines import ANNUAL_REPORT
from ingest.model import IngestError, Issue
from ingest.roster import RosterError, RosterLine
from ingest.roster.changes import note, read_changes
from ingest.roster.read import read_roster
from ingest.units.within import within
from ingest.words.issues import issue_text
from ingest.words.language import Text

PAGE = "page"  # the file of what was written in a page, in every language
Key = tuple[str, int | None]  # unit, and year or every year


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes the roster of which area and year."""

    who: str
    area: str
    year: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a line is to say; without `year` it holds for every year."""

    unit_code: str
    year: int | None
    due: str = ""
    exempt: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a change: the lines before and after by their unit, how many stayed, and what was read in another way than written."""

    before: tuple[RosterRow, ...]
    after: tuple[RosterRow, ...]
    removed: tuple[RosterRow, ...] = ()
    unchanged: int = 0
    notes: tuple[Text, ...] = field(default=())

    @property
    def n(self) -> int:
        """How many lines are other than before."""
        return len(self.after) + len(self.removed)


def change_line(home: Path, author: Author, wish: Wish) -> Changed:
    """Write one line; a Complaint says what is wrong with it."""
    out = io.StringIO()
    csv.writer(out).writerows([FIELDS, [wish.unit_code, "", wish.year or "", wish.due, wish.exempt, wish.note]])
    return _taken(home, author, message("roster.page_file"), out.getvalue().encode(), whole=False, kept=PAGE)


def remove_line(home: Path, author: Author, unit_code: str, year: int | None) -> Changed:
    """Take a line out: what the registry or a report says of the unit counts again."""
    place = Home(home)
    gone = [one for one in current_lines(place, author.area, author.year) if _key(one) == (unit_code, year)]
    if not gone:
        raise Complaint(message("roster.no_line", unit=unit_code, year=year or message("roster.every_year")), 2)
    return _kept(place, author, PAGE, [], gone)


def take_roster(home: Path, author: Author, name: str, content: bytes, whole: bool) -> Changed:
    """Take over a file (.csv or .xlsx) of lines of this area and year; with `whole` the lines that it lacks are taken out."""
    return _taken(home, author, name, content, whole, kept=name)


def _taken(home: Path, author: Author, name: str, content: bytes, whole: bool, kept: str) -> Changed:
    place = Home(home)
    with tempfile.TemporaryDirectory(prefix="foi-roster-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            roster = read_roster(path, registry_with(place, None), author.year)  # a file called units.csv makes no units here
            _check_place(roster.lines, author, name)
        except IngestError as error:
            raise Complaint(complaint_of(error), 2) from error
    if not roster.lines:
        raise Complaint(message("roster.no_lines", path=name), 2)
    now = {_key(one): one for one in current_lines(place, author.area, author.year)}
    fresh = [line for line in roster.lines if not _is_same(line, now.get((line.unit_code, line.report_year)))]
    named = {(line.unit_code, line.report_year) for line in roster.lines}
    gone = [one for key, one in now.items() if whole and key not in named]
    done = _kept(place, author, kept, fresh, gone) if fresh or gone else Changed((), ())
    notes = tuple(issue_text(one) for one in roster.notes)
    return Changed(done.before, done.after, done.removed, len(roster.lines) - len(fresh), notes)


def _check_place(lines: Sequence[RosterLine], author: Author, name: str) -> None:
    """A page changes the lines of its own area and year, and those for every year: nothing else."""
    wrong = [
        Issue("roster_elsewhere", "error", f"{name}:{line.line}", f"{line.unit_code} {line.report_year or ''}".strip(),
              f"{author.area} {author.year}")
        for line in lines
        if not within(line.unit_code, author.area) or line.report_year not in (None, author.year) or line.kind != ANNUAL_REPORT
    ]  # fmt: skip
    if wrong:
        raise RosterError(wrong)


def _kept(place: Home, author: Author, name: str, fresh: Sequence[RosterLine], gone: Sequence[dict[str, Any]]) -> Changed:
    """Write the lines down, with who did and why; refused where a year that is touched is closed and no reason is given."""
    from ingest.landing.batches import lock
    from ingest.roster.store import keep_lines

    keys: list[Key] = [*((line.unit_code, line.report_year) for line in fresh), *(_key(one) for one in gone)]
    what = message("roster.change_units", units=message("gap.comma").join(sorted({code for code, _ in keys})[:20]), n=len(keys))
    although_closed(place.root, keys, what, author.who)
    changes = read_changes(place.rosters)
    before = [row_of(one, changes) for one in current_lines(place, author.area, author.year) if _key(one) in keys]
    with lock(place):
        note(place.rosters, keep_lines(place.reference, name, fresh, gone), name, author.who)
    after = [row_of(one, {}) for one in current_lines(place, author.area, author.year) if _key(one) in keys]
    removed = {_key(one) for one in gone}
    return Changed(
        tuple(one for one in before if _row_key(one) not in removed), tuple(after),
        tuple(one for one in before if _row_key(one) in removed),
    )  # fmt: skip


def _key(line: dict[str, Any]) -> Key:
    return line["unit_code"], line["report_year"]


def _row_key(row: RosterRow) -> Key:
    return row.unit_code, row.report_year


def _is_same(line: RosterLine, now: dict[str, Any] | None) -> bool:
    """Whether a line says what stands there already."""
    if now is None:
        return False
    there = (
        (now["due_month"], now["due_day"]) if now["due_month"] else None,
        now["is_exempt"],
        now["exempt_reason"],
        now["note"],
    )
    return (line.due, line.is_exempt, line.exempt_reason, line.note) == there


def said(rows: Iterable[RosterRow]) -> str:
    """What lines say, for a record of who changed what."""
    return "; ".join(f"{row.unit_code} {row.said}" for row in rows)
