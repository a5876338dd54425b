"""Days for a calendar program (iCalendar, RFC 5545): one event for each day on which reports are due, or a year was closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from foi.messages import message
from foi.owed.board import Board, Deadline
from ingest.beijing import BEIJING
from ingest.roster.year_locks import YearLock

LONGEST = 75  # octets of a line, section 3.1


def calendar_of(board: Board, address: str, closings: Iterable[YearLock] = ()) -> str:
    """The deadlines of an area, and the days on which a year of it was closed or changed; `address` is the page that an event leads to."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//foi//progress//ZH", "CALSCALE:GREGORIAN"]
    for deadline in board.deadlines():
        lines += _event(board, deadline, address, stamp)
    for one in closings:
        lines += _closing(one, address, stamp)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(board: Board, deadline: Deadline, address: str, stamp: str) -> list[str]:
    values = {"area": board.area.name, "year": deadline.report_year, "n": deadline.expected, "filed": deadline.filed}
    lacking = message("board.lacking", units=message("gap.comma").join(deadline.lacking)) if deadline.lacking else ""
    uid = f"{board.area.code}-{deadline.report_year}-{deadline.due:%Y%m%d}"
    return _whole_day(uid, deadline.due, (message("board.event", **values), lacking), (address, stamp))


def _closing(one: YearLock, address: str, stamp: str) -> list[str]:
    what = message(f"year_lock.act_{one.act}") + (f" {one.about}" if one.act == "change" else "")
    summary = message("year_lock.told", area=one.area, year=one.year, what=what, why=one.why, who=one.who)
    day = one.moment.replace(tzinfo=UTC).astimezone(BEIJING).date()
    uid = f"{one.area}-{one.year}-{one.moment:%Y%m%dT%H%M%S%f}"
    return _whole_day(uid, day, (summary, ""), (address, stamp))


def _whole_day(uid: str, day: date, told: tuple[str, str], made: tuple[str, str]) -> list[str]:
    """An event of one day: its summary and description, the page it leads to and when it was made."""
    (summary, description), (address, stamp) = told, made
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@foi",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        *([f"DESCRIPTION:{_escaped(description)}"] if description else []),
        f"URL:{address}",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """A text as section 3.3.11 wants it."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterable[str]:
    """A line in parts of at most so many octets, each after the first with a blank before it; no character is cut in two."""
    part = ""
    for sign in line:
        if len((part + sign).encode()) > LONGEST:
            yield part
            part = " "
        part += sign
    yield part
