"""A moment as people in China read it: Beijing time to the minute, wherever it was stored and in which zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))  # China has no summer time


def beijing_today() -> date:
    """The day it is in Beijing now, whatever the zone of this machine: deadlines are days of there."""
    return datetime.now(BEIJING).date()


def beijing(moment: datetime | str | None) -> str:
    """YYYY-MM-DD HH:MM in Beijing; a moment without a zone is in UTC, as the tables hold it; nothing for none."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def day(landed_at: datetime | None) -> str:
    """The day in Beijing on which something landed."""
    return landed_at.replace(tzinfo=UTC).astimezone(BEIJING).date().isoformat() if landed_at else "?"
