"""What stands around every page: the language of its reader, the format that its address ends with, and what a browser may do with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foi.messages import Complaint, message
from ingest.home.written import watching
from ingest.words.language import LANGUAGES, speaking
from portal.errors import broken, complained

FORMATS = ("csv", "xlsx", "json", "svg", "png", "docx", "ics", "atom")
FILES = ("/static/", "/api/", "/data/", "/docs/")  # there the ending of an address belongs to a file
HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class Around:
    """Every request goes through here: ?lang=en speaks English, /area/23/2024.csv asks for CSV, every answer carries the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                told = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in _RAW if header[0] not in told)]
            await send(message)

        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [LANGUAGES[0]])[0]
        with speaking(asked if asked in LANGUAGES else LANGUAGES[0]), watching() as written:
            changed = {**_with_format(scope), "foi.written": written}
            try:
                if asked not in LANGUAGES:
                    raise Complaint(message("portal.no_language", found=asked))
                await self.app(changed, receive, with_headers)
            except Exception as error:
                if begun:
                    raise
                told = complained if isinstance(error, Complaint) else broken
                await told(Request(changed), error)(changed, receive, with_headers)


def _with_format(scope: Scope) -> Scope:
    """The request without the ending of its address, which says in what format the answer is wanted."""
    path = scope["path"]
    address, dot, ending = path.rpartition(".")
    if not dot or ending not in FORMATS or path.startswith(FILES):
        return scope
    changed: dict[str, Any] = {**scope, "path": address, "foi.format": ending}
    return changed
