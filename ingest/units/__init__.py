"""The registry of units: official division codes, names and places. A name alone never identifies a unit that has namesakes."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
LEVELS = {2: "province", 4: "city", 6: "county", 9: "township"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting body: its code (division code, or area code with a suffix), name, level, kind, and the codes above it."""

    unit_code: str
    name: str
    level: str
    kind: str
    parent_code: str | None
    province_code: str
    city_code: str | None
    county_code: str | None
    full_name: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The unit a name stands for, or None with the candidates and the reason."""

    unit: Unit | None
    candidates: tuple[Unit, ...]
    reason: str


@cache
def words() -> dict[str, Any]:
    """The ends of names that say what a unit is (kinds.yaml)."""
    loaded: dict[str, Any] = yaml.safe_load((HERE / "kinds.yaml").read_text("utf-8"))
    return loaded


class Registry:
    """All units by code and by name."""

    def __init__(self, rows: Sequence[tuple[str, str, str]], extra: Sequence[dict[str, str]] = ()) -> None:
        self.extra = [dict(row) for row in extra]
        self._given = {row["unit_code"]: row for row in self.extra}
        self._base = rows
        self._names = {code: name for code, name, _ in rows} | {code: row["name"] for code, row in self._given.items()}
        self._named: dict[str, list[str]] = defaultdict(list)
        for code, name in self._names.items():
            self._named[name].append(code)
        for code, _, alias in rows:
            if alias:
                self._named[alias].append(code)

    @property
    def fingerprint(self) -> str:
        """Changes when the extra units change."""
        return hashlib.sha256(json.dumps(self.extra, sort_keys=True).encode()).hexdigest()[:8] if self.extra else ""

    def extended(self, rows: Sequence[dict[str, str]]) -> Registry:
        """The registry with further units (unit_code, name, level, kind)."""
        return Registry(self._base, [*self.extra, *(r for r in rows if r["unit_code"] not in self._given)])

    def by_code(self, code: str) -> Unit | None:
        """The unit with a code; a department's code (area-name) and an office's (area-office) are made from their area."""
        name = self._names.get(code)
        area = code.split("-")[0]
        if name is None and "-" in code and area in self._names:
            name = self._names[area] + (words()["office"][0] if code.endswith("-office") else code.split("-", 1)[1])
        return self._unit(code, name) if name else None

    def _unit(self, code: str, name: str) -> Unit:
        given = self._given.get(code, {})
        area = code.split("-")[0]
        above = [area[:n] for n in (2, 4, 6) if len(area) > n or (n == len(area) and area != code)]
        level = given.get("level") or ("department" if area != code else LEVELS.get(len(code), "other"))
        kind = given.get("kind") or (
            "office" if code.endswith("-office") else "department" if area != code else self._kind(name, level)
        )
        parts = [self._names[a] for a in above if a in self._names and self._names[a] not in words()["not_named"]]
        inner = name if not parts or not name.startswith(parts[-1]) else name[len(parts[-1]) :]
        return Unit(
            code,
            name,
            level,
            kind,
            above[-1] if above else None,
            area[:2],
            area[:4] if len(area) >= 4 else None,
            area[:6] if len(area) >= 6 else None,
            "".join([*parts, inner]),
        )

    @staticmethod
    def _kind(name: str, level: str) -> str:
        if level != "township":
            return "government"
        return next((kind for end, kind in words()["kinds"].items() if name.endswith(end)), "other")

    def named(self, name: str) -> tuple[Unit, ...]:
        """All units of a name, as offices write it: with 人民政府 behind it, or 街道办事处 for 街道."""
        for form in self._spellings(name):
            if codes := self._named.get(form):
                return tuple(u for code in codes if (u := self.by_code(code)))
        return ()

    @staticmethod
    def _spellings(name: str) -> Iterable[str]:
        yield name
        for end in words()["government"]:
            if name.endswith(end) and len(name) > len(end) + 1:
                yield name[: -len(end)]
        for end in words()["subdistrict"]["written"]:
            if name.endswith(end):
                yield name[: -len(end)] + words()["subdistrict"]["full"]
                yield name[: -len(end)]

    def search(self, text: str, limit: int = 20) -> list[Unit]:
        """Units whose name holds the text, whole names first."""
        hits = [code for name, codes in self._named.items() if text in name for code in codes]
        hits = sorted(set(hits), key=lambda c: (self._names[c] != text, len(c), c))[:limit]
        return [u for code in hits if (u := self.by_code(code))]

    @cached_property
    def _areas(self) -> dict[str, list[str]]:
        """Names of provinces, cities and counties, today's and (from changes.csv) former ones, with today's codes."""
        areas: dict[str, list[str]] = defaultdict(list)
        for code, name in self._names.items():
            if len(code) <= 6 and name not in words()["not_named"]:
                areas[name].append(code)
        with (HERE / "changes.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if row["new_code"] in self._names and row["new_code"] not in areas[row["old_name"]]:
                    areas[row["old_name"]].append(row["new_code"])
        return areas

    @cached_property
    def _short_areas(self) -> dict[str, list[str]]:
        short: dict[str, list[str]] = defaultdict(list)
        for name, codes in self._areas.items():
            end = next((s for s in words()["area_suffixes"] if name.endswith(s) and len(name) - len(s) >= 2), "")
            short[name[: len(name) - len(end)]] += codes
        return short

    def areas_in(self, text: str) -> list[Unit]:
        """Provinces, cities and counties whose full name stands in a text, longest names first at each place."""
        found, i = [], 0
        while i < len(text):
            for length in range(min(15, len(text) - i), 1, -1):
                codes = self._areas.get(text[i : i + length])
                if codes:
                    found += [u for code in codes if (u := self.by_code(code))]
                    i += length - 1
                    break
            i += 1
        return found

    def _places(self, places: Iterable[str]) -> set[str]:
        codes: set[str] = set()
        for place in places:
            codes |= set(self._short_areas.get(place, ())) or {u.unit_code for u in self.areas_in(place)}
        return codes

    def resolve(self, name: str, places: Sequence[str], year: int | None = None) -> Resolution:
        """The unit a name stands for, given the places that the document and its folders name."""
        given = set(places)
        while prefix := self._prefix(name):
            given.add(prefix)
            name = name[len(prefix) :]
        codes = self._places(given)
        for end in words()["office"]:
            if name.endswith(end) and (areas := self._offices(name[: -len(end)], given, codes)):
                return self._choose(areas, codes, "office")
        candidates = self.named(name) or (self.named(name.removesuffix(end)) if (end := words()["government"][0]) else ())
        if not candidates and name in words()["government"]:
            candidates = self._innermost(codes)
        if not candidates and any(name.endswith(end) for end in words()["departments"]):
            owners = self._innermost(codes)
            candidates = tuple(u for a in owners if (u := self.by_code(f"{a.unit_code}-{name}")))
        return self._choose(candidates, codes, "place") if candidates else Resolution(None, (), "unknown_name")

    def _prefix(self, name: str) -> str:
        """An area's full name at the beginning of a longer name."""
        for length in range(min(15, len(name) - 1), 1, -1):
            if name[:length] in self._areas and self._areas[name[:length]]:
                return name[:length]
        return ""

    def _offices(self, name: str, given: set[str], codes: set[str]) -> tuple[Unit, ...]:
        areas = self.named(name) if name else self._innermost(codes)
        return tuple(u for a in areas if (u := self.by_code(f"{a.unit_code}-office")))

    def _innermost(self, codes: set[str]) -> tuple[Unit, ...]:
        """The named areas that no other named area lies in: with 佳木斯市 and 抚远市 named, 抚远市."""
        backed = [c for c in codes if not any(o != c and o.startswith(c) for o in codes)]
        deepest = max((sum(c.startswith(o) for o in codes) for c in backed), default=0)
        return tuple(u for c in sorted(backed) if sum(c.startswith(o) for o in codes) == deepest and (u := self.by_code(c)))

    def _choose(self, candidates: tuple[Unit, ...], codes: set[str], reason: str) -> Resolution:
        """The one candidate that lies in most of the named places; none if it is not the only one or no place agrees."""
        own = {c.unit_code.split("-")[0] for c in candidates}
        support = {c.unit_code: sum(c.unit_code.startswith(code) for code in codes) for c in candidates}
        best = max(support.values(), default=0)
        chosen = [c for c in candidates if support[c.unit_code] == best]
        if best == 0 and codes - own:
            return Resolution(None, candidates, "place_contradicts")
        if len(chosen) != 1:
            return Resolution(None, tuple(chosen), "ambiguous_name")
        return Resolution(chosen[0], candidates, reason if best else "unique_name")

    def rows(self) -> list[dict[str, Any]]:
        """All units for raw/reference/units.parquet."""
        units = (self.by_code(code) for code in self._names)
        return [{k: v for k, v in asdict(u).items() if k != "full_name"} for u in units if u]


@cache
def load_registry() -> Registry:
    """The registry as committed: units.csv.gz and extra.csv."""
    with gzip.open(HERE / "units.csv.gz", "rt", encoding="utf-8") as lines:
        rows = [(code, name, alias) for code, name, alias in csv.reader(lines)][1:]
    with (HERE / "extra.csv").open(encoding="utf-8") as lines:
        extra = list(csv.DictReader(lines))
    return Registry(rows, extra)
