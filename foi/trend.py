"""`foi trend`: one measure of one unit or area over the years, with a mark at every change of form and every missing report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from foi.bounds import bounds_of
from foi.breaks import Meaning
from foi.messages import Complaint, say
from foi.published import as_json, as_table, published
from foi.tables import Names

RATE_COLUMNS = ("change", "numerator", "denominator")
# The measures a rate is made of: where one of them breaks, the rate does.
RATES = {
    "grant_rate": ("granted", "closed"),
    "grant_in_part_rate": ("granted", "partly_granted", "closed"),
    "challenge_rate": ("closed", "review_total", "lawsuit_total"),
}


def show_trend(path: Path, measure: str, unit: str | None = None, area: str | None = None, json: bool = False) -> str:
    """The years of a unit or an area as a table (or JSON); a Complaint when the name is unknown or stands for several."""
    if (unit is None) == (area is None):
        raise Complaint(say("trend.one_of"))
    with published(path) as connection:
        _check_measure(connection, measure, area is not None)
        code, name = _find(connection, unit or area or "", area is not None)
        zh, en = Names(connection).of(measure)
        columns, rows = (_of_area if area else _of_unit)(connection, code, measure)
        bounds = bounds_of(connection, code, measure) if area else []
    if json:
        return as_json(["report_year", "value", *columns], rows)
    head = [say("trend.year"), say("trend.value"), *(say(f"trend.{c}") for c in columns)]
    title = say("trend.title", name=name, code=code, measure=zh, measure_en=en)
    return "\n".join([title, as_table(head, rows), *(["", *bounds] if bounds else [])])


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
        raise Complaint(f"{say('trend.no_measure', measure=measure)}\n{options}")


def _find(connection: Any, name: str, of_area: bool) -> tuple[str, str]:
    """The one unit with reports (or area with members) of that code or name."""
    table = "select distinct area_code as code from area_year" if of_area else "select distinct unit_code as code from unit_year"
    # An area stands among the places above itself; its name is said once.
    above = ", ".join(f"nullif({place}_name, unit_name)" for place in ("province", "city", "county"))
    full = f"concat_ws('', {above}, unit_name)"
    query = (
        f"select unit_code, {full} from dim_unit join ({table}) on unit_code = code"
        " where unit_code = $1 or unit_name = $1 order by unit_code"
    )
    found = connection.execute(query, [name]).fetchall()
    if len(found) == 1:
        return found[0][0], found[0][1]
    if found:
        raise Complaint("\n".join([say("trend.ambiguous", name=name), *(f"  {c}  {f}" for c, f in found)]))
    near = connection.execute(
        f"select unit_name, unit_code from dim_unit join ({table}) on unit_code = code"
        " order by jaro_winkler_similarity(unit_name, $1) desc, unit_code limit 5",
        [name],
    ).fetchall()
    raise Complaint(say("trend.no_unit", name=name, near=", ".join(f"{n} {c}" for n, c in near)), 3)


def _of_unit(connection: Any, code: str, measure: str) -> tuple[list[str], list[Sequence[Any]]]:
    is_rate = measure == "grant_rate"
    meaning = Meaning(connection, RATES.get(measure, (measure,)))
    number, state, parts = measure, f"{measure}_state", "null, null"
    if is_rate:
        number, parts = "granted / nullif(closed, 0)", "granted, closed"
        # The reason is that of the number that is not there: a rate is not “reported” because its numerator is.
        state = "case when closed = 0 then 'no_requests' when closed is null then closed_state else granted_state end"
    rows = connection.execute(
        f"select report_year, {number}, {state}, coalesce(form_{meaning.table}, form_statistics), rules_failed, {parts}"
        " from unit_year where unit_code = ? order by 1",
        [code],
    ).fetchall()
    by_year = {row[0]: row for row in rows}
    shown: list[Sequence[Any]] = []
    last: frozenset[str] = frozenset()
    for year in range(rows[0][0], rows[-1][0] + 1) if rows else ():
        _, value, state, form, failed, *fraction = by_year.get(year, (year, None, "no_report", None, 0, None, None))
        notes = [] if value is not None else [say(f"state.{state}" if state != "other_unit" else "trend.different")]
        forms = frozenset({form} - {None})
        notes += meaning.change(last, forms)
        notes += [say("trend.failed_rules", n=failed)] if failed else []
        last = forms or last
        shown.append((year, value, *([_points(by_year, year), *fraction] if is_rate else []), "; ".join(notes)))
    return [*(RATE_COLUMNS if is_rate else []), "note"], shown


def _points(by_year: dict[int, Sequence[Any]], year: int) -> float | None:
    """The change of a rate on the year before in percentage points; None unless both years have one."""
    now, before = (by_year[y][1] if y in by_year else None for y in (year, year - 1))
    return None if now is None or before is None else round((now - before) * 100, 2)


def _of_area(connection: Any, code: str, measure: str) -> tuple[list[str], list[Sequence[Any]]]:
    is_rate = measure.endswith("_rate")
    meaning = Meaning(connection, RATES.get(measure, (measure,)))
    reason = f"{measure}_reason" if is_rate else "case when units_reporting = 0 then 'no_report' else 'not_reported' end"
    parts = f"{measure}_numerator, {measure}_denominator" if is_rate else "null, null"
    rows = connection.execute(
        f"select report_year, {measure}, units_reporting, units_excluded, units_missing, {reason}, {parts}, forms_{meaning.table}"
        " from area_year where area_code = ? order by 1",
        [code],
    ).fetchall()
    by_year = {row[0]: row for row in rows}
    shown: list[Sequence[Any]] = []
    last: frozenset[str] = frozenset()
    for year, value, *units, why, numerator, denominator, listed in rows:
        rate = [_points(by_year, year), numerator, denominator] if is_rate else []
        forms = frozenset(listed.split(",")) if listed else frozenset()
        notes = [*([] if value is not None else [say(f"state.{why}")]), *meaning.change(last, forms)]
        last = forms or last
        shown.append((year, value, *rate, *units, "; ".join(notes)))
    return [*(RATE_COLUMNS if is_rate else []), "reporting", "excluded", "missing", "note"], shown
