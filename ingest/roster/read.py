"""Read a roster line by line: nothing is guessed, and every line that is wrong is named with what was expected."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ingest.law.deadlines import ANNUAL_REPORT, duty_words
from ingest.model import Issue
from ingest.roster import Roster, RosterError, RosterLine
from ingest.roster.grid import open_roster
from ingest.units import LEVELS, Registry, Unit
from ingest.units.areas import Change, load_changes
from ingest.units.succession import unit_spans

COLUMNS = ("unit_code", "unit_name", "report_year", "kind", "due", "exempt", "note")
WRONG = 0  # a year that was not understood
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def read_roster(path: Path, registry: Registry, year: int | None = None) -> Roster:
    """The lines of a roster file, checked against the registry; RosterError with every wrong line.

    With `year` only that report year is asked about: a line without a year may then name a whole date.
    """
    roster_id, rows = open_roster(path)
    if not rows:
        raise RosterError([Issue("roster_no_column", "error", path.name, "", "unit_code")])
    (_, header), *body = rows
    columns = {_column(name): n for n, name in enumerate(header) if name}
    reading = _Reading(path.name, registry, year)
    if "unit_code" not in columns:
        raise RosterError([Issue("roster_no_column", "error", path.name, ", ".join(filter(None, header)), "unit_code")])
    if unknown := [name for name in header if name and _column(name) not in COLUMNS]:
        reading.notes.append(Issue("roster_column_ignored", "hint", path.name, ", ".join(unknown), ", ".join(COLUMNS)))
    for number, row in body:
        cells = {name: row[n] if n < len(row) else "" for name, n in columns.items()}
        if any(cells.get(name) for name in COLUMNS):
            reading.take(number, cells)
    if reading.problems:
        raise RosterError(reading.problems)
    return Roster(path.name, roster_id, tuple(reading.lines), tuple(reading.notes))


@cache
def _headings() -> dict[str, str]:
    columns = duty_words()["roster"]["columns"]
    return {alias: name for name, aliases in columns.items() for alias in (name, *aliases)}


def _column(heading: str) -> str:
    return _headings().get(heading.lower(), heading)


@cache
def _changes() -> dict[str, Change]:
    return {change.old_code: change for change in load_changes()}


@dataclass
class _Reading:
    """The lines of one file as they are taken, and what is wrong with the others."""

    file: str
    registry: Registry
    year: int | None
    lines: list[RosterLine] = field(default_factory=list)
    problems: list[Issue] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)
    seen: dict[tuple[str, int | None, str], int] = field(default_factory=dict)
    spans: dict[str, dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.spans = {span["unit_code"]: span for span in unit_spans(self.registry) if not span["is_assumed"]}

    def take(self, number: int, cells: dict[str, str]) -> None:
        """Take one line, or say what is wrong with it."""
        place, before = f"{self.file}:{number}", len(self.problems)
        year = self._year(place, cells.get("report_year", ""))
        unit, last_year = self._unit(place, cells, year)
        kind = self._kind(place, cells.get("kind", ""))
        due = self._due(place, cells.get("due", ""), year) if year != WRONG else None
        if len(self.problems) > before or unit is None:
            return
        if (first := self.seen.setdefault((unit.unit_code, year, kind), number)) != number:
            self._wrong("roster_duplicate", place, unit.unit_code, str(first))
        words, exempt = duty_words()["roster"], cells.get("exempt", "")
        is_exempt = bool(exempt) and exempt.lower() not in words["not_exempt"]
        reason = exempt if is_exempt and exempt.lower() not in words["exempt_without_reason"] else None
        codes = (unit.province_code, unit.city_code, unit.county_code)
        self.lines.append(
            RosterLine(unit.unit_code, unit.name, unit.level, unit.kind, *codes, year, kind, due, is_exempt, reason,
                       cells.get("note") or None, last_year, number)
        )  # fmt: skip

    def _wrong(self, code: str, place: str, found: str, expected: str = "") -> None:
        self.problems.append(Issue(code, "error", place, found, expected))

    def _year(self, place: str, text: str) -> int | None:
        if not text:
            return None
        if found := re.fullmatch(duty_words()["roster"]["year"], text):
            return int(found[1])
        self._wrong("roster_year", place, text, "2024")
        return WRONG

    def _unit(self, place: str, cells: dict[str, str], year: int | None) -> tuple[Unit | None, int | None]:
        """The unit of a line, and its last report year if its area was merged into another one."""
        code, name = cells.get("unit_code", ""), cells.get("unit_name", "")
        if not code:
            self._wrong("roster_no_code", place, name)
            return None, None
        unit = None if code.endswith("-") else self.registry.by_code(code)
        change = None if unit else _changes().get(code)
        if change and change.kind == "renamed" and (unit := self.registry.by_code(change.new_code)):
            self.notes.append(
                Issue("roster_renamed", "hint", place, f"{code} {change.old_name}", f"{unit.unit_code} {unit.name}")
            )
            name = ""
        elif change and change.kind == "merged" and (year or 0) < change.year:
            above = [code[:n] for n in (2, 4) if len(code) > n]
            county = code if len(code) == 6 else None
            old = Unit(
                code, change.old_name, LEVELS[len(code)], "government", above[-1], code[:2], code[:4], county, change.old_name
            )
            return old, change.year - 1
        elif change and change.kind == "merged":
            self._wrong(
                "roster_merged", place, f"{code} {change.old_name}", f"{change.year}: {change.new_code} {change.new_name}"
            )
            return None, None
        if unit is None:
            near = self.registry.search(name, 3) if name else []
            self._wrong(
                "roster_unknown_unit", place, f"{code} {name}".strip(), ", ".join(f"{u.unit_code} {u.full_name}" for u in near)
            )
            return None, None
        if name and unit.name not in name and name not in unit.full_name and unit not in self.registry.named(name):
            self._wrong("roster_name", place, name, f"{code} {unit.full_name}")
        self._check_span(place, unit, year)
        return unit, None

    def _check_span(self, place: str, unit: Unit, year: int | None) -> None:
        span = self.spans.get(unit.area)
        if span and year and not (span["first_year"] or year) <= year <= (span["last_year"] or year):
            self._wrong(
                "roster_span",
                place,
                f"{unit.unit_code} {unit.name} {year}",
                f"{span['first_year'] or ''}–{span['last_year'] or ''}",
            )

    def _kind(self, place: str, text: str) -> str:
        kinds = duty_words()["roster"]["kinds"]
        found = next((kind for kind, words in kinds.items() if text in (kind, *words)), None)
        if text and not found:
            self._wrong("roster_kind", place, text, ", ".join([*kinds, *(w for words in kinds.values() for w in words)]))
        return found or ANNUAL_REPORT

    def _due(self, place: str, text: str, year: int | None) -> tuple[int, int] | None:
        """Month and day; a whole date must lie in the year after the report year."""
        if not text:
            return None
        asked = year or self.year
        found = re.match(duty_words()["roster"]["date"], text)
        parts: dict[str, Any] = found.groupdict() if found else {}
        month, day = int(parts.get("month") or 0), int(parts.get("day") or 0)
        if not (1 <= month <= 12 and 1 <= day <= DAYS[month - 1]) or (
            (month, day) == (2, 29) and not (asked and (asked + 1) % 4 == 0)
        ):
            self._wrong("roster_due", place, text, f"{asked + 1 if asked else 2025}-01-31" if asked else "01-31")
        elif parts["year"] and asked is None:
            self._wrong("roster_due_every_year", place, text, f"{month:02}-{day:02}")
        elif parts["year"] and asked and int(parts["year"]) != asked + 1:
            self._wrong("roster_due_year", place, text, f"{asked + 1}-{month:02}-{day:02}")
        return month, day
