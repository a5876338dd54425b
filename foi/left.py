"""Reports that still count though their file lies no more in the folder it was loaded from: it vanished, or another one took its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.messages import say
from foi.namesakes import namesakes, told_apart
from ingest.home import Home
from ingest.last_seen import documents_left

SHOWN = 40  # reports that are told one by one; --json gives all
QUERY = "select unit_code, unit_name, report_year from fct_reports where document_id = ? and is_current"


def left_reports(connection: Any, home: Home, folder: Path | None = None) -> list[dict[str, Any]]:
    """Each of them with its file, folder, unit and year, and since when; of one folder only, if given."""
    shared, found = namesakes(connection), []
    for one in documents_left(home, folder):
        for code, name, year in connection.execute(QUERY, [one.document_id]).fetchall():
            place = {"file": one.file, "folder": one.folder, "since": one.since, "is_replaced": one.is_replaced}
            found.append({**place, "unit_code": code, "unit_name": told_apart(name, code, shared), "report_year": year})
    return found


def left_lines(reports: list[dict[str, Any]]) -> list[str]:
    """A sentence for each: what happened, that it still counts, and what to do."""
    unknown = say("read.unknown")
    lines = [
        say(
            "left.replaced" if r["is_replaced"] else "left.vanished",
            file=r["file"],
            folder=r["folder"],
            unit=r["unit_name"] or unknown,
            year=r["report_year"] or unknown,
        )
        for r in reports[:SHOWN]
    ]
    return [*lines, say("left.more", n=len(reports) - SHOWN)] if len(reports) > SHOWN else lines
