"""`foi trend`: one measure of one unit or area over the years, with a mark at every change of form and every missing report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from foi.messages import Complaint, say
from foi.published import as_json, as_table, published


def show_trend(path: Path, measure: str, unit: str | None = None, area: str | None = None, json: bool = False) -> str:
    """The years of a unit or an area as a table (or JSON); a Complaint when the name is unknown or stands for several."""
    if (unit is None) == (area is None):
        raise Complaint(say("trend.one_of"))
    with published(path) as connection:
        _check_measure(connection, measure, area is not None)
        code, name = _find(connection, unit or area or "", area is not None)
        columns, rows = (_of_area if area else _of_unit)(connection, code, measure)
    if json:
        return as_json(["report_year", "value", *columns], rows)
    head = [say("trend.year"), say("trend.value"), *(say(f"trend.{c}") for c in columns)]
    title = say("trend.title", name=name, code=code, measure=measure, measure_en=measure)
    return f"{title}\n{as_table(head, rows)}"


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
        words = dict(connection.execute("select code, zh || ' / ' || en from stg_terms").fetchall())
        options = "\n".join(f"  {m}  {words.get(m, '')}".rstrip() for m in known)
        raise Complaint(say("trend.no_measure", measure=measure, options=options))


def _find(connection: Any, name: str, of_area: bool) -> tuple[str, str]:
    """The one unit with reports (or area with members) of that code or name."""
    table = "select distinct area_code as code from area_year" if of_area else "select distinct unit_code as code from unit_year"
    full = "concat_ws('', province_name, city_name, county_name, unit_name)"
    query = (
        f"select unit_code, unit_name, {full} from dim_unit join ({table}) on unit_code = code"
        " where unit_code = $1 or unit_name = $1 order by unit_code"
    )
    found = connection.execute(query, [name]).fetchall()
    if len(found) == 1:
        return found[0][0], found[0][1]
    if found:
        raise Complaint(say("trend.ambiguous", name=name, options="\n".join(f"  {c}  {f}" for c, _, f in found)))
    near = connection.execute(
        f"select unit_name, unit_code from dim_unit join ({table}) on unit_code = code"
        " order by jaro_winkler_similarity(unit_name, $1) desc, unit_code limit 5",
        [name],
    ).fetchall()
    raise Complaint(say("trend.no_unit", name=name, near=", ".join(f"{n} {c}" for n, c in near)), 3)


def _of_unit(connection: Any, code: str, measure: str) -> tuple[list[str], list[Sequence[Any]]]:
    number = "granted / nullif(closed, 0)" if measure == "grant_rate" else measure
    state = "case when closed = 0 then 'no_requests' else granted_state end" if measure == "grant_rate" else f"{measure}_state"
    form = "form_disclosure" if _is_disclosure(connection, measure) else "form_requests"
    rows = connection.execute(
        f"select report_year, {number}, {state}, {form}, rules_failed from unit_year where unit_code = ? order by 1", [code]
    ).fetchall()
    by_year = {row[0]: row for row in rows}
    shown, last_form = [], None
    for year in range(rows[0][0], rows[-1][0] + 1) if rows else ():
        _, value, state, form, failed = by_year.get(year, (year, None, "no_report", None, 0))
        notes = [] if value is not None else [say(f"state.{state}" if state != "other_unit" else "trend.different")]
        if form and last_form and form != last_form:
            notes.append(say("trend.form_change", old=last_form, new=form))
        notes += [say("trend.failed_rules", n=failed)] if failed else []
        last_form = form or last_form
        shown.append((year, value, "; ".join(notes)))
    return ["note"], shown


def _is_disclosure(connection: Any, measure: str) -> bool:
    query = "select count(*) from dim_measure where table_name = 'disclosure' and row_code = ?"
    return bool(connection.execute(query, [measure]).fetchone()[0])


def _of_area(connection: Any, code: str, measure: str) -> tuple[list[str], list[Sequence[Any]]]:
    reason = (
        f"{measure}_reason"
        if measure.endswith("_rate")
        else "case when units_reporting = 0 then 'no_report' else 'not_reported' end"
    )
    rows = connection.execute(
        f"select report_year, {measure}, units_reporting, units_excluded, units_missing, {reason} from area_year"
        " where area_code = ? order by 1",
        [code],
    ).fetchall()
    shown = [(*row[:5], "" if row[1] is not None else say(f"state.{row[5]}")) for row in rows]
    return ["reporting", "excluded", "missing", "note"], shown
