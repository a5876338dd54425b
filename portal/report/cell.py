"""/report/<id>/cell/<code>: the evidence of a number, its page as a picture with the cell framed, or the table as read with it marked."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.ask.show_trace import steps, trace_json
from foi.ask.trace import Trace
from foi.messages import Complaint, message
from foi.published import json_value
from foi.report.evidence import Evidence, evidence_of
from foi.report.locator import without_box
from foi.report.picture import page_picture
from ingest.words.places import place_text
from portal.file_names import named_report
from portal.page import format_of, page
from portal.report.report import crumbs_of, rested_on

KEEP = {"cache-control": "private, max-age=86400"}  # a picture is of the bytes and the place that its address names


def cell(request: Request) -> Response:
    """The evidence of a cell, as a page or as JSON."""
    rested_on(request)
    evidence = _evidence(request)
    if format_of(request) == "json":
        return Response(_json(request, evidence), media_type="application/json")
    trace = evidence.trace
    return page(
        request,
        "report_cell.html",
        title=message("trace.page_title", unit=trace.unit_name, year=trace.report_year or "–", cell=trace.cell),
        trace=trace,
        evidence=evidence,
        place_text=place_text,
        place=place_text(without_box(evidence.locator.place)) if evidence.locator else None,
        steps=list(steps(_as_shown(request, trace))),
        address=_address(request),
        crumbs=crumbs_of(trace.report, (trace.cell.shown, "")),
    )


def picture(request: Request) -> Response:
    """The page of a cell with the cell framed; with ?part=close what stands around it."""
    evidence = _evidence(request)
    locator = evidence.locator
    if locator is None or locator.share is None:
        raise Complaint(message("report.no_picture", cell=evidence.trace.cell), 3)
    home = request.app.state.home
    made = page_picture(home, evidence.trace.report, locator.share, request.query_params.get("part") == "close")
    return Response(made.data, media_type=made.type, headers=KEEP)


def _evidence(request: Request) -> Evidence:
    home = request.app.state.home
    return evidence_of(home, home.published, request.path_params["report_id"], request.path_params["code"])


def _address(request: Request) -> str:
    return f"/report/{request.path_params['report_id']}/cell/{request.path_params['code']}"


def _as_shown(request: Request, trace: Trace) -> Trace:
    """The same way, with the name of the original alone: in which folder of this machine it lies is nobody's business."""
    named = [named_report(request, one) for one in (trace.report, *trace.versions)]
    reports = [replace(one, original=Path(one.original.name)) if one.original else one for one in named]
    return replace(trace, report=reports[0], versions=tuple(reports[1:]))


def _json(request: Request, evidence: Evidence) -> str:
    """The way of the number with its locator; texts in both languages."""
    found: dict[str, Any] = json.loads(trace_json(_as_shown(request, evidence.trace)))
    found["report"].pop("original", None)  # where the bytes lie on this machine is nobody's business
    for version in found["versions"]:
        version.pop("original", None)
    locator = evidence.locator
    if locator:
        told = asdict(locator) | {"share": locator.share._asdict() if locator.share else None}
        found["locator"] = json_value(told)
    else:
        found["locator"] = None
    return json.dumps(found, ensure_ascii=False, allow_nan=False)


ROUTES = (
    Route("/report/{report_id}/cell/{code}", cell),
    Route("/report/{report_id}/cell/{code}/picture", picture),
)
