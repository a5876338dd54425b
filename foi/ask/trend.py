"""One measure of one unit or area over the years, with a note at every change of form and every missing report; foi.ask.show_trend prints it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dagster_project.names import Names
from foi.ask.area_bounds import bounds_of
from foi.ask.area_units import AreaUnits, units_of_area
from foi.ask.boundary_breaks import BOUNDARIES, breaks_of_area, breaks_of_unit, successors_of, today
from foi.ask.form_breaks import Meaning, meaning_of
from foi.ask.unit_years import UnitYear, years_of
from foi.messages import Complaint, bilingual, joined, message
from foi.published import published
from foi.published.kept import once
from foi.published.nearby import no_such_name
from ingest.words.language import Text

# The measures a rate is made of: where one of them breaks, the rate does.
RATES = {
    "grant_rate": ("granted", "closed"),
    "grant_in_part_rate": ("granted", "partly_granted", "closed"),
    "challenge_rate": ("closed", "review_total", "lawsuit_total"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a measure of a unit or of an area (one of them), by name or code, on which boundaries.

    reported: each report where its unit stood in its year, with a mark where that changed; constant: all reports where their units,
    or what became of them, stand today.
    """

    measure: str
    unit: str | None = None
    area: str | None = None
    boundaries: str = "reported"

    @property
    def is_constant(self) -> bool:
        """Whether all years are counted by the units and areas of today."""
        return self.boundaries == "constant"


@dataclass(frozen=True, slots=True)
class TrendYear:
    """A year: its number (None: the notes say why there is none), what a rate is made of and how it changed, and what is to be known of it.

    `change` is in percentage points on the year before. Of an area `reporting` units stand in the number and `missing` ones owe a report;
    `units` names those that are left out of it.
    """

    report_year: int
    value: Any
    notes: tuple[Text, ...]
    change: float | None = None
    numerator: Any = None
    denominator: Any = None
    reporting: int | None = None
    missing: int | None = None
    units: AreaUnits | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """The years of a measure of a unit or area, what became of it (`changes`), and what the area's own report says beside its units (`bounds`)."""

    question: Question
    code: str
    name: str
    measure: Text
    years: tuple[TrendYear, ...]
    changes: tuple[Text, ...] = ()
    bounds: tuple[Text, ...] = ()

    @property
    def is_rate(self) -> bool:
        """Whether the measure is a share of two numbers."""
        return self.question.measure.endswith("_rate")


def trend_of(path: Path, question: Question) -> Trend:
    """The trend that is asked for; a Complaint when the measure or the name is unknown, or the name stands for several."""
    if question.boundaries not in BOUNDARIES:
        raise Complaint(message("trend.no_boundaries", found=question.boundaries, known=", ".join(BOUNDARIES)))
    if (question.unit is None) == (question.area is None):
        raise Complaint(message("trend.one_of"))
    measure, of_area = question.measure, question.area is not None
    with published(path) as connection:
        names = once(Names, lambda: Names(connection))
        known = known_measures(connection, of_area)
        _check_measure(names, known, measure)
        code, name = place_of(connection, question.unit or question.area or "", of_area)
        if not of_area and question.is_constant:
            code, name = today(connection, code) or (code, name)
        years, changes = (_of_area if of_area else _of_unit)(connection, code, measure, question.is_constant)
        bounds = bounds_of(connection, code, measure) if of_area and not question.is_constant else []
        return Trend(question, code, name, names.of(measure), tuple(years), tuple(changes), tuple(bounds))


def known_measures(connection: Any, of_area: bool) -> list[str]:
    """The codes of the measures that can be asked for of units, or of areas, asked for once in a release."""
    found: list[str] = once((measures_of, of_area), lambda: measures_of(connection, of_area))
    return found


def measures_of(connection: Any, of_area: bool) -> list[str]:
    """The same, of the file."""
    query = (
        "select column_name from duckdb_columns() where schema_name = 'marts' and table_name = ?"
        " and (column_name || '_state' in (select column_name from duckdb_columns() where table_name = 'unit_year')"
        " or column_name like '%\\_rate' escape '\\') order by column_index"
    )
    known = [name for (name,) in connection.execute(query, ["area_year" if of_area else "unit_year"]).fetchall()]
    return known if of_area else [*known, "grant_rate"]


def _check_measure(names: Names, known: list[str], measure: str) -> None:
    if measure not in known:
        options = "\n".join(f"  {m:34} {names.of(m).shown}" for m in known)
        raise Complaint(f"{message('trend.no_measure', measure=measure)}\n{options}")


def place_of(connection: Any, name: str, of_area: bool) -> tuple[str, str]:
    """The one unit with reports (or area with units that have some) of that code or name."""
    source, column = ("area_year", "area_code") if of_area else ("unit_year", "unit_code")
    known = f"(select distinct {column} as code from {source})"
    # An area stands among the places above itself; its name is said once.
    above = ", ".join(f"nullif({place}_name, unit_name)" for place in ("province", "city", "county"))
    # An area that no list names is known by its code alone.
    named = f"coalesce(nullif(concat_ws('', {above}, unit_name), ''), code)"
    # A code is found by itself; only a name has to be looked for among all.
    if connection.execute(f"select 1 from {source} where {column} = $1 limit 1", [name]).fetchone():
        query = f"select code, {named} from (select *, unit_code as code from dim_unit where unit_code = $1)"
        found = connection.execute(query, [name]).fetchall() or [(name, name)]
    else:
        query = f"select code, {named} from {known} left join dim_unit on unit_code = code where unit_name = $1 order by code"
        found = connection.execute(query, [name]).fetchall()
    if len(found) == 1:
        return found[0][0], found[0][1]
    if found:
        raise Complaint("\n".join([message("trend.ambiguous", name=name), *(f"  {c}  {f}" for c, f in found)]))
    silent = connection.execute(
        f"select unit_code, concat_ws('', {above}, unit_name) from dim_unit where $2 and level in ('province', 'city', 'county')"
        " and (unit_code = $1 or unit_name = $1) order by 1 limit 1",
        [name, of_area],
    ).fetchone()
    if silent:
        raise Complaint(message("trend.no_members", code=silent[0], name=silent[1]))
    raise no_such_name(
        connection, name, f"select unit_name, code as unit_code from {known} left join dim_unit on unit_code = code"
    )


def _of_unit(connection: Any, code: str, measure: str, constant: bool) -> tuple[list[TrendYear], list[Text]]:
    """The years of a unit, those without a report too, and what became of it."""
    is_rate = measure == "grant_rate"
    meaning = meaning_of(connection, RATES.get(measure, (measure,)))
    years = years_of(connection, code, measure, meaning.table, constant)
    breaks = breaks_of_unit(connection, code, min(years), max(years)) if years and not constant else {}
    rates = {year: one.value for year, one in years.items()}
    trend: list[TrendYear] = []
    last: frozenset[str] = frozenset()
    for year in range(min(years), max(years) + 1) if years else ():
        found = years.get(year)
        notes = [*breaks.get(year, ()), *_notes(found, meaning, last)]
        one = TrendYear(year, found.value if found else None, tuple(notes))
        if is_rate:
            numerator, denominator = found.fraction if found else (None, None)
            one = replace(one, change=_points(rates, year), numerator=numerator, denominator=denominator)
        trend.append(one)
        last = (found.forms if found else None) or last
    became = [] if constant else successors_of(connection, code) or [bilingual("trend.broken")] * bool(breaks)
    return trend, became


def _notes(found: UnitYear | None, meaning: Meaning, last: frozenset[str]) -> list[Text]:
    """Why a year has no number, whose report it is, whether its form changed, and how many of its sums fail."""
    if found is None:
        return [bilingual("state.no_report")]
    notes = []
    if found.value is None:
        notes.append(bilingual("trend.different" if found.state == "other_unit" else f"state.{found.state}"))
    for key, units in (("reported_by", found.reporters), ("gone", found.gone), ("without", found.missing)):
        notes += [bilingual(f"trend.{key}", units=joined(units))] if units else []
    notes += meaning.change(last, found.forms)
    return [*notes, *([bilingual("trend.failed_rules", n=found.failed)] if found.failed else [])]


def _points(rates: dict[int, Any], year: int) -> float | None:
    """The change of a rate on the year before in percentage points; None unless both years have one."""
    now, before = rates.get(year), rates.get(year - 1)
    return None if now is None or before is None else round((now - before) * 100, 2)


def _of_area(connection: Any, code: str, measure: str, constant: bool) -> tuple[list[TrendYear], list[Text]]:
    """The years of an area, and whether it changed. The units counted are those of the measure itself."""
    is_rate = measure.endswith("_rate")
    measures = RATES.get(measure, (measure,))
    meaning = meaning_of(connection, measures)
    reason = f"{measure}_reason" if is_rate else "case when units_reporting = 0 then 'no_report' else 'not_reported' end"
    parts = f"{measure}_numerator, {measure}_denominator" if is_rate else "null, null"
    rows = connection.execute(
        f"select report_year, {measure}, {measure}_units, units_missing, {reason}, {parts}, forms_{meaning.table}"
        f" from area_year{'_constant' if constant else ''} where area_code = ? order by 1",
        [code],
    ).fetchall()
    rates = {row[0]: row[1] for row in rows}
    members = units_of_area(connection, code, measures, constant)
    breaks = {} if constant else breaks_of_area(connection, code)
    trend: list[TrendYear] = []
    last: frozenset[str] = frozenset()
    for year, value, reporting, missing, why, above, below, listed in rows:
        forms = frozenset(listed.split(",")) if listed else frozenset()
        notes = [*breaks.get(year, ()), *([] if value is not None else [bilingual(f"state.{why}")]), *meaning.change(last, forms)]
        last = forms or last
        change = _points(rates, year) if is_rate else None
        units = members.get(year, AreaUnits())
        trend.append(TrendYear(year, value, tuple(notes), change, above, below, reporting, missing, units))
    changed = [bilingual("trend.broken")] * any(one.report_year in breaks for one in trend)
    return trend, changed
