"""The numbers of areas and of units side by side: each with how many units it rests on, and a rate as a ratio of sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

OUTCOMES = ("granted", "partly_granted", "denied", "unavailable", "not_processed", "otherwise")
OF_TABLE = {
    "requests": ("received", "carried_in", *OUTCOMES, "closed", "carried_out"),
    "challenges": ("review_total", "lawsuit_total"),
    "disclosure": ("licenses", "penalties"),
}
MEASURES = tuple(measure for measures in OF_TABLE.values() for measure in measures)
# What stands above and below the line; a unit counts in a rate where it gave all of it.
RATES = {"grant_rate": ("granted", "closed")}
LEFT_OUT = "select report_id, table_name from exclusions where unit_code in (select unnest($1::varchar[]))"
SMALL = 10  # below so many cases a rate is no rate: its two numbers are told instead
TABLES = {measure: table for table, measures in OF_TABLE.items() for measure in measures}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of an area or a unit in a year.

    `units` says on how many units each rests, `states` why the number of a unit is missing, `fractions` what stands above and below
    the line of each rate. `owing` units owe a report, of `reporting` ones at least one table counts, `missing` filed none.
    """

    values: dict[str, Any] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    fractions: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    owing: int = 0
    reporting: int = 0
    excluded: int = 0
    missing: int = 0
    forms: frozenset[str] = frozenset()

    def rate(self, name: str) -> float | None:
        """A rate; None where nothing stands below the line, or it is not known."""
        above, below = self.fractions.get(name, (None, None))
        return None if above is None or not below else float(above / below)

    def is_small(self, name: str) -> bool:
        """Whether a rate rests on so few cases that only its two numbers are told."""
        below = self.fractions.get(name, (None, None))[1]
        return below is not None and 0 < below < SMALL

    def state(self, name: str) -> str:
        """Why a number or rate is missing."""
        if name in RATES:
            below = self.fractions.get(name, (None, None))[1]
            return "no_requests" if below == 0 else "not_reported" if self.reporting else "no_report"
        return self.states.get(name) or ("not_reported" if self.reporting else "no_report")


def numbers_of_areas(connection: Any, codes: Sequence[str], years: tuple[int, int]) -> dict[tuple[str, int], Numbers]:
    """The sums of areas by area and year, from the first to the last of two years."""
    columns = [f"{measure}, {measure}_units" for measure in MEASURES]
    columns += [f"{rate}_numerator, {rate}_denominator, {rate}_units" for rate in RATES]
    rows = connection.execute(
        f"select area_code, report_year, units_reporting, units_excluded, units_missing, forms_requests, {', '.join(columns)}"
        " from area_year where area_code in (select unnest($1::varchar[])) and report_year between $2 and $3",
        [list(codes), *years],
    ).fetchall()
    return {(row[0], row[1]): _of_area(row[2:]) for row in rows}


def _of_area(row: tuple[Any, ...]) -> Numbers:
    reporting, excluded, missing, forms, *rest = row
    sums, rates = rest[: 2 * len(MEASURES)], rest[2 * len(MEASURES) :]
    units = {measure: sums[2 * at + 1] for at, measure in enumerate(MEASURES)}
    units |= {rate: rates[3 * at + 2] for at, rate in enumerate(RATES)}
    return Numbers(
        {measure: sums[2 * at] for at, measure in enumerate(MEASURES)},
        units,
        fractions={rate: (rates[3 * at], rates[3 * at + 1]) for at, rate in enumerate(RATES)},
        owing=reporting + missing,
        reporting=reporting,
        excluded=excluded,
        missing=missing,
        forms=frozenset(forms.split(",")) if forms else frozenset(),
    )


def numbers_of_units(connection: Any, codes: Sequence[str], years: tuple[int, int]) -> dict[tuple[str, int], Numbers]:
    """What units filed themselves by unit and year; what is left out of the sums of its area has the state excluded and keeps its number."""
    columns = ", ".join(f"y.{measure}, y.{measure}_state" for measure in MEASURES)
    rows = connection.execute(
        f"select y.report_id, y.unit_code, y.report_year, coalesce(y.form_requests, y.form_statistics), y.was_there, {columns}"
        " from unit_year as y where y.unit_code in (select unnest($1::varchar[])) and y.report_year between $2 and $3",
        [list(codes), *years],
    ).fetchall()
    # Few reports are left out: joined in the engine they would cost a third of the question.
    left_out: dict[str, set[str]] = {}
    for report_id, table in connection.execute(LEFT_OUT, [list(codes)]).fetchall():
        left_out.setdefault(report_id, set()).add(table)
    return {(row[1], row[2]): _of_unit(row[3:], left_out.get(row[0], set())) for row in rows}


def _of_unit(row: tuple[Any, ...], left_out: set[str]) -> Numbers:
    form, was_there, *rest = row
    values = {measure: rest[2 * at] for at, measure in enumerate(MEASURES)}
    counted = {m: was_there and not left_out & {TABLES[m], "statistics"} for m in MEASURES}
    units = {m: int(counted[m] and values[m] is not None) for m in MEASURES}
    fractions = {}
    for rate, (above, below) in RATES.items():
        units[rate] = int(units[above] and units[below])
        fractions[rate] = (values[above], values[below]) if None not in (values[above], values[below]) else (None, None)
    return Numbers(
        values, units, {measure: rest[2 * at + 1] for at, measure in enumerate(MEASURES)}, fractions,
        1, int(any(counted.values())), int(bool(left_out)), 0, frozenset({form} - {None}),
    )  # fmt: skip


def added(parts: Iterable[Numbers], of_units: bool = False) -> Numbers:
    """The sum of several: each number over those that have it, a rate as the ratio of its sums. Of units only what counts is added."""
    parts = list(parts)

    def counted(part: Numbers, name: str) -> bool:
        return not of_units or bool(part.units.get(name))

    values = {m: _sum([p.values.get(m) for p in parts if counted(p, m)]) for m in MEASURES}
    fractions = {}
    for rate in RATES:
        pairs = [p.fractions.get(rate, (None, None)) for p in parts if counted(p, rate)]
        fractions[rate] = (_sum([above for above, _ in pairs]), _sum([below for _, below in pairs]))
    return Numbers(
        values,
        {name: sum(p.units.get(name, 0) for p in parts) for name in (*MEASURES, *RATES)},
        fractions=fractions,
        owing=sum(p.owing for p in parts),
        reporting=sum(p.reporting for p in parts),
        excluded=sum(p.excluded for p in parts),
        missing=sum(p.missing for p in parts),
        forms=frozenset().union(*(p.forms for p in parts)),
    )


def _sum(found: list[Any]) -> Any:
    """The sum of what is known; None where nothing is: no number is not 0."""
    known = [value for value in found if value is not None]
    return sum(known) if known else None
