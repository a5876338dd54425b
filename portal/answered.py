"""Pages that were made already: what is published does not change until it is replaced, nor does a page that shows it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foi.published.opening import Stamp, stamp_of
from ingest.beijing import beijing_today
from portal.who import actor_of

MOST = 16_000_000  # bytes of pages that are kept
LONGEST = 2_000_000  # bytes of a page that is worth keeping
Header = tuple[bytes, bytes]


RestsOn = tuple[tuple[Path, Stamp | None], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: status, headers and body, and the tag by which a browser asks whether it is still so.

    `rests_on` are the files beside the published one that it shows, as they were before it was made.
    """

    status: int
    headers: tuple[Header, ...]
    body: bytes
    tag: bytes
    rests_on: RestsOn

    @property
    def holds(self) -> bool:
        """Whether these files are as they were."""
        return all(_stamp(path) == before for path, before in self.rests_on)


def rest_on(request: Request, *paths: Path) -> None:
    """Say, before a page is made, which files and folders it shows beside the published file: it is kept while they stay as they are."""
    request.state.rests_on = tuple((path, _stamp(path)) for path in paths)


def _stamp(path: Path) -> Stamp | None:
    try:
        return stamp_of(path)
    except OSError:
        return None


class Answered:
    """The answers of a portal by their addresses, those that were asked for last; all are forgotten with the release, and with the day.

    With the day, since what is not filed yet becomes what is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._of: object = None
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._size = 0

    def version(self) -> object:
        """What the answers rest on: the published file and the day; None where nothing is published."""
        try:
            return stamp_of(self.path), beijing_today()
        except OSError:
            return None

    def known(self, address: str, version: object) -> Answer | None:
        """The answer to an address, if it was made of this version."""
        with self._lock:
            if version is None or version != self._of:
                return None
            found = self._answers.get(address)
            if found is None or not found.holds:
                return None
            self._answers.move_to_end(address)
            return found

    def keep(self, address: str, version: object, status: int, headers: list[Header], body: bytes, rests_on: RestsOn) -> Answer:
        """An answer with its tag; kept if it is a page that is worth it and nothing was replaced meanwhile."""
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'.encode()
        answer = Answer(status, (*headers, (b"etag", tag), (b"cache-control", b"no-cache")), body, tag, rests_on)
        if version is None or version != self.version() or len(body) > LONGEST:
            return answer
        with self._lock:
            if version != self._of:
                self._of, self._size = version, 0
                self._answers.clear()
            if before := self._answers.pop(address, None):
                self._size -= len(before.body)
            self._answers[address] = answer
            self._size += len(body)
            while self._size > MOST:
                _, gone = self._answers.popitem(last=False)
                self._size -= len(gone.body)
        return answer


# What shows more than the published file (the state of the home, the originals, the handbook), or is larger than a page.
NEVER = (
    "/static/",
    "/data/",
    "/api/",
    "/docs",
    "/health",
    "/changes",
    "/progress",
    "/roster",
    "/violations",
    "/corrections",
    "/withdrawals",
    "/letters",
    "/answer",
)
# These too, but for pages that say what else they rest on (`rest_on`).
RESTING = ("/report/",)


class Remembering:
    """Every page goes through here: one that was made already is not made again, and a browser that has it is told so.

    What is shown to somebody with a name is never kept, nor what says itself that it is not to be stored.
    """

    def __init__(self, app: ASGIApp, path: Path) -> None:
        self.app, self.answered = app, Answered(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or scope["path"].startswith(NEVER)
            or actor_of(Request(scope)).name
        ):
            await self.app(scope, receive, send)
            return
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")  # a file names the address it came from
        address = (
            f"{scope['scheme']}://{host}{scope['path']}.{scope.get('foi.format', '')}?{scope['query_string'].decode('latin-1')}"
        )
        version = self.answered.version()
        answer = self.answered.known(address, version)
        if answer is None:
            parts: list[Message] = []

            async def taken(message: Message) -> None:
                parts.append(message)

            await self.app(scope, receive, taken)
            status, headers = parts[0]["status"], list(parts[0]["headers"])
            body = b"".join(part.get("body", b"") for part in parts[1:])
            rests_on: RestsOn | None = getattr(Request(scope).state, "rests_on", None)
            is_private = (b"cache-control", b"no-store") in headers or bool(actor_of(Request(scope)).name)
            if status != 200 or is_private or (rests_on is None and scope["path"].startswith(RESTING)):
                await _sent(send, status, headers, body)
                return
            answer = self.answered.keep(address, version, status, headers, body, rests_on or ())
        if dict(scope["headers"]).get(b"if-none-match") == answer.tag:
            await _sent(send, 304, [header for header in answer.headers if header[0] in (b"etag", b"cache-control")], b"")
        else:
            await _sent(send, answer.status, list(answer.headers), answer.body)


async def _sent(send: Send, status: int, headers: list[Header], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
