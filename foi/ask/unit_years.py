"""The years of one unit; on constant boundaries those of all units that are part of it today, as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

OWED = (
    "select p.report_year, p.unit_name from progress as p anti join unit_year as y using (unit_code, report_year)"
    " where list_contains($1::varchar[], p.unit_code) and not p.is_exempt order by 1, 2"
)


@dataclass(frozen=True, slots=True)
class UnitYear:
    """A year of a unit: its number or why there is none, the parts of a rate, its forms, and how many printed sums fail.

    On constant boundaries `reporters` names the units of that time that reported, `missing` those that owed a report and have none;
    `gone` are those that reported though they were not there in that year: alone their number is shown, in a sum it is left out.
    """

    value: Any
    state: str
    fraction: tuple[Any, Any]
    forms: frozenset[str]
    failed: int
    reporters: list[str]
    missing: list[str]
    gone: list[str]


def years_of(connection: Any, code: str, measure: str, table: str, constant: bool) -> dict[int, UnitYear]:
    """The years with a report. On constant boundaries there is no sum where the number of one unit is missing: it would be too small.

    `table` is the table of the form that has the measure; grant_rate is the ratio of two of its numbers.
    """
    members = [code]
    if constant:
        query = "select unit_code from final_units where final_code = $1 union select $1 order by 1"
        members = [member for (member,) in connection.execute(query, [code]).fetchall()]
    above, below, state = (measure, "null", f"{measure}_state")
    if measure == "grant_rate":
        # The reason is that of the number that is not there: a rate is not “reported” because its numerator is.
        state = "case when closed = 0 then 'no_requests' when closed is null then closed_state else granted_state end"
        above, below = "granted", "closed"
    rows = connection.execute(
        f"select report_year, unit_code, unit_name, {above}, {below}, {state}, coalesce(form_{table}, form_statistics), rules_failed,"
        f" coalesce(was_there, true) from unit_year where unit_code in ({', '.join('?' * len(members))}) order by 1, 2",
        members,
    ).fetchall()
    owed = connection.execute(OWED, [members]).fetchall() if constant else []
    return {
        year: _year(code, [row[1:] for row in rows if row[0] == year], [name for y, name in owed if y == year], below != "null")
        for year in sorted({row[0] for row in rows})
    }


def _year(code: str, parts: list[tuple[Any, ...]], missing: list[str], is_rate: bool) -> UnitYear:
    gone = [f"{part[1]} {part[0]}" for part in parts if not part[-1]]
    if len(gone) < len(parts):
        parts = [part for part in parts if part[-1]]
    whole = not missing and all(above is not None and (below is not None or not is_rate) for _, _, above, below, *_ in parts)
    up, down = (sum(part[i] for part in parts) if whole and (i == 2 or is_rate) else None for i in (2, 3))
    if is_rate and len(parts) == 1 and not missing:
        up, down = parts[0][2:4]
    value = up if not is_rate else up / down if down and up is not None else None
    states = [part[4] for part in parts if part[2] is None or (is_rate and not part[3])]
    return UnitYear(
        value,
        states[0] if states else "no_report" if missing else "reported",
        (up, down),
        frozenset({part[5] for part in parts} - {None}),
        sum(part[6] for part in parts),
        [f"{part[1]} {part[0]}" for part in parts] if any(part[0] != code for part in parts) else [],
        missing,
        gone,
    )
