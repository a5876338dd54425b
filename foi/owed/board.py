"""Units by years: who filed in time, late or not at all in an area, and the days on which reports are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from foi.messages import Complaint, message
from foi.owed.duties import STATES, Duty, duties_of, rates_of
from foi.owed.progress import Area, find_area
from foi.published import published
from foi.published.areas import years_of_area
from ingest.beijing import beijing_today

YEARS = 10  # the last ones, where no years are asked for


@dataclass(frozen=True, slots=True)
class BoardUnit:
    """A unit with what it owed in each year, and what had become of it."""

    unit_code: str
    unit_name: str
    level: str
    duties: dict[int, Duty] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day on which reports of a year are due: how many are expected and there, and whose are not."""

    report_year: int
    due: date
    expected: int
    filed: int
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The duties of an area over the years as they stand on a day: its units, the worst of the last year first, and the rates of each year."""

    area: Area
    on: date
    years: tuple[int, ...]
    units: tuple[BoardUnit, ...]
    rates: dict[int, dict[str, Any]]

    def deadlines(self) -> list[Deadline]:
        """The days on which reports are due, in their order; who is exempt is not expected."""
        by_day: dict[tuple[date, int], list[Duty]] = {}
        for unit in self.units:
            for year, duty in unit.duties.items():
                if duty.state != "exempt":
                    by_day.setdefault((duty.due, year), []).append(duty)
        return [
            Deadline(
                year,
                due,
                len(duties),
                sum(duty.report_id is not None for duty in duties),
                tuple(sorted(duty.unit_name for duty in duties if duty.report_id is None)),
            )
            for (due, year), duties in sorted(by_day.items())
        ]


def board_of(path: Path, code: str, years: Sequence[int] = (), on: date | None = None) -> Board:
    """The board of an area; a Complaint where the area is not known, or nobody owes a report in it."""
    day = on or beijing_today()
    with published(path) as connection:
        area = find_area(connection, code)
        asked = tuple(sorted(years)) or years_of_area(connection, area.code)[-YEARS:]
        by_year = {year: duties for year in asked if (duties := duties_of(connection, area.code, year, day))}
    if not by_year:
        raise Complaint(message("board.nothing", area=area.name), 3)
    units: dict[str, BoardUnit] = {}
    for year in sorted(by_year, reverse=True):  # each with the name of its last year
        for duty in by_year[year]:
            unit = units.setdefault(duty.unit_code, BoardUnit(duty.unit_code, duty.unit_name, duty.level))
            unit.duties[year] = duty
    rates = {year: rates_of(duties) for year, duties in sorted(by_year.items())}
    return Board(area, day, tuple(rates), tuple(sorted(units.values(), key=_worst_first)), rates)


def _worst_first(unit: BoardUnit) -> tuple[int, int, str]:
    last = max(unit.duties)
    return -last, STATES.index(unit.duties[last].state), unit.unit_code
