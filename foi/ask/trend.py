"""`foi trend`: one measure of one unit or area over the years, with a mark at every change of form and every missing report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from foi.ask.area_bounds import bounds_of
from foi.ask.area_units import AreaUnits, units_of_area
from foi.ask.boundary_breaks import BOUNDARIES, breaks_of_area, breaks_of_unit, successors_of, today
from foi.ask.form_breaks import Meaning
from foi.ask.unit_years import years_of
from foi.messages import Complaint, message
from foi.published import as_json, as_table, published
from foi.published.names import Names
from foi.published.nearby import no_such_name

RATE_COLUMNS = ("change", "numerator", "denominator")
# The measures a rate is made of: where one of them breaks, the rate does.
RATES = {
    "grant_rate": ("granted", "closed"),
    "grant_in_part_rate": ("granted", "partly_granted", "closed"),
    "challenge_rate": ("closed", "review_total", "lawsuit_total"),
}


def show_trend(
    path: Path, measure: str, unit: str | None = None, area: str | None = None, json: bool = False, boundaries: str = "reported"
) -> str:
    """The years of a unit or an area as a table (or JSON); a Complaint when the name is unknown or stands for several.

    `boundaries`: reported, each report where its unit stood in its year, with a mark where that changed; or constant, all
    reports where their units, or what became of them, stand today.
    """
    if boundaries not in BOUNDARIES:
        raise Complaint(message("trend.no_boundaries", found=boundaries, known=", ".join(BOUNDARIES)))
    if (unit is None) == (area is None):
        raise Complaint(message("trend.one_of"))
    constant = boundaries == "constant"
    with published(path) as connection:
        _check_measure(connection, measure, area is not None)
        code, name = _find(connection, unit or area or "", area is not None)
        if unit and constant:
            code, name = today(connection, code) or (code, name)
        zh, en = Names(connection).of(measure)
        columns, rows, changes = (
            _of_area(connection, code, measure, constant, json) if area else _of_unit(connection, code, measure, constant)
        )
        after = bounds_of(connection, code, measure) if area and not constant else []
    if json:
        return as_json(["report_year", "value", *columns], rows)
    head = [message("trend.year"), message("trend.value"), *(message(f"trend.{c}") for c in columns)]
    title = message("trend.title_constant" if constant else "trend.title", name=name, code=code, measure=zh, measure_en=en)
    after += [*changes, message("trend.hint_constant")] if changes else []
    return "\n".join([title, as_table(head, rows), *(["", *after] if after else [])])


def _check_measure(connection: Any, measure: str, of_area: bool) -> None:
    query = (
        "select column_name from duckdb_columns() where schema_name = 'marts' and table_name = ?"
        " and (column_name || '_state' in (select column_name from duckdb_columns() where table_name = 'unit_year')"
        " or column_name like '%\\_rate' escape '\\') order by column_index"
    )
    known = [name for (name,) in connection.execute(query, ["area_year" if of_area else "unit_year"]).fetchall()]
    if not of_area:
        known.append("grant_rate")
    if measure not in known:
        names = Names(connection)
        options = "\n".join(f"  {m:34} {' / '.join(names.of(m))}" for m in known)
        raise Complaint(f"{message('trend.no_measure', measure=measure)}\n{options}")


def _find(connection: Any, name: str, of_area: bool) -> tuple[str, str]:
    """The one unit with reports (or area with units that have some) of that code or name."""
    table = "select distinct area_code as code from area_year" if of_area else "select distinct unit_code as code from unit_year"
    # An area stands among the places above itself; its name is said once.
    above = ", ".join(f"nullif({place}_name, unit_name)" for place in ("province", "city", "county"))
    # An area that no list names is known by its code alone.
    known = f"({table}) left join dim_unit on unit_code = code"
    query = f"select code, coalesce(nullif(concat_ws('', {above}, unit_name), ''), code) from {known}"
    found = connection.execute(f"{query} where code = $1 or unit_name = $1 order by code", [name]).fetchall()
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
    raise no_such_name(connection, name, f"select unit_name, code as unit_code from {known}")


def _of_unit(connection: Any, code: str, measure: str, constant: bool) -> tuple[list[str], list[Sequence[Any]], list[str]]:
    """Columns and rows of the table, and what became of the unit."""
    is_rate = measure == "grant_rate"
    meaning = Meaning(connection, RATES.get(measure, (measure,)))
    shown: list[Sequence[Any]] = []
    years = years_of(connection, code, measure, meaning.table, constant)
    breaks = breaks_of_unit(connection, code, min(years), max(years)) if years and not constant else {}
    last: frozenset[str] = frozenset()
    for year in range(min(years), max(years) + 1) if years else ():
        found = years.get(year)
        value, state = (found.value, found.state) if found else (None, "no_report")
        notes = [*breaks.get(year, ())]
        notes += [] if value is not None else [message(f"state.{state}" if state != "other_unit" else "trend.different")]
        if found:
            notes += [message("trend.reported_by", units="、".join(found.reporters))] if found.reporters else []
            notes += [message("trend.gone", units="、".join(found.gone))] if found.gone else []
            notes += [message("trend.without", units="、".join(found.missing))] if found.missing else []
            notes += meaning.change(last, found.forms)
            notes += [message("trend.failed_rules", n=found.failed)] if found.failed else []
            last = found.forms or last
        fraction = [_points({y: f.value for y, f in years.items()}, year), *(found.fraction if found else (None, None))]
        shown.append((year, value, *(fraction if is_rate else []), "; ".join(notes)))
    became = [] if constant else successors_of(connection, code) or [message("trend.broken")] * bool(breaks)
    return [*(RATE_COLUMNS if is_rate else []), "note"], shown, became


def _points(rates: dict[int, Any], year: int) -> float | None:
    """The change of a rate on the year before in percentage points; None unless both years have one."""
    now, before = rates.get(year), rates.get(year - 1)
    return None if now is None or before is None else round((now - before) * 100, 2)


def _of_area(
    connection: Any, code: str, measure: str, constant: bool, named_apart: bool
) -> tuple[list[str], list[Sequence[Any]], list[str]]:
    """Columns and rows of the table, and whether the area changed. The units counted are those of the measure itself."""
    is_rate = measure.endswith("_rate")
    measures = RATES.get(measure, (measure,))
    meaning = Meaning(connection, measures)
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
    shown: list[Sequence[Any]] = []
    last: frozenset[str] = frozenset()
    for year, value, reporting, missing, why, numerator, denominator, listed in rows:
        units = members.get(year, AreaUnits())
        rate = [_points(rates, year), numerator, denominator] if is_rate else []
        forms = frozenset(listed.split(",")) if listed else frozenset()
        notes = [*breaks.get(year, ()), *([] if value is not None else [message(f"state.{why}")]), *meaning.change(last, forms)]
        last = forms or last
        counts = (reporting, len(units.excluded), len(units.silent), missing)
        named = (units.excluded, units.silent) if named_apart else ()
        notes += () if named_apart else units.notes()
        shown.append((year, value, *rate, *counts, *named, "; ".join(notes)))
    changed = [message("trend.broken")] * any(row[0] in breaks for row in shown)
    lists = ("excluded_units", "silent_units") if named_apart else ()
    return [*(RATE_COLUMNS if is_rate else []), "reporting", "excluded", "silent", "missing", *lists, "note"], shown, changed
