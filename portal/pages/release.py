"""/data/release/<number>: what stays of a release, of the present one and of those before it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from dagster_project.releases import DATABASE
from foi.ask.news import news_between
from foi.messages import Complaint, message
from foi.published.release import release_of
from foi.published.releases import dictionary_changes, kept_release, rule_changes
from ingest.beijing import beijing
from ingest.home import Home
from portal.page import page
from portal.pages.changes import release_and_before

AT = "/data/release/{number}"


def release(request: Request) -> Response:
    """One release: when it was, what it held, what came with it, and what can still be taken of it."""
    home: Home = request.app.state.home
    before, found = release_and_before(home, request.path_params["number"])
    news = news_between(home.published, before.until if before else None, found.until, 1)
    return page(
        request, "release.html", release=found, before=before, news=news, beijing=beijing, is_present=found.number == release_of(home).number,
        rules=rule_changes(before, found), terms=dictionary_changes(before, found),
        crumbs=[(message("portal.nav_data"), "/data"), (found.number, "")],
    )  # fmt: skip


def database(request: Request) -> Response:
    """The database of a release, where it is kept."""
    home: Home = request.app.state.home
    found = kept_release(home, request.path_params["number"])
    path = home.published if found.number == release_of(home).number else found.database
    if path is None:
        raise Complaint(message("release.not_kept", number=found.number, day=found.number[:10]), 3)
    return FileResponse(path, filename=f"foi-{found.number}.duckdb", media_type="application/vnd.duckdb")


def rules(request: Request) -> Response:
    """The rules of a release as JSON."""
    return FileResponse(kept_release(request.app.state.home, request.path_params["number"]).rules, media_type="application/json")


def dictionary(request: Request) -> Response:
    """The measures, tables and columns of a release as JSON."""
    return FileResponse(
        kept_release(request.app.state.home, request.path_params["number"]).dictionary, media_type="application/json"
    )


def sums(request: Request) -> Response:
    """The checksums of a release, as sha256sum reads them."""
    return FileResponse(kept_release(request.app.state.home, request.path_params["number"]).sums, media_type="text/plain")


ROUTES = (
    Route(AT, release),
    Route(f"{AT}/{DATABASE}", database),
    Route(f"{AT}/rules.json", rules),
    Route(f"{AT}/dictionary.json", dictionary),
    Route(f"{AT}/SHA256SUMS", sums),
)
