"""/report/<id>/original: the file as it was handed in, with the personal data in it, for reviewers of its area; each time is written down."""

from __future__ import annotations

from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from foi.ask.traced_report import TracedReport, report_by_id
from foi.messages import Complaint, message
from foi.published import published
from portal.sent import plain_name
from portal.who import allowed, noted


def original(request: Request) -> Response:
    """The bytes that were handed in."""
    home = request.app.state.home
    with published(home.published) as connection:
        report = report_by_id(connection, home, request.path_params["report_id"])
    allowed(request, "original", report.unit_code or "")
    if report.original is None or not report.original.is_file():
        raise Complaint(message("trace.original_gone", document=report.document_id[:16]), 3)
    noted(
        request,
        "original",
        about=f"{report.unit_code or '?'} {report.report_year or '?'} {report.file}",
        after=report.document_id,
    )
    return FileResponse(report.original, filename=_name(report), media_type="application/octet-stream")


def _name(report: TracedReport) -> str:
    """The name under which it was handed in, with the ending of its kind."""
    name = plain_name(report.file)
    ending = report.original.suffix if report.original else ""
    return name if PurePosixPath(name).suffix == ending or not ending else f"{name}{ending}"


ROUTES = (Route("/report/{report_id}/original", original),)
