"""/withdrawals: reports and files that people took out, with the way back; and files that vanished from a folder they were loaded from."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.access.actor import refusal
from foi.answer.show_withdraw import COLUMNS
from foi.answer.withdraw import Wish, restore, unit_of, withdraw, withdrawals_now
from foi.line.left import left_reports
from foi.messages import bilingual, message
from foi.published import published
from ingest.beijing import beijing
from ingest.home import Home
from portal.asked import year_of
from portal.page import link, page, table
from portal.who import actor_of, allowed, fields, noted

LEFT = 200  # files that vanished of which the page tells; --json of foi status has all


def withdrawals(request: Request) -> Response:
    """What is withdrawn, the form to take something out, and what vanished from a folder."""
    home: Home = request.app.state.home
    found, asked, actor = withdrawals_now(home.root), request.query_params, actor_of(request)
    columns = {name: bilingual(f"withdraw.column_{name}") for name in COLUMNS}
    with published(home.published) as connection:
        left = [one for one in left_reports(connection, home) if not one["is_cleared"]]
    rows = [[getattr(one, name) or None for name in COLUMNS] for one in found]
    return table(request, columns, rows, "withdrawals") or page(
        request, "withdrawals.html", title=message("desk.withdrawals"), withdrawn=found, left=left[:LEFT], left_count=len(left), beijing=beijing,
        asked={name: asked.get(name, "").strip()[:300] for name in ("file", "unit", "year")}, may_not=refusal(actor, "withdraw", actor.area),
        crumbs=[(message("portal.name"), "/"), (message("desk.title"), "/violations"), (message("desk.withdrawals"), "")],
        files=bool(found), counting=request.app.state.counting, refusal=lambda code: refusal(actor, "withdraw", code or ""),
    )  # fmt: skip


async def taken(request: Request) -> Response:
    """Take something out, or put it back."""
    given = {name: value.strip() for name, value in (await fields(request)).items() if isinstance(value, str)}
    return await run_in_threadpool(_taken, request, given)


def _taken(request: Request, given: dict[str, str]) -> Response:
    home: Home = request.app.state.home
    file, unit, undo = given.get("file", "")[:500], given.get("unit", "")[:80], bool(given.get("undo"))
    year = year_of(given["year"]) if given.get("year") else 0
    wish = Wish(file, unit, year, given.get("why", "")[:2000])
    actor = allowed(
        request, "withdraw", actor_of(request).area
    )  # whoever may take out nothing hears so before anything is looked up
    for code in unit_of(home.root, wish):
        allowed(request, "withdraw", code)
    wish = Wish(file, unit, year, wish.why, actor.name)
    files = (restore if undo else withdraw)(home.root, wish)
    noted(request, "withdraw", about=wish.what, before="withdrawn" if undo else "", after=f"{', '.join(files)}: {wish.why}")
    request.app.state.counting.ask()
    return RedirectResponse(link("/withdrawals"), 303)


ROUTES = (
    Route("/withdrawals", withdrawals, methods=["GET"]),
    Route("/withdrawals", taken, methods=["POST"]),
)
