"""/report/<id>: the form as printed with every cell, what fails and why, the prose with its counts, and what nothing used."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from expectations.messages import cell_text
from foi.ask.traced_report import TABLES
from foi.messages import bilingual, message, word_of
from foi.report.cells import Cell
from foi.report.locator import without_box
from foi.report.printed import PrintedTable, printed
from foi.report.whole import Whole, whole_report
from ingest.home import Home
from ingest.place import share_of
from ingest.words.language import Text
from ingest.words.places import place_text
from portal.answered import rest_on
from portal.page import format_of, page, table

COLUMNS = ("table", "code", "cell", "value", "state", "state_word", "unit", "form", "raw", "place", "place_words", "page", "x0", "y0",
           "x1", "y1", "last_value", "last_state", "before_value", "before_state", "rules", "correction", "evidence")  # fmt: skip


def report(request: Request) -> Response:
    """A report as one page, or its cells as a file."""
    home = rested_on(request)
    whole = whole_report(home, home.published, request.path_params["report_id"])
    return _file(request, whole) or page(
        request,
        "report.html",
        title=title_of(whole),
        whole=whole,
        place_text=place_text,
        tables=_tables(whole),
        figures=_figures(whole),
        counts=[(count, cell_text(count.code, None)) for count in whole.counts],
        names={code: cell_text(code, cell.form).shown for code, cell in whole.cells.items()},
        crumbs=crumbs_of(whole.report),
        files=True,
    )


def rested_on(request: Request) -> Home:
    """The home folder, of whose files beside the published one this page rests on the decisions and the original."""
    home: Home = request.app.state.home
    rest_on(request, home.decisions, home.recognized, home.originals / request.path_params["report_id"][:2])
    return home


def _file(request: Request, whole: Whole) -> Response | None:
    """The cells as a file, if the address asks for one."""
    if not format_of(request):
        return None
    columns = {name: bilingual(f"report.column_{name}") for name in COLUMNS}
    name = f"{whole.report.unit_name or whole.report.report_id}-{whole.report.report_year or ''}"
    return table(request, columns, [_row(whole, cell) for cell in ordered(whole)], name)


def title_of(whole: Whole) -> str:
    """What the page of a report is called."""
    report = whole.report
    return message("report.title", unit=report.unit_name or message("read.unknown"), year=report.report_year or "–")


def crumbs_of(report: Any, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a report, and to what stands below it."""
    unit = [(report.unit_name, f"/unit/{report.unit_code}")] if report.unit_code else []
    here = message("report.crumb", year=report.report_year or "–")
    return [(message("portal.name"), "/"), *unit, (here, f"/report/{report.report_id}" if more else ""), *more]


def ordered(whole: Whole) -> list[Cell]:
    """The cells in the order in which the forms print them."""
    codes = [box.code for one in _tables(whole) for row in one.body for box in row if box.code]
    found = dict.fromkeys((*codes, *whole.cells))
    return [whole.cells[code] for code in found if code in whole.cells]


def _tables(whole: Whole) -> list[PrintedTable]:
    """The tables of the report, each as its form prints it."""
    return [printed(form, name) for name in TABLES if (form := whole.report.forms[name])]


def _figures(whole: Whole) -> dict[str, int]:
    """How many cells hold a number and how many do not, of the tables that are there."""
    codes = {box.code for one in _tables(whole) for row in one.body for box in row if box.code}
    cells = [cell for code, cell in whole.cells.items() if code in codes]
    numbers = sum(cell.value is not None for cell in cells)
    return {"cells": len(cells), "numbers": numbers, "empty": len(cells) - numbers}


def _row(whole: Whole, cell: Cell) -> list[Any]:
    share = share_of(cell.place or "", whole.report.pages)
    last, before = cell.last, cell.before
    return [
        word_of("table", cell.code.split(".")[0]),
        cell.code,
        cell_text(cell.code, cell.form),
        cell.value,
        cell.state,
        word_of("state", cell.state),
        cell.unit,
        cell.form,
        cell.raw,
        cell.place,
        place_text(without_box(cell.place)) if cell.place else Text("", ""),
        *(share or (None,) * 5),
        last.value if last else None,
        last.state if last else None,
        before.value if before else None,
        before.state if before else None,
        ", ".join(cell.rule_ids) or None,
        cell.correction_id,
        f"/report/{whole.report.report_id}/cell/{cell.code}",
    ]


ROUTES = (Route("/report/{report_id}", report),)
