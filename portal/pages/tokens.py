"""/tokens: who has a way in, as what, until when; an admin gives one out (its secret is shown this once) or takes one back."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.access.actor import ROLES
from foi.access.show import COLUMNS, made_line, token_rows, what_it_gives
from foi.access.tokens import LONGEST, Wish, revoke, token_from, token_of
from foi.messages import bilingual, message
from ingest.units.within import within
from portal.asked import Wrong
from portal.page import link, page, table
from portal.who import actor_of, allowed, fields, noted

USUAL = 90  # days


def tokens(request: Request) -> Response:
    """The tokens of the area of this admin, and the form for another one."""
    allowed(request, "token", actor_of(request).area)
    return _shown(request)


async def give(request: Request) -> Response:
    """Make a token and show its secret."""
    allowed(request, "token", actor_of(request).area)
    words = {name: str(value).strip() for name, value in (await fields(request)).items()}
    return await run_in_threadpool(_given, request, words)


def _given(request: Request, words: dict[str, str]) -> Response:
    home, days = request.app.state.home, words.get("days", "")
    if not (days.isascii() and days.isdigit() and len(days) < 5):
        raise Wrong(message("access.bad_days", found=days[:20], most=LONGEST))
    wish = Wish(words.get("name", ""), words.get("role", ""), words.get("area", ""), int(days))
    secret = token_from(home, actor_of(request), wish)
    made = token_of(home, secret)
    assert made is not None
    noted(request, "token", about=f"{made.number} {made.name}", after=what_it_gives(made))
    return _shown(request, secret, made_line(made))


def take_back(request: Request) -> Response:
    """Take a token back, and those that were made with it."""
    actor = allowed(request, "token", actor_of(request).area)
    number = request.path_params["number"]
    gone = revoke(request.app.state.home, number, actor)
    noted(request, "token", about=f"{number} {gone.name}", before=what_it_gives(gone), after="revoked")
    return RedirectResponse(link("/tokens"), 303)


def _shown(request: Request, secret: str = "", line: str = "") -> Response:
    area = actor_of(request).area
    rows = [row for row in token_rows(request.app.state.home) if within(row[COLUMNS.index("area")], area)]
    columns = {name: bilingual(f"access.column_{name}") for name in COLUMNS}
    return table(request, columns, rows, "tokens") or page(
        request,
        "tokens.html",
        title=message("access.tokens_title"),
        secret=secret,
        line=line,
        columns=COLUMNS,
        rows=[dict(zip(COLUMNS, row, strict=True)) for row in rows[::-1]],
        roles=ROLES,
        usual=USUAL,
        longest=LONGEST,
        crumbs=[(message("portal.name"), "/"), (message("access.tokens_title"), "")],
        files=not secret,
    )


ROUTES = (
    Route("/tokens", tokens, methods=["GET"]),
    Route("/tokens", give, methods=["POST"]),
    Route("/tokens/{number:int}/revoke", take_back, methods=["POST"]),
)
