"""/report/<id>/document: the original as it was read, every number a link to the cell it became, or gray where nothing used it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from expectations.messages import cell_text
from foi.access.actor import refusal
from foi.messages import message
from foi.report.whole import whole_report
from ingest.words.places import place_text
from portal.page import page
from portal.report.report import crumbs_of, rested_on, title_of
from portal.who import actor_of


def document(request: Request) -> Response:
    """The original of a report with what became of each of its numbers."""
    home = rested_on(request)
    whole = whole_report(home, home.published, request.path_params["report_id"])
    here = message("report.document")
    counted = {count.code: cell_text(count.code, None) for count in whole.counts}
    return page(
        request,
        "report_document.html",
        title=message("report.document_title", report=title_of(whole)),
        whole=whole,
        may_take=refusal(actor_of(request), "original", whole.report.unit_code or "") is None and bool(whole.report.original),
        place_text=place_text,
        names=counted | {code: cell_text(code, cell.form) for code, cell in whole.cells.items()},
        crumbs=crumbs_of(whole.report, (here, "")),
    )


ROUTES = (Route("/report/{report_id}/document", document),)
