"""What is new as entries of a feed (Atom, RFC 4287): reports that landed, days on which reports are due, years that were closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote

from foi.ask.news import Landed
from foi.messages import message
from foi.owed.board import Board
from ingest.beijing import BEIJING
from ingest.roster.year_locks import YearLock
from portal.page import link

SOON = timedelta(days=30)  # a day is told so long before, and again the day after
PAST = timedelta(days=120)  # and no longer than this afterwards


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its title, its name for ever (an address within the portal), the page it leads to, and when it became so."""

    title: str
    key: str
    address: str
    updated: datetime  # UTC, without a zone


def landed_entries(landed: Iterable[Landed]) -> Iterator[Entry]:
    """An entry for each report that landed."""
    for one in landed:
        title = f"{one.unit_name or one.report_id} {one.report_year or ''} {message(f'portal.landed_{one.kind}')}"
        address = f"/report/{one.report_id}"
        yield Entry(title, address, link(address), one.landed_at)


def deadline_entries(board: Board) -> Iterator[Entry]:
    """An entry for each day that comes soon or has just passed; the day after it is another one, which says who is lacking."""
    for deadline in board.deadlines():
        if not board.on - PAST <= deadline.due <= board.on + SOON:
            continue
        title = message("board.event", area=board.area.name, year=deadline.report_year, n=deadline.expected, filed=deadline.filed)
        is_over = deadline.due < board.on
        if is_over and deadline.lacking:
            title += message("gap.semicolon") + message("board.lacking", units=message("gap.comma").join(deadline.lacking))
        key = f"/progress/{board.area.code}#{deadline.report_year}-{deadline.due}{'-over' if is_over else ''}"
        day = deadline.due + timedelta(days=1) if is_over else deadline.due - SOON
        yield Entry(title, key, link(f"/progress/{board.area.code}", year=deadline.report_year), _begin(day))


def closing_entries(lines: Iterable[YearLock]) -> Iterator[Entry]:
    """An entry for each year that was closed or opened, each file that was let in, and each change all the same."""
    for one in lines:
        what = message(f"year_lock.act_{one.act}") + (f" {one.about}" if one.act == "change" else "")
        title = message("year_lock.told", area=one.area, year=one.year, what=what, why=one.why, who=one.who)
        page = f"/progress/{one.area}"
        yield Entry(title, f"{page}#{quote(one.at)}-{one.act}", link(page, year=one.year), one.moment)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC).replace(tzinfo=None)
