"""`--as-of`: ask the warehouse as it would have been at the end of an earlier day."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from foi.messages import Complaint, message
from ingest.beijing import BEIJING, beijing_today, day
from ingest.home import Home
from ingest.home.plain_path import plain_folder
from ingest.model import IngestError
from ingest.words.issues import issue_text


def file_to_ask(home: Path, as_of: str) -> Path:
    """The published file; with a day, the one of what was known when this day ended in Beijing."""
    place = Home(plain_folder(home))
    if not as_of:
        return home / "published.duckdb"
    wanted, today = day_of(as_of), beijing_today()
    if wanted > today:
        raise Complaint(message("as_of.future", day=wanted.isoformat(), today=today.isoformat()))
    if not place.published.is_file() or wanted == today:
        return home / "published.duckdb"
    from dagster_project.as_of import build_as_of, first_landing
    from dagster_project.dbt import WarehouseError

    until = datetime.combine(wanted + timedelta(days=1), time(), BEIJING).astimezone(UTC).replace(tzinfo=None)
    first = first_landing(place)
    if first is None or first >= until:
        raise Complaint(message("as_of.too_early", day=wanted.isoformat(), first=day(first)), 3)
    try:
        return build_as_of(place, wanted.isoformat(), until, lambda: _tell_of_building(wanted))
    except WarehouseError as error:
        raise Complaint(message("error.build", reason=str(error)[:1500]), 3) from error
    except IngestError as error:
        raise Complaint(issue_text(error.issue), 3) from error


def day_of(typed: str) -> date:
    """The day that was typed; a Complaint with an example if it is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise Complaint(message("as_of.bad_date", found=typed)) from error


def _tell_of_building(wanted: date) -> None:
    print(message("as_of.building", day=wanted.isoformat()), file=sys.stderr, flush=True)
