"""The portal as one application: the routes of all pages, what stands around them, and the published file kept open meanwhile."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from foi.access.once import Once
from foi.access.proxy import TRUST_NOBODY, Trust
from foi.access.refusals import Refusals
from foi.ask.ahead import make_ahead
from foi.messages import Complaint
from foi.published import published
from foi.published.kept import keeping
from ingest.home import Home
from portal import static_files
from portal.answered import Remembering
from portal.api import routes
from portal.around import Around
from portal.desk import acts, corrections, repair, violations, withdrawals
from portal.desk.counting import Counting
from portal.errors import HANDLERS
from portal.handbook import routes as handbook
from portal.handbook.built import SITE
from portal.letters import answer, answers, letters
from portal.page import read_templates
from portal.pages import (
    about,
    area,
    audit,
    changes,
    check,
    data,
    dictionary,
    explore,
    hand_in,
    peers,
    progress,
    release,
    rollup,
    roster,
    search,
    sign_in,
    tokens,
    trend,
    unit,
)
from portal.report import cell, document, original, report
from portal.who import Knowing

ROUTES: tuple[BaseRoute, ...] = (
    *static_files.ROUTES,
    *area.ROUTES,
    *rollup.ROUTES,
    *progress.ROUTES,
    *roster.ROUTES,
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
    *check.ROUTES,
    *hand_in.ROUTES,
    *violations.ROUTES,
    *acts.ROUTES,
    *repair.ROUTES,
    *corrections.ROUTES,
    *withdrawals.ROUTES,
    *sign_in.ROUTES,
    *letters.ROUTES,
    *answer.ROUTES,
    *answers.ROUTES,
    *tokens.ROUTES,
    *audit.ROUTES,
    *handbook.ROUTES,
    *report.ROUTES,
    *cell.ROUTES,
    *document.ROUTES,
    *original.ROUTES,
    *routes.ROUTES,
)


def app_of(home: Home, site: Path = SITE, trust: Trust = TRUST_NOBODY) -> Starlette:
    """The portal of a home folder, with the handbook that was built into a folder; `trust` says which proxies are believed."""
    app = Starlette(
        routes=list(ROUTES),
        middleware=[
            Middleware(Around),
            Middleware(Knowing, home=home, trust=trust),
            Middleware(Remembering, path=home.published),
        ],
        exception_handlers=HANDLERS,
        lifespan=_lifespan(home),
    )
    app.state.home, app.state.handbook, app.state.trust = home, site, trust
    app.state.counting = Counting(home)
    app.state.once, app.state.refusals = Once(), Refusals(home)
    return app


def _lifespan(home: Home) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with keeping(home.published, ahead=make_ahead):
            threading.Thread(target=_prepared, args=(home,), daemon=True).start()  # nobody waits for it
            yield
        app.state.refusals.flush()

    return lifespan


def _prepared(home: Home) -> None:
    """Open what is published, so that what is wanted first is made, and read the templates; where nothing is published, the first page says so."""
    with suppress(Complaint), published(home.published):
        pass
    read_templates()
