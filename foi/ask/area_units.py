"""Which units of an area stand in the sum of a measure, and which do not: their report is silent, or the table is left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from foi.messages import bilingual, joined
from foi.published.areas import inside
from foi.published.kept import once
from ingest.words.language import Text

TABLES = "select distinct split_part(source_code, '.', 1) from measure_by_form where list_contains($1::varchar[], measure)"
NAMED = 12  # units that are named in a note; --json names all
# A township or department where it stands today, or what became of it: on constant boundaries.
TODAY = (
    "left join final_units as f on y.unit_code = f.unit_code"
    " left join dim_unit as t on t.unit_code = coalesce(f.final_code, y.unit_code)"
)
CONSTANT = (
    "list_contains([coalesce(t.province_code, y.province_code), case when t.unit_code is null then y.city_code else t.city_code end,"
    " case when t.unit_code is null then y.county_code else t.county_code end], $1)"
)


@dataclass(slots=True)
class AreaUnits:
    """Of one year: the units whose table is left out, and those that filed a report but gave no number; each with its code."""

    excluded: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    def notes(self) -> list[Text]:
        """Both lists in words, of many units the first."""
        return [
            _note(f"trend.{kind}_units", names) for kind, names in (("silent", self.silent), ("excluded", self.excluded)) if names
        ]


def _note(key: str, names: list[str]) -> Text:
    more = bilingual("bounds.more", n=len(names) - NAMED) if len(names) > NAMED else ""
    return bilingual(key, names=joined(names[:NAMED]), more=more)


def units_of_area(connection: Any, area: str, measures: tuple[str, ...], constant: bool) -> dict[int, AreaUnits]:
    """For each year in which there are some the units of an area that are not in the sum of a measure (or of the parts of a rate)."""
    tables = once((TABLES, measures), lambda: [table for (table,) in connection.execute(TABLES, [list(measures)]).fetchall()])
    silent = " or ".join(f"y.{measure} is null" for measure in measures)
    rows = connection.execute(
        f"select y.report_year, concat_ws(' ', y.unit_code, y.unit_name), x.report_id is not null from unit_year as y"
        f" {TODAY if constant else ''}"
        " left join (select distinct report_id from exclusions where list_contains($2::varchar[], table_name)) as x"
        " on y.report_id = x.report_id"
        f" where y.level in ('township', 'department') and {CONSTANT if constant else inside(connection, area, 'y.')}"
        f" and (x.report_id is not null or {silent}) order by 1, 2",
        [area, tables],
    ).fetchall()
    found: dict[int, AreaUnits] = {}
    for year, name, is_excluded in rows:
        units = found.setdefault(year, AreaUnits())
        (units.excluded if is_excluded else units.silent).append(name)
    return found
