"""The report that a number stands in: the one of a unit and year that counts, its other versions, and where their originals lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from foi.messages import Complaint, message, word_of
from foi.published.last_units import last_unit
from foi.published.nearby import no_such_name
from foi.published.spans import rows_in
from ingest.home import Home

TABLES = ("disclosure", "requests", "challenges", "statistics")
COLUMNS = ("unit_code", "unit_name", "report_year", "report_id", "document_id", "read_id", "file", "url", "published_on", "landed_at",
           "reader", "title", "pages", "version_number", "versions", "is_current", "accepted_answer", *(f"form_{table}" for table in TABLES))  # fmt: skip
OWED = "select report_year, state, set_aside_file from progress where unit_code = ? order by 1"


@dataclass(frozen=True, slots=True)
class TracedReport:
    """A report: whose and of which year, its ids, the file as handed in, its form in each table, and which version it is.

    `accepted_answer` is the letter to which it is the accepted answer.
    `original` is where the bytes lie (None: they are not there); `value` and `state` are those of the traced cell in another version.
    """

    unit_code: str
    unit_name: str
    report_year: int
    report_id: str
    document_id: str
    read_id: str
    file: str
    url: str | None
    published_on: date | None
    landed_at: Any
    reader: str
    title: str
    pages: str | None
    version_number: int
    versions: int
    is_current: bool
    accepted_answer: str | None
    forms: dict[str, str | None]
    original: Path | None = None
    value: Any = None
    state: str | None = None


def report_of(connection: Any, home: Home, unit: str, year: int) -> TracedReport:
    """The report of a unit (name or code) and year that counts; a Complaint says what is near, or why there is none."""
    code, name = _unit(connection, unit)
    row = connection.execute(
        f"select {', '.join(COLUMNS)} from fct_reports where is_current and unit_code = ? and report_year = ?", [code, year]
    ).fetchone()
    if row is None:
        raise _no_report(connection, code, name, year)
    return _report(home, _named(row))


def report_by_id(connection: Any, home: Home, report_id: str) -> TracedReport:
    """The report of an id, whichever version it is; a Complaint where there is none."""
    row = connection.execute(rows_in("fct_reports", report_id, columns=", ".join(COLUMNS))).fetchone()
    if row is None:
        raise Complaint(message("report.no_such", report=report_id), 3)
    return _report(home, _named(row))


def versions_of(connection: Any, home: Home, report: TracedReport) -> tuple[TracedReport, ...]:
    """All versions of a report, the first one first; of a report whose unit or year is not certain, it alone."""
    if report.versions == 1 or report.unit_code is None or report.report_year is None:
        return (report,)
    rows = connection.execute(
        f"select {', '.join(COLUMNS)} from fct_reports where unit_code = ? and report_year = ? order by version_number",
        [report.unit_code, report.report_year],
    ).fetchall()
    return tuple(_report(home, _named(row)) for row in rows)


def report_with_others(
    connection: Any, home: Home, report_id: str
) -> tuple[TracedReport, tuple[TracedReport, ...], TracedReport | None]:
    """The report of an id, all its versions (the first one first), and the report of the year before (None where there is none).

    That is the one of its unit or, where it changed since, of the unit that it was.
    """
    found = connection.execute(rows_in("fct_reports", report_id, columns="unit_code")).fetchone()
    if found is None or found[0] is None:
        report = report_by_id(connection, home, report_id)
        return report, (report,), None
    beside = _of_unit(connection, found[0])  # the reports of one unit lie together: all are read as fast as one
    unit, year = next((row["unit_code"], row["report_year"]) for row in beside if row["report_id"] == report_id)
    same = [row for row in beside if row["report_id"] == report_id or (year is not None and row["report_year"] == year)]
    versions = tuple(_report(home, row) for row in sorted(same, key=lambda row: int(row["version_number"])))
    last = last_unit(connection, unit, year)
    before = beside if last == unit else _of_unit(connection, last) if last else []
    current = (row for row in before if year and row["is_current"] and row["report_year"] == year - 1)
    report = next(one for one in versions if one.report_id == report_id)
    return report, versions, next((_report(home, row) for row in current), None)


def _of_unit(connection: Any, code: str) -> list[dict[str, Any]]:
    """All reports of a unit, each by the names of its columns."""
    rows = connection.execute(f"select {', '.join(COLUMNS)} from fct_reports where unit_code = ?", [code]).fetchall()
    return [_named(row) for row in rows]


def _unit(connection: Any, unit: str) -> tuple[str, str]:
    """Code and name of the one unit that is meant, with reports or without."""
    found = connection.execute(
        "select distinct unit_code, unit_name from (select unit_code, unit_name from fct_reports where unit_code is not null"
        " union all select unit_code, unit_name from progress) where unit_code = $1 or unit_name = $1 order by 1",
        [unit],
    ).fetchall()
    names = dict(found)
    if len(names) == 1:
        ((code, name),) = names.items()
        return code, name
    if names:
        raise Complaint("\n".join([message("trend.ambiguous", name=unit), *(f"  {c}  {n}" for c, n in names.items())]))
    raise no_such_name(connection, unit)


def _no_report(connection: Any, code: str, name: str, year: int) -> Complaint:
    """Why a unit has no report of a year, as the progress knows it, and of which years it has one."""
    known = connection.execute(
        "select distinct report_year from fct_reports where is_current and unit_code = ? and report_year is not null order by 1",
        [code],
    ).fetchall()
    years = ", ".join(str(one) for (one,) in known)
    owed = {row[0]: row[1:] for row in connection.execute(OWED, [code]).fetchall()}
    state, file = owed.get(year, (None, None))
    why = message("trace.set_aside", file=file) if file else word_of("trace.owed", state).shown if state else ""
    return Complaint(" ".join(filter(None, [message("trace.no_report", unit=name, code=code, year=year, years=years), why])), 3)


def _named(row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(COLUMNS, row, strict=True))


def _report(home: Home, named: dict[str, Any]) -> TracedReport:
    values = dict(named)
    forms = {table: values.pop(f"form_{table}") for table in TABLES}
    return TracedReport(**values, forms=forms, original=original_of(home, values["document_id"]))


def original_of(home: Home, document_id: str) -> Path | None:
    """Where the bytes of a document lie; None where they are not in this home folder any more."""
    return next(iter(sorted((home.originals / document_id[:2]).glob(f"{document_id}*"))), None)


def other_versions(connection: Any, home: Home, report: TracedReport, code: str) -> tuple[TracedReport, ...]:
    """The other versions of a report, the first one first, each with what stands in this cell there."""
    others = [one for one in versions_of(connection, home, report) if one.report_id != report.report_id]
    found: list[Any] = []
    if ids := [one.report_id for one in others]:
        rows = rows_in("fct_cells", *ids, columns="report_id, code, value, state")
        found = connection.execute(f"select report_id, value, state from {rows} where code = ?", [code]).fetchall()
    said = {report_id: (value, state) for report_id, value, state in found}
    told = ((one, *said.get(one.report_id, (None, "not_asked"))) for one in others)
    return tuple(replace(one, value=value, state=state) for one, value, state in told)
