"""What an area's own report says beside what its known units make: impossible, or what the missing ones account for at most."""

from __future__ import annotations

from typing import Any

from expectations.messages import plain
from foi.messages import both, say

NAMED = 12  # missing units that are named in a line


def bounds_of(connection: Any, area: str, measure: str) -> list[str]:
    """One line for each year in which the government of the area filed a number; none for measures that are not added up."""
    rows = connection.execute(
        "select report_year, scope, area_number, known_sum, known_units, missing_units, missing_names, most_missing, answer"
        " from area_bounds where area_code = ? and measure = ? and answer <> 'not_assessable' order by report_year",
        [area, measure],
    ).fetchall()
    return [say("bounds.title"), *(f"  {_line(*row)}" for row in rows)] if rows else []


def _line(year: int, scope: str, number: Any, known: Any, units: int, missing: int, names: str | None, most: Any, answer: str) -> str:
    values = {"year": year, "number": plain(number), "known": plain(known), "units": units, "missing": missing, "most": plain(most)}
    covers = (both(f"bounds.scope_{scope}") or ("",))[0]
    line = say(f"bounds.{answer}" if most is None or missing else "bounds.all_known", **values, scope=covers)
    named = (names or "").split(", ")
    if not missing or not names:
        return line
    more = say("bounds.more", n=len(named) - NAMED) if len(named) > NAMED else ""
    return f"{line} {say('bounds.missing', names='、'.join(named[:NAMED]), more=more)}"
