"""What is usual among the units of one level and kind: the middle half of their numbers, and where those of one unit stand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.names import Names, unit_of
from foi.messages import template
from foi.published import published
from foi.published.kept import once
from foi.published.nearby import no_such_name
from ingest.words.language import Text

BANDS = """
select table_name, form, measure, peers, p25, p50, p75, band_reason from benchmark
where level = $1 and kind is not distinct from $2 and report_year = $3
"""
# The years of a unit with the level and kind that it is compared by, and the form of each table.
YEARS = """
select report_year, report_id, unit_name, level, kind, coalesce(form_requests, form_statistics), coalesce(form_disclosure, form_statistics),
    coalesce(form_challenges, form_statistics)
from unit_year where unit_code = ? order by report_year
"""
RATES = "select indicator, rate, rate_reason, numerator, denominator, is_small from indicators where report_id = ?"
UNITS = "select row_code, unit from dim_measure where table_name = 'disclosure'"
TABLES = ("requests", "disclosure", "challenges")


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


@dataclass(frozen=True, slots=True)
class Compared:
    """A number of a unit beside the band of its kind; of a rate with what stands above and below its line.

    Where there is no number `state` says why; `unit` is what a number of table two counts. A rate of few cases (`is_small`) is its
    counts, and stands nowhere beside others.
    """

    measure: str
    name: Text
    band: Band
    value: Any
    state: str
    fraction: tuple[Any, Any] | None = None
    is_small: bool = False
    unit: Text | None = None

    @property
    def stands(self) -> str:
        """below, within or above the middle half; empty where that cannot be said."""
        band = self.band
        if self.value is None or self.is_small or band.p25 is None or band.p75 is None:
            return ""
        return "below" if self.value < band.p25 else "above" if self.value > band.p75 else "within"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A unit in one of its years beside the units of its level and kind."""

    unit_code: str
    unit_name: str
    level: str
    kind: str | None
    report_year: int
    years: tuple[int, ...]
    rows: tuple[Compared, ...]


Bands = Mapping[tuple[str, str, str], Band]


def comparison_of(path: Path, code: str, year: int = 0) -> Comparison:
    """A unit beside its kind in a year (the last one unless told); a Complaint with those nearby where it has no report."""
    with published(path) as connection:
        years = {row[0]: row for row in connection.execute(YEARS, [code]).fetchall()}
        if not years:
            raise no_such_name(connection, code)
        year = year if year in years else max(years)
        _, report, name, level, kind, *forms = years[year]
        bands = _bands(connection, level, kind, year)
        of_table = dict(zip(TABLES, forms, strict=True))
        wanted = {measure: band for (table, form, measure), band in bands.items() if of_table[table] == form}
        rows = _numbers(connection, report, wanted)
        return Comparison(code, name, level, kind, year, tuple(years), tuple(rows))


def bands_of(path: Path, level: str, kind: str | None, year: int) -> Bands:
    """The bands of all units of a level and kind in a year, by table, form and measure (a column of unit_year, or a rate of indicators)."""
    with published(path) as connection:
        return _bands(connection, level, kind, year)


def _bands(connection: Any, level: str, kind: str | None, year: int) -> Bands:
    """All units of the year are looked over for them: who keeps the file open does that once for each release."""

    def asked() -> Bands:
        rows = connection.execute(BANDS, [level, kind, year]).fetchall()
        return {
            (table, form, measure): Band(peers, p25, p50, p75, template(f"band.{reason}") if reason else None)
            for table, form, measure, peers, p25, p50, p75, reason in rows
        }

    bands: Bands = once((bands_of, level, kind, year), asked)
    return bands


def _numbers(connection: Any, report: str, bands: Mapping[str, Band]) -> list[Compared]:
    """What a report says to each measure that has a band."""
    rates = {name: rest for name, *rest in connection.execute(RATES, [report]).fetchall()}
    plain = [measure for measure in bands if measure not in rates]
    columns = ", ".join(f"{measure}, {measure}_state" for measure in plain)
    values = connection.execute(f"select {columns or 'null'} from unit_year where report_id = ?", [report]).fetchall()[0]
    names = once(Names, lambda: Names(connection))
    units = {measure: unit_of(unit) for measure, unit in connection.execute(UNITS).fetchall()}
    rows = [
        Compared(measure, names.of(measure), bands[measure], values[2 * at], values[2 * at + 1], unit=units.get(measure))
        for at, measure in enumerate(plain)
    ]
    for measure, (rate, reason, above, below, is_small) in rates.items():
        if measure in bands:
            state = reason or "reported"
            rows.append(Compared(measure, names.of(measure), bands[measure], rate, state, (above, below), is_small))
    return rows
