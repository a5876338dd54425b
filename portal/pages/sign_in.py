"""/sign-in and /sign-out: in with a token or the one-time address that was printed at the start, out again."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foi.access import sessions
from foi.access.actor import Actor
from foi.access.tokens import token_actor, token_state
from foi.messages import message
from portal.asked import Wrong
from portal.page import link, page
from portal.who import COOKIE, actor_of, fields, from_here, host_of, is_secret_on_the_way, noted, refused

WORD = 200  # characters of a token that are looked at


def ask(request: Request) -> Response:
    """The form for a token; with a one-time address the button that uses it up (what looks at addresses by itself does not press it)."""
    once, to = request.query_params.get("once", ""), request.query_params.get("to", "")
    found = page(request, "sign_in.html", title=message("access.title"), once=once[:WORD], to=_own(to))
    found.headers["cache-control"] = "no-store"
    return found


async def sign_in(request: Request) -> Response:
    """Let in whoever has a good token or an address that was not used yet; else a page that says what to do."""
    from_here(request, "sign_in")
    words = await fields(request)
    once, token = str(words.get("once", ""))[:WORD], str(words.get("token", "")).strip()[:WORD]
    actor = await run_in_threadpool(_by_once, request, once) if once else await run_in_threadpool(_by_token, request, token)
    return await run_in_threadpool(_let_in, request, actor, _own(str(words.get("to", ""))))


async def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    from_here(request, "sign_out")
    if word := request.cookies.get(COOKIE, ""):
        await run_in_threadpool(sessions.end, request.app.state.home, word)
    if actor_of(request).name:
        await run_in_threadpool(_noted, request, "sign_out", actor_of(request))
    answer = RedirectResponse(link("/sign-in"), 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _by_once(request: Request, word: str) -> Actor:
    if actor := request.app.state.once.use(word):
        return actor  # type: ignore[no-any-return]
    refused(request, "sign_in", about="/sign-in?once", why="once")
    raise Wrong(message("access.once_gone"), 403)


def _by_token(request: Request, secret: str) -> Actor:
    home = request.app.state.home
    actor = token_actor(home, secret)
    if actor and not actor.purpose:
        return actor
    why = "purpose" if actor else token_state(home, secret)
    refused(request, "sign_in", about="/sign-in", why=why)
    raise Wrong(message(f"access.token_{why}"), 403)


def _let_in(request: Request, actor: Actor, to: str) -> Response:
    """A new session, whatever cookie the browser sent; the one it had ends."""
    home = request.app.state.home
    sessions.end(home, request.cookies.get(COOKIE, ""))
    word = sessions.begin(home, actor, host_of(request))
    _noted(request, "sign_in", actor)
    answer = RedirectResponse(to or link("/"), 303)
    is_secret = is_secret_on_the_way(request)
    answer.set_cookie(COOKIE, word, max_age=sessions.LASTS, path="/", httponly=True, samesite="lax", secure=is_secret)
    answer.headers["cache-control"] = "no-store"
    return answer


def _noted(request: Request, act: str, actor: Actor) -> None:
    request.state.actor = actor
    noted(request, act, about=f"{actor.role} {actor.area or '*'}")


def _own(to: str) -> str:
    """An address within this portal to go on to; nothing where it is none."""
    parts = urlsplit(to)
    is_own = (
        to.startswith("/") and not to.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc and to.isprintable()
    )
    return to if is_own and len(to) <= 500 else ""


ROUTES = (
    Route("/sign-in", ask, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
)
