"""`foi roster`: load, show and start the list of who owes a report by when."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.up_to_date import is_building
from foi.access.audit import note_command
from foi.faults import complaint_of
from foi.messages import Complaint, message
from foi.owed.closing import although_closed
from foi.owed.duties import registry_of
from foi.owed.progress import find_area
from foi.published import as_csv, as_json, as_table, published
from foi.published.areas import LEVELS
from ingest.home import Home
from ingest.units.succession import unit_spans
from ingest.words.issues import why

if TYPE_CHECKING:
    from ingest.roster import Roster
    from ingest.units import Registry

COLUMNS = ("unit_code", "unit_name", "report_year", "due", "exempt", "note", "file", "line")
TEMPLATE = ("unit_code", "unit_name", "report_year", "due", "exempt", "note")


def load_roster(home_root: Path, path: Path, replace: bool = False) -> str:
    """Check a roster file, keep it in the home folder and bring the progress up to date; a Complaint names every wrong line."""
    from ingest.landing.batches import lock
    from ingest.model import IngestError
    from ingest.roster.changes import note
    from ingest.roster.read import read_roster
    from ingest.roster.store import keep_roster, roster_lines
    from ingest.words.issues import issue_text

    if path.is_dir():
        raise Complaint(message("roster.folder", path=path), 2)
    if not path.is_file():
        raise Complaint(message("error.no_such_path", path=path), 2)
    home = Home(home_root.resolve())
    try:
        registry = registry_with(home, path.parent)
        roster = read_roster(path, registry)
        if not roster.lines:
            raise Complaint(message("roster.no_lines", path=path), 2)
        places = [(line.unit_code, line.report_year) for line in roster.lines]
        if replace:  # the lines that count no more
            places += [(one["unit_code"], one["report_year"]) for one in roster_lines(home.reference)]
        although_closed(home.root, places, message("roster.change", file=path.name))
        with lock(home):
            note(home.rosters, keep_roster(home.reference, roster, replace), roster.file)
        note_command(home, "roster", about=path.name, after=f"{len(roster.lines)}{' replace' if replace else ''}")
    except IngestError as error:
        raise Complaint(complaint_of(error), 2) from error
    except OSError as error:
        raise Complaint(message("error.home_not_writable", path=error.filename or home.root, reason=why(error)), 3) from error
    years = sorted({str(line.report_year) if line.report_year else message("roster.every_year") for line in roster.lines})
    exempt = sum(line.is_exempt for line in roster.lines)
    lines = [message("roster.loaded", n=len(roster.lines), exempt=exempt, years=", ".join(years), path=path)]
    lines += [issue_text(note).shown for note in roster.notes]
    lines += _decided(roster_lines(home.reference), roster, registry)
    if home.build.is_file() and not is_building(home):
        _refresh(home)
        return "\n".join([*lines, message("roster.refreshed")])
    return "\n".join([*lines, message("roster.not_built")])


def registry_with(home: Home, folder: Path | None) -> Registry:
    """The units that a roster may name: the official list, units.csv of the folder (if any) and of earlier loads, and what was loaded."""
    from ingest.units.known import registry_for
    from ingest.units.known import registry_of as known_before

    registry = registry_for(folder, home) if folder else known_before(home)
    if home.published.is_file():
        with published(home.published) as connection:
            registry = registry.extended(registry_of(connection).extra)
    return registry


def _refresh(home: Home) -> None:
    from dagster_project.dbt import WarehouseError
    from dagster_project.load import refresh

    try:
        refresh(home)
    except WarehouseError as error:
        raise Complaint(message("error.build", reason=str(error)[:1500]), 3) from error


def _decided(lines: list[dict[str, Any]], roster: Roster, registry: Registry) -> list[str]:
    """Of each county and year of the roster: whether the lines that count are the list of its townships, or only tell of a few."""
    named: dict[tuple[str, int | None], set[str]] = defaultdict(set)
    for line in lines:
        if line["level"] == "township" and line["county_code"]:
            named[line["county_code"], line["report_year"]].add(line["unit_code"])
    listed: dict[str, set[str]] = defaultdict(set)
    for row in registry.rows() if named else ():
        if row["level"] == "township" and row["kind"] != "other" and row["county_code"]:
            listed[row["county_code"]].add(row["unit_code"])
    spans = {span["unit_code"]: span for span in unit_spans(registry)}
    decided = []
    for county, year in sorted(
        {(x.county_code, x.report_year) for x in roster.lines if x.level == "township" and x.county_code}, key=str
    ):
        codes = named[county, year] | named[county, None]
        there = {code for code in listed[county] if _is_there(spans.get(code), year)}
        left = sorted(there - codes)
        unit = registry.by_code(county)
        if left and unit:
            names = ", ".join(u.name for c in left[:8] if (u := registry.by_code(c))) + (" …" if len(left) > 8 else "")
            key = "roster.decides" if 2 * len(codes) > len(there) else "roster.adds"
            decided.append(
                message(
                    key, county=unit.name, year=year or message("roster.every_year"), n=len(codes), left=len(left), names=names
                )
            )
    return decided


def _is_there(span: dict[str, Any] | None, year: int | None) -> bool:
    """Whether a unit was there on 31 December of a year; for every year: whether it is there today."""
    if span is None:
        return True
    if year is None:
        return span["last_year"] is None
    return (span["first_year"] or year) <= year <= (span["last_year"] or year)


def roster_of(home_root: Path, area: str = "", year: int = 0) -> list[dict[str, Any]]:
    """The lines that count, of an area (its name, its code, or the beginning of one) and year if told."""
    from ingest.roster.store import roster_lines

    home = Home(home_root.resolve())
    lines, code = roster_lines(home.reference), _code(home, area)
    return [written_line(x) for x in lines if x["unit_code"].startswith(code) and (not year or x["report_year"] in (None, year))]


def show_roster(home_root: Path, area: str = "", year: int = 0, style: str = "table") -> str:
    """The lines that count as a table, CSV or JSON."""
    rows = [[line[name] for name in COLUMNS] for line in roster_of(home_root, area, year)]
    if style != "table":
        return (as_json if style == "json" else as_csv)(COLUMNS, rows)
    return as_table([message(f"roster.{name}") for name in COLUMNS], rows) if rows else message("roster.empty")


def _code(home: Home, area: str) -> str:
    """The code of an area that is named; one that is typed as a code (or the beginning of one) stays."""
    if not area or area[0].isdecimal():
        return area
    if home.published.is_file():
        with published(home.published) as connection:
            return find_area(connection, area).code
    from ingest.units.known import registry_of as units_of

    # Before the first load a roster is shown by the official list alone.
    registry = units_of(home)
    found = [u for u in registry.named(area) if u.level in LEVELS]
    if len(found) > 1:
        raise Complaint("\n".join([message("trend.ambiguous", name=area), *(f"  {u.unit_code}  {u.full_name}" for u in found)]))
    if not found:
        near = ", ".join(f"{u.full_name} {u.unit_code}" for u in registry.search(area, 5))
        raise Complaint(message("trend.no_unit", name=area, near=near))
    return found[0].unit_code


def written_line(line: dict[str, Any]) -> dict[str, Any]:
    """A line as a roster is written: the day with its year, and 1 where a unit is exempt without a reason."""
    due = f"{line['due_month']:02}-{line['due_day']:02}" if line["due_month"] else ""
    if due and line["report_year"]:
        due = f"{line['report_year'] + 1}-{due}"
    return {**line, "due": due, "exempt": line["exempt_reason"] or ("1" if line["is_exempt"] else "")}


def write_template(home_root: Path, area: str, year: int, out: Path) -> str:
    """Write a roster to start from: the governments and townships of an area by the registry, and each department that ever filed.

    What the roster loaded before says of the year, or of every year, is filled in.
    """
    from ingest.roster.store import roster_lines

    home = Home(home_root.resolve())
    if out.exists():
        raise Complaint(message("roster.exists", path=out), 2)
    with published(home.published) as connection:
        found = find_area(connection, area)
        units = connection.execute(
            "select unit_code, unit_name, level, kind from dim_unit where starts_with(unit_code, $1) and unit_name not in"
            " (select unnest($2::varchar[])) and (level in ('province', 'city', 'county', 'township') or unit_code in (select unit_code"
            " from duties where level = 'department')) and unit_code not in (select unit_code from unit_spans where $3 not between"
            " coalesce(first_year, $3) and coalesce(last_year, $3)) order by unit_code",
            [found.code, _not_named(), year],
        ).fetchall()
    # A line of the year stands before one for every year.
    known = {x["unit_code"]: x for x in sorted(roster_lines(home.reference), key=lambda x: x["report_year"] or 0)
             if x["report_year"] in (None, year)}  # fmt: skip
    rows = [_row(unit, year, known.get(unit[0])) for unit in units]
    try:
        out.write_text("\ufeff" + as_csv(TEMPLATE, rows) + "\n", "utf-8")
    except OSError as error:
        raise Complaint(message("error.cannot_open", path=out, reason=why(error)), 3) from error
    return message("roster.template", path=out, n=len(rows), name=found.name, year=year)


def _row(unit: tuple[str, str, str, str], year: int, line: dict[str, Any] | None) -> list[Any]:
    from ingest.law.deadlines import due_by_law

    code, name, level, kind = unit
    due: Any = due_by_law(level, year) or ""
    note = message("roster.may_not_report") if (level, kind) == ("township", "other") else ""
    if line is None:
        return [code, name, year, due, "", note]
    written = written_line({**line, "report_year": year})
    return [code, name, year, written["due"] or due, written["exempt"], line["note"] or ""]


def _not_named() -> list[str]:
    from ingest.units.unit import words

    names: list[str] = words()["not_named"]
    return names
