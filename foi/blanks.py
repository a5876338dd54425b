"""Cells of a report that hold no number: a blank is no 0, and what needs it cannot be checked."""

from __future__ import annotations

from expectations.messages import cell_words
from foi.messages import both, say
from ingest.forms import every_form
from ingest.model import Report

NAMED = 3  # cells of a table that are named


def empty_cells(report: Report) -> dict[str, list[str]]:
    """The codes of the cells without a number, by the table they stand in; a table that is not there at all is another matter."""
    filled = {cell.code for cell in report.cells if cell.value is not None}
    asked = {table: every_form()[form].tables[table].cells for table, form in report.forms.items() if form}
    found = {table: [cell.code for cell in cells if cell.code not in filled] for table, cells in asked.items()}
    return {table: codes for table, codes in found.items() if codes}


def empty_lines(report: Report) -> list[str]:
    """A sentence for each table with cells that hold no number: all of it, or which."""
    lines = []
    for table, codes in empty_cells(report).items():
        form, (name, name_en) = report.forms[table], both(f"table.{table}") or (table, table)
        if len(codes) == len(every_form()[form].tables[table].cells):
            lines.append(say("check.empty_table", table=name, table_en=name_en))
            continue
        named = "、".join(f"“{cell_words(code, form, 'zh')}”" for code in codes[:NAMED])
        key = "check.empty_cells" if len(codes) <= NAMED else "check.many_empty_cells"
        lines.append(say(key, table=name, n=len(codes), cells=named))
    return lines
