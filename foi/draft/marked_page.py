"""The form of a report as a page, with the cells marked that a violation concerns and the number proposed for each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from dagster_project.names import unit_words
from expectations.judge.rules import tables_asked
from foi.draft.check import Checked
from foi.draft.gaps import units_beside
from foi.draft.marks import Mark, marks_of
from foi.draft.sentences import problem_sentences
from foi.messages import message
from ingest.law.forms import FormTable, every_form
from ingest.words.language import language


def write_marked(path: Path, checked: Checked) -> None:
    """Write the page in the language of its reader; it needs no network.

    Every problem of a cell is named in it, in words, so that no figure stands beside a number.
    """
    report = checked.report
    marks = marks_of(checked)
    units = {code: unit_words(unit).shown for code, unit in units_beside(report).items()}
    values = {
        c.code: f"{c.printed} {units.get(c.code, '')}".strip() if c.printed is not None else message(f"state.{c.state}")
        for c in report.cells
    }
    tables = [
        {
            "title": message(f"table.{name}"),
            "rows": _rows(every_form()[form].tables[name], values, marks),
            "absent": name not in report.forms,
        }
        for name, form in tables_asked(report.forms).items()
    ]
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
    page = templates.get_template("marked.html").render(
        title=f"{report.unit_name or message('read.unknown')} {report.report_year or ''}",
        language=language(),
        problems=[(n, p.severity, problem_sentences(p, checked)) for n, p in enumerate(checked.problems, 1)],
        tables=tables,
        legend=message("check.legend"),
        absent=message("check.gap_table_absent").rstrip("：:"),
        verdict=checked.conclusion.text.shown,
    )
    path.write_text(page, "utf-8")


def _rows(table: FormTable, values: dict[str, str], marks: Mapping[str, Mark]) -> list[list[dict[str, Any]]]:
    """The rows as the form prints them: labels, then numbers with their marks."""

    def number(code: str) -> dict[str, Any]:
        mark = marks.get(code, Mark())
        note = message("check.marks", numbers=message("gap.comma").join(map(str, mark.problems))) if mark.problems else ""
        return {"text": values.get(code, "–"), "code": code, "mark": mark, "note": note}

    if not table.columns or not table.rows:
        return [[{"text": f"{c.row_label} {c.column_label}", "label": True}, number(c.code)] for c in table.cells]
    head = [{"text": "", "label": True}, *({"text": label, "label": True} for label in table.columns.values())]
    by_row: dict[str, list[dict[str, Any]]] = {}
    for cell in table.cells:
        heading = table.under.get(cell.row, "")
        label = {"text": f"{heading} {cell.row_label}".strip(), "label": True}
        by_row.setdefault(cell.row, [label]).append(number(cell.code))
    return [head, *by_row.values()]
