"""What is missing in a draft, in sentences for a person; what a blank is and what could not be read never stand together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from expectations.messages import cell_text
from foi.draft.gaps import ROWS, TABLE, Gap
from foi.messages import bilingual, has_message, joined, message
from ingest.law.forms import every_form
from ingest.model import Issue, Report
from ingest.words.issues import NONE, found_words, issue_text
from ingest.words.language import Text

NAMED = 3  # cells or rows that are named
WRITTEN = 20  # characters of what stands in a cell


def gap_lines(gaps: Sequence[Gap], report: Report) -> list[str]:
    """The gaps in words under a heading for each kind, as a terminal shows them."""
    told = gaps_in_words(gaps, report)
    return [line for heading, lines in told for line in ("", heading, *(f"  {one}" for one in lines))]


def gaps_in_words(gaps: Sequence[Gap], report: Report, given: str = "option") -> list[tuple[str, list[str]]]:
    """A heading for each kind of gap, and each gap in words; `given` is how unit and year are given here: by an option, or a field."""
    kinds = dict.fromkeys(gap.kind for gap in gaps)
    names = {name: message(f"check.{given}_{name}") for name in ("year", "unit", "find")}
    return [
        (message(f"check.gap_{kind}", **names), [line for g in gaps if g.kind == kind for line in _lines_of(g, report, names)])
        for kind in kinds
    ]


def _lines_of(gap: Gap, report: Report, names: Mapping[str, str]) -> list[str]:
    if gap.issue:
        return [f"! {_noticed(gap.issue, names)}"]
    if gap.kind == ROWS:
        rows = [i for i in report.issues if i.code == "unread_row"]
        more = [message("check.more_rows", n=len(rows) - NAMED)] if len(rows) > NAMED else []
        return [*(f"! {issue_text(i).shown}" for i in rows[:NAMED]), *more]
    table = message(f"table.{gap.table}") if has_message(f"table.{gap.table}") else gap.table
    if gap.kind == TABLE:
        return [table]
    form = report.forms[gap.table]
    if len(gap.codes) == len(every_form()[form].tables[gap.table].cells):
        return [message("check.whole_table", table=table)]
    written = {cell.code: " ".join(cell.raw.split())[:WRITTEN] for cell in report.cells}
    named = joined(_quoted(cell_text(code, form), written.get(code, "")) for code in gap.codes[:NAMED])
    key = "check.some_cells" if len(gap.codes) <= NAMED else "check.many_cells"
    return [message(key, table=table, n=len(gap.codes), cells=named)]


def _quoted(cell: Text, written: str) -> Text:
    """A cell by its labels, and what stands in it, so that a person sees what kept it from being a number."""
    return bilingual("check.written_cell" if written else "check.quoted_cell", cell=cell, written=written)


def _noticed(issue: Issue, names: Mapping[str, str]) -> str:
    """An issue in words; where unit or year are open, what helps here is to give them, not a manifest."""
    if has_message(key := f"check.noticed_{issue.code}"):
        return message(key, found=found_words(issue), expected="" if issue.expected in NONE else issue.expected, **names)
    return issue_text(issue).shown
