"""What was let in, changed or opened again after an area closed a year: told once to those who hear of that area, with who did it and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from foi.access.audit import Entry, entries
from foi.alerts.who.subscriptions import Recipient
from foi.messages import bilingual, word_of
from ingest.beijing import day
from ingest.home import Home
from ingest.roster.year_locks import LET_IN, LOCK, YearLock, read_lines
from ingest.units.within import within
from ingest.words.language import Text

WITH_IT = timedelta(minutes=1)  # after the act its line of the log is written
FILES = "select document_id, min(file) from fct_inputs where list_contains($1::varchar[], document_id) group by document_id"


@dataclass(frozen=True, slots=True)
class AfterClosing:
    """A change in a closed year: of which area, when, and the sentence; `place` is by what it is known as told."""

    place: str
    area: str
    at: str
    text: Text

    def concerns(self, recipient: Recipient) -> bool:
        """Whether somebody hears of the whole area that had closed the year."""
        return any(within(self.area, area) for entry in recipient.entries for area in entry.areas)


def read_after_closing(home: Home, warehouse: Any) -> list[AfterClosing]:
    """Every change that was made after a year was closed, the first one first."""
    lines = [one for one in read_lines(home.year_locks) if one.act != LOCK]
    if not lines:
        return []
    files = dict(warehouse.execute(FILES, [[one.about for one in lines if one.act == LET_IN]]).fetchall())
    log = [line.entry for line in entries(home) if line.entry and not line.entry.refused]
    return [AfterClosing(f"closed|{one.at}|{one.area}|{one.year}", one.area, one.at, _told(one, files, log)) for one in lines]


def _told(one: YearLock, files: dict[str, str], log: Sequence[Entry]) -> Text:
    about = files.get(one.about, one.about[:16]) if one.act == LET_IN else one.about
    role = _role(one, log)
    who = bilingual("alerts.who_role", who=one.who, role=word_of("access.role", role)) if role else one.who
    act = bilingual(f"year_lock.act_{one.act}")
    return bilingual(
        "alerts.after_closing_line", area=one.area, year=one.year, act=act, about=about, why=one.why, who=who, day=day(one.moment)
    )


def _role(one: YearLock, log: Sequence[Entry]) -> str:
    """As whom they did it: by the line of the log that they left with it; empty where there is none."""
    mine = (entry for entry in log if entry.who == one.who)
    return next((entry.role for entry in mine if timedelta(seconds=-1) <= _moment(entry) - one.moment <= WITH_IT), "")


def _moment(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at).replace(tzinfo=None)
