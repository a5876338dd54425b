"""/about: what this is, and what its words and marks mean; /health: what is loaded, and what could not run."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.line.health import health_of, install_line
from foi.messages import bilingual, word_of
from ingest.beijing import beijing
from portal.page import page, table


def about(request: Request) -> Response:
    """What this is, and what its words and marks mean."""
    return page(request, "about.html")


def health(request: Request) -> Response:
    """What is loaded, when it was judged, and what could not run."""
    found = health_of(request.app.state.home)
    names = {"report_year": bilingual("portal.column_report_year"), **{state: word_of("state", state) for state in found.states}}
    return table(request, names, found.years, "health") or page(
        request, "health.html", health=found, install_line=install_line, beijing=beijing, files=bool(found.years), crumbs=()
    )


ROUTES = (Route("/about", about), Route("/health", health))
