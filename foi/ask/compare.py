"""One measure of several units or areas side by side, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dagster_project.names import Names
from foi.ask.area_numbers import SMALL
from foi.ask.trend import Question, Trend, TrendYear, measures_of, trend_of
from foi.messages import Complaint, message
from foi.published import published
from foi.published.kept import once
from ingest.words.language import Text

MOST = 12


@dataclass(frozen=True, slots=True)
class Comparison:
    """The trends that are compared, the first one asked for first, and all years of any of them."""

    trends: tuple[Trend, ...]
    years: tuple[int, ...]

    def year(self, trend: Trend, year: int) -> TrendYear | None:
        """A year of one of them; None where it has none."""
        return next((one for one in trend.years if one.report_year == year), None)


def compare(path: Path, units: list[str], areas: list[str], measure: str, boundaries: str = "reported") -> Comparison:
    """The trends of these units and areas; a Complaint where there is none, or more than can be told apart."""
    asked = [*(("unit", unit) for unit in dict.fromkeys(units)), *(("area", area) for area in dict.fromkeys(areas))]
    if not 0 < len(asked) <= MOST:
        raise Complaint(message("compare.how_many", n=len(asked), most=MOST))
    trends = tuple(trend_of(path, Question(measure, boundaries=boundaries, **{kind: name})) for kind, name in asked)
    return Comparison(trends, tuple(sorted({one.report_year for trend in trends for one in trend.years})))


def is_small(year: TrendYear) -> bool:
    """Whether a rate rests on so few cases that only its two numbers are told."""
    return year.denominator is not None and 0 < year.denominator < SMALL


def measures(path: Path, of_area: bool) -> dict[str, Text]:
    """The measures that can be asked for of units, or of areas, by their codes."""
    with published(path) as connection:
        names = once(Names, lambda: Names(connection))
        known = once((measures_of, of_area), lambda: measures_of(connection, of_area))
        return {measure: names.of(measure) for measure in known}
