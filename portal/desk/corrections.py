"""/corrections: every correction with what came of it and how far it is dealt with; people say when that changes, and why."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.access.actor import refusal
from foi.answer.correct import corrections_now
from foi.answer.correction_status import Wish, set_status, status_changes
from foi.answer.show_correct import COLUMNS, correction_row
from foi.messages import Complaint, bilingual, has_message, message, word_of
from ingest.beijing import beijing
from ingest.landing.corrections import STATUSES, broken_corrections, load_corrections
from ingest.words.issues import issue_text
from portal.page import link, page, table
from portal.who import actor_of, allowed, fields, noted


def corrections(request: Request) -> Response:
    """Every correction, and those that could not be understood."""
    home = request.app.state.home
    found = corrections_now(home.root)
    columns = {name: bilingual(f"correct.column_{name}") for name in COLUMNS}
    try:
        changes = status_changes(home)
    except Complaint:  # the file as a whole cannot be read, which stands in the list of what is broken
        changes = {}
    actor = actor_of(request)
    return table(request, columns, [correction_row(one) for one in found], "corrections") or page(
        request, "corrections.html", title=message("desk.corrections"), corrections=found, changes=changes, statuses=STATUSES,
        broken=[issue_text(issue) for issue in broken_corrections(home.corrections)], beijing=beijing, has_message=has_message,
        may_not=refusal(actor, "correct", actor.area), refusal=lambda code: refusal(actor, "correct", code or ""),
        crumbs=[(message("portal.name"), "/"), (message("desk.title"), "/violations"), (message("desk.corrections"), "")],
        files=bool(found), counting=request.app.state.counting, word=word_of,
    )  # fmt: skip


async def status(request: Request) -> Response:
    """Give a correction another status."""
    given = {name: value for name, value in (await fields(request)).items() if isinstance(value, str)}
    return await run_in_threadpool(_status, request, given)


def _status(request: Request, given: dict[str, str]) -> Response:
    home, name = request.app.state.home, given.get("correction", "")[:200]
    known = next((one for one in load_corrections(home.corrections) if one.correction_id == name), None)
    actor = allowed(request, "correct", known.unit_code or "" if known else actor_of(request).area)
    change = set_status(home, Wish(name, given.get("status", ""), given.get("why", "")[:2000], actor.name))
    noted(request, "correct", about=name, before=change.before, after=f"{change.after}: {change.why}")
    request.app.state.counting.ask()
    return RedirectResponse(link("/corrections") + f"#{name}", 303)


ROUTES = (Route("/corrections", corrections), Route("/corrections/status", status, methods=["POST"]))
