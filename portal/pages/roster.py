"""/roster/<area>/<year>: who owes a report by when, line by line: looked at by all, changed by who may, taken as a file and sent back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.messages import Complaint, message
from foi.owed.roster_change import Author, Changed, Wish, change_line, remove_line, said, take_roster
from foi.owed.roster_year import FIELDS, YearRoster, history_of, year_roster
from foi.published import NothingPublished
from ingest.home import Home
from ingest.law.deadlines import duty_words
from ingest.words.language import Text
from portal.asked import Wrong, year_of
from portal.page import link, page, table
from portal.sent import Sent, file_sent
from portal.who import allowed, fields, noted

Act = Callable[[], Changed]


def roster(request: Request) -> Response:
    """The lines of an area and year; as a file they can be edited and sent back."""
    found = _roster(request)
    rows = [row.cells for row in found.rows]
    return table(request, columns(), rows, f"roster-{found.area}-{found.year}") or _page(request, found)


def find(request: Request) -> Response:
    """The roster of an area and year that are named in a form."""
    area, year = (request.query_params.get(name, "").strip() for name in ("area", "year"))
    if not area:
        raise Wrong(message("roster.which"))
    return RedirectResponse(link(f"/roster/{area}/{year_of(year)}"), 303)


async def change(request: Request) -> Response:
    """One line is written or taken out."""
    author = _author(request)
    form = await fields(request)
    words = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    unit = words.get("unit_code", "")
    year = None if words.get("scope") == "every" else author[2]
    by = Author(*author)

    def act() -> Changed:
        home = request.app.state.home.root
        if words.get("act") == "remove":
            return remove_line(home, by, unit, year)
        return change_line(home, by, Wish(unit, year, *(words.get(name, "") for name in FIELDS[3:])))

    return await run_in_threadpool(_done, request, act, words)


async def upload(request: Request) -> Response:
    """The lines of a file take the place of those that stand there; with `whole` what the file lacks is taken out."""
    author = _author(request)
    with closing((sent := await file_sent(request)).file):
        return await run_in_threadpool(_done, request, _taking(request, author, sent), {"file": sent.name})


def _taking(request: Request, author: tuple[str, str, int], sent: Sent) -> Act:
    by = Author(*author)
    is_whole = sent.words.get("whole") == "yes"
    return lambda: take_roster(request.app.state.home.root, by, sent.name, sent.read(), is_whole)


def _author(request: Request) -> tuple[str, str, int]:
    """Who changes the roster of which area and year, if they may."""
    code = request.path_params["code"]
    return allowed(request, "roster", code).name, code, year_of(request.path_params["year"])


def _done(request: Request, act: Act, words: dict[str, str]) -> Response:
    """The roster after a change, or as it is with what was wrong, a sentence for each line."""
    try:
        changed = act()
    except NothingPublished:
        raise
    except Complaint as wrong:
        answer = _page(request, _roster(request), words, wrong=wrong.text.shown.splitlines())
        answer.status_code = 400
        return answer
    if changed.n:
        about = f"roster {request.path_params['code']} {request.path_params['year']}"
        noted(request, "roster", about=about, before=said((*changed.before, *changed.removed)), after=said(changed.after))
        request.app.state.counting.ask()
    answer = _page(request, _roster(request), {}, changed=changed)
    answer.headers["cache-control"] = "no-store"
    return answer


def _roster(request: Request) -> YearRoster:
    home: Home = request.app.state.home
    return year_roster(home.root, request.path_params["code"], year_of(request.path_params["year"]))


def _page(request: Request, found: YearRoster, words: dict[str, str] | None = None, **more: Any) -> Response:
    unit = (words or {}).get("unit_code") or request.query_params.get("unit", "").strip()
    title = message("roster.page_title", area=found.name, year=found.year)
    line = next((row for row in found.rows if row.unit_code == unit), None)
    typed = {**({} if line is None else {"due": line.due, "exempt": line.exempt, "note": line.note}), **(words or {})}
    scope = (words or {}).get("scope") or ("every" if line is not None and line.report_year is None else "year")
    return page(
        request, "roster.html", title=title, found=found, unit=unit, typed=typed, scope=scope,
        history=history_of(request.app.state.home.root, unit, found.year) if unit else [],
        files=bool(found.rows), **{"wrong": [], "changed": None, **more},
        crumbs=[(message("portal.name"), "/"), (message("board.crumb"), f"/progress/{found.area}"), (title, "")],
    )  # fmt: skip


def columns() -> dict[str, Text]:
    """What a roster file holds, headed so that it is read again."""
    aliases = duty_words()["roster"]["columns"]
    return {name: Text(aliases[name][0], name) for name in FIELDS}


ROUTES = (
    Route("/roster", find),
    Route("/roster/{code}/{year}", roster, methods=["GET"]),
    Route("/roster/{code}/{year}", change, methods=["POST"]),
    Route("/roster/{code}/{year}/file", upload, methods=["POST"]),
)
