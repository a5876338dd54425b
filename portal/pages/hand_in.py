"""/hand-in: a file that was checked is handed in; it lands in the inbox and is loaded like any other."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.line.hand_in import hand_in, landed_as
from foi.line.in_the_place_of import take_its_place
from foi.messages import message
from foi.owed.closing import closed
from ingest.home import Home
from ingest.model import Hints, Report
from ingest.words.issues import issue_text
from portal.asked import Wrong
from portal.page import page
from portal.pages.check import checked_apart, in_turn
from portal.sent import MOST, Sent
from portal.who import actor_of, allowed, noted

COUNTY = 6  # digits of the code of a county, on whose board a township or an office stands


def ask(request: Request) -> Response:
    """The form to hand a file in without a look at its numbers before."""
    return page(request, "hand_in.html", title=message("hand_in.title"), mb=MOST // 1_000_000, crumbs=_crumbs(""))


async def answer(request: Request) -> Response:
    """Read the file once more, and put it into the inbox if it is the unit's own, new, and the one that was checked."""
    allowed(request, "hand_in", actor_of(request).area)  # before the file arrives; whose it is shows once it is read
    return await in_turn(request, _landed)


def _landed(request: Request, sent: Sent) -> Response:
    home: Home = request.app.state.home
    data = sent.read()
    document_id = hashlib.sha256(data).hexdigest()
    if (checked := sent.words.get("checked", "")) and checked != document_id:
        raise Wrong(message("hand_in.other_file", file=sent.name))
    if (landed := landed_as(home, data)) is not None:
        raise Wrong(message("hand_in.again", file=sent.name, before=landed))
    found = checked_apart(request, sent, Hints()).checked
    report = found.report
    if found.is_refused:
        reason = issue_text(report.reason).shown if report.reason else ""
        raise Wrong(message("hand_in.no_report", file=sent.name, reason=reason))
    if not (report.unit_code and report.report_year):
        raise Wrong(message("hand_in.whose", file=sent.name, unit=report.unit_name or message("read.unknown"),
                            year=report.report_year or message("read.unknown")))  # fmt: skip
    allowed(request, "hand_in", report.unit_code)
    path = hand_in(home, sent.name, data)
    before = take_its_place(home, document_id, report.unit_code, report.report_year, actor_of(request).name, path.name)
    noted(request, "hand_in", about=f"{report.unit_code} {report.report_year} {path.name}", after=document_id)
    request.app.state.counting.ask()
    title = message("hand_in.done_title", unit=report.unit_name or report.unit_code, year=report.report_year)
    return page(
        request, "hand_in_done.html", title=title, checked=found, report=report, name=path.name, document_id=document_id, before=before,
        lock=closed(home.root, report.unit_code, report.report_year), board=board_of(report), crumbs=_crumbs(title),
    )  # fmt: skip


def board_of(report: Report) -> str:
    """The area on whose board a unit stands: its county, or itself."""
    code = (report.unit_code or "").split("-")[0]
    return code[:COUNTY]


def _crumbs(title: str) -> list[tuple[str, str]]:
    above = [(message("portal.name"), "/"), (message("check.page_title"), "/check")]
    return [*above, (message("hand_in.title"), "/hand-in" if title else ""), *([(title, "")] if title else [])]


ROUTES = (Route("/hand-in", ask, methods=["GET"]), Route("/hand-in", answer, methods=["POST"]))
