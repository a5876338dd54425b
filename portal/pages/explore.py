"""/explore: the parts of an area in a chart that answers to the hand; the one page that needs JavaScript."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from foi.ask.area import Area, area_of, latest_year
from foi.ask.unit_history import history_of
from foi.messages import Complaint, message
from portal.asked import whole_number
from portal.explorer import name_of, script
from portal.explorer_chart import chart_of
from portal.page import link, page
from portal.static_files import FOR_EVER

MOST = 300  # parts of an area that a chart can show
SCRIPTS = "/static/explorer/"


def explore(request: Request) -> Response:
    """The page, which has the tables of the same numbers for whoever has no JavaScript."""
    found, chosen = _asked(request)
    name = found.name or message("area.country")
    asked = {"area": found.code, "year": found.report_year, "unit": chosen}
    return page(
        request, "explore.html", area=found, name=name, spec=link("/explore/chart", **asked), script=SCRIPTS + name_of(),
        crumbs=[(name, f"/area/{found.code}/{found.report_year}" if found.code else "/"), (message("explore.title"), "")],
    )  # fmt: skip


def chart(request: Request) -> Response:
    """The chart as Vega-Lite, which other programs draw too."""
    found, chosen = _asked(request)
    return JSONResponse(chart_of(found, chosen))


def packed(request: Request) -> Response:
    """The script of the page."""
    if request.path_params["name"] != name_of():
        raise HTTPException(404)
    return Response(script(request.app.state.home), media_type="text/javascript", headers={"cache-control": FOR_EVER})


def _asked(request: Request) -> tuple[Area, str]:
    """The area that is asked for, or the one in which a unit stands, and that unit."""
    path, unit = request.app.state.home.published, request.query_params.get("unit", "").strip()
    code = request.query_params.get("area", "").strip()
    if unit and not code:
        code = next((code for code, _ in reversed(history_of(path, unit).head.places)), "")
    found = area_of(path, code, whole_number(request, "year") or latest_year(path, code))
    if len(found.parts) > MOST:
        raise Complaint(message("explore.too_many", name=found.name, n=len(found.parts), most=MOST))
    return found, unit


ROUTES = (Route("/explore", explore), Route("/explore/chart", chart), Route(SCRIPTS + "{name}", packed))
