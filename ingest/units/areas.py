"""Names of provinces, cities and counties: today's, short ones, and those before a county was renamed or merged."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import add

from ingest.units.unit import HERE, words

LONGEST = 15
REMEMBERED = 10_000  # places whose areas are kept; the folders of a batch repeat


@dataclass(frozen=True, slots=True)
class Change:
    """A county or city that got a new name or code in a year, or was merged into another one."""

    year: int
    old_code: str
    old_name: str
    new_code: str
    new_name: str
    kind: str


@cache
def load_changes() -> tuple[Change, ...]:
    """The changes as committed."""
    with (HERE / "changes.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return tuple(Change(int(r["year"]), r["old_code"], r["old_name"], r["new_code"], r["new_name"], r["kind"]) for r in rows)


class Areas:
    """Which codes a name of an area may stand for."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.current: dict[str, list[str]] = defaultdict(list)
        for code, name in names.items():
            if name not in words()["not_named"]:
                self.current[name].append(code)
        for name, codes in list(self.current.items()):
            if (short := _without_peoples(name)) and short not in self.current:
                self.current[short] += codes
        self.former: dict[str, list[Change]] = defaultdict(list)
        for change in load_changes():
            if change.new_code in names and change.new_code not in self.current.get(change.old_name, ()):
                self.former[change.old_name].append(change)
        self.short: dict[str, set[str]] = defaultdict(set)
        for name in [*self.current, *self.former]:
            self.short[short_name(name)] |= self.codes(name)
        # Names by their first two characters, longest first: most places in a text begin no name at all.
        self._starting: dict[str, list[str]] = defaultdict(list)
        for name in sorted({*self.current, *self.former}, key=len, reverse=True):
            self._starting[name[:2]].append(name)
        self._places: dict[str, set[frozenset[str]]] = {}

    def codes(self, name: str) -> set[str]:
        """Today's codes of a full name, current or former; empty if it is no area's name."""
        return {*self.current.get(name, ()), *(change.new_code for change in self.former.get(name, ()))}

    def owners(self, name: str, year: int | None) -> tuple[list[tuple[str, str]], str, list[str]]:
        """Codes and reasons of the areas that reported under a name; else why none did, and what became of them."""
        found = [(code, "place") for code in self.current.get(name, ())]
        refused, reason = [], ""
        for change in self.former.get(name, ()):
            if change.kind == "renamed" and (year is None or year <= change.year):
                found.append((change.new_code, "former_name"))
            else:
                refused.append(change.new_code)
                reason = "merged_area" if change.kind == "merged" else "name_not_in_use"
        return found, reason, refused

    def places(self, text: str) -> set[frozenset[str]]:
        """The areas a place names, for each name its codes: a short or full name alone, or full names in a longer text."""
        if text not in self._places:
            if len(self._places) > REMEMBERED:
                self._places.clear()
            is_name = text in self.short
            self._places[text] = {frozenset(self.short[text])} if is_name else {frozenset(self.codes(n)) for n in self.scan(text)}
        return self._places[text]

    def scan(self, text: str) -> list[str]:
        """Full names of areas in a text, the longest at each place."""
        found, end = [], 0
        starting = self._starting
        for i in [i for i, pair in enumerate(map(add, text, text[1:])) if pair in starting]:
            if i >= end and (name := self.prefix(text[i : i + LONGEST])):
                found.append(name)
                end = i + len(name)
        return found

    def prefix(self, text: str) -> str:
        """The longest full name of an area that a text begins with."""
        return next((name for name in self._starting.get(text[:2], ()) if text.startswith(name)), "")

    def splits(self, name: str) -> Iterator[tuple[list[str], str]]:
        """A unit's name without, one by one, the areas it begins with: the whole name first."""
        before: list[str] = []
        yield before, name
        while head := self.prefix(name[:-1]):
            name = name[len(head) :]
            if any((head[-1] + name).startswith(word) for word in words()["not_split"]):
                return
            before = [*before, head]
            yield before, name


def short_name(name: str) -> str:
    """A name of an area without 省, 市, 县 and the like, where two characters remain."""
    end = next((s for s in words()["area_suffixes"] if name.endswith(s) and len(name) - len(s) >= 2), "")
    return name[: len(name) - len(end)]


def _without_peoples(name: str) -> str:
    for end, short in words()["autonomous"].items():
        if name.endswith(end):
            stem = re.sub(rf"(?:{words()['peoples']})+$", "", name[: -len(end)])
            return stem + short if len(stem) >= 2 else ""
    return ""
