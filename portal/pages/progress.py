"""/progress/<area>: units by years, who filed in time, late or not at all; as files, and the deadlines for a calendar."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.messages import bilingual, message, word_of
from foi.owed.board import Board, BoardUnit, board_of
from foi.owed.duties import STATES
from foi.owed.progress import INCOMPLETE, find_area
from foi.published import published
from portal.asked import one_of
from portal.calendar import calendar_of
from portal.page import format_of, link, page, table
from portal.pages.owed_units import Owed

SHOWN = 400  # units of a page; files hold all
COLUMNS = ("code", "unit", "level", "report_year", "due", "filing", "published_on", "days_late", "report_id", "remarks")
RATES = ("expected", "actual", "on_time", "complete", "valid")
ALL = "all"


def progress(request: Request) -> Response:
    """The board of an area, the units in a state of any year, or all of them."""
    board = board_of(request.app.state.home.published, request.path_params["code"])
    if format_of(request) == "ics":
        address = f"{request.url.scheme}://{request.url.netloc}/progress/{board.area.code}"
        headers = {"content-disposition": f"attachment; filename={board.area.code}.ics"}
        return Response(calendar_of(board, address), media_type="text/calendar; charset=utf-8", headers=headers)
    name = board.area.names.get(board.area.code, board.area.name)
    state = one_of(request, "state", (ALL, *STATES, INCOMPLETE), ALL)
    units = [unit for unit in board.units if state == ALL or any(_is_in(duty, state) for duty in unit.duties.values())]
    columns = {name: bilingual(f"portal.column_{name}") for name in COLUMNS}
    return table(request, columns, [row for unit in units for row in _rows(unit)], f"progress-{board.area.code}") or page(
        request,
        "progress.html",
        title=message("board.title", area=name),
        board=board,
        units=units[:SHOWN],
        n=len(units),
        state=state,
        counts=_counts(board),
        rates=RATES,
        files=True,
        crumbs=[
            (message("portal.name"), "/"),
            (name, f"/area/{board.area.code}/{board.years[-1]}"),
            (message("board.crumb"), ""),
        ],
    )


def find(request: Request) -> Response:
    """The board of an area that is named by its name or code."""
    with published(request.app.state.home.published) as connection:
        area = find_area(connection, request.query_params.get("area", "").strip())
    return RedirectResponse(link(f"/progress/{area.code}"), 303)


def _is_in(duty: Any, state: str) -> bool:
    return duty.state == state or (state == INCOMPLETE and duty.is_incomplete)


def _counts(board: Board) -> dict[str, int]:
    """How many units are in a state in any year; states in which none is are left out."""
    counts = {
        state: sum(any(_is_in(duty, state) for duty in unit.duties.values()) for unit in board.units)
        for state in (*STATES, INCOMPLETE)
    }
    return {state: n for state, n in counts.items() if n}


def _rows(unit: BoardUnit) -> list[list[Any]]:
    owed = Owed(None)
    return [
        [unit.unit_code, unit.unit_name, word_of("level", unit.level), year, duty.due, word_of("progress", duty.state), duty.published_on,
         duty.days_late, duty.report_id, owed.remark(duty)]
        for year, duty in sorted(unit.duties.items())
    ]  # fmt: skip


ROUTES = (Route("/progress", find), Route("/progress/{code}", progress))
