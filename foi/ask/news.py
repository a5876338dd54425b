"""What came lately: the reports that landed since a day, which of them replaced another, and how many figures that changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from foi.published import published
from ingest.beijing import BEIJING

SHOWN = 500
LEAST = timedelta(microseconds=1)
LAST = "select max(landed_at) from fct_reports"
# unit: the first report of its unit; report: the first of its year; version: it replaced another.
LANDED = """
with new as (
    select report_id, unit_code, unit_name, report_year, landed_at, is_current, version_number
    from fct_reports where landed_at >= $1 and ($2 is null or landed_at < $2) and ($3 = '' or starts_with(unit_code, $3))
),
begun as (
    select arg_min(report_id, (landed_at, report_year, version_number)) as report_id from fct_reports
    where unit_code in (select unit_code from new) group by unit_code
),
landed as (
    select *, case when version_number > 1 then 'version' when report_id in (select report_id from begun) then 'unit' else 'report' end as kind
    from new
)
"""
COUNTS = f"{LANDED} select kind, count(*) from landed group by kind"
ROWS = f"""
{LANDED}, first as (select * from landed order by landed_at desc, unit_code, report_year, version_number limit $4),
changed as (
    select to_report_id, count(*) filter (where kind = 'cell') as figures, count(*) filter (where kind = 'prose') as parts
    from version_changes where to_report_id in (select report_id from first) group by all
)
select
    r.report_id, r.unit_code, r.unit_name, r.report_year, r.landed_at, r.is_current, r.kind, coalesce(c.figures, 0), coalesce(c.parts, 0)
from first as r left join changed as c on r.report_id = c.to_report_id
order by r.landed_at desc, r.unit_code, r.report_year, r.version_number
"""


@dataclass(frozen=True, slots=True)
class Landed:
    """A report that landed: whether it is the first of its unit, or replaced a version before it and changed so many figures."""

    report_id: str
    unit_code: str | None
    unit_name: str | None
    report_year: int | None
    landed_at: Any
    is_current: bool
    kind: str
    figures: int
    parts: int


@dataclass(frozen=True, slots=True)
class News:
    """What landed since a day in Beijing (None: between two moments), the last one first; of many the first, and how many there are of each kind."""

    since: date | None
    landed: tuple[Landed, ...]
    counts: dict[str, int]

    @property
    def all(self) -> int:
        """How many landed."""
        return sum(self.counts.values())


def news_of(path: Path, since: date | None = None, most: int = SHOWN, area: str = "") -> News:
    """What landed since a day in Beijing (None: the last day on which something landed), in an area (its code) if one is named."""
    with published(path) as connection:
        last: datetime | None = connection.execute(LAST).fetchone()[0]
        if last is None:
            return News(since, (), {})
        day = since or last.replace(tzinfo=UTC).astimezone(BEIJING).date()
        begin = datetime.combine(day, time(), BEIJING).astimezone(UTC).replace(tzinfo=None)
        return _landed(connection, day, (begin, None, area), most)


def news_between(path: Path, after: datetime | None, until: datetime | None, most: int = SHOWN) -> News:
    """What landed after one moment and until another: what a release has that the one before had not, as the present one knows it."""
    if until is None:
        return News(None, (), {})
    with published(path) as connection:
        return _landed(connection, None, (after + LEAST if after else datetime.min, until + LEAST, ""), most)


def _landed(connection: Any, day: date | None, span: tuple[datetime, datetime | None, str], most: int) -> News:
    counts = dict(connection.execute(COUNTS, list(span)).fetchall())
    rows = connection.execute(ROWS, [*span, most]).fetchall()
    return News(day, tuple(Landed(*row) for row in rows), counts)
