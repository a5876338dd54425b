"""Days for a calendar program (iCalendar, RFC 5545): one event for each day on which reports are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from foi.messages import message
from foi.owed.board import Board, Deadline

LONGEST = 75  # octets of a line, section 3.1


def calendar_of(board: Board, address: str) -> str:
    """The deadlines of an area; `address` is the page that an event leads to."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//foi//progress//ZH", "CALSCALE:GREGORIAN"]
    for deadline in board.deadlines():
        lines += _event(board, deadline, address, stamp)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(board: Board, deadline: Deadline, address: str, stamp: str) -> Iterable[str]:
    values = {"area": board.area.name, "year": deadline.report_year, "n": deadline.expected, "filed": deadline.filed}
    lacking = message("board.lacking", units=message("gap.comma").join(deadline.lacking)) if deadline.lacking else ""
    return [
        "BEGIN:VEVENT",
        f"UID:{board.area.code}-{deadline.report_year}-{deadline.due:%Y%m%d}@foi",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{deadline.due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{deadline.due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(message('board.event', **values))}",
        *([f"DESCRIPTION:{_escaped(lacking)}"] if lacking else []),
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
