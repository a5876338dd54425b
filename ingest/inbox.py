"""List the files of a folder with what is known of each from outside: its folders and its line in manifest.csv."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from ingest.archive import is_archive, members
from ingest.model import Hints, IngestError, Issue
from ingest.placing import placed
from ingest.roster.files import is_roster

MANIFEST, UNITS = "manifest.csv", "units.csv"


@dataclass(frozen=True)
class Input:
    """One file handed in: its path, its name relative to the folder, and its hints.

    A member of an archive is named “archive.zip!/folder/name.doc”; `problem` says why it could not be taken out. `lines` are the
    lines of the manifest, for the members of an archive. `is_back`: other bytes lay at its place since these were handed in first.
    """

    path: Path
    file: str
    hints: Hints
    problem: Issue | None = None
    lines: dict[str, Hints] = field(default_factory=dict, repr=False, compare=False)
    is_back: bool = field(default=False, compare=False)

    @cached_property
    def document_id(self) -> str:
        """The hash of the bytes, by which a document is known; of the name where there are no bytes."""
        return hashlib.sha256(self.file.encode() if self.problem else self.path.read_bytes()).hexdigest()

    def unpacked(self, originals: Path) -> Iterator[Input]:
        """The input itself, or the members of the archive that it is; each member is kept as an original of its own."""
        if self.problem:
            yield self
            return
        try:
            data = self.path.read_bytes()
        except OSError as error:
            yield replace(self, problem=Issue("file_gone", "error", "", str(error.strerror or error)))
            return
        if not is_archive(data):
            object.__setattr__(self, "document_id", hashlib.sha256(data).hexdigest())
            yield self
            return
        for member in members(data, self.file):
            name = PurePosixPath(member.name.partition("!/")[2])
            hints = replace(self.hints, folders=(*self.hints.folders, PurePosixPath(self.file).stem, *name.parts[:-1]))
            hints = self.lines.get(member.name, hints)
            path = originals / "none"
            if member.data is not None:
                document_id = hashlib.sha256(member.data).hexdigest()
                path = originals / document_id[:2] / (document_id + name.suffix.lower())
                if not path.exists():
                    with placed(path) as scratch:
                        scratch.write_bytes(member.data)
            yield Input(path, member.name, hints, member.error)


def list_inputs(source: Path) -> list[Input]:
    """The reports under a folder (or the one file), in order; manifest.csv, units.csv, rosters and hidden files are not."""
    if source.is_file():
        return [Input(source, source.name, Hints())]
    manifest = dict(_manifest(source))
    lines = {p.relative_to(source).as_posix(): _hints((), line) for p, line in manifest.items() if "!/" in p.as_posix()}
    inputs = []
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        relative = path.relative_to(source)
        if path.name in (MANIFEST, UNITS) or is_roster(path.name) or any(part.startswith((".", "~$")) for part in relative.parts):
            continue
        inputs.append(Input(path, relative.as_posix(), _hints(relative.parts[:-1], manifest.get(path, {})), None, lines))
    return inputs


def _hints(folders: tuple[str, ...], line: dict[str, str]) -> Hints:
    year = line.get("report_year") or ""
    return Hints(
        folders,
        line.get("unit_code") or None,
        int(year) if year else None,
        line.get("url") or None,
        line.get("published_on") or None,
    )


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
    """Units that the official list lacks, from units.csv at the top of the folder (unit_code, name, level, kind).

    Columns first_year and last_year may say in which report years a unit was there: before it was founded, or after it was merged
    into another one, it owes no report. Column successor_code says what a unit became in the year after last_year.
    """
    path = source / UNITS
    if not source.is_dir() or not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for number, row in enumerate(rows, 2):
        for name in ("first_year", "last_year"):
            if (year := row.get(name) or "") and not (year.isdigit() and len(year) == 4):
                raise IngestError("manifest_line", f"{path.name}:{number}", year, name)
    return rows
