"""What a report that is handed in takes the place of: the one of the same unit and year that counts, or was handed in before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from foi.letters.in_place_of import counting
from foi.published import NothingPublished, published
from ingest.home import Home
from ingest.home.ledger import held
from ingest.landing.replacements import HAND_IN, Replacement, last_handed_in, note

NAMED = "select report_id, file from fct_inputs where document_id = ? order by report_id nulls last, file limit 1"


@dataclass(frozen=True, slots=True)
class Before:
    """The report that was there before; its report_id and file are empty while it waits to be counted."""

    report_id: str = ""
    file: str = ""


def take_its_place(home: Home, document_id: str, unit_code: str, report_year: int, who: str, file: str) -> Before | None:
    """Note that the file counts in the place of the report before it, whatever day either of them states; None where it is the first.

    Who hands a file in once more means the last one: of two files that state no day, the names would decide.
    """
    owner = f"{unit_code}/{report_year}"
    with held(home.replacements):
        before, named = _before(home, owner, unit_code, report_year, document_id)
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        note(home.replacements, Replacement(now, who, HAND_IN, document_id, before, "", file, owner))
    return named


def _before(home: Home, owner: str, unit_code: str, report_year: int, document_id: str) -> tuple[str, Before | None]:
    """The file that was handed in last, if it still waits to be counted; else what counts; an empty text where there is neither."""
    waiting = last_handed_in(home.replacements, owner)
    try:
        with published(home.published) as connection:
            if waiting and connection.execute(NAMED, [waiting]).fetchone() is None:
                return waiting, Before()
            counts = counting(home.published, unit_code, report_year, document_id)
            named = connection.execute(NAMED, [counts]).fetchone()
    except NothingPublished:
        return waiting, Before() if waiting else None
    return counts, Before(named[0] or "", named[1]) if named else None
