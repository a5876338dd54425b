"""/progress/<area>: units by years, who filed in time, late or not at all; a year with every reason, closed and opened; a calendar."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.messages import bilingual, message, word_of
from foi.owed.board import Board, BoardUnit, board_of
from foi.owed.closing import closed_years, closing_of, let_in, lock_year, unlock_year
from foi.owed.duties import STATES, Duty
from foi.owed.progress import INCOMPLETE, NIL, find_area
from foi.published import published
from ingest.roster.year_locks import read_lines
from ingest.units.within import within
from portal.asked import Wrong, one_of, whole_number, year_of
from portal.calendar import calendar_of
from portal.page import format_of, link, page, table
from portal.who import allowed, fields, noted

SHOWN = 400  # units of a page; files hold all
COLUMNS = ("code", "unit", "level", "report_year", "due", "filing", "published_on", "days_late", "report_id", "remarks")
RATES = ("expected", "actual", "on_time", "complete", "valid")
ALL = "all"
MARKS = (*STATES, INCOMPLETE, NIL)  # all that can be said of a report that is owed
TOLD = tuple(mark for mark in MARKS if mark != "on_time")  # of which a year names every unit, with the reason


def progress(request: Request) -> Response:
    """The board of an area, the units in a state of any year, or all of them."""
    board = board_of(request.app.state.home.published, request.path_params["code"])
    if format_of(request) == "ics":
        address = f"{request.url.scheme}://{request.url.netloc}/progress/{board.area.code}"
        headers = {"content-disposition": f"attachment; filename={board.area.code}.ics"}
        lines = [one for one in read_lines(request.app.state.home.year_locks) if within(board.area.code, one.area)]
        return Response(calendar_of(board, address, lines), media_type="text/calendar; charset=utf-8", headers=headers)
    name = board.area.names.get(board.area.code, board.area.name)
    state = one_of(request, "state", (ALL, *MARKS), ALL)
    asked = whole_number(request, "year")  # without one: whatever year the board shows
    units = [unit for unit in board.units if state == ALL or any(_is_in(duty, state) for duty in _duties(unit, asked))]
    columns = {name: bilingual(f"portal.column_{name}") for name in COLUMNS}
    home, year = request.app.state.home.root, asked or board.years[-1]
    return table(request, columns, [row for unit in units for row in _rows(unit, asked)], f"progress-{board.area.code}") or page(
        request,
        "progress.html",
        title=message("board.title", area=name),
        board=board,
        units=units[:SHOWN],
        n=len(units),
        state=state,
        counts=_counts(board, asked),
        asked=asked,
        rates=RATES,
        year=year,
        told=_told(board, year),
        closing=closing_of(home, board.area.code, year),
        closed=closed_years(home, board.area.code),
        files=True,
        crumbs=[
            (message("portal.name"), "/"),
            (name, f"/area/{board.area.code}/{board.years[-1]}"),
            (message("board.crumb"), ""),
        ],
    )


async def close(request: Request) -> Response:
    """A year is closed or opened again, or a file that came afterwards is let in; each with a reason."""
    code = request.path_params["code"]
    actor, year = allowed(request, "lock", code), year_of(request.path_params["year"])
    words = {name: value.strip() for name, value in (await fields(request)).items() if isinstance(value, str)}
    act, why, file = (words.get(name, "") for name in ("act", "why", "file"))
    if act not in ("lock", "unlock", "let_in"):
        raise Wrong(message("portal.no_choice", name="act", found=act[:40], known="lock, unlock, let_in"))

    def done() -> None:
        home = request.app.state.home.root
        if act == "let_in":
            one = let_in(home, file, why, actor.name, code)
            noted(request, "lock", about=f"{act} {one.file} {one.unit_code} {one.report_year}", after=why)
            return
        (lock_year if act == "lock" else unlock_year)(home, code, year, why, actor.name)
        noted(request, "lock", about=f"{act} {code} {year}", after=why)

    await run_in_threadpool(done)
    if act != "lock":  # what waited is to be counted
        request.app.state.counting.ask()
    return RedirectResponse(link(f"/progress/{code}", year=year) + "#closing", 303)


def find(request: Request) -> Response:
    """The board of an area that is named by its name or code."""
    with published(request.app.state.home.published) as connection:
        area = find_area(connection, request.query_params.get("area", "").strip())
    return RedirectResponse(link(f"/progress/{area.code}"), 303)


def _is_in(duty: Duty, state: str) -> bool:
    return duty.state == state or (state == INCOMPLETE and duty.is_incomplete) or (state == NIL and duty.is_nil)


def _told(board: Board, year: int) -> dict[str, list[tuple[BoardUnit, Duty]]]:
    """The units of a year by what is to be said of them, each with its duty; nothing of what is as it should be."""
    duties = [(unit, unit.duties[year]) for unit in board.units if year in unit.duties]
    found = {mark: [one for one in duties if _is_in(one[1], mark)] for mark in TOLD}
    return {mark: ones for mark, ones in found.items() if ones}


def _counts(board: Board, year: int) -> dict[str, int]:
    """How many units are in a state in a year, or in any year; states in which none is are left out."""
    counts = {state: sum(any(_is_in(duty, state) for duty in _duties(unit, year)) for unit in board.units) for state in MARKS}
    return {state: n for state, n in counts.items() if n}


def _duties(unit: BoardUnit, year: int) -> list[Duty]:
    """What a unit owes for a year; for 0, for all years."""
    return [duty for one, duty in unit.duties.items() if year in (0, one)]


def _rows(unit: BoardUnit, asked: int) -> list[list[Any]]:
    return [
        [unit.unit_code, unit.unit_name, word_of("level", unit.level), year, duty.due, word_of("progress", duty.state), duty.published_on,
         duty.days_late, duty.report_id, duty.remark]
        for year, duty in sorted(unit.duties.items())
        if asked in (0, year)
    ]  # fmt: skip


ROUTES = (
    Route("/progress", find),
    Route("/progress/{code}", progress),
    Route("/progress/{code}/{year}", close, methods=["POST"]),
)
