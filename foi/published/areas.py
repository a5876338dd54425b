"""The provinces, cities and counties that the published file knows: few, and wanted for every question about an area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from foi.published.kept import once

LEVELS = ("province", "city", "county")
QUERY = (
    "select unit_code, unit_name, level, concat_ws('', nullif(province_name, unit_name), nullif(city_name, unit_name),"
    " nullif(county_name, unit_name), unit_name), province_code, province_name, city_code, city_name from dim_unit"
    f" where level in ({', '.join(repr(level) for level in LEVELS)}) order by unit_code"
)
YEARS = (
    "select area_code, list(distinct report_year order by report_year) from (select unnest([province_code, city_code, county_code]) as area_code,"
    " report_year from progress) where area_code is not null group by all union all"
    " select '', list(distinct report_year order by report_year) from progress"
)


@dataclass(frozen=True, slots=True)
class KnownArea:
    """An area by its code, with its name, its name with the places above it, and the areas above it (code and name)."""

    code: str
    name: str
    level: str
    full_name: str
    above: tuple[tuple[str, str], ...]


def known_areas(connection: Any) -> dict[str, KnownArea]:
    """All areas by their codes."""

    def asked() -> dict[str, KnownArea]:
        found = {}
        for code, name, level, full_name, *above in connection.execute(QUERY).fetchall():
            pairs = ((above[at], above[at + 1]) for at in (0, 2))
            found[code] = KnownArea(code, name, level, full_name, tuple((c, n or c) for c, n in pairs if c and c != code))
        return found

    areas: dict[str, KnownArea] = once(known_areas, asked)
    return areas


def years_of_area(connection: Any, code: str) -> tuple[int, ...]:
    """The years of which somebody in an area (none: anywhere) owes a report."""
    if "-" in code:  # a zone has no division code: its bodies are those whose code begins with its own
        query = "select distinct report_year from progress where starts_with(unit_code, ?) order by 1"
        return tuple(year for (year,) in connection.execute(query, [code]).fetchall())
    years: dict[str, list[int]] = once(YEARS, lambda: dict(connection.execute(YEARS).fetchall()))
    return tuple(years.get(code) or ())


def inside(connection: Any, code: str, rows: str = "") -> str:
    """The condition, with the code as $1, by which rows that name their places stand in an area; `rows` is what they are called, with its dot.

    It asks the column of the area's own level alone: by that the engine passes over what lies elsewhere without looking at each row.
    """
    if not code:
        return "$1 = ''"
    if "-" in code:  # a zone has no division code
        return f"starts_with({rows}unit_code, $1)"
    area = known_areas(connection).get(code)
    if area is None:
        return f"$1 in ({', '.join(f'{rows}{level}_code' for level in LEVELS)})"
    return f"{rows}{area.level}_code = $1"
