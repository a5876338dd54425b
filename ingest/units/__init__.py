"""The registry of units: official division codes, names and places. A name alone never identifies a unit that has namesakes."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache, cached_property
from typing import Any

from ingest.units.areas import Areas
from ingest.units.resolve import resolve
from ingest.units.unit import HERE, Resolution, Unit, words

LEVELS = {2: "province", 4: "city", 6: "county", 9: "township"}
__all__ = ["Registry", "Resolution", "Unit", "load_registry"]


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
        self._units: dict[str, Unit] = {}
        self._neighbors: dict[str, re.Pattern[str] | None] = {}
        self._before: Registry | None = None
        self._added: set[str] = set()

    @cached_property
    def fingerprint(self) -> str:
        """Changes when the extra units change."""
        return hashlib.sha256(json.dumps(self.extra, sort_keys=True).encode()).hexdigest()[:8] if self.extra else ""

    def extended(self, rows: Sequence[dict[str, str]]) -> Registry:
        """The registry with further units (unit_code, name, level, kind)."""
        added = [dict(row) for row in rows if row["unit_code"] not in self._given]
        if any(row["unit_code"] in self._names for row in added):  # an official unit under another name
            return Registry(self._base, [*self.extra, *added])
        return self._with(added)

    def _with(self, added: Sequence[dict[str, str]]) -> Registry:
        """The same with new codes: what is known of all others is shared, for there are forty thousand."""
        found = Registry((), ())
        found._base, found.extra = self._base, [*self.extra, *added]
        names = {row["unit_code"]: row["name"] for row in added}
        found._given = self._given | {row["unit_code"]: row for row in added}
        found._names = self._names | names
        found._named = defaultdict(list, self._named)
        for code, name in names.items():
            before = found._named.get(name, [])  # names stand before aliases
            own = [one for one in before if found._names[one] == name]
            found._named[name] = [*own, code, *(one for one in before if found._names[one] != name)]
        found._before, found._added = self, set(names)
        return found

    def by_code(self, code: str) -> Unit | None:
        """The unit with a code; a department's code (area-name) and an office's (area-office) are made from their area."""
        if code in self._units:
            return self._units[code]
        if self._before is not None and code in self._before._names and self._added.isdisjoint((code[:2], code[:4], code[:6])):
            return self._before.by_code(code)
        name = self._names.get(code)
        if name is None and "-" in code:
            # The area may itself be a unit with a suffix: a zone.
            parts = code.split("-")
            owners = ("-".join(parts[:n]) for n in range(len(parts) - 1, 0, -1))
            owner = next((o for o in owners if o in self._given), parts[0])
            suffix = code[len(owner) + 1 :]
            if owner in self._names and (suffix == "office" or not suffix.isascii()):
                name = self._names[owner] + (words()["office"][0] if suffix == "office" else suffix)
        if not name:
            return None
        return self._units.setdefault(code, self._unit(code, name))

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
        return next((kind for end, kind in _kinds_by_last_sign().get(name[-1:], ()) if name.endswith(end)), "other")

    def named(self, name: str) -> tuple[Unit, ...]:
        """All units of a name, as offices write it: with 人民政府 behind it, or 街道办事处 or 街 for 街道."""
        codes = dict.fromkeys(code for form in self._spellings(name) for code in self._named.get(form, ()))
        units = {code: u for code in codes if (u := self.by_code(code))}
        for end in words()["zone_government"]:
            if name.endswith(end):
                zones = (self.by_code(code) for code in self._named.get(name[: -len(end)], ()))
                units |= {u.unit_code: u for u in zones if u and u.kind in ("zone", "other")}
        return tuple(units.values())

    @staticmethod
    def _spellings(name: str) -> Iterable[str]:
        yield name
        for end in words()["government"]:
            if name.endswith(end) and len(name) > len(end) + 1:
                yield name[: -len(end)]
        subdistrict = words()["subdistrict"]
        for end in subdistrict["written"]:
            if name.endswith(end):
                yield name[: -len(end)] + subdistrict["full"]
                if len(end) > 1:
                    yield name[: -len(end)]

    def search(self, text: str, limit: int = 20) -> list[Unit]:
        """Units by a code or its beginning, or by a name, a part of it, or a name with its places before it; whole names first."""
        if text.isascii():
            hits = [text] if self.by_code(text) else []
            hits += sorted((c for c in self._names if text and c.startswith(text) and c != text), key=lambda c: (len(c), c))[
                :limit
            ]
            return [u for code in hits[:limit] if (u := self.by_code(code))]
        if "-" in text and (unit := self.by_code(text)):
            return [unit]
        named = {u.unit_code for u in self.named(text)}
        hits = [code for name, codes in self._named.items() if text in name for code in codes]
        hits = sorted(
            {*hits, *named}, key=lambda c: (self._names[c] != text and c not in named, c not in self._given, len(c), c)
        )[:limit]
        if not hits:
            found = self.resolve(text, ())
            return [found.unit] if found.unit else list(found.candidates[:limit])
        return [u for code in hits if (u := self.by_code(code))]

    def near(self, text: str, limit: int = 5) -> list[Unit]:
        """Units that may have been meant by a code or name that none has: those whose code begins most alike, or whose name is like it."""
        for length in range(len(text), 1, -1) if text.isascii() else ():
            if found := self.search(text[:length], limit):
                return found
        for length in range(len(text), 1, -1) if not text.isascii() else ():
            parts = dict.fromkeys(text[i : i + length] for i in range(len(text) - length + 1))
            if found := [unit for part in parts if not part.isascii() for unit in self.search(part, limit)][:limit]:
                return found
        return []

    @cached_property
    def areas(self) -> Areas:
        """The names of provinces, cities and counties, and of zones that stand beside them."""
        zones = {row["unit_code"] for row in self.extra if row.get("level") in ("province", "city", "county")}
        return Areas({code: name for code, name in self._names.items() if len(code) <= 6 or code in zones})

    @cached_property
    def _townships(self) -> dict[str, list[str]]:
        """The names of the townships of each county."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, name in self._names.items():
            if len(code) == 9 and code.isdigit() and self._kind(name, "township") != "other":
                found[code[:6]].append(name)
        return found

    def neighbors(self, unit: Unit) -> re.Pattern[str] | None:
        """A pattern for the names of the other townships of a township's county; None if it has none."""
        if unit.area not in self._neighbors:
            names = [n for n in self._townships[unit.area[:6]] if n not in unit.full_name and unit.name not in n]
            names.sort(key=len, reverse=True)
            self._neighbors[unit.area] = re.compile("|".join(map(re.escape, names))) if names else None
        return self._neighbors[unit.area]

    def areas_in(self, text: str) -> list[Unit]:
        """Provinces, cities and counties whose full name stands in a text, the longest name at each place."""
        codes = (code for name in self.areas.scan(text) for code in sorted(self.areas.codes(name)))
        return [u for code in codes if (u := self.by_code(code))]

    def resolve(self, name: str, places: Sequence[str], year: int | None = None) -> Resolution:
        """The unit a name stands for, given the places that the document and its folders name, in its report year."""
        return resolve(self, name, places, year)

    def rows(self) -> list[dict[str, Any]]:
        """All units for raw/reference/units.parquet."""
        units = (self.by_code(code) for code in self._names)
        columns = [f.name for f in fields(Unit) if f.name != "full_name"]
        return [{name: getattr(u, name) for name in columns} for u in units if u]


@cache
def _kinds_by_last_sign() -> dict[str, list[tuple[str, str]]]:
    """The endings that tell a kind, in their order, by their last sign: forty thousand names are asked."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for end, kind in words()["kinds"].items():
        found[end[-1:]].append((end, kind))
    return found


@cache
def load_registry() -> Registry:
    """The registry as committed: units.csv.gz and extra.csv."""
    with gzip.open(HERE / "units.csv.gz", "rt", encoding="utf-8") as lines:
        rows = [(code, name, alias) for code, name, alias in csv.reader(lines)][1:]
    with (HERE / "extra.csv").open(encoding="utf-8") as lines:
        extra = list(csv.DictReader(lines))
    return Registry(rows, extra)
