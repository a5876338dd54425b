"""The portal of a home folder behind a real socket of this machine, for as long as a test asks it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette

from foi.access.proxy import TRUST_NOBODY, Trust
from foi.access.tokens import new_token
from ingest.home import Home
from portal.app import app_of
from portal.desk.counting import Counting
from portal.handbook.built import SITE
from portal.run import HOST, bound, server_of
from tests.conftest import foi


class Refreshes(Counting):
    """The refreshes of a portal, each the command itself, forked from a process that has imported what it needs."""

    def _refresh(self) -> str:
        done = foi("refresh", "--home", self._home.root)
        return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}".strip() or f"exit code {done.returncode}"


@contextmanager
def served(home: Path, site: Path = SITE, trust: Trust = TRUST_NOBODY) -> Iterator[httpx.Client]:
    """A client of the portal of a home folder, with the handbook that was built into a folder; `trust` says which proxies are believed."""
    app = app_of(Home(home), site, trust)
    app.state.counting = Refreshes(Home(home))
    with serving(app) as client:
        yield client


@contextmanager
def serving(app: Starlette) -> Iterator[httpx.Client]:
    """A client of a portal."""
    at = bound(0)
    server = server_of(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [at]})
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        with httpx.Client(base_url=f"http://{HOST}:{at.getsockname()[1]}", trust_env=False, timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        at.close()


@contextmanager
def signed_in(client: httpx.Client, home: Path, role: str, area: str = "") -> Iterator[httpx.Client]:
    """Another client of the same portal, in which somebody signed in with a token as a browser does: a cookie, and each form says its origin."""
    secret = new_token(Home(home), f"示例{role}", role, area, 30)
    origin = str(client.base_url).rstrip("/")
    with httpx.Client(base_url=client.base_url, trust_env=False, timeout=60, headers={"origin": origin}) as other:
        answer = other.post("/sign-in", data={"token": secret})
        assert answer.status_code == 303, answer.text
        yield other
