"""The form of a report as a page, with the cells marked that a broken rule concerns and the number proposed for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from expectations.edits import Repair
from expectations.judge import Finding
from expectations.messages import plain
from foi.messages import say
from ingest.forms import FormTable, every_form
from ingest.model import Report


def write_marked(path: Path, report: Report, failed: list[Finding], proposals: list[Repair]) -> None:
    """Write the page; it needs no network."""
    best = {e.code: plain(e.after) for e in proposals[0]} if proposals else {}
    wrong = {code: n for n, f in reversed(list(enumerate(failed, 1))) for code in f.cells}
    values = {c.code: c.printed if c.printed is not None else say(f"state.{c.state}") for c in report.cells}
    tables = [
        {"title": say(f"table.{name}"), "rows": _rows(every_form()[form].tables[name], values, wrong, best)}
        for name, form in report.forms.items()
    ]
    from foi.check import said

    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
    page = templates.get_template("marked.html").render(
        title=f"{report.unit_name or say('read.unknown')} {report.report_year or ''}",
        findings=[(n, *said(f, report), f.severity) for n, f in enumerate(failed, 1)],
        tables=tables,
        legend=say("check.legend"),
        fine=say("check.fine"),
    )
    path.write_text(page, "utf-8")


def _rows(table: FormTable, values: dict[str, str], wrong: dict[str, int], best: dict[str, str]) -> list[list[dict[str, Any]]]:
    """The rows as the form prints them: labels, then numbers with their marks."""

    def number(code: str) -> dict[str, Any]:
        return {"text": values.get(code, "–"), "finding": wrong.get(code), "proposed": best.get(code), "code": code}

    if not table.columns or not table.rows:
        return [[{"text": f"{c.row_label} {c.column_label}", "label": True}, number(c.code)] for c in table.cells]
    head = [{"text": "", "label": True}, *({"text": label, "label": True} for label in table.columns.values())]
    by_row: dict[str, list[dict[str, Any]]] = {}
    for cell in table.cells:
        heading = table.under.get(cell.row, "")
        label = {"text": f"{heading} {cell.row_label}".strip(), "label": True}
        by_row.setdefault(cell.row, [label]).append(number(cell.code))
    return [head, *by_row.values()]
