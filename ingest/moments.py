"""A moment as people in China read it: Beijing time to the minute, wherever it was stored and in which zone."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.corrections import HERE


def beijing(moment: datetime | str | None) -> str:
    """YYYY-MM-DD HH:MM in Beijing; a moment without a zone is in UTC, as the tables hold it; nothing for none."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(HERE).strftime("%Y-%m-%d %H:%M")
