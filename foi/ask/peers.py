"""What is usual among the units of one level and kind: the middle half of their numbers, to hold those of one unit against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from foi.messages import template
from foi.published import published
from foi.published.kept import Stamp, stamp_of
from ingest.words.language import Text

QUERY = """
select report_year, form, measure, peers, p25, p50, p75, band_reason from benchmark where level = $1 and kind is not distinct from $2
"""


@dataclass(frozen=True, slots=True)
class Band:
    """The middle half of `peers` units: a quarter is below `p25`, half below `p50`, three quarters below `p75`.

    Where there are too few to compare there is no band, and `why_none` says so.
    """

    peers: int
    p25: float | None
    p50: float | None
    p75: float | None
    why_none: Text | None


Bands = dict[tuple[int, str, str], Band]


def bands_of(path: Path, level: str, kind: str | None) -> Bands:
    """The bands of all units of a level and kind, by year, form and measure (a column of unit_year, or a rate of indicators).

    They are asked once for each release and kept: all units are looked over for them.
    """
    return _bands(path, stamp_of(path), level, kind)


@lru_cache(maxsize=64)
def _bands(path: Path, stamp: Stamp, level: str, kind: str | None) -> Bands:
    with published(path) as connection:
        rows = connection.execute(QUERY, [level, kind]).fetchall()
    return {
        (year, form, measure): Band(*numbers, template(f"band.{reason}") if reason else None)
        for year, form, measure, *numbers, reason in rows
    }
