"""A report as one page shows it: the form with its cells, what fails and why, the prose with its counts, and what nothing used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from expectations.decisions import Ledger
from expectations.judge.cause import cause_text
from expectations.judge.edits import Repair
from expectations.judge.rules import Facts
from foi.answer.failing import WAITING, ledger_of, state_of
from foi.answer.remedy import Corrections, Remedy, change_words, read_corrections, remedy_of
from foi.ask.traced_report import TABLES, TracedReport, report_with_others
from foi.ask.traced_rules import Violation, violations_with_cells
from foi.published import published
from foi.published.kept import once
from foi.published.numbers import Cells
from foi.published.spans import rows_in
from foi.report.cells import Cell, cells_of
from foi.report.numbers import Counted, Piece, Source, counts_of, pieces, read_source
from ingest.home import Home
from ingest.law.forms import every_form
from ingest.law.relations import relations_of
from ingest.words.language import Text

REMEMBERED = 512  # reports of which it is known why they fail
SECTIONS = "select section, text from {rows} order by case section when 'overview' then 1 when 'problems' then 2 else 3 end"


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that fails: its sentence and what was decided of it, the cells it is about, and the likely cause (or none).

    `printed` are those of the cells in which the form prints the rule: the totals of a sum; all where it is about one cell alone.
    """

    violation: Violation
    cells: frozenset[str]
    printed: frozenset[str]
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
        report, versions, last = report_with_others(connection, home, report_id)
        before = next((v for v in versions if v.version_number == report.version_number - 1), None)
        beside = (last.report_id if last else None, before.report_id if before else None)
        read, last_numbers = cells_of(connection, report_id, *beside)
        broken, repairs = _broken(connection, report, read, last_numbers)
        if path == home.published and broken:
            ledger, _ = ledger_of(home)
            broken = tuple(replace(one, violation=_as_decided(one.violation, report, ledger)) for one in broken)
        cells = {code: _marked(cell, broken) for code, cell in read.items()}
        counts = counts_of(connection, report_id)
        parts = connection.execute(SECTIONS.format(rows=rows_in("fct_sections", report_id, columns="section, text"))).fetchall()
    sections = tuple(Section(name, pieces(text, [c for c in counts if c.section == name])) for name, text in parts)
    source = read_source(home, report, cells.values(), counts)
    return Whole(report, versions, last, before, cells, broken, repairs, sections, counts, source)


def _as_decided(one: Violation, report: TracedReport, ledger: Ledger) -> Violation:
    """A violation with what people decided of it until now; the published tables count it from the next load."""
    where = {"unit_code": report.unit_code, "report_year": report.report_year, "rule_id": one.rule_id}
    decision = ledger.last(where)
    state = state_of(decision, one.sides)
    if decision is None or state in WAITING:
        return replace(one, decision="open", decided_by=None, decided_at=None, decided_why=None)
    return replace(one, decision=state, decided_by=decision.who, decided_at=None, decided_why=decision.why)


def _marked(cell: Cell, broken: tuple[Broken, ...]) -> Cell:
    """A cell with the rules that fail in it."""
    mine = [one for one in broken if cell.code in one.cells]
    if not mine:
        return cell
    return replace(
        cell, rule_ids=tuple(one.violation.rule_id for one in mine), fails=any(cell.code in one.printed for one in mine)
    )


def _broken(
    connection: Any, report: TracedReport, cells: dict[str, Cell], last: Cells
) -> tuple[tuple[Broken, ...], tuple[Text, ...]]:
    """What fails in a report that counts, why it probably does, and the smallest changes after which its sums hold."""
    failing = violations_with_cells(connection, report.report_id)
    if not failing:
        return (), ()
    corrections: Corrections = once("corrections", lambda: read_corrections(connection))
    is_ours = any((unit, year) == (report.unit_code, report.report_year) for unit, year, _ in corrections.ours)
    remedy = remedy_of({c.code: (c.form or "", n) for c in cells.values() if (n := _number(c, is_ours)) is not None}, last)
    rule_ids = tuple(violation.rule_id for violation, _ in failing)
    causes, repairs = _explained(_numbers_of(remedy.now), _numbers_of(remedy.before) if remedy.before else None, rule_ids)
    found = [
        Broken(violation, frozenset(about), _printed(violation.rule_id, report, about), cause_text(cause) if cause else None)
        for (violation, about), cause in zip(failing, causes, strict=True)
    ]
    whose = (report.unit_code, report.report_year)
    return tuple(found), tuple(change_words(repair, whose, report.forms, corrections) for repair in repairs)


def _number(cell: Cell, is_ours: bool) -> Decimal | None:
    """The number of a cell; where our correction broke a sum, the report's own, which nobody else is asked to undo."""
    return cell.original.value if is_ours and cell.original and cell.original.value is not None else cell.value


def _printed(rule_id: str, report: TracedReport, about: set[str]) -> frozenset[str]:
    for form in filter(None, report.forms.values()):
        for rule in every_form()[form].rules:
            if rule.rule_id == rule_id:
                return frozenset(rule.left)
        for relation in relations_of(form):
            if relation.rule_id == rule_id:
                return frozenset(term.code for term in relation.left if term.source == "cell")
    return frozenset(about)


Numbers = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Decimal], ...]]  # the forms and the numbers of a report


def _numbers_of(facts: Facts) -> Numbers:
    return tuple(facts.forms.items()), tuple(facts.values.items())


def _facts(numbers: Numbers) -> Facts:
    forms, values = numbers
    return Facts(dict(forms), dict(values))


@lru_cache(REMEMBERED)
def _explained(now: Numbers, last: Numbers | None, rule_ids: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Repair, ...]]:
    """The likely cause of each violation, and the repairs: to search for them takes up to a second, so that it is done once."""
    remedy = Remedy(_facts(now), _facts(last) if last else None)
    return tuple(next(iter(remedy.causes_of([rule_id])), "") for rule_id in rule_ids), tuple(remedy.proposals)
