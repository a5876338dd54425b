"""Keep the lines of all rosters ever loaded in the home folder; a later line for the same unit and year replaces an earlier one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from ingest.home import Home
from ingest.home.placing import placed
from ingest.model import IngestError, Issue
from ingest.roster import Roster, RosterError, RosterLine
from ingest.roster.changes import note
from ingest.roster.files import rosters_in
from ingest.roster.read import read_roster
from ingest.roster.year_locks import in_force, read_lines
from ingest.units import Registry
from ingest.units.known import registry_for

_TEXT, _YEAR = pl.String(), pl.Int32()
SCHEMA: dict[str, Any] = {
    "unit_code": _TEXT, "unit_name": _TEXT, "level": _TEXT, "unit_kind": _TEXT, "province_code": _TEXT, "city_code": _TEXT,
    "county_code": _TEXT, "report_year": _YEAR, "kind": _TEXT, "due_month": _YEAR, "due_day": _YEAR, "is_exempt": pl.Boolean(),
    "exempt_reason": _TEXT, "note": _TEXT, "last_year": _YEAR, "file": _TEXT, "line": _YEAR, "roster_id": _TEXT, "sequence": _YEAR,
    "is_withdrawn": pl.Boolean(),
}  # fmt: skip
SEASONS: dict[str, Any] = {"report_year": _YEAR}
TABLES = {"roster": SCHEMA, "seasons": SEASONS}  # the tables that nothing else can make again


def keep_roster(folder: Path, roster: Roster, replace: bool = False) -> int:
    """Add a roster to the reference folder as the latest; with `replace` no line of an earlier one counts any more. The number of this change."""
    frame = _load(folder / "roster.parquet", SCHEMA)
    frame = frame.filter(pl.col("roster_id") != roster.roster_id)
    if replace:
        frame = frame.with_columns(pl.lit(True).alias("is_withdrawn"))
    sequence = _next(frame)
    rows = [_row(line, roster.file, roster.roster_id, sequence) for line in roster.lines]
    _save(pl.concat([frame, pl.DataFrame(rows, schema=SCHEMA, orient="row")]), folder / "roster.parquet")
    return sequence


def keep_lines(folder: Path, file: str, lines: Iterable[RosterLine], gone: Iterable[dict[str, Any]]) -> int:
    """Add single lines as the latest, and take others out; what they said before stays below. The number of this change.

    `gone` are lines as `roster_lines` gives them; each is followed by one without a number of its own that counts no more.
    """
    frame = _load(folder / "roster.parquet", SCHEMA)
    sequence = _next(frame)
    name = f"page-{sequence}"
    rows = [_row(line, file, name, sequence) for line in lines]
    rows += [{**one, "file": file, "line": 0, "roster_id": name, "sequence": sequence, "is_withdrawn": True} for one in gone]
    _save(pl.concat([frame, pl.DataFrame(rows, schema=SCHEMA, orient="row")]), folder / "roster.parquet")
    return sequence


def _next(frame: pl.DataFrame) -> int:
    return 1 + int(frame["sequence"].max() or 0)  # type: ignore[arg-type]


def _row(line: RosterLine, file: str, roster_id: str, sequence: int) -> dict[str, Any]:
    row = asdict(line)
    month, day = row.pop("due") or (None, None)
    return {**row, "due_month": month, "due_day": day, "file": file, "roster_id": roster_id, "sequence": sequence,
            "is_withdrawn": False}  # fmt: skip


def keep_rosters_of(home: Home, source: Path, registry: Registry) -> list[Roster]:
    """Take over the rosters of a load folder that were not loaded before (by their bytes); returns those taken.

    The tables are there afterwards, if only empty: dbt reads them.
    """
    taken = _new_rosters(home, source, registry)
    for roster in taken:
        note(home.rosters, keep_roster(home.reference, roster), roster.file)
    for name, schema in TABLES.items():
        if not (home.reference / f"{name}.parquet").is_file():
            _save(pl.DataFrame(schema=schema), home.reference / f"{name}.parquet")
    return taken


def check_rosters(home: Home, source: Path) -> None:
    """Read the rosters of a load folder before anything runs; RosterError names what is wrong."""
    if rosters_in(source):
        _new_rosters(home, source, registry_for(source, home))


def _new_rosters(home: Home, source: Path, registry: Registry) -> list[Roster]:
    """The rosters of a load folder that were not loaded before; RosterError where a line is wrong or changes a year that is closed."""
    known = set(_load(home.reference / "roster.parquet", SCHEMA)["roster_id"])
    new = [r for r in (read_roster(path, registry) for path in rosters_in(source)) if r.roster_id not in known]
    locks = in_force(read_lines(home.year_locks)) if new else []
    closed = [
        Issue("roster_closed", "error", f"{roster.file}:{line.line}", line.unit_code, f"{lock.area} {lock.year}")
        for roster in new
        for line in roster.lines
        if (lock := next((one for one in locks if one.holds(line.unit_code, line.report_year)), None))
    ]
    if closed:
        raise RosterError(closed)
    return new


def roster_lines(folder: Path) -> list[dict[str, Any]]:
    """The lines that count now: for each unit, year and kind the one loaded last, by unit and year."""
    frame = _load(folder / "roster.parquet", SCHEMA)
    frame = frame.sort("sequence").unique(["unit_code", "report_year", "kind"], keep="last").filter(~pl.col("is_withdrawn"))
    return frame.sort("unit_code", "report_year").to_dicts()


def lines_before(folder: Path, unit_code: str) -> list[dict[str, Any]]:
    """All that was ever written of a unit, the first line first; a line that took it out has the number 0."""
    frame = _load(folder / "roster.parquet", SCHEMA).filter(pl.col("unit_code") == unit_code)
    return frame.sort("sequence", "line").to_dicts()


def open_season(folder: Path, report_year: int) -> bool:
    """Note that the reports of a year are being handed in, so that who owes one is known before the first has come; True if new."""
    frame = _load(folder / "seasons.parquet", SEASONS)
    if report_year in frame["report_year"].to_list():
        return False
    _save(pl.concat([frame, pl.DataFrame({"report_year": [report_year]}, schema=SEASONS)]), folder / "seasons.parquet")
    return True


def table(folder: Path, name: str) -> pl.DataFrame:
    """The table `roster` or `seasons` as it was kept; IngestError where it is damaged."""
    return _load(folder / f"{name}.parquet", TABLES[name])


def _load(path: Path, schema: dict[str, Any]) -> pl.DataFrame:
    """A table as it was kept, empty where there is none; IngestError where it is damaged, so that it is never taken for empty."""
    if not path.is_file():
        return pl.DataFrame(schema=schema)
    try:
        return pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise IngestError(f"{path.stem}_damaged", path.name, str(error).splitlines()[0][:200]) from error


def _save(frame: pl.DataFrame, path: Path) -> None:
    with placed(path, sure=True) as scratch:
        frame.write_parquet(scratch)
