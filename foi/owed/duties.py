"""Who owes a report of a year in an area, and what became of it on a given day: from the mart progress, or by another roster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foi.faults import complaint_of
from foi.messages import Complaint, bilingual, joined, message, template
from foi.published import published
from foi.published.areas import inside
from foi.published.incomplete import gaps_by_report
from ingest.units.within import within
from ingest.words.language import Text

if TYPE_CHECKING:
    from ingest.roster import RosterLine
    from ingest.units import Registry

# The worst first.
STATES = ("missing", "unreadable", "late", "filed_undated", "not_due", "on_time", "exempt")
FILED = ("on_time", "late", "filed_undated")
COLUMNS = (
    "unit_code, unit_name, level, due, state, published_on, days_late, is_complete, is_valid, is_nil, exempt_reason, owed_by,"
    " set_aside_file, note, city_code, county_code, report_id"
)
WAITING = "select unit_code, report_year, max(file) from fct_inputs where reason_code = 'after_closing' group by all"


@dataclass(frozen=True, slots=True)
class Duty:
    """One unit that owes a report of a year: until when, whether it is exempt, and what became of it."""

    unit_code: str
    unit_name: str
    level: str
    due: date
    state: str
    published_on: date | None
    days_late: int | None
    is_complete: bool
    is_valid: bool
    is_nil: bool
    exempt_reason: str | None = None
    owed_by: str = "roster"
    set_aside_file: str | None = None
    note: str | None = None
    city_code: str | None = None
    county_code: str | None = None
    report_id: str | None = None
    lacks: Text | None = None  # where the report is not complete
    waiting_file: str | None = None  # what came after the year was closed, and counts once it is let in

    @property
    def is_incomplete(self) -> bool:
        """Whether a report was filed that is not whole."""
        return self.state in FILED and not self.is_complete

    @property
    def remark(self) -> Text:
        """What a report lacks, whether it is a nil return, why a unit is exempt, which file was set aside or waits, and the note of the roster."""
        about = self.exempt_reason if self.state == "exempt" else self.set_aside_file if self.state == "unreadable" else None
        waits = bilingual("progress.waits", file=self.waiting_file) if self.waiting_file else None
        parts = (self.lacks, template("progress.nil_return") if self.is_nil else None, about, waits, self.note)
        return joined((part for part in parts if part), "gap.semicolon")


def duties_of(connection: Any, area: str, year: int, on: date, roster: Path | None = None) -> list[Duty]:
    """The duties of an area, the worst first; with a roster file those of its units alone, whatever was loaded before."""
    if roster is not None:
        duties = _by_roster(connection, area, year, roster)
    else:
        rows = connection.execute(
            f"select {COLUMNS} from progress where report_year = $2 and {inside(connection, area)}", [area, year]
        ).fetchall()
        duties = [Duty(*row) for row in rows]
    return sorted(
        _standing(connection, duties, on, [year] * len(duties)),
        key=lambda d: (STATES.index(d.state), -(d.days_late or 0), d.due, d.unit_code),
    )


def duties_of_unit(path: Path, unit_code: str, on: date) -> dict[int, Duty]:
    """What a unit owes, by year, and what had become of it on a day; nothing where it never owed a report."""
    with published(path) as connection:
        query = f"select report_year, {COLUMNS} from progress where unit_code = ? order by 1"
        rows = connection.execute(query, [unit_code]).fetchall()
        years = [row[0] for row in rows]
        duties = _standing(connection, [Duty(*row[1:]) for row in rows], on, years)
    return dict(zip(years, duties, strict=True))


def rates_of(duties: list[Duty]) -> dict[str, Any]:
    """Expected, actual, on time, complete, valid: counts, and shares of the expected; no share where nothing is expected."""
    owing = [d for d in duties if d.state != "exempt"]
    filed = [d for d in owing if d.state in FILED]
    counts = {
        "expected": len(owing),
        "actual": len(filed),
        "on_time": sum(d.state == "on_time" for d in filed),
        "complete": sum(d.is_complete for d in filed),
        "valid": sum(d.is_valid for d in filed),
    }
    shares = {f"{k}_rate": round(v / len(owing), 4) if owing else None for k, v in counts.items() if k != "expected"}
    return {**counts, **shares, "nil": sum(d.is_nil for d in filed)}


def registry_of(connection: Any) -> Registry:
    """The registry, with the units that only this warehouse knows."""
    from ingest.units import load_registry

    registry = load_registry()
    rows = connection.execute("select unit_code, unit_name as name, level, kind from dim_unit where not contains(unit_code, '-')")
    names = [d[0] for d in rows.description]
    outside = [dict(zip(names, row, strict=True)) for row in rows.fetchall() if registry.by_code(row[0]) is None]
    return registry.extended(outside) if outside else registry


def _standing(connection: Any, duties: list[Duty], on: date, years: list[int]) -> list[Duty]:
    """The duties, each of its year, as they stood on a day, with what each report lacks and what waits to be let in."""
    gaps = gaps_by_report(connection, [duty.report_id for duty in duties if duty.report_id and not duty.is_complete])
    waiting = {(code, year): file for code, year, file in connection.execute(WAITING).fetchall()}
    return [
        _on_day(
            replace(duty, lacks=gaps.get(duty.report_id or ""), waiting_file=waiting.get((duty.unit_code, year))),
            on,
        )
        for duty, year in zip(duties, years, strict=True)
    ]


def _on_day(duty: Duty, on: date) -> Duty:
    """The duty as it stood on a day: what was published later had not been filed then."""
    if duty.state in FILED and duty.published_on and duty.published_on > on:
        duty = replace(
            duty,
            state="not_filed",
            published_on=None,
            days_late=None,
            is_complete=False,
            is_valid=False,
            is_nil=False,
            report_id=None,
            lacks=None,
        )
    if duty.state != "not_filed":
        return duty
    return replace(duty, state="missing" if duty.due < on else "not_due")


def _by_roster(connection: Any, area: str, year: int, path: Path) -> list[Duty]:
    from ingest.model import IngestError
    from ingest.roster.read import read_roster

    if not path.is_file():
        raise Complaint(message("error.no_such_path", path=path), 2)
    try:
        roster = read_roster(path, registry_of(connection), year)
    except IngestError as error:
        raise Complaint(complaint_of(error), 2) from error
    # A line of the year stands before one for every year.
    lines = sorted(roster.lines, key=lambda line: line.report_year is not None)
    named = {line.unit_code: line for line in lines if line.report_year in (None, year) and within(line.unit_code, area)}
    found = connection.execute(
        "select unit_code, report_id, first_published_on, has_undated, is_complete, is_valid, is_nil, set_aside_file"
        " from filings where report_year = ?",
        [year],
    ).fetchall()
    filings = {row[0]: row[1:] for row in found}
    return [_duty(line, year, filings.get(code, (None,) * 7)) for code, line in named.items()]


def _duty(line: RosterLine, year: int, filing: tuple[Any, ...]) -> Duty:
    """The same as in the mart progress, for a due day that only this roster names."""
    from ingest.law.deadlines import due_by_law

    report, published_on, has_undated, complete, valid, nil, set_aside = filing
    due = date(year + 1, *line.due) if line.due else due_by_law(line.level, year)
    assert due is not None  # the law names a day for every level
    if line.is_exempt:
        state = "exempt"
    elif not report:
        state = "unreadable" if set_aside else "not_filed"
    elif published_on and published_on <= due:
        state = "on_time"
    else:
        state = "filed_undated" if has_undated or not published_on else "late"
    return Duty(
        line.unit_code, line.unit_name, line.level, due, state, None if state == "filed_undated" else published_on,
        (published_on - due).days if state == "late" else None, bool(complete), bool(valid), bool(nil), line.exempt_reason,
        "roster", set_aside, line.note, line.city_code, line.county_code, report,
    )  # fmt: skip
