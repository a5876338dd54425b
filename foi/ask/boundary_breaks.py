"""What became of units, and which joined or left an area: the breaks of boundary in a trend, and its series without them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from foi.messages import message

BOUNDARIES = ("reported", "constant")
NAMED = 3  # units of one change that are named


def breaks_of_unit(connection: Any, code: str, first: int, last: int) -> dict[int, list[str]]:
    """By year, from what the unit was made; a change before its first report is told there. A mere new name breaks nothing."""
    query = (
        "select greatest(report_year, $2), kind, string_agg(unit_name || '（' || unit_code || '）', '、' order by unit_code)"
        " from successions where successor_code = $1 and report_year <= $3"
        " and (report_year >= $2 or unit_code in (select unit_code from stg_final_units)) group by all order by all"
    )
    notes: dict[int, list[str]] = defaultdict(list)
    for year, kind, units in connection.execute(query, [code, first, last]).fetchall():
        mark = "" if kind == "renamed" else f"{message('trend.break')} "
        notes[year].append(mark + message(f"trend.was_{kind}", units=units))
    return notes


def successors_of(connection: Any, code: str) -> list[str]:
    """What a unit that is no more became, each as a line."""
    query = (
        "select report_year, kind, string_agg(successor_name || '（' || successor_code || '）', '、' order by successor_code)"
        " from successions where unit_code = ? and unit_code in (select unit_code from stg_final_units) group by all order by all"
    )
    found = connection.execute(query, [code]).fetchall()
    return [message(f"trend.became_{kind}", year=year, units=units) for year, kind, units in found]


def breaks_of_area(connection: Any, code: str) -> dict[int, list[str]]:
    """By year, the units that joined or left an area."""
    query = (
        "select report_year, change, string_agg(distinct unit_name, '、' order by unit_name), count(distinct unit_code),"
        " string_agg(distinct other_area_name, '、' order by other_area_name) from boundary_changes where area_code = ?"
        " group by all order by all"
    )
    notes: dict[int, list[str]] = defaultdict(list)
    for year, change, units, n, other in connection.execute(query, [code]).fetchall():
        told = units if n <= NAMED else message("trend.and_more", units="、".join(units.split("、")[:NAMED]), n=n)
        notes[year].append(f"{message('trend.break')} {message(f'trend.{change}', units=told, other=other or '–')}")
    return notes


def today(connection: Any, code: str) -> tuple[str, str] | None:
    """Code and name of the unit that a unit is part of today; None when it became none, or several."""
    query = "select final_code, unit_name from stg_final_units as f inner join dim_unit as u on f.final_code = u.unit_code where f.unit_code = ?"
    found = connection.execute(query, [code]).fetchone()
    return (found[0], found[1]) if found else None
