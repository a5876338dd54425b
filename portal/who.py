"""Who asks: by a token, by the name that a believed proxy tells, or by the cookie of who signed in; and what they may do."""

from __future__ import annotations

import re
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foi.access import audit, sessions
from foi.access.actor import NOBODY, ROLES, Actor, acts, reason, refusal
from foi.access.named import named_actor
from foi.access.proxy import Trust
from foi.access.room import keep_room
from foi.access.tokens import BEGINS, token_actor, token_state
from foi.although import give_reason
from foi.messages import Complaint, message
from ingest.home import Home
from portal.asked import Wrong
from portal.sent import form_sent, refuse_other_sites

COOKIE = "foi_session"
SAME = ("/static/",)  # what is the same for everybody
READING = ("GET", "HEAD", "OPTIONS")
# What people without a name may send; everything else they may not, whatever page it goes to.
OPEN_FORMS = (
    "/check",  # a clerk checks a draft without an account; nothing is kept
    "/sign-in",  # who signs in has no name yet
    "/sign-out",  # who is not signed in goes out of nothing
    "/answer/",  # the link in a letter: the secret in it says which unit it is
)
BODY = 1_000_000  # bytes of a form without a file
FIELDS = 5_000  # of a group of violations each has one


class Knowing:
    """Every request goes through here: afterwards `request.state.actor` is who asks, and what is shown to a person with a name is kept nowhere."""

    def __init__(self, app: ASGIApp, home: Home, trust: Trust) -> None:
        self.app, self.home, self.trust = app, home, trust

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(SAME):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if _is_behind_tls(request, self.trust):
            scope["scheme"] = "https"
        actor, scope["foi.ambient"] = (
            await run_in_threadpool(_known, request, self.home, self.trust) if _says(request) else (NOBODY, False)
        )
        request.state.actor = actor
        if request.method not in READING:
            await run_in_threadpool(_taken, request)

        async def private(told: Message) -> None:
            is_known = bool(actor_of(request).name)  # by now, perhaps by a secret in the address
            if told["type"] == "http.response.start" and is_known:
                headers = [(name, value) for name, value in told["headers"] if name not in (b"cache-control", b"etag")]
                told["headers"] = [*headers, (b"cache-control", b"no-store")]
            await send(told)

        await self.app(scope, receive, private)


def actor_of(request: Request) -> Actor:
    """Who asks; nobody where the request came to no page."""
    found: Actor = getattr(request.state, "actor", NOBODY)
    return found


def act_as(request: Request, actor: Actor) -> None:
    """For the rest of this request an actor asks who was known by a secret within the address or the form (the link in a letter)."""
    request.state.actor = actor
    request.scope["foi.ambient"] = False


def allowed(request: Request, act: str, code: str = "") -> Actor:
    """Who asks, if they may do this act on this unit or area; else a Wrong (403) that says why and how to get in, and a line in the log."""
    actor = actor_of(request)
    if request.method not in READING:
        from_here(request, act)
    if why := refusal(actor, act, code):
        refused(request, act, about=code or path_of(request), why=reason(actor, act, code))
        raise Wrong(f"{why.shown}\n{message('access.how_in')}", 403)
    if request.method not in READING and acts()[act] != ROLES[0]:
        keep_room(request.app.state.home)  # what cannot be written down is not done
    return actor


def from_here(request: Request, act: str) -> None:
    """Refuse what a page of another site sends, and write the refusal down."""
    try:
        refuse_other_sites(request, is_ambient=bool(request.scope.get("foi.ambient")))
    except Wrong:
        refused(request, act, about=path_of(request), why="other_site")
        raise


def refused(request: Request, act: str, *, about: str, why: str) -> None:
    """A line in the log for what was not done."""
    with suppress(OSError):  # a disk that is full lets nobody in, either
        request.app.state.refusals.note(actor_of(request), act, about=about, origin=origin_of(request), why=why)


def noted(request: Request, act: str, *, about: str, before: str = "", after: str = "") -> None:
    """A line in the log for a write that was done."""
    audit.note(request.app.state.home, actor_of(request), act, about=about, origin=origin_of(request), before=before, after=after)


async def fields(request: Request) -> FormData:
    """The words of a form without a file; a Wrong where they are too many, or do not arrive."""
    form = await form_sent(request, BODY, max_files=0, max_fields=FIELDS, max_part_size=200_000)
    give_reason(str(form.get("although", "")))  # why something is changed although its year is closed
    return form


def path_of(request: Request) -> str:
    """The address that was asked for, for the log: a secret in it (the link in a letter) is nobody's business there."""
    return re.sub(rf"{BEGINS}[\w-]+", f"{BEGINS}…", request.url.path)


def peer_of(request: Request) -> str:
    """The address of the machine at the other end of the line; no header says another one."""
    return request.client.host if request.client else ""


def origin_of(request: Request) -> str:
    """From where a request came, for the log."""
    trust: Trust = request.app.state.trust
    return trust.asker(peer_of(request), request.headers.getlist("x-forwarded-for"))


def host_of(request: Request) -> str:
    """The name under which the portal was asked."""
    return request.headers.get("host", "").strip().lower()


def _taken(request: Request) -> None:
    """Refuse what is sent by another site, or by nobody where that is not open; an address that takes nothing says so itself."""
    path = request.scope["path"]
    if all(route.matches(request.scope)[0] is not Match.FULL for route in request.app.routes):
        return
    from_here(request, "write")
    if not actor_of(request).name and not any(path == one or (one.endswith("/") and path.startswith(one)) for one in OPEN_FORMS):
        allowed(request, "write", path)


def _says(request: Request) -> bool:
    """Whether a request says anything of who asks; most do not."""
    trust: Trust = request.app.state.trust
    return (
        COOKIE in request.cookies or "authorization" in request.headers or bool(trust.header and trust.header in request.headers)
    )


def _known(request: Request, home: Home, trust: Trust) -> tuple[Actor, bool]:
    """Who asks, and whether their browser says so by itself, whoever made the page that sends."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        actor = token_actor(home, secret)
        if actor is None or actor.purpose:
            state = "purpose" if actor else token_state(home, secret)
            refused(request, "sign_in", about=path_of(request), why=state)
            raise Wrong(message(f"access.token_{state}"), 401)
        return actor, False
    if trust.header and trust.believes(peer_of(request)):
        names = [name.strip(" \t") for name in request.headers.getlist(trust.header)]  # other blanks are parts of letters here
        if len(names) > 1:
            raise Wrong(message("access.two_names", header=trust.header), 400)
        if names and names[0]:
            return _named(home, names[0].encode("latin-1").decode("utf-8", "replace")), True
    word = request.cookies.get(COOKIE, "")
    return (word and sessions.actor_of(home, word, host_of(request))) or NOBODY, True


def _named(home: Home, name: str) -> Actor:
    try:
        return named_actor(home, name)
    except Complaint as error:
        raise Wrong(error.text, 503) from error


def _is_behind_tls(request: Request, trust: Trust) -> bool:
    return trust.believes(peer_of(request)) and request.headers.get("x-forwarded-proto", "").strip() == "https"


def is_secret_on_the_way(request: Request) -> bool:
    """Whether the browser asks over TLS, as it says itself, or the line does."""
    return request.url.scheme == "https" or request.headers.get("origin", "").startswith("https://")
