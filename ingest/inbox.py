"""List the files of a folder with what is known of each from outside: its folders and its line in manifest.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.model import Hints, IngestError

MANIFEST, UNITS = "manifest.csv", "units.csv"


@dataclass(frozen=True, slots=True)
class Input:
    """One file handed in: its path, its name relative to the folder, and its hints."""

    path: Path
    file: str
    hints: Hints


def list_inputs(source: Path) -> list[Input]:
    """All files under a folder (or the one file), in order; manifest.csv, units.csv and hidden files are not reports."""
    if source.is_file():
        return [Input(source, source.name, Hints())]
    manifest = dict(_manifest(source))
    inputs = []
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        relative = path.relative_to(source)
        if path.name in (MANIFEST, UNITS) or any(part.startswith((".", "~$")) for part in relative.parts):
            continue
        line = manifest.get(path, {})
        year = line.get("report_year") or ""
        inputs.append(
            Input(
                path,
                relative.as_posix(),
                Hints(
                    relative.parts[:-1],
                    line.get("unit_code") or None,
                    int(year) if year else None,
                    line.get("url") or None,
                    line.get("published_on") or None,
                ),
            )
        )
    return inputs


def _manifest(source: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    for path in sorted(source.rglob(MANIFEST)):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for number, line in enumerate(csv.DictReader(lines), 2):
                if not line.get("file"):
                    raise IngestError("manifest_line", f"{path.name}:{number}", str(line), "file")
                if (year := line.get("report_year") or "") and not (year.isdigit() and len(year) == 4):
                    raise IngestError("manifest_line", f"{path.name}:{number}", year, "report_year")
                yield path.parent / line["file"], line


def extra_units(source: Path) -> list[dict[str, str]]:
    """Units that the official list lacks, from units.csv at the top of the folder (unit_code, name, level, kind)."""
    path = source / UNITS
    if not source.is_dir() or not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
