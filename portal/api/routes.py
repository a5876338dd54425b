"""/api/v1: the addresses of the interface, and how each is answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.ask.listing import SOURCES, Listing, Question, listing_of
from foi.ask.show_trend import trend_rows
from foi.ask.tables import tables_of
from foi.ask.trend import Question as SeriesQuestion
from foi.ask.trend import trend_of
from foi.messages import bilingual, message
from foi.published import NothingPublished, json_value, published
from foi.published.kept import once
from foi.published.opening import stamp_of
from foi.published.release import Release, release_of
from ingest.words.language import Text
from portal.api.openapi import BASE, document
from portal.api.parameters import after, next_of, one_of, read
from portal.api.resources import NARROWED, Resource, resources, series_parameters
from portal.file_names import named_rows

ROWS = 100  # of a page, where nothing is said

Answer = Callable[[Request, Path, Release], dict[str, Any]]


def _resources(path: Path) -> Mapping[str, Resource]:
    """The resources of a release, made once for it."""
    with published(path) as connection:
        made: Mapping[str, Resource] = once(_resources, lambda: resources(tables_of(connection)))
        return made


def _route(address: str, answer: Answer) -> Route:
    """An address and what it answers: with the mark of the release, and nothing but that to whoever holds this release already."""

    def answered(request: Request) -> Response:
        home = request.app.state.home
        path, release = home.published, release_of(home)
        mark = f'"{release.number}-{stamp_of(path)[1]:x}"'
        headers = {"etag": mark, "cache-control": "no-cache"}
        body = answer(request, path, release)  # what is wrong is said also to whoever holds an older answer
        if mark in (request.headers.get("if-none-match") or "").replace("W/", "").split(", "):
            return Response(status_code=304, headers=headers)
        return Response(json.dumps(body, ensure_ascii=False, allow_nan=False), headers=headers, media_type="application/json")

    return Route(address, answered)


def _listed(request: Request, path: Path, release: Release) -> dict[str, Any]:
    name = request.url.path.rpartition("/")[2]
    resource = _resources(path).get(name)
    if resource is None:
        raise NothingPublished(message("error.older_database", path=path, reason=SOURCES[name].table), 3)
    given = read(request, resource.parameters)
    if resource.name in NARROWED:
        one_of(given, NARROWED[resource.name])
    limit, word = given.pop("limit", ROWS), given.pop("next", None)
    key = after(word, resource.key) if word else ()
    found = listing_of(path, Question(resource.name, given, limit, key))
    return {
        "release": _release(release),
        "count": _count(found),
        "rows": _rows(found.columns, named_rows(request, found.columns, found.rows)),
        "next": _next(request, found),
    }


def _series(request: Request, path: Path, release: Release) -> dict[str, Any]:
    given = read(request, series_parameters())
    one_of(given, ("unit", "area"), 1)
    trend = trend_of(path, SeriesQuestion(**given))
    return {
        "release": _release(release), "code": trend.code, "name": trend.name, "measure": trend.question.measure,
        "measure_name": trend.measure._asdict(), "boundaries": trend.question.boundaries,
        "changes": [change._asdict() for change in trend.changes], "rows": _rows(*trend_rows(trend)),
    }  # fmt: skip


def _index(request: Request, path: Path, release: Release) -> dict[str, Any]:
    read(request, ())
    titles = {name: resource.table.title for name, resource in _resources(path).items()}
    titles["series"] = bilingual("api.series")
    listed = [{"path": f"{BASE}/{name}", **title._asdict()} for name, title in titles.items()]
    return {"release": _release(release), "resources": listed, "openapi": f"{BASE}/openapi.json"}


def _openapi(request: Request, path: Path, release: Release) -> dict[str, Any]:
    read(request, ())
    return document(_resources(path), release)


def _release(release: Release) -> dict[str, str]:
    return {"number": release.number, "published_at": release.at.isoformat(timespec="seconds")}


def _count(found: Listing) -> dict[str, Any]:
    text = bilingual("api.more_than", n=f"{found.count:,}") if found.is_cut else Text(str(found.count), str(found.count))
    return {"value": found.count, "is_more": found.is_cut, **text._asdict()}


def _rows(columns: list[str], rows: Any) -> list[dict[str, Any]]:
    return [dict(zip(columns, map(json_value, row), strict=True)) for row in rows]


def _next(request: Request, found: Listing) -> str | None:
    """The address of the page behind this one."""
    if found.after is None:
        return None
    return f"{request.url.path}?{urlencode({**request.query_params, 'next': next_of(found.after)})}"


ROUTES = (
    _route(BASE, _index),
    _route(f"{BASE}/openapi.json", _openapi),
    _route(f"{BASE}/series", _series),
    *(_route(f"{BASE}/{name}", _listed) for name in SOURCES),
)
