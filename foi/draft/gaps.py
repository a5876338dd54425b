"""What keeps a report from being judged whole: cells, rows, tables and pages without a number, and a unit or year that is not certain.

A cell that is seen to be blank is the unit's to fill in; what could not be read may hold any number, and nobody is told to fill in a 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from expectations.judge.rules import tables_asked
from ingest.law.forms import STATISTICS, every_form, other_unit
from ingest.law.signals import signals
from ingest.model import Cell, Issue, Report
from ingest.words.yaml_files import WORDS, read_yaml

TABLES = ("disclosure", "requests", "challenges")
BLANK, DASH, UNREAD, CUT, OTHER = "not_filled", "dash", "unread_cells", "cut", "other_unit"  # kinds of gaps in cells
TABLE, ROWS, NOTICED = "table_absent", "unread_rows", "noticed"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: its kind, the table, the codes of the cells or the places of the rows, and what was noticed of it."""

    kind: str
    table: str = ""
    codes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    issue: Issue | None = None


def gaps_of(report: Report) -> list[Gap]:
    """Everything that is missing, the absent tables first; nothing where the report is whole."""
    absent = [t for t in TABLES if STATISTICS not in report.forms and t not in report.forms]
    rows = tuple(i.place for i in report.issues if i.code == "unread_row")
    noticed = [i for i in report.issues if _keeps_from_judging(i)]
    return [
        *(Gap(TABLE, table) for table in absent),
        *([Gap(ROWS, places=rows)] if rows else []),
        *_cell_gaps(report),
        *(Gap(NOTICED, issue=i) for i in noticed),
    ]


def units_beside(report: Report) -> dict[str, str]:
    """The units that must stand beside a number, for they are not those of the form; by the codes of the cells."""
    forms = tables_asked(report.forms)
    found = {c.code: other_unit(forms[t], c.code, c.unit, c.value) for c in report.cells if (t := c.code.split(".")[0]) in forms}
    return {code: unit for code, unit in found.items() if unit}


def is_told(issue: Issue) -> bool:
    """Whether a gap says already what was noticed in reading."""
    return _is_of_cells(issue) or _keeps_from_judging(issue)


def _is_of_cells(issue: Issue) -> bool:
    return issue.code in read_yaml(WORDS / "findings.yaml")["told_with_cells"]


def _keeps_from_judging(issue: Issue) -> bool:
    """Whether an issue leaves open what the report says or whose it is; those of rows, cells and tables are told with them."""
    is_unread = issue.code in signals()["incomplete"].values["unread"]
    return not _is_of_cells(issue) and (issue.severity == "error" or is_unread)


def _cell_gaps(report: Report) -> list[Gap]:
    cells = {cell.code: cell for cell in report.cells}
    found: list[Gap] = []
    for table, form in tables_asked(report.forms).items():
        if table not in report.forms:
            continue
        kinds: dict[str, list[str]] = {kind: [] for kind in (BLANK, DASH, UNREAD, CUT, OTHER)}
        for asked in every_form()[form].tables[table].cells:
            cell = cells.get(asked.code)
            if kind := OTHER if cell and other_unit(form, cell.code, cell.unit, cell.value) else _kind(cell, report.reader):
                kinds[kind].append(asked.code)
        found += [Gap(kind, table, tuple(codes)) for kind, codes in kinds.items() if codes]
    return found


def _kind(cell: Cell | None, reader: str) -> str | None:
    """Why a cell holds no number that could confirm a sum; None where it does."""
    if cell is None or cell.state == "unreadable":
        return UNREAD
    if cell.state == "derived":
        return CUT  # the sums decided where to cut: they cannot confirm it
    if cell.value is not None:
        return None
    # On a picture a faint number and an empty cell look alike.
    return UNREAD if reader == "scan" else DASH if cell.state == "dash" else BLANK
