"""What a browser sends: from this site alone, one file of a bounded size, and a few words beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from foi.messages import message
from portal.asked import Wrong

MOST = 30_000_000  # bytes of a file; scans of many pages are the largest reports
BESIDE = 100_000  # bytes of what stands around it
NAME = 120  # characters of a name that are kept


@dataclass(frozen=True, slots=True)
class Sent:
    """A file with its name (no folder), and the words of the other fields."""

    name: str
    data: bytes
    words: dict[str, str]


def refuse_other_sites(request: Request) -> None:
    """A page of another site cannot send anything here in the name of who looks at it.

    Browsers say where a request comes from (Fetch Metadata, section 2.3); older ones say the origin at least (RFC 6454).
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = urlsplit(str(request.url)).netloc
    if site in ("cross-site", "same-site") or (origin is not None and urlsplit(origin).netloc != own):
        raise Wrong(message("check.page_elsewhere"), 403)


async def file_sent(request: Request) -> Sent:
    """The file of a form and its other fields; a Wrong that says what to do where there is none, or where it is too large."""
    refuse_other_sites(request)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MOST + BESIDE:
        raise _too_large()
    limited = Request(request.scope, _limited(request))
    try:
        async with limited.form(max_files=1, max_fields=8, max_part_size=10_000) as form:
            words = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
            file = form.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                raise Wrong(message("check.page_no_file"))
            data = await file.read()
    except HTTPException as error:
        raise Wrong(message("check.page_bad_form")) from error
    if len(data) > MOST:
        raise _too_large()
    return Sent(plain_name(file.filename), data, words)


def plain_name(given: str) -> str:
    """The last part of a name, whatever folders it pretends to lie in, without what no terminal or page should show."""
    last = PureWindowsPath(PurePosixPath(given).name).name
    shown = "".join(c for c in last if c.isprintable())
    return shown[-NAME:] or "draft"


def _limited(request: Request):  # type: ignore[no-untyped-def]
    """What arrives, until it is more than a form may be."""
    arrived = 0

    async def receive() -> Message:
        nonlocal arrived
        part = await request.receive()
        arrived += len(part.get("body", b""))
        if arrived > MOST + BESIDE:
            raise _too_large()
        return part

    return receive


def _too_large() -> Wrong:
    return Wrong(message("check.page_too_large", mb=MOST // 1_000_000), 413)
