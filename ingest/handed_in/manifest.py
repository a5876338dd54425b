"""What people say of the files they hand in: manifest.csv (unit, year, day and address of a file) and units.csv (own units)."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ingest.handed_in.archive import decode_name
from ingest.handed_in.folder import Entry, read_file, why_unreadable
from ingest.handed_in.lists import ListError, csv_rows, headed, list_words
from ingest.model import Hints, Issue

MANIFEST, UNITS = "manifest.csv", "units.csv"
INSIDE = "!/"  # stands between an archive and the name of its member


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a manifest: where it stands, the file it means (from the folder on), the words it says that in, and its hints."""

    place: str
    file: str
    written: str
    hints: Hints


@dataclass
class Manifest:
    """The lines of every manifest of a folder by the file they mean; `unmatched` are those that fit no file.

    `notes` say what stands in a manifest and was not used.
    """

    lines: dict[str, Line] = field(default_factory=dict)
    unmatched: list[Line] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)

    def hints(self, file: str, folders: tuple[str, ...]) -> Hints:
        """What is known of a file from outside: its folders, and its line."""
        line = self.lines.get(file)
        return Hints(folders, *_told(line.hints)) if line else Hints(folders)

    @property
    def of_members(self) -> dict[str, Hints]:
        """The hints for members of archives, by their names."""
        return {file: line.hints for file, line in self.lines.items() if INSIDE in file}


def _told(hints: Hints) -> tuple[Any, ...]:
    return hints.unit_code, hints.report_year, hints.url, hints.published_on


def read_manifests(found: Iterable[Entry]) -> Manifest:
    """Every manifest among the entries of a folder; ListError names each line that is wrong."""
    found = list(found)
    names = _Names([e.name for e in found if not e.is_passed_over])
    manifest = Manifest()
    problems: list[Issue] = []
    for entry in found:
        if entry.path.name == MANIFEST and not entry.is_passed_over:
            for line in _lines(entry, problems, manifest.notes):
                _take(line, names, manifest, problems)
    if problems:
        raise ListError(problems)
    return manifest


def _take(line: Line, names: _Names, manifest: Manifest, problems: list[Issue]) -> None:
    archive, inside, member = line.file.partition(INSIDE)
    known = names.find(archive)
    if known is None:
        manifest.unmatched.append(line)
        return
    file = known + inside + member
    first = manifest.lines.setdefault(file, line)
    if _told(first.hints) != _told(line.hints):
        problems.append(Issue("manifest_twice", "error", line.place, line.written, first.place))


def spoken_for(found: Iterable[Entry]) -> Callable[[str], bool]:
    """Whether a line of a manifest of a folder means a file of this name, also one that is not there (yet)."""
    try:
        manifest = read_manifests(found)
    except ListError:  # nothing is loaded from this folder until somebody has put it right
        return lambda _: False
    names = {_loose(line.file.partition(INSIDE)[0]) for line in (*manifest.lines.values(), *manifest.unmatched)}
    return lambda name: _loose(name) in names or _loose(decode_name(os.fsencode(name))) in names  # as a folder tells it


class _Names:
    """The names of the files of a folder, as people write them: in another form of Unicode, or in other letters of the same."""

    def __init__(self, names: list[str]) -> None:
        self.exact = set(names)
        self.loose: dict[str, list[str]] = {}
        for name in names:
            self.loose.setdefault(_loose(name), []).append(name)

    def find(self, written: str) -> str | None:
        """The file that is meant; None if there is none, or more than one."""
        if written in self.exact:
            return written
        near = self.loose.get(_loose(written), [])
        return near[0] if len(near) == 1 else None


def _loose(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _lines(entry: Entry, problems: list[Issue], notes: list[Issue]) -> Iterator[Line]:
    folder = entry.name.removesuffix(MANIFEST)
    for place, line in _read(entry, "manifest", ["file"], problems, notes):
        written = line.get("file", "")
        if not written:
            problems.append(Issue("manifest_line", "error", place, _shown(line), "file"))
            continue
        year, day = _year(line, "report_year", place, problems), _day(line, place, problems)
        told = line.get("unit_code") or None, int(year) if year else None, line.get("url") or None, day
        parts = [p for p in written.replace("\\", "/").split("/") if p not in ("", ".")]
        yield Line(place, folder + "/".join(parts), written, Hints((), *told))


def _read(
    entry: Entry, kind: str, needed: list[str], problems: list[Issue], notes: list[Issue]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The lines of a list with their places; what is wrong goes to `problems`, what was not used to `notes`."""
    try:
        rows = csv_rows(read_file(entry.path), entry.name)
    except OSError as error:
        problems.append(Issue("list_not_text", "error", entry.name, why_unreadable(entry.path, error).found))
        return
    except ListError as error:
        problems += error.issues
        return
    found = headed(rows, list_words()[kind])
    if missing := [name for name in needed if name not in found.columns]:
        problems.append(Issue("list_no_column", "error", entry.name, ", ".join(found.headings), ", ".join(missing)))
        return
    if found.unknown:
        notes.append(Issue("list_column_ignored", "hint", entry.name, ", ".join(found.unknown), ", ".join(list_words()[kind])))
    for number, line in found.lines:
        place = f"{entry.name}:{number}"
        if beyond := line.pop("", ""):
            problems.append(Issue("manifest_line", "error", place, beyond, ", ".join(found.headings)))
        else:
            yield place, line


def _shown(line: dict[str, str]) -> str:
    return ", ".join(f"{name}={cell}" for name, cell in line.items() if cell)


def _year(line: dict[str, str], name: str, place: str, problems: list[Issue]) -> str:
    """A year as four digits, “2024年” and Excel's 2024.0 too."""
    if not (written := line.get(name, "")):
        return ""
    if found := re.fullmatch(list_words()["year"], written):
        return found[1]
    problems.append(Issue("manifest_line", "error", place, written, f"{name}, 2024"))
    return ""


def _words(row: dict[str, str], place: str, problems: list[Issue]) -> dict[str, str]:
    """Level and kind in the words that programs know; a kind of another name stays as it is written."""
    found: dict[str, str] = {}
    for name in ("level", "kind"):
        written, known = row.get(name, ""), list_words()[name]
        meant = next((word for word, aliases in known.items() if written in (word, *aliases)), "")
        if written and not meant and name == "level":
            problems.append(Issue("manifest_line", "error", place, written, f"{name}: {', '.join(known)}"))
        found |= {name: meant or written} if name in row else {}
    return found


def _day(line: dict[str, str], place: str, problems: list[Issue]) -> str | None:
    """A day as 2025-01-31, however it is written."""
    if not (written := line.get("published_on", "")):
        return None
    try:
        found = re.fullmatch(list_words()["day"], written)
        return date(*map(int, found.groups())).isoformat() if found else date.fromisoformat(written).isoformat()
    except ValueError:
        problems.append(Issue("manifest_line", "error", place, written, "published_on, 2025-01-31"))
        return None


def extra_units(source: Path) -> list[dict[str, str]]:
    """Units that the official list lacks, from units.csv at the top of the folder (unit_code, name, level, kind).

    Columns first_year and last_year may say in which report years a unit was there: before it was founded, or after it was merged
    into another one, it owes no report. Column successor_code says what a unit became in the year after last_year.
    """
    path = source / UNITS
    if not source.is_dir() or not os.path.lexists(path):
        return []
    rows: list[dict[str, str]] = []
    problems: list[Issue] = []
    for place, row in _read(Entry(path, UNITS), "units", ["unit_code", "name"], problems, []):
        for name in ("unit_code", "name"):
            if not row.get(name):
                problems.append(Issue("manifest_line", "error", place, _shown(row), name))
        years = {name: _year(row, name, place, problems) for name in ("first_year", "last_year") if row.get(name)}
        rows.append({**row, **years, **_words(row, place, problems)})
    if problems:
        raise ListError(problems)
    return rows
