"""/about: what this is, and what its words and marks mean."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.page import page


def about(request: Request) -> Response:
    """What this is, and what its words and marks mean."""
    return page(request, "about.html")


ROUTES = (Route("/about", about),)
