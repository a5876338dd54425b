"""What time it is for alerts: days are counted in China, and another day can be given to try things out."""

from __future__ import annotations

from datetime import date, datetime

from foi.messages import Complaint, message
from ingest.beijing import BEIJING


def moment(on: str | None = None) -> datetime:
    """Now, or the same time of another day (ISO date); a Complaint if that is no date."""
    now = datetime.now(BEIJING)
    if on is None:
        return now
    try:
        return datetime.combine(date.fromisoformat(on), now.time(), BEIJING)
    except ValueError as error:
        raise Complaint(message("alerts.bad_date", found=on)) from error


def day(at: str) -> date:
    """The day in China of a stored moment."""
    return datetime.fromisoformat(at).astimezone(BEIJING).date()
