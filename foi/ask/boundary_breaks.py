"""What became of units, and which joined or left an area: the breaks of boundary in a trend, and its series without them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from foi.messages import bilingual, joined
from foi.published.kept import once
from ingest.words.language import Text

BOUNDARIES = ("reported", "constant")
NAMED = 3  # units of one change that are named


def breaks_of_unit(connection: Any, code: str, first: int, last: int) -> dict[int, list[Text]]:
    """By year, from what the unit was made; a change before its first report is told there. A mere new name breaks nothing."""
    made = "select distinct successor_code from successions"
    if code not in once(made, lambda: {unit for (unit,) in connection.execute(made).fetchall()}):
        return {}
    query = (
        "select greatest(report_year, $2), kind, list([unit_name, unit_code] order by unit_code)"
        " from successions where successor_code = $1 and report_year <= $3"
        " and (report_year >= $2 or unit_code in (select unit_code from final_units)) group by all order by all"
    )
    notes: dict[int, list[Text]] = defaultdict(list)
    for year, kind, units in connection.execute(query, [code, first, last]).fetchall():
        note = bilingual(f"trend.was_{kind}", units=_with_codes(units))
        notes[year].append(note if kind == "renamed" else at_break(note))
    return notes


def at_break(note: Text) -> Text:
    """A note on a year whose number cannot be held against those before it; it begins with a mark."""
    return joined([bilingual("trend.break"), note], " ")


def is_break(note: Text) -> bool:
    """Whether a note says that a year cannot be held against those before it."""
    return note.zh.startswith(bilingual("trend.break").zh)


def successors_of(connection: Any, code: str) -> list[Text]:
    """What a unit that is no more became, each as a sentence."""
    gone = "select unit_code from final_units"
    if code not in once(gone, lambda: {unit for (unit,) in connection.execute(gone).fetchall()}):
        return []
    query = (
        "select report_year, kind, list([successor_name, successor_code] order by successor_code)"
        " from successions where unit_code = ? and unit_code in (select unit_code from final_units) group by all order by all"
    )
    found = connection.execute(query, [code]).fetchall()
    return [bilingual(f"trend.became_{kind}", year=year, units=_with_codes(units)) for year, kind, units in found]


def _with_codes(units: list[list[str]]) -> Text:
    return joined(bilingual("trend.named", name=name, code=code) for name, code in units)


def breaks_of_area(connection: Any, code: str) -> dict[int, list[Text]]:
    """By year, the units that joined or left an area."""
    changed = "select distinct area_code from boundary_changes"
    if code not in once(changed, lambda: {area for (area,) in connection.execute(changed).fetchall()}):
        return {}
    query = (
        "select report_year, change, list(distinct unit_name order by unit_name), count(distinct unit_code),"
        " list(distinct other_area_name order by other_area_name) filter (where other_area_name is not null)"
        " from boundary_changes where area_code = ? group by all order by all"
    )
    notes: dict[int, list[Text]] = defaultdict(list)
    for year, change, units, n, others in connection.execute(query, [code]).fetchall():
        names = joined(units) if n <= NAMED else bilingual("trend.and_more", units=joined(units[:NAMED]), n=n)
        notes[year].append(at_break(bilingual(f"trend.{change}", units=names, other=joined(others or ["–"]))))
    return notes


def today(connection: Any, code: str) -> tuple[str, str] | None:
    """Code and name of the unit that a unit is part of today; None when it became none, or several."""
    query = "select final_code, unit_name from final_units as f inner join dim_unit as u on f.final_code = u.unit_code where f.unit_code = ?"
    found = connection.execute(query, [code]).fetchone()
    return (found[0], found[1]) if found else None
