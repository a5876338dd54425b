"""/changes: what came lately, in all or in an area, or with one release: the reports, and what changed in rules and dictionary."""

from __future__ import annotations

from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foi.ask.news import SHOWN, News, news_between, news_of
from foi.messages import bilingual, message
from foi.owed.board import board_of
from foi.owed.progress import find_area
from foi.published import published
from foi.published.releases import (
    KeptRelease,
    dictionary_changes,
    kept_release,
    kept_releases,
    release_before,
    rule_changes,
    words_of,
)
from ingest.beijing import beijing, beijing_today
from ingest.home import Home
from ingest.roster.year_locks import read_lines
from ingest.units.within import within
from portal.asked import Wrong
from portal.feed import PAST, closing_entries, deadline_entries, landed_entries
from portal.page import format_of, page, table

COLUMNS = ("unit_code", "unit_name", "report_year", "report_id", "landed_at", "kind", "figures_changed", "parts_changed")
IN_FILES = 300_000  # rows of a file; a page lists fewer
Pair = tuple[KeptRelease | None, KeptRelease | None]  # the release before, and the one that is looked at


def changes(request: Request) -> Response:
    """The reports that landed since a day or came with a release, and the rules that changed."""
    area = _area(request)
    found, (before, after) = _asked(request, area)
    names = {name: bilingual(f"portal.column_{name}") for name in COLUMNS}
    rows = [
        [one.unit_code, one.unit_name, one.report_year, one.report_id, beijing(one.landed_at), bilingual(f"portal.landed_{one.kind}"),
         one.figures, one.parts]
        for one in found.landed
    ]  # fmt: skip
    number = request.query_params.get("release", "").strip()
    if format_of(request) == "atom":
        return _feed(request, found, area)
    return table(request, names, rows, f"changes-{number or found.since}") or page(
        request, "changes.html", found=found, area=area, beijing=beijing, files=bool(rows), number=number, before=before, after=after,
        rules=rule_changes(before, after) if after else [], terms=dictionary_changes(before, after) if after else [], words_of=words_of,
        crumbs=[(message("portal.nav_data"), "/data"), *([(number, f"/data/release/{number}")] if number else []),
                (message("portal.changes_title"), "")],
    )  # fmt: skip


def _feed(request: Request, found: News, area: str) -> Response:
    """What landed as a feed (Atom, RFC 4287): who follows it hears of each report once; of an area also deadlines and closed years."""
    home: Home = request.app.state.home
    entries = list(landed_entries(found.landed[:SHOWN]))
    if area:
        lines = read_lines(home.year_locks)
        entries += [
            *deadline_entries(board_of(home.published, area)),
            *closing_entries(x for x in lines if within(area, x.area)),
        ]
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    site = f"{request.url.scheme}://{request.url.netloc}"
    updated = utc(entries[0].updated if entries else datetime.now(UTC).replace(tzinfo=None))
    address = f"{site}/changes" + (f"?area={area}" if area else "")
    answer = page(request, "changes.xml", is_file=True, site=site, address=address, entries=entries, updated=updated, utc=utc,
                  itself=f"{site}/changes.atom" + (f"?area={area}" if area else ""))  # fmt: skip
    answer.headers["content-type"] = "application/atom+xml; charset=utf-8"
    return answer


def utc(moment: datetime) -> str:
    """A moment as feeds write it (RFC 3339); in the warehouse moments have no zone and are UTC."""
    return moment.replace(tzinfo=UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def release_and_before(home: Home, number: str) -> tuple[KeptRelease | None, KeptRelease]:
    """The release of a number, and the one before it."""
    release = kept_release(home, number)
    return kept_release(home, release.before) if release.before else None, release


def _area(request: Request) -> str:
    """The code of the area that is asked about; empty for everything."""
    given = request.query_params.get("area", "").strip()
    if not given:
        return ""
    with published(request.app.state.home.published) as connection:
        return find_area(connection, given).code


def _asked(request: Request, area: str) -> tuple[News, Pair]:
    home: Home = request.app.state.home
    most = IN_FILES if format_of(request) else SHOWN
    if number := request.query_params.get("release", "").strip():
        before, after = release_and_before(home, number)
        return news_between(home.published, before.until if before else None, after.until, most), (before, after)
    found = news_of(home.published, _day(request) or _feeds_from(request, area), most, area)
    last = next(iter(kept_releases(home, 1)), None)
    return found, (release_before(home, found.since) if found.since else None, last)


def _feeds_from(request: Request, area: str) -> date | None:
    """A feed of an area tells of a season; a page without a day, of the last one on which something landed."""
    return beijing_today() - PAST if area and format_of(request) == "atom" else None


def _day(request: Request) -> date | None:
    given = request.query_params.get("since", "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Wrong(message("as_of.bad_date", found=given[:40])) from error


ROUTES = (Route("/changes", changes),)
