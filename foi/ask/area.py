"""An area in a year: its numbers, those of what it is made of, its last ten years, and what to know before comparing them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dagster_project.names import Names
from foi.ask.area_bounds import bounds_in
from foi.ask.area_numbers import MEASURES, RATES, Numbers, added, numbers_of_areas, numbers_of_units
from foi.ask.boundary_breaks import breaks_of_area, is_break, successors_of
from foi.ask.form_breaks import Meaning, meaning_of
from foi.messages import Complaint, bilingual, message
from foi.published import published
from foi.published.areas import inside, known_areas, years_of_area
from foi.published.kept import once
from foi.published.nearby import no_such_area
from ingest.words.language import Text

YEARS = 10
OUTCOME = ("granted", "closed")  # by which the outcomes of two forms are held against each other
BELOW = {"": "province", "province": "city", "city": "county", "county": "unit"}
# The areas below in which units stood that owe or filed a report in that year, and the units that stand in none, each with how many
# owe one and how many filed none.
MEMBERS = (
    "select {below} as area, case when {below} is null then unit_code end as unit, any_value(unit_name), count(*),"
    " count(*) filter (where state in ('not_filed', 'unreadable')) from progress where report_year = $2"
    " and level in ('township', 'department') and (not is_exempt or report_id is not null)"
    " and {inside} group by all order by all"
)
# The reports that the governments of areas filed themselves.
OWN = (
    "select unit_code, report_year, report_id from unit_year"
    " where unit_code in (select unit_code from dim_unit where level in ('province', 'city', 'county'))"
)


@dataclass(frozen=True, slots=True)
class Part:
    """What an area is made of: an area below it, a unit, or (code of the area itself, and no name) the units that stand in no area below."""

    code: str
    name: str
    numbers: Numbers
    by_year: dict[int, Numbers]


@dataclass(frozen=True, slots=True)
class Area:
    """An area in a year. `kind` is what its parts are: province, city, county or unit; the whole country has no code and no name.

    `notes` say by year what is not as the year before; `breaks` are those after which numbers cannot simply be compared. `became` is
    what became of the area, `bounds` its own report beside its units, and `report_id` that report.
    """

    code: str
    name: str
    level: str
    kind: str
    above: tuple[tuple[str, str], ...]
    report_year: int
    years: tuple[int, ...]
    numbers: Numbers
    parts: tuple[Part, ...]
    by_year: dict[int, Numbers]
    notes: dict[int, tuple[Text, ...]]
    became: tuple[Text, ...]
    bounds: tuple[tuple[str, Text], ...]
    report_id: str | None
    names: dict[str, Text]

    @property
    def breaks(self) -> dict[int, tuple[Text, ...]]:
        """The notes on years that cannot simply be compared with the one before."""
        return {year: told for year, notes in self.notes.items() if (told := tuple(filter(is_break, notes)))}


def area_of(path: Path, code: str, year: int) -> Area:
    """The area of a code (none: the whole country) in a year; a Complaint where there is no such area, or nothing is known of the year."""
    with published(path) as connection:
        return area_in(connection, code, year)


def area_in(connection: Any, code: str, year: int) -> Area:
    """The same, of a connection. The whole country, for which everybody asks first, is made once for each release and year."""
    found: Area = _made(connection, code, year) if code else once((area_in, year), lambda: _made(connection, code, year))
    return found


def _made(connection: Any, code: str, year: int) -> Area:
    name, level, above = _head(connection, code)
    years = years_of_area(connection, code)
    if year not in years:
        known = ", ".join(map(str, years)) or message("progress.no_year")
        raise Complaint(message("area.no_year", name=name or bilingual("area.country"), year=year, years=known), 3)
    first = year - YEARS + 1
    meaning = meaning_of(connection, OUTCOME)
    parts, found = _parts(connection, code, level, (first, year))
    whole = _whole(code, parts, found, (first, year))
    own: dict[str, dict[int, str]] = once(OWN, lambda: _own_reports(connection))
    names = once(Names, lambda: Names(connection))
    return Area(
        code, name, level, BELOW[level], above, year, years, whole.get(year, Numbers()), parts, whole,
        _notes(connection, code, whole, meaning), tuple(successors_of(connection, code) if code else ()),
        tuple(bounds_in(connection, code, year)), own.get(code, {}).get(year),
        {column: names.of(column) for column in (*MEASURES, *RATES)},
    )  # fmt: skip


def _own_reports(connection: Any) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    for code, year, report in connection.execute(OWN).fetchall():
        found.setdefault(code, {})[year] = report
    return found


def latest_year(path: Path, code: str) -> int:
    """The last year of which an area (none: the whole country) has a report; of which one is owed where there is none."""
    with published(path) as connection:
        return latest_in(connection, code)


def latest_in(connection: Any, code: str) -> int:
    """The same, of a connection."""
    name, *_ = _head(connection, code)
    query = "select max(report_year) from area_year where $1 = '' or area_code = $1"
    found = connection.execute(query, [code]).fetchone()[0] or max(years_of_area(connection, code), default=0)
    if not found:
        raise Complaint(
            message("area.no_year", name=name or bilingual("area.country"), year="", years=message("progress.no_year")), 3
        )
    return int(found)


def _head(connection: Any, code: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Name and level of an area, and the areas above it."""
    if not code:
        return "", "", ()
    found = known_areas(connection).get(code)
    if found is None:
        raise no_such_area(connection, code)
    return found.name, found.level, found.above


def _parts(
    connection: Any, code: str, level: str, years: tuple[int, int]
) -> tuple[tuple[Part, ...], dict[tuple[str, int], Numbers]]:
    """What the area is made of in its year, with the numbers of the years before; and what was found of all these areas and of itself."""
    kind = BELOW[level]
    below = "null" if kind == "unit" else f"{kind}_code"
    members = connection.execute(MEMBERS.format(below=below, inside=inside(connection, code)), [code, years[1]]).fetchall()
    below_it = {area: (owing, missing) for area, _, _, owing, missing in members if area}
    own = {unit: (name, missing) for area, unit, name, _, missing in members if not area}
    found, known = numbers_of_areas(connection, [*below_it, *([code] if code else [])], years), known_areas(connection)
    parts = [_part(area, known[area].name if area in known else area, years, found, counts) for area, counts in below_it.items()]
    units = numbers_of_units(connection, list(own), years) if own else {}
    of_units = [_part(unit, name, years, units, (1, missing)) for unit, (name, missing) in own.items()]
    if kind == "unit" or not of_units:
        return (*parts, *of_units), found
    by_year = {y: added((p.by_year[y] for p in of_units if y in p.by_year), of_units=True) for y in range(years[0], years[1] + 1)}
    whole = replace(by_year[years[1]], owing=len(own), missing=sum(missing for _, missing in own.values()))
    return (*parts, Part(code, "", whole, {**by_year, years[1]: whole})), found


def _part(code: str, name: str, years: tuple[int, int], found: dict[tuple[str, int], Numbers], counts: tuple[int, int]) -> Part:
    numbers = replace(found.get((code, years[1]), Numbers()), owing=counts[0], missing=counts[1])
    by_year = {year: found[code, year] for year in range(years[0], years[1]) if (code, year) in found}
    return Part(code, name, numbers, {**by_year, years[1]: numbers})


def _whole(
    code: str, parts: tuple[Part, ...], numbers: dict[tuple[str, int], Numbers], years: tuple[int, int]
) -> dict[int, Numbers]:
    """The numbers of the area itself by year; the country is the sum of its provinces."""
    if code:
        found = {year: of_year for (area, year), of_year in numbers.items() if area == code}
    else:
        every = range(years[0], years[1] + 1)
        found = {year: added(p.by_year[year] for p in parts if year in p.by_year) for year in every}
        found = {year: of_year for year, of_year in found.items() if of_year.reporting or year == years[1]}
    owing, missing = sum(p.numbers.owing for p in parts), sum(p.numbers.missing for p in parts)
    return {**found, years[1]: replace(found.get(years[1], Numbers()), owing=owing, missing=missing)}


def _notes(connection: Any, code: str, by_year: dict[int, Numbers], meaning: Meaning) -> dict[int, tuple[Text, ...]]:
    """By year what makes it another thing than the year before: units that came or went, and other forms."""
    last = frozenset[str]()
    of_area = breaks_of_area(connection, code) if code else {}
    found = {}
    for year in sorted(by_year):
        notes = [*of_area.get(year, ()), *meaning.change(last, by_year[year].forms)]
        last = by_year[year].forms or last
        if notes:
            found[year] = tuple(notes)
    return found
