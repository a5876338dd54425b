"""What a browser sends: from this site alone, one file of a bounded size, and a few words beside it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO
from urllib.parse import urlsplit

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from foi.although import give_reason
from foi.messages import message
from portal.asked import Wrong

MOST = 30_000_000  # bytes of a file; scans of many pages are the largest reports
BESIDE = 100_000  # bytes of what stands around it
NAME = 200  # bytes of a name that are kept; systems take 255
ARRIVES_IN = 180.0  # seconds; who sends more slowly keeps others waiting
PORTS = {"http": 80, "https": 443}
OWN_SITE = ("same-origin", "none")  # none: a person typed the address


@dataclass(frozen=True, slots=True)
class Sent:
    """A file with its name (no folder), and the words of the other fields; a large one stays on the disk until it is read, without a name there."""

    name: str
    file: BinaryIO
    words: dict[str, str]

    def read(self) -> bytes:
        """All of the file."""
        self.file.seek(0)
        return self.file.read()


def refuse_other_sites(request: Request, is_ambient: bool = False) -> None:
    """A page of another site cannot send anything here in the name of who looks at it.

    Browsers say where a request comes from (Fetch Metadata, section 2.3): that counts, also where a proxy before the portal asks it under
    another name. Older ones say the origin at least (RFC 6454), or the page that sends (Referer), which is held against the name that the
    portal was asked under. Who says neither is a program; where a browser says by itself who asks (`is_ambient`: a cookie, a proxy) it is refused.
    """
    site = request.headers.get("sec-fetch-site")
    told = request.headers.get("origin") or request.headers.get("referer")
    is_own = site in OWN_SITE if site is not None else _is_asked_as(request, told) if told else not is_ambient
    if not is_own:
        raise Wrong(message("check.page_elsewhere"), 403)


def _is_asked_as(request: Request, origin: str) -> bool:
    """Whether an origin is the host of this request, or the one that a proxy says it was asked for (no page can send that header)."""
    told = [request.headers.get("host", ""), *request.headers.get("x-forwarded-host", "").split(",")]
    scheme = urlsplit(origin).scheme
    asked = {_host_of(f"//{host.strip()}", scheme) for host in told if host.strip()}
    own = _host_of(origin, scheme)
    return own is not None and own in asked


def _host_of(address: str, scheme: str) -> tuple[str, int | None] | None:
    """A host with its port, the usual one of the scheme where none is named; None where there is no host."""
    try:
        parts = urlsplit(address)
        return (parts.hostname, parts.port or PORTS.get(scheme)) if parts.hostname else None
    except ValueError:
        return None


async def file_sent(request: Request) -> Sent:
    """The file of a form and its other fields; a Wrong that says what to do where there is none, it is too large, or does not arrive."""
    refuse_other_sites(request)
    form = await form_sent(request, MOST + BESIDE, max_files=1, max_fields=8, max_part_size=10_000)
    give_reason(str(form.get("although", "")))  # why something is changed although its year is closed
    try:
        return _sent(form)
    except Wrong:
        await form.close()
        raise


async def form_sent(request: Request, most: int, **limits: int) -> FormData:
    """A form of at most so many bytes; a Wrong where it is larger, is none, or does not arrive."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise _too_large(most)
    limited = Request(request.scope, _limited(request, most))
    try:
        async with asyncio.timeout(ARRIVES_IN):
            return await limited.form(**limits)
    except (HTTPException, ClientDisconnect, TimeoutError) as error:
        raise Wrong(message("check.page_bad_form")) from error


def _sent(form: FormData) -> Sent:
    words = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Wrong(message("check.page_no_file"))
    if (file.size or 0) > MOST:
        raise _too_large(MOST)
    return Sent(plain_name(file.filename), file.file, words)


def plain_name(given: str) -> str:
    """The last part of a name, whatever folders it pretends to lie in, without what no terminal or page should show."""
    last = PureWindowsPath(PurePosixPath(given).name).name
    shown = "".join(c for c in last if c.isprintable()).encode()[-NAME:].decode("utf-8", "ignore")
    return shown if shown.strip(". ") else "draft"


def _limited(request: Request, most: int):  # type: ignore[no-untyped-def]
    """What arrives, until it is more than a form may be."""
    arrived = 0

    async def receive() -> Message:
        nonlocal arrived
        part = await request.receive()
        arrived += len(part.get("body", b""))
        if arrived > most:
            raise _too_large(most)
        return part

    return receive


def _too_large(most: int) -> Wrong:
    return Wrong(message("check.page_too_large", mb=most // 1_000_000), 413)
