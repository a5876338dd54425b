"""What became of units: renamed, moved, merged or split, and where a county belonged before it moved to another city.

A report belongs to the unit as of 31 December of its year, so a change of 2023 holds from the reports of 2023 on.
Sources: changes.csv (counties and cities), and the columns last_year and successor_code of units.csv (any unit).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ingest.units.areas import Change, load_changes
from ingest.units.unit import Unit, words

if TYPE_CHECKING:
    from ingest.units import Registry


@dataclass(frozen=True, slots=True)
class Succession:
    """One unit that became another one: `report_year` is the first year whose report the successor owes.

    Kinds: renamed, moved (to another county or city), merged (into a unit that others became too, or that was there before),
    split (into several).
    """

    report_year: int
    unit_code: str
    unit_name: str
    successor_code: str
    successor_name: str
    kind: str


def successors_of(row: dict[str, str]) -> list[str]:
    """The codes in the column successor_code of a line of units.csv; several when a unit was split."""
    return (row.get("successor_code") or "").replace(",", " ").replace(";", " ").split()


def successions(registry: Registry) -> list[Succession]:
    """All changes known of, those of the official list first."""
    official = [
        Succession(c.year, c.old_code, c.old_name, code, c.new_name, "moved" if _left(registry, c) else c.kind)
        for c in load_changes()
        if registry.by_code(code := _today(c))
    ]
    return [*official, *given_successions(registry)]


def wrong_successors(registry: Registry) -> Iterator[tuple[str, str, str]]:
    """Lines of units.csv whose successors cannot be: the code of the line, what it says, and what is wrong (a word of issues)."""
    given = _given(registry)
    for row in registry.extra:
        code, after = row["unit_code"], successors_of(row)
        if after and not row.get("last_year"):
            yield code, " ".join(after), "last_year"
        elif unknown := [c for c in after if not registry.by_code(c)]:
            yield code, " ".join(unknown), "successor_code"
        elif code in _after(given, code):
            yield code, " ".join(after), "successor_code"


def final_units(registry: Registry) -> list[dict[str, Any]]:
    """For each unit of units.csv that has a successor: the unit it is part of today; None when its parts went to several."""
    rows, given = [], _given(registry)
    for row in registry.extra:
        if after := _after(given, row["unit_code"]):
            last = [code for code in after if not given.get(code)]
            rows.append({"unit_code": row["unit_code"], "final_code": last[0] if len(last) == 1 else None})
    return rows


def former_places(registry: Registry) -> list[dict[str, Any]]:
    """The province and city that a county belonged to before, and the last report year in which it did.

    A city that only got a new name or code is the same city, so its counties did not move.
    """
    return [
        {"county_code": code, "last_year": c.year - 1, **before}
        for c in load_changes()
        if registry.by_code(code := _today(c)) and (before := _left(registry, c))
    ]


def rows_of(registry: Registry) -> list[dict[str, Any]]:
    """All changes for raw/reference/successions.parquet."""
    return [asdict(s) for s in successions(registry)]


def _today(change: Change) -> str:
    """The code that the unit of a change has today, after all later changes."""
    later = [c for c in load_changes() if c.year > change.year and (c.old_code, c.old_name) == (change.new_code, change.new_name)]
    return _today(later[0]) if later else change.new_code


def _left(registry: Registry, change: Change) -> dict[str, str] | None:
    """The city (and its province) that a county left when it changed; None when it stayed in its city."""
    if change.kind != "renamed" or len(change.old_code) != 6 or len(change.new_code) != 6:
        return None
    old, new = change.old_code[:4], change.new_code[:4]
    renamed = {c.old_code: c.new_code for c in load_changes() if len(c.old_code) == len(c.new_code) == 4}
    old = renamed.get(old, old)
    city = registry.by_code(old)
    name = city.name if city else next((c.old_name for c in load_changes() if c.old_code == old), None)
    if old == new or name is None or name in words()["not_named"]:
        return None
    return {"province_code": old[:2], "city_code": old, "city_name": name}


def given_successions(registry: Registry) -> Iterator[Succession]:
    """The changes that units.csv tells of."""
    pairs = [(row, code) for row in registry.extra for code in successors_of(row)]
    became = Counter(code for _, code in pairs)
    for row, code in pairs:
        before, after = registry.by_code(row["unit_code"]), registry.by_code(code)
        if before and after:
            kind = "split" if len(successors_of(row)) > 1 else "merged" if became[code] > 1 else _kind(before, after)
            yield Succession(int(row["last_year"]) + 1, before.unit_code, before.name, code, after.name, kind)


def _kind(before: Unit, after: Unit) -> str:
    places = [(u.province_code, u.city_code, u.county_code) for u in (before, after)]
    return "renamed" if places[0] == places[1] else "moved"


def _given(registry: Registry) -> dict[str, list[str]]:
    """What each unit of units.csv became at once."""
    return {row["unit_code"]: successors_of(row) for row in registry.extra}


def _after(given: dict[str, list[str]], code: str) -> list[str]:
    """Every unit that a unit became, directly or through others."""
    found: dict[str, None] = {}
    waiting = list(given.get(code, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = None
            waiting += given.get(one, ())
    return list(found)


def unit_spans(registry: Registry) -> list[dict[str, Any]]:
    """The first and last report year of units that were not always there; a report belongs to the unit as of 31 December.

    From the changes of areas (a code that stood for another area before, which was merged into today's), and from the columns
    first_year, last_year and successor_code of units.csv. A renamed unit lives on, so it has no limit. A successor whose own first year
    nobody gave is assumed to begin with the change, unless it filed before (is_assumed).
    """
    spans: dict[str, dict[str, Any]] = {}
    for change in load_changes():
        if change.kind == "merged" and registry.by_code(change.old_code):
            spans[change.old_code] = {"unit_code": change.old_code, "first_year": change.year, "last_year": None}
    for row in registry.extra:
        first, last = row.get("first_year") or None, row.get("last_year") or None
        if first or last:
            years = {"first_year": int(first) if first else None, "last_year": int(last) if last else None}
            spans[row["unit_code"]] = {"unit_code": row["unit_code"], **years}
    for given in sorted(given_successions(registry), key=lambda s: -s.report_year):
        span = spans.get(given.successor_code, {"unit_code": given.successor_code, "first_year": None, "last_year": None})
        if span["first_year"] is None or span.get("is_assumed"):
            spans[given.successor_code] = {**span, "first_year": given.report_year, "is_assumed": True}
    return [{"is_assumed": False, **spans[code]} for code in sorted(spans)]
