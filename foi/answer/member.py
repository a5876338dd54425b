"""A violation as a reviewer looks at it: its sentence, its cells with those of last year, why it fails, the repairs, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from expectations.decisions import Decision
from expectations.judge.edits import Repair
from expectations.messages import cell_text
from foi.answer.acts import history
from foi.answer.failing import Failing
from foi.answer.remedy import Corrections, cells_of, change_words, read_corrections
from foi.answer.whys import Report, Whys, remedies_of
from foi.published.kept import once
from foi.published.last_units import last_unit
from foi.published.spans import rows_in
from ingest.home import Home
from ingest.words.language import Text

TABLES = ("disclosure", "requests", "challenges", "statistics")
REPORTS = f"select report_id, unit_code, report_year, {', '.join(f'form_{table}' for table in TABLES)} from {{rows}}"
OF_UNITS = (
    "select unit_code, report_year, report_id from fct_reports where unit_code in (select unnest($1::varchar[])) and is_current"
)
SENTENCES = "select report_id, rule_id, message_zh, message_en from {rows} where rule_id in (select unnest($1::varchar[]))"
CELLS = "select report_id, code, form, value, state, place, correction_id, original_value, original_state from {rows}"


@dataclass(frozen=True, slots=True)
class CellBeside:
    """A cell of a broken rule: what it holds, what the source says where a correction replaced it, and what last year's report says.

    `has_last`: there is a report of the year before. `has_place`: its evidence can be shown.
    """

    code: str
    words: Text
    value: Decimal | None
    state: str
    has_place: bool
    original: tuple[Decimal | None, str] | None
    last: tuple[Decimal | None, str] | None
    has_last: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A violation with all that is looked at before it is decided; `repairs` are those of its report, best first."""

    one: Failing
    words: Text
    cells: tuple[CellBeside, ...]
    repairs: tuple[Text, ...]
    decisions: tuple[Decision, ...]


def members(connection: Any, home: Home, found: Sequence[Failing]) -> list[Member]:
    """Some violations, each with what is looked at before it is decided."""
    ids = list(dict.fromkeys(one.report_id for one in found))
    reports = _reports(connection, ids)
    words = {
        (report_id, rule_id): Text(zh or "", en or "")
        for report_id, rule_id, zh, en in connection.execute(
            SENTENCES.format(rows=rows_in("expectation_results", *ids)), [list({one.rule_id for one in found})]
        ).fetchall()
    }
    read = _cells(connection, [*reports, *(last for last, *_ in reports.values() if last)])
    decided = history(home, [one.place for one in found])
    repairs = repairs_of(connection, home, [(one.unit_code, one.year) for one in found if one.kind == "error"])
    corrections: Corrections = once("corrections", lambda: read_corrections(connection))
    made = []
    for one in found:
        last_id, *named = reports[one.report_id]
        forms = {table: form for table, form in zip(TABLES, named, strict=True) if form}
        now, last = read[one.report_id], read[last_id] if last_id else None
        cells = tuple(_beside(code, now[code], last) for code in cells_of(one.rule_id, forms) if code in now)
        report = (one.unit_code, one.year)
        told = tuple(change_words(repair, report, forms, corrections) for repair in repairs.get(report, ()))
        made.append(Member(one, words.get((one.report_id, one.rule_id), Text("", "")), cells, told, tuple(decided[one.place])))
    return made


def _reports(connection: Any, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Of each report that of the year before (or None) and its forms."""
    rows = connection.execute(REPORTS.format(rows=rows_in("fct_reports", *ids))).fetchall()
    before = {one: (last_unit(connection, unit, year), year - 1) for one, unit, year, *_ in rows if unit and year}
    units = sorted({unit for unit, _ in before.values() if unit})
    current = {(unit, year): one for unit, year, one in connection.execute(OF_UNITS, [units]).fetchall()}
    return {one: (current.get(before.get(one, (None, 0))), *forms) for one, _, _, *forms in rows}


def repairs_of(connection: Any, home: Home, reports: Sequence[Report]) -> dict[Report, list[Repair]]:
    """The smallest changes after which the sums of some reports hold, best first; kept until the file is replaced."""
    pairs = Whys.of(connection, home).pairs
    corrections: Corrections = once("corrections", lambda: read_corrections(connection))
    kept: dict[Report, list[Repair]] = once("repairs", dict)
    left = [pairs[report] for report in dict.fromkeys(reports) if report in pairs and report not in kept]
    for pair, remedy in zip(left, remedies_of(connection, left, corrections), strict=True):
        kept[pair.report] = remedy.proposals
    return {report: kept[report] for report in reports if report in kept}


def _cells(connection: Any, ids: Sequence[str]) -> dict[str, dict[str, tuple[Any, ...]]]:
    """The cells of some reports by their codes."""
    found: dict[str, dict[str, tuple[Any, ...]]] = {one: {} for one in ids}
    for owner, code, *row in connection.execute(CELLS.format(rows=rows_in("fct_cells", *ids))).fetchall():
        found[owner][code] = tuple(row)
    return found


def _beside(code: str, row: tuple[Any, ...], last: dict[str, tuple[Any, ...]] | None) -> CellBeside:
    form, value, state, place, correction, original, original_state = row
    before = last.get(code) if last else None
    return CellBeside(
        code,
        cell_text(code, form),
        value,
        state,
        bool(place),
        (original, original_state) if correction else None,
        (before[1], before[2]) if before else None,
        last is not None,
    )
