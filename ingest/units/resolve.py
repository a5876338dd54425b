"""Which unit a name stands for. A name alone never identifies one that has namesakes, and a place that disagrees forbids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.units.areas import Areas
from ingest.units.unit import Resolution, Unit, words

UNKNOWN = Resolution(None, (), "unknown_name")


@dataclass(frozen=True, slots=True)
class Found:
    """Units a name may stand for, and why: the reason to give if one is chosen, or if none can be."""

    units: tuple[Unit, ...] = ()
    reason: str = "place"
    refused: tuple[Unit, ...] = ()
    refusal: str = ""


class Names(Protocol):
    """What the search for a name asks of the registry."""

    @property
    def areas(self) -> Areas: ...

    def named(self, name: str) -> tuple[Unit, ...]: ...

    def by_code(self, code: str) -> Unit | None: ...


def resolve(registry: Names, name: str, places: Sequence[str], year: int | None) -> Resolution:
    """The unit a name stands for, given the places that the document and its folders name, in its report year."""
    for organization in words()["organizations"]:
        name = name.removeprefix(organization) or name
    if not name:
        return UNKNOWN
    failed = UNKNOWN
    case = Case(registry, name, set(), year, ())
    for before, rest in registry.areas.splits(name):
        named = {codes for place in (*places, *before) for codes in registry.areas.places(place)}
        case = Case(registry, rest, named, year, tuple(before))
        resolution = case.choose(case.body())
        if resolution.unit:
            return resolution
        failed = resolution if failed is UNKNOWN else failed
    # A department has no code of its own: only after every reading as a listed unit has failed.
    if failed is UNKNOWN:
        failed = case.choose(case.department())
    return failed


@dataclass(frozen=True, slots=True)
class Case:
    """One reading of a name: the areas before it taken off, and for each named place the codes it may stand for."""

    registry: Names
    name: str
    places: set[frozenset[str]]
    year: int | None
    before: tuple[str, ...]

    def body(self) -> Found:
        """Listed units of this name; or the government or its office of the area before it or of the innermost place."""
        if self.name in words()["government"]:
            return self.owner()
        for end in words()["office"]:
            if self.name.endswith(end):
                base = self.name[: -len(end)]
                return self.under(self.owner(base) if self._is_area_word(base) else self.called(base), "office")
        if self.name[0] in words()["generic"] and self.name[1:] in words()["government"]:
            return self.owner(self.name[0])
        return self.called(self.name)

    def called(self, name: str) -> Found:
        """Units of this name, inside the area written before it."""
        short = name
        for end in words()["government"]:
            short = short.removesuffix(end)
        areas, renamed = self._areas(short)
        units = tuple(dict.fromkeys([*self.registry.named(name), *areas.units]))
        inside = tuple(u for u in units if self._in_prefix(u))
        if units and not inside:
            return Found((), "", units, "place_contradicts")
        return Found(inside, "former_name" if inside and set(inside) <= renamed else "place", areas.refused, areas.refusal)

    def owner(self, kind: str = "") -> Found:
        """The area before the name; else the innermost place; with a word such as 县, the one place that is a county."""
        if self.before and not kind:
            return self._areas(self.before[-1])[0]
        codes: set[str] = set().union(*self.places)
        if not kind:
            codes = {c for c in codes if not any(o != c and o.startswith(c) for o in codes)}
        units = tuple(u for code in sorted(codes) if (u := self.registry.by_code(code)))
        units = tuple(u for u in units if u.name.endswith(kind))
        # 市教育局 where 佳木斯市 and 抚远市 are named: either may be meant.
        return Found((), "", units, "ambiguous_name") if kind and len(units) > 1 else Found(units)

    def _areas(self, name: str) -> tuple[Found, set[Unit]]:
        """The areas that had this name in the report year, and those of them that have another one today."""
        found, refusal, gone = self.registry.areas.owners(name, self.year)
        units = {u: why for code, why in found if (u := self.registry.by_code(code))}
        renamed = {u for u, why in units.items() if why == "former_name"}
        refused = tuple(u for code in gone if (u := self.registry.by_code(code)))
        reason = "former_name" if units and len(renamed) == len(units) else "place"
        return Found(tuple(units), reason, refused, refusal), renamed

    def department(self) -> Found:
        """A department of the area its name begins with, or of the innermost place; of a township if it begins with one."""
        if not any(self.name.endswith(end) for end in words()["departments"]):
            return Found()
        for length in range(len(self.name) - 1, 1, -1):
            if towns := [u for u in self.registry.named(self.name[:length]) if u.level == "township" and u.kind != "other"]:
                return self.under(Found(tuple(u for u in towns if self._in_prefix(u)), "place", tuple(towns)), self.name[length:])
        if self._is_generic():
            return self.under(self.owner(self.name[0]), self.name[1:])
        if self.before:
            return self.under(self.owner(), self.name)
        for length in range(len(self.name) - 1 if self.places else 0, 1, -1):
            if codes := self.registry.areas.short.get(self.name[:length]):
                areas = tuple(u for code in sorted(codes) if (u := self.registry.by_code(code)))
                return self.under(Found(areas, "place", areas), self.name[length:])
        return self.under(self.owner(), self.name)

    def under(self, owners: Found, suffix: str) -> Found:
        """The office or department of each owner."""
        units = (self.registry.by_code(f"{u.unit_code}-{suffix}") for u in owners.units)
        return Found(tuple(u for u in units if u), owners.reason, owners.refused, owners.refusal)

    def choose(self, found: Found) -> Resolution:
        """The one candidate that the places agree on; none if several remain or a place disagrees."""
        if not found.units:
            reason = found.refusal or ("place_contradicts" if found.refused else "")
            return Resolution(None, found.refused, reason) if reason else UNKNOWN
        support = {u.unit_code: self._support(u) for u in found.units}
        fitting = [u for u in found.units if support[u.unit_code] >= 0]
        if not fitting:
            return Resolution(None, found.units, "place_contradicts")
        best = max(support.values())
        chosen = [u for u in fitting if support[u.unit_code] == best]
        if len(chosen) != 1:
            return Resolution(None, tuple(chosen), "ambiguous_name")
        unit = chosen[0]
        if not self._is_own_name(unit, best, len(found.units)):
            return Resolution(None, found.units, "needs_place")
        reason = found.reason if best or found.reason == "former_name" else "unique_name"
        return Resolution(unit, found.units, reason)

    def _support(self, unit: Unit) -> int:
        """How many named places the unit lies in; -1 if a place says that it lies elsewhere."""
        agree: list[str] = []
        disagree: list[frozenset[str]] = []
        for codes in self.places:
            if holding := [c for c in codes if unit.unit_code.startswith(c)]:
                agree.append(max(holding, key=len))
            elif not any(_overlaps(unit.area, c.split("-")[0], "-" in c) for c in codes):
                disagree.append(codes)
        innermost = max(agree, key=len, default="")
        # 赤峰市 and 宁城县 are named: a town of another county of 赤峰市 is not meant.
        elsewhere = any(c.startswith(innermost) for codes in disagree for c in codes)
        return -1 if elsewhere else len(agree)

    def _is_own_name(self, unit: Unit, support: int, namesakes: int) -> bool:
        """Whether a name like 经济开发区 can mean one unit: its county is named, or an area's name begins it."""
        if unit.kind != "other":
            return support > 0 or self.name not in words()["kinds"]
        county = any(unit.area.startswith(code) for codes in self.places for code in codes if len(code) == 6)
        return county or (support > 0 and namesakes == 1) or bool(self.registry.areas.prefix(self.name))

    def _in_prefix(self, unit: Unit) -> bool:
        codes = self.registry.areas.codes(self.before[-1]) if self.before else {""}
        return any(unit.area.startswith(code.split("-")[0]) for code in codes)

    @staticmethod
    def _is_area_word(base: str) -> bool:
        return base == "" or base in words()["generic"]

    def _is_generic(self) -> bool:
        return self.name[0] in words()["generic"] and not any(self.name.startswith(w) for w in words()["not_generic"])


def _overlaps(area: str, place: str, is_zone: bool) -> bool:
    """Whether a place lies in an area. A zone has no borders of its own in the codes: the area around it may be meant too."""
    return place.startswith(area) or (is_zone and area.startswith(place))
