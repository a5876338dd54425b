"""From a published number to its source: the mart, the fact, the cell as read, the original; foi.ask.show_trace prints it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.messages import cell_words
from foi.ask.cell_measures import CellMeasures
from foi.ask.traced_report import TracedReport, other_versions, report_of
from foi.ask.traced_rules import Violation, violations_of
from foi.messages import Complaint, bilingual, joined, message
from foi.published import published
from foi.published.kept import once
from foi.published.nearby import near_cells
from foi.published.numbers import FACTS
from foi.published.spans import rows_in
from ingest.home import Home
from ingest.words.language import LANGUAGES, Text

CORRECTION = "select * from correction_results where correction_id = ?"
CELL = (
    "select value, state, unit, form, original_value, original_state, correction_id, printed, raw, place, match, derivation"
    " from {rows} where code = ?"
)
CODES = "select code from dim_measure"
LEFT_OUT = "select reasons, rule_ids from exclusions where report_id = ? and table_name = ?"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the cell (requests.received.total, or the column of unit_year that is this cell) of a unit and year."""

    unit: str
    year: int
    cell: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of unit_year that rests on the cell: its number and state, and the cells that it is the sum of."""

    column: str
    value: Any
    state: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """The number that counts: table and column, its state, and what the source holds where a correction replaced it."""

    table: str
    column: str
    value: Any
    state: str
    unit: str | None
    form: str | None
    original_value: Any
    original_state: str | None
    correction: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class CellRead:
    """What was read of the source: the untouched text, its state, its place, how the cell was known, and by which sums a number was solved."""

    form: str
    state: str
    value: Any
    printed: str | None
    unit: str
    raw: str
    place: str
    match: str
    derivation: str


@dataclass(frozen=True, slots=True)
class Trace:
    """The way of one number. `read` is None where the source has no such cell; `left_out` says why it stands in no sum of an area."""

    unit_code: str
    unit_name: str
    report_year: int
    code: str
    cell: Text
    measures: tuple[Measure, ...]
    fact: Fact
    read: CellRead | None
    report: TracedReport
    versions: tuple[TracedReport, ...]
    violations: tuple[Violation, ...]
    left_out: Text | None

    @property
    def why_empty(self) -> Text | None:
        """Why there is no number; None where there is one."""
        return None if self.fact.value is not None else bilingual(f"trace.why_{self.fact.state}", form=self.fact.form or "–")


def trace_of(home: Home, path: Path, question: Question) -> Trace:
    """The way of the number that is asked for; a Complaint with what is near when unit, year or cell are not known."""
    with published(path) as connection:
        return trace_in(connection, home, report_of(connection, home, question.unit, question.year), question.cell)


def trace_in(connection: Any, home: Home, report: TracedReport, cell: str) -> Trace:
    """The way of a number of a report, which need not be the version that counts."""
    measures = once("cell measures", lambda: CellMeasures(connection))
    code = _code(connection, measures, report, cell)
    none = (None, "not_asked", None, report.forms.get(code.split(".")[0]), *[None] * 8)
    row = connection.execute(CELL.format(rows=rows_in("fct_cells", report.report_id)), [code]).fetchone() or none
    fact = _fact(connection, code, row)
    return Trace(
        unit_code=report.unit_code,
        unit_name=report.unit_name,
        report_year=report.report_year,
        code=code,
        cell=Text(*(cell_words(code, fact.form, language) for language in LANGUAGES)),
        measures=_measures(connection, measures, report, code),
        fact=fact,
        read=_read(row),
        report=report,
        versions=other_versions(connection, home, report, code),
        violations=violations_of(connection, report.report_id, code),
        left_out=_left_out(connection, report, code),
    )


def _code(connection: Any, measures: CellMeasures, report: TracedReport, cell: str) -> str:
    """The code of a cell that was named by its code or by a column of unit_year that is one cell."""
    known: frozenset[str] = once("codes", lambda: frozenset(code for (code,) in connection.execute(CODES).fetchall()))
    if cell in known:
        return cell
    cells = measures.of_measure(cell, [form for form in report.forms.values() if form])
    if len(cells) == 1:
        return cells[0]
    if cells:
        raise Complaint(message("trace.several_cells", measure=cell, cells=joined(cells)))
    raise Complaint("\n".join([message("trace.no_cell", cell=cell), *near_cells(connection, cell)]))


def _measures(connection: Any, measures: CellMeasures, report: TracedReport, code: str) -> tuple[Measure, ...]:
    found = measures.of_cell(code, report.forms.get(code.split(".")[0]))
    columns = ", ".join(f"{name}, {name}_state" for name in found)
    row = (
        connection.execute(
            f"select {columns} from unit_year where unit_code = ? and report_year = ? and report_id = ?",
            [report.unit_code, report.report_year, report.report_id],
        ).fetchone()
        if found
        else None
    )
    if row is None:
        return ()
    return tuple(Measure(name, row[2 * k], row[2 * k + 1], tuple(cells)) for k, (name, cells) in enumerate(found.items()))


def _fact(connection: Any, code: str, row: tuple[Any, ...]) -> Fact:
    table, column = next((table, column) for table, column in FACTS if table == f"fct_{code.split('.')[0]}")
    value, state, unit, form, before, before_state, correction = row[:7]
    return Fact(table, column, value, state, unit, form, before, before_state, _correction(connection, correction))


def _read(row: tuple[Any, ...]) -> CellRead | None:
    """What was read, where a correction stands in its place; None where the source has no such cell."""
    value, state, unit, form, before, before_state, correction, printed, raw, place, match, derivation = row
    if (before_state or state) in ("absent", "not_asked"):
        return None
    number = value if correction is None else before
    return CellRead(form, before_state or state, number, printed, unit, raw, place, match, derivation)


def _correction(connection: Any, correction_id: str | None) -> dict[str, Any] | None:
    if correction_id is None:
        return None
    result = connection.execute(CORRECTION, [correction_id])
    return dict(zip([d[0] for d in result.description], result.fetchone() or (), strict=False))


def _left_out(connection: Any, report: TracedReport, code: str) -> Text | None:
    found = connection.execute(LEFT_OUT, [report.report_id, code.split(".")[0]]).fetchone()
    if found is None:
        return None
    reasons = joined(bilingual(f"exclusion.{reason}") for reason in found[0].split(", "))
    return bilingual("trace.left_out_why", reasons=reasons, rules=found[1] or "–")
