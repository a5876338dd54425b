"""/violations/repair: the repairs of a report; one that is accepted becomes corrections, never an edit of the source."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.access.actor import refusal
from foi.answer.accept import Wish, accept, proposed
from foi.messages import message
from portal.asked import year_of
from portal.page import page
from portal.who import actor_of, allowed, fields, noted


def repair(request: Request) -> Response:
    """The repairs of a report, and the form to accept one of them."""
    asked = request.query_params
    unit, year = asked.get("unit", "").strip()[:80], year_of(asked.get("year", "").strip())
    repairs = proposed(request.app.state.home, unit, year)
    title = message("desk.repair_title", unit=repairs[0].unit_name if repairs else unit, year=year)
    return page(
        request, "violations_repair.html", title=title, unit=unit, year=year, repairs=repairs,
        may_not=refusal(actor_of(request), "correct", unit), crumbs=_crumbs(title), made=(),
    )  # fmt: skip


async def accepted(request: Request) -> Response:
    """Turn a repair into corrections, and say which."""
    given = {name: value for name, value in (await fields(request)).items() if isinstance(value, str)}
    return await run_in_threadpool(_accepted, request, given)


def _accepted(request: Request, given: dict[str, str]) -> Response:
    unit, year = given.get("unit", "").strip()[:80], year_of(given.get("year", "").strip())
    actor = allowed(request, "correct", unit)
    wish = Wish(unit, year, given.get("cells", ""), given.get("why", "")[:2000], given.get("evidence", "")[:2000], actor.name)
    made = accept(request.app.state.home, wish)
    noted(request, "correct", about=f"{unit} {year}", after=f"{wish.cells}: {wish.why.strip()}")
    request.app.state.counting.ask()
    title = message("desk.repair_done")
    answer = page(
        request, "violations_repair.html", title=title, unit=unit, year=year, repairs=(), may_not=None, crumbs=_crumbs(title), made=made,
    )  # fmt: skip
    answer.headers["cache-control"] = "no-store"
    return answer


def _crumbs(title: str) -> list[tuple[str, str]]:
    return [(message("portal.name"), "/"), (message("desk.title"), "/violations"), (title, "")]


ROUTES = (
    Route("/violations/repair", repair, methods=["GET"]),
    Route("/violations/repair", accepted, methods=["POST"]),
)
