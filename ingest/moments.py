"""A moment as people in China read it: Beijing time to the minute, wherever it was stored and in which zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

from ingest.corrections import HERE


def beijing_today() -> date:
    """The day it is in Beijing now, whatever the zone of this machine: deadlines are days of there."""
    return datetime.now(HERE).date()


def beijing(moment: datetime | str | None) -> str:
    """YYYY-MM-DD HH:MM in Beijing; a moment without a zone is in UTC, as the tables hold it; nothing for none."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(HERE).strftime("%Y-%m-%d %H:%M")
