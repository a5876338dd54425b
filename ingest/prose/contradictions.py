"""Numbers of a report held against each other: another year's, another office's, and two numbers for one thing are not taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.model import Count

UNCLASSIFIED = "unclassified"


@dataclass(slots=True)
class Told:
    """One number, and the year and the name of an office that its clause begins with ("" if none)."""

    count: Count
    year: str
    office: str = ""


def of_the_own_year(told: list[Told], named: str) -> Iterator[Told]:
    """Numbers that are told of another year are there for comparison, or are a plan."""
    years = [t.year for t in told if t.year]
    own = named or max(years, key=lambda y: (years.count(y), y), default="")
    for t in told:
        if not (t.year and own) or t.year == own:
            yield t
        elif t.count.value:
            yield Told(replace(t.count, code=UNCLASSIFIED, scope="other_period"), t.year)


def of_one_office(told: list[Told]) -> Iterator[Told]:
    """Where two offices are named with two numbers for one thing, no one can say which of them is the one that reports."""
    values: dict[str, dict[str, set[Decimal]]] = {}
    for t in told:
        if t.office and t.count.scope == "this_year":
            values.setdefault(t.count.code, {}).setdefault(t.office, set()).add(t.count.value)
    for t in told:
        named = values.get(t.count.code, {})
        if t.office not in named or t.count.code == UNCLASSIFIED or len(set.union(*named.values())) == 1 or len(named) == 1:
            yield t
        elif t.count.value:
            yield Told(replace(t.count, code=UNCLASSIFIED), t.year)


def without_contradictions(told: list[Told]) -> list[Told]:
    """Each thing once; where a sentence gives two numbers for one thing, none of them is taken for it."""
    values: dict[tuple[str, str, str], set[Decimal]] = {}
    for t in told:
        values.setdefault((t.count.code, t.count.scope, t.year), set()).add(t.count.value)
    kept: list[Told] = []
    for t in told:
        if t.count.code != UNCLASSIFIED and len(values[t.count.code, t.count.scope, t.year]) > 1:
            if not t.count.value:
                continue
            t = Told(replace(t.count, code=UNCLASSIFIED), t.year, t.office)
        if t not in kept or t.count.code == UNCLASSIFIED:
            kept.append(t)
    return kept
