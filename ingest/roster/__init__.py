"""The roster: who owes a report of which year, until when, and who is exempt, as offices write it (csv, xlsx)."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.handed_in.lists import ListError
from ingest.model import Issue


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One unit that owes a report (or is exempt); without a year it owes one every year.

    `due` is month and day of the year after the report year, None for the day of the law. `last_year` is the last report year of
    an area that was merged into another one.
    """

    unit_code: str
    unit_name: str
    level: str
    unit_kind: str
    province_code: str
    city_code: str | None
    county_code: str | None
    report_year: int | None
    kind: str
    due: tuple[int, int] | None
    is_exempt: bool
    exempt_reason: str | None
    note: str | None
    last_year: int | None
    line: int


@dataclass(frozen=True, slots=True)
class Roster:
    """The lines of one roster file; `roster_id` is the hash of its bytes, `notes` say what was taken in another way than written."""

    file: str
    roster_id: str
    lines: tuple[RosterLine, ...]
    notes: tuple[Issue, ...] = field(default=())


class RosterError(ListError):
    """A roster cannot be used; carries every line that is wrong, in order."""
