"""What came lately: the reports that landed since a day, which of them replaced another, and how many figures that changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from foi.published import published
from ingest.beijing import BEIJING

LAST = "select max(landed_at) from fct_reports"
LANDED = (
    "with changed as (select to_report_id, count(*) filter (where kind = 'cell') as figures, count(*) filter (where kind = 'prose') as parts"
    " from version_changes group by all),"
    " ordered as (select *, row_number() over (partition by unit_code order by landed_at, report_year, version_number) as n from fct_reports)"
    " select r.report_id, r.unit_code, r.unit_name, r.report_year, r.landed_at, r.version_number, r.is_current,"
    " r.unit_code is not null and r.n = 1 as is_new_unit, coalesce(c.figures, 0), coalesce(c.parts, 0)"
    " from ordered as r left join changed as c on r.report_id = c.to_report_id"
    " where r.landed_at >= $1 order by r.landed_at desc, r.unit_code, r.report_year, r.version_number"
)


@dataclass(frozen=True, slots=True)
class Landed:
    """A report that landed: whether it is the first of its unit, or replaced a version before it and changed so many figures."""

    report_id: str
    unit_code: str | None
    unit_name: str | None
    report_year: int | None
    landed_at: Any
    version_number: int
    is_current: bool
    is_new_unit: bool
    figures: int
    parts: int

    @property
    def kind(self) -> str:
        """unit: the first of its unit; report: the first of its year; version: it replaced another."""
        return "version" if self.version_number > 1 else "unit" if self.is_new_unit else "report"


@dataclass(frozen=True, slots=True)
class News:
    """All that landed since a day in Beijing, the last one first."""

    since: date | None
    landed: tuple[Landed, ...]

    def count(self, kind: str) -> int:
        """How many are of a kind."""
        return sum(one.kind == kind for one in self.landed)


def news_of(path: Path, since: date | None = None) -> News:
    """What landed since a day in Beijing (None: the last day on which something landed)."""
    with published(path) as connection:
        last: datetime | None = connection.execute(LAST).fetchone()[0]
        if last is None:
            return News(since, ())
        day = since or last.replace(tzinfo=UTC).astimezone(BEIJING).date()
        begin = datetime.combine(day, time(), BEIJING).astimezone(UTC).replace(tzinfo=None)
        rows = connection.execute(LANDED, [begin]).fetchall()
    return News(day, tuple(Landed(*row) for row in rows))
