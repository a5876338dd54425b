"""What an area's own report says beside what its known units make: impossible, or what the missing ones account for at most."""

from __future__ import annotations

from typing import Any

from expectations.messages import plain
from foi.messages import message

NAMED = 12  # missing units that are named in a line


COLUMNS = (
    "report_year",
    "scope",
    "area_number",
    "known_sum",
    "known_units",
    "missing_units",
    "missing_names",
    "most_missing",
    "answer",
)


def bounds_of(connection: Any, area: str, measure: str) -> list[str]:
    """One line for each year in which the government of the area filed a number; none for measures that are not added up."""
    rows = connection.execute(
        f"select {', '.join(COLUMNS)} from area_bounds where area_code = ? and measure = ? and answer <> 'not_assessable' order by 1",
        [area, measure],
    ).fetchall()
    lines = [_line(dict(zip(COLUMNS, row, strict=True))) for row in rows]
    return [message("bounds.title"), *(f"  {line}" for line in lines)] if lines else []


def _line(row: dict[str, Any]) -> str:
    values = {"year": row["report_year"], "number": plain(row["area_number"]), "known": plain(row["known_sum"]),
              "units": row["known_units"], "missing": row["missing_units"], "most": plain(row["most_missing"])}  # fmt: skip
    covers = message(f"bounds.scope_{row['scope']}")
    answer = row["answer"] if row["most_missing"] is None or row["missing_units"] else "all_known"
    line = message(f"bounds.{answer}", **values, scope=covers)
    if not row["missing_units"] or not row["missing_names"]:
        return line
    named = row["missing_names"].split(", ")
    more = message("bounds.more", n=len(named) - NAMED) if len(named) > NAMED else ""
    return f"{line} {message('bounds.missing', names='、'.join(named[:NAMED]), more=more)}"
