"""The portal as one application: the routes of all pages, what stands around them, and the published file kept open meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from foi.published.kept import keeping
from ingest.home import Home
from portal import static_files
from portal.answered import Remembering
from portal.api import routes
from portal.around import Around
from portal.errors import HANDLERS
from portal.pages import about, area, changes, data, dictionary, explore, peers, release, search, trend, unit
from portal.report import cell, document, report

ROUTES: tuple[BaseRoute, ...] = (
    *static_files.ROUTES,
    *area.ROUTES,
    *search.ROUTES,
    *unit.ROUTES,
    *peers.ROUTES,
    *trend.ROUTES,
    *explore.ROUTES,
    *dictionary.ROUTES,
    *release.ROUTES,
    *data.ROUTES,
    *changes.ROUTES,
    *about.ROUTES,
    *report.ROUTES,
    *cell.ROUTES,
    *document.ROUTES,
    *routes.ROUTES,
)


def app_of(home: Home) -> Starlette:
    """The portal of a home folder."""
    app = Starlette(
        routes=list(ROUTES),
        middleware=[Middleware(Around), Middleware(Remembering, path=home.published)],
        exception_handlers=HANDLERS,
        lifespan=_lifespan(home),
    )
    app.state.home = home
    return app


def _lifespan(home: Home) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with keeping(home.published):
            yield

    return lifespan
