"""/changes: what came lately, as the list of changes of a release."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.ask.news import SHOWN, news_of
from foi.messages import bilingual, message
from ingest.beijing import beijing
from portal.asked import Wrong
from portal.page import format_of, page, table

COLUMNS = ("unit_code", "unit_name", "report_year", "report_id", "landed_at", "kind", "figures_changed", "parts_changed")
IN_FILES = 300_000  # rows of a file; a page lists fewer


def changes(request: Request) -> Response:
    """The reports that landed since a day."""
    found = news_of(request.app.state.home.published, _day(request), IN_FILES if format_of(request) else SHOWN)
    names = {name: bilingual(f"portal.column_{name}") for name in COLUMNS}
    rows = [
        [one.unit_code, one.unit_name, one.report_year, one.report_id, beijing(one.landed_at), bilingual(f"portal.landed_{one.kind}"),
         one.figures, one.parts]
        for one in found.landed
    ]  # fmt: skip
    return table(request, names, rows, f"changes-{found.since}") or page(
        request, "changes.html", found=found, beijing=beijing, files=bool(rows), crumbs=(
            (message("portal.nav_data"), "/data"), (message("portal.changes_title"), "")),
    )  # fmt: skip


def _day(request: Request) -> date | None:
    given = request.query_params.get("since", "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Wrong(message("as_of.bad_date", found=given[:40])) from error


ROUTES = (Route("/changes", changes),)
