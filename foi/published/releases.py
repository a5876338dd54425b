"""Releases of before: what was written down of each when it was published, and what changed between two of them in rules and dictionary."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from dagster_project.releases import ABOUT, DATABASE, SUMS, WORDS
from foi.messages import Complaint, message
from ingest.home import Home
from ingest.words.language import Text

NUMBER = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{8}")
SHOWN = 100  # releases that a page lists


@dataclass(frozen=True, slots=True)
class KeptRelease:
    """A release as it was written down; `until` is when its last report landed, `rules` and `dictionary` are files with what held then.

    `database` is its file, where that is still kept; `sums` the checksums of all its files.
    """

    number: str
    at: datetime
    before: str | None
    reports: int
    units: int
    until: datetime | None
    size: int
    rules: Path
    dictionary: Path
    sums: Path
    database: Path | None


@dataclass(frozen=True, slots=True)
class Change:
    """What is another thing than in the release before: `kind` is added, removed or changed; `parts` says which of its fields changed."""

    kind: str
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    parts: tuple[str, ...] = ()


def kept_releases(home: Home, most: int = SHOWN) -> list[KeptRelease]:
    """The releases that were written down, the last one first."""
    numbers = sorted((path.parent.name for path in home.releases.glob(f"*/{ABOUT}")), reverse=True)
    found: list[KeptRelease] = []
    for _, of_day in groupby(numbers, key=lambda number: number[:10]):
        found += sorted((_read(home, number) for number in of_day), key=lambda release: release.at, reverse=True)
        if len(found) >= most:
            break
    return found[:most]


def kept_release(home: Home, number: str) -> KeptRelease:
    """The release of a number; a Complaint that names the last ones where there is none."""
    if not NUMBER.fullmatch(number) or not (home.releases / number / ABOUT).is_file():
        known = ", ".join(release.number for release in kept_releases(home, 5)) or message("progress.no_year")
        raise Complaint(message("data.no_release", number=number[:40], known=known), 3)
    return _read(home, number)


def release_before(home: Home, day: date) -> KeptRelease | None:
    """The last release before a day in Beijing."""
    numbers = [path.parent.name for path in home.releases.glob(f"*/{ABOUT}") if path.parent.name[:10] < f"{day:%Y-%m-%d}"]
    last = max(numbers, default="")[:10]
    return max((_read(home, number) for number in numbers if number[:10] == last), key=lambda one: one.at, default=None)


def rule_changes(before: KeptRelease | None, after: KeptRelease) -> list[Change]:
    """The rules that were added, taken away, or say something else."""
    if before is None or before.rules == after.rules:
        return []
    rules = ({f"{r['rule']} {'/'.join(r['forms'])}".strip(): r for r in _words(one.rules)} for one in (before, after))
    return list(_changes(*rules))


def dictionary_changes(before: KeptRelease | None, after: KeptRelease) -> list[Change]:
    """The columns and measures that were added, taken away, or are called or explained otherwise."""
    if before is None or before.dictionary == after.dictionary:
        return []
    return list(_changes(*(dict(_terms(_words(one.dictionary))) for one in (before, after))))


def words_of(found: Mapping[str, Any]) -> Text:
    """What a rule says, or what a column or a measure is called."""
    called = found.get("title", found)
    return Text(called["zh"], called["en"])


def _terms(words: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for measure in words["measures"]:
        yield measure["code"], measure
    for table in words["tables"]:
        for column in table["columns"]:
            yield f"{table['table']}.{column['column']}", column


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Change]:
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            yield Change("added" if old is None else "removed", key, old, new)
        elif old != new:
            yield Change("changed", key, old, new, tuple(name for name in new if new[name] != old.get(name)))


def _words(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _read(home: Home, number: str) -> KeptRelease:
    about, folder = json.loads((home.releases / number / ABOUT).read_bytes()), home.releases / number
    until, database = about["until"], folder / DATABASE
    return KeptRelease(
        number, datetime.fromisoformat(about["at"]), about["before"], about["reports"], about["units"],
        datetime.fromisoformat(until) if until else None, about["size"], home.releases / WORDS / about["rules"],
        home.releases / WORDS / about["dictionary"], folder / SUMS, database if database.is_file() else None,
    )  # fmt: skip
