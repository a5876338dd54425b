"""What went wrong, as a page: what was found and what to do, with the right status; never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from foi.faults import fault, refused_by_machine
from foi.messages import Complaint, message
from foi.published import NothingPublished, TooLong
from foi.published.nearby import NoSuchName
from portal.api.problem import PREFIX, problem_of
from portal.asked import Wrong
from portal.page import page

log = logging.getLogger("portal")


def complained(request: Request, error: Exception) -> Response:
    """The page of a Complaint: 503 without a release, 400 for a parameter that is wrong, 404 for what is not there."""
    assert isinstance(error, Complaint)
    if request.method == "POST" and refused_by_machine(error):
        return _told(request, 503, error.text.shown, error)
    return _told(request, status_of(request, error), error.text.shown, error)


def status_of(request: Request, error: Complaint) -> int:
    """What an address names must be there (404); what a parameter says must be right (400)."""
    if isinstance(error, (NothingPublished, TooLong)):
        return 503
    if isinstance(error, Wrong) and error.status != 400:
        return error.status
    if request.url.path.startswith(PREFIX):
        return 404 if isinstance(error, NoSuchName) else 400
    if isinstance(error, Wrong):
        return error.status
    if request.method == "POST":  # what was sent is wrong, not its address
        return 400
    return 404 if request.path_params or error.exit_code == 3 or not request.query_params else 400


def refused(request: Request, error: Exception) -> Response:
    """The page of an address that is none."""
    assert isinstance(error, HTTPException)
    key = f"portal.status_{error.status_code}"
    text = message(key if error.status_code in (404, 405) else "portal.status_500", path=request.url.path)
    answer = _told(request, error.status_code, text, error)
    answer.headers.update(error.headers or {})  # which methods an address takes
    return answer


def broken(request: Request, error: Exception) -> Response:
    """The page of an error that nobody foresaw: what the machine refused in words; all else is for the log."""
    complaint = fault(error)
    if complaint is None:
        log.error("%s", request.url.path, exc_info=error)
    text = complaint.text.shown if complaint else message("portal.status_500", path=request.url.path)
    return _told(request, 503 if complaint else 500, text, error)


def _told(request: Request, status: int, text: str, error: Exception) -> Response:
    """A page for a person, the form of the interface for a program."""
    if request.url.path.startswith(PREFIX):
        return problem_of(status, error, text, request.url.path)
    known = str(status) if status in (400, 401, 403, 404, 413, 503) else "500"
    machine = "" if status != 503 or isinstance(error, (NothingPublished, TooLong)) else refused_by_machine(error)
    if machine:  # in which folder of this machine it lies is nobody's business
        text = text.replace(f"{request.app.state.home.root}/", "")
    lines = [*text.splitlines(), *([_kept(request)] if machine and request.method == "POST" else [])]
    title = message(f"portal.title_{machine or known}")
    return page(request, "error.html", status=status, title=title, is_refused=status == 403, lines=lines)


def _kept(request: Request) -> str:
    """What was written, and what was not, before the machine refused."""
    written: list[str] = request.scope.get("foi.written", [])
    return message("portal.kept", files=message("gap.comma").join(written)) if written else message("portal.kept_nothing")


HANDLERS: Mapping[Any, Callable[[Request, Exception], Response]] = {
    Complaint: complained,
    HTTPException: refused,
}
