"""A report as one page shows it: the form with its cells, what fails and why, the prose with its counts, and what nothing used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.judge.cause import cause_text
from expectations.messages import cell_text, plain
from foi.answer.remedy import Corrections, read_corrections, remedies
from foi.ask.traced_report import TABLES, TracedReport, report_by_id, report_of_last_year, versions_of
from foi.ask.traced_rules import Violation, violations_with_cells
from foi.messages import bilingual, joined
from foi.published import published
from foi.report.cells import Cell, cells_of
from foi.report.numbers import Counted, Piece, Source, counts_of, pieces, read_source
from ingest.home import Home
from ingest.words.language import Text

SECTIONS = "select section, text from fct_sections where report_id = ? order by case section when 'overview' then 1 when 'problems' then 2 else 3 end"


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that fails: its sentence and what was decided of it, the cells it is about, and the likely cause (or none)."""

    violation: Violation
    cells: frozenset[str]
    cause: Text | None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the prose, its counted numbers marked."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Whole:
    """A report with all that is known of it.

    `repairs` are the smallest changes after which its sums hold, best first; `counts` all numbers counted in the prose.
    """

    report: TracedReport
    versions: tuple[TracedReport, ...]
    last: TracedReport | None
    before: TracedReport | None
    cells: dict[str, Cell]
    broken: tuple[Broken, ...]
    repairs: tuple[Text, ...]
    sections: tuple[Section, ...]
    counts: tuple[Counted, ...]
    source: Source

    @property
    def absent(self) -> tuple[str, ...]:
        """The tables that the report lacks: none of its forms has them, and no statistics table stands in their place."""
        forms = self.report.forms
        return () if forms["statistics"] else tuple(table for table in TABLES[:3] if not forms[table])


def whole_report(home: Home, path: Path, report_id: str) -> Whole:
    """The report of an id; a Complaint where there is none."""
    with published(path) as connection:
        report = report_by_id(connection, home, report_id)
        versions = versions_of(connection, home, report)
        last = report_of_last_year(connection, home, report)
        before = next((v for v in versions if v.version_number == report.version_number - 1), None)
        broken, repairs = _broken(connection, report)
        by_cell: dict[str, tuple[str, ...]] = {}
        for one in broken:
            by_cell |= {code: (*by_cell.get(code, ()), one.violation.rule_id) for code in one.cells}
        ids = (report.report_id, last.report_id if last else None, before.report_id if before else None)
        cells = cells_of(connection, *ids, by_cell)
        counts = counts_of(connection, report_id)
        parts = connection.execute(SECTIONS, [report_id]).fetchall()
    sections = tuple(Section(name, pieces(text, [c for c in counts if c.section == name])) for name, text in parts)
    source = read_source(home, report, cells.values(), counts)
    return Whole(report, versions, last, before, cells, broken, repairs, sections, counts, source)


def _broken(connection: Any, report: TracedReport) -> tuple[tuple[Broken, ...], tuple[Text, ...]]:
    """What fails in a report that counts, why it probably does, and the smallest changes after which its sums hold."""
    failing = violations_with_cells(connection, report.report_id)
    if not failing:
        return (), ()
    corrections = read_corrections(connection)
    whose = (report.unit_code, report.report_year)
    remedy = remedies(connection, [whose], corrections).get(whose)
    found = []
    for violation, cells in failing:
        cause = next(iter(remedy.causes_of([violation.rule_id])), "") if remedy else ""
        found.append(Broken(violation, frozenset(cells), cause_text(cause) if cause else None))
    repairs = remedy.proposals if remedy else []
    return tuple(found), tuple(_change(repair, report, corrections) for repair in repairs)


def _change(repair: Any, report: TracedReport, corrections: Corrections) -> Text:
    """A repair in words: each cell with its number and the one that would make the sums hold."""
    whose = (report.unit_code, report.report_year)
    return joined(
        (
            bilingual(
                "letter.change",
                cell=cell_text(edit.code, report.forms.get(edit.code.split(".")[0])),
                before=corrections.before(whose, edit),
                after=plain(edit.after),
            )
            for edit in repair
        ),
        "gap.semicolon",
    )
