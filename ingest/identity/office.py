"""The own office of a government, a town or a bureau: it makes, signs and publishes the report of the body it belongs to.

By Art. 49 the report of a government is made by its office. Such an office therefore speaks for the body that the title names, and
for itself only where the title names it. Where no title says which of the two is meant, neither is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.identity.evidence import Evidence
from ingest.identity.page import patterns, words
from ingest.units import Registry, Resolution, Unit

TITLED = ("title", "joined", "opening")
TOWNSHIP = 9  # digits of its code


@dataclass
class Credit:
    """Whom each piece of evidence speaks for, and the bodies whose own office confirms that the report is theirs.

    `undecided` holds the name of an office with the government it belongs to, where no title tells which of the two reports.
    """

    units: dict[Evidence, Unit] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    undecided: dict[str, Unit] = field(default_factory=dict)


def credit(
    evidence: list[Evidence], resolved: dict[str, Resolution], registry: Registry, places: Sequence[str], year: int | None
) -> Credit:
    """Give what an office says to the body it is the office of, where the title names that body or the office cannot report."""
    meant = [u for e in evidence if e.kind in TITLED for u in _meant(resolved[e.value])]
    titled = {u.unit_code for u in meant}
    zones = {u.area: u for u in meant if patterns("zone_bodies")[0].search(u.name)}
    found = Credit()
    for e in evidence:
        unit = resolved[e.value].unit
        if e.kind in TITLED or (unit and unit.unit_code in titled):
            found.units |= {e: unit} if unit else {}
        elif not patterns("nobody")[0].search(e.value):
            owner = _owner(e.value, unit, registry, places, year)
            _speak(e, unit, zones.get(owner.unit_code, owner) if owner else None, titled, found)
    return found


def _speak(e: Evidence, unit: Unit | None, owner: Unit | None, titled: set[str], found: Credit) -> None:
    is_area = owner is not None and owner.level in words()["unit"]["areas"]
    if owner and (owner.unit_code in titled or not (titled or is_area)):
        found.units[e] = owner
        found.confirmed |= {owner.unit_code} if e.kind in words()["unit"]["confirms"] else set()
    elif owner and not titled and patterns("own_offices")[0].search(e.value):
        found.undecided[e.value] = owner
    elif unit:
        found.units[e] = unit


def _meant(resolution: Resolution) -> Iterable[Unit]:
    """The unit a title names; where it has namesakes, each of them."""
    return [resolution.unit] if resolution.unit else resolution.candidates


def _owner(name: str, unit: Unit | None, registry: Registry, places: Sequence[str], year: int | None) -> Unit | None:
    """The body whose own office a name is: any part of a township belongs to it, elsewhere the end of the name tells."""
    if unit and "-" in unit.unit_code and len(unit.area) == TOWNSHIP:
        return registry.by_code(unit.area)
    for pattern in patterns("own_offices"):
        if found := pattern.search(name):
            owner = registry.resolve(found["owner"], places, year).unit
            return None if owner and unit and owner.unit_code == unit.unit_code else owner
    return None
