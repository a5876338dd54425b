"""List the files of a folder with what is known of each from outside: its folders and its line in manifest.csv."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from ingest.handed_in.archive import is_archive, members
from ingest.handed_in.folder import entries, read_file, why_unreadable
from ingest.handed_in.manifest import INSIDE, MANIFEST, UNITS, Line, Manifest, read_manifests
from ingest.home.placing import placed
from ingest.model import Hints, Issue
from ingest.roster.files import is_roster


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

    def hints_of(self, member: str) -> Hints:
        """What is known of a member of the archive from outside: its line of the manifest, else the archive and the folders in it."""
        inner = PurePosixPath(member.partition("!/")[2]).parts[:-1]
        return self.lines.get(member) or replace(self.hints, folders=(*self.hints.folders, PurePosixPath(self.file).stem, *inner))

    def unpacked(self, originals: Path) -> Iterator[Input]:
        """The input itself, or the members of the archive that it is; each member is kept as an original of its own."""
        if self.problem:
            yield self
            return
        try:
            data = read_file(self.path)
        except OSError as error:
            yield replace(self, problem=why_unreadable(self.path, error))
            return
        if not is_archive(data):
            object.__setattr__(self, "document_id", hashlib.sha256(data).hexdigest())
            yield self
            return
        for member in members(data, self.file):
            name = PurePosixPath(member.name.partition("!/")[2])
            hints = self.hints_of(member.name)
            path = originals / "none"
            if member.data is not None:
                document_id = hashlib.sha256(member.data).hexdigest()
                path = originals / document_id[:2] / (document_id + name.suffix.lower())
                if not path.exists():
                    with placed(path) as scratch:
                        scratch.write_bytes(member.data)
            yield Input(path, member.name, hints, member.error)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds: the reports, what was passed over as no one's work, and the manifest with its lines."""

    inputs: list[Input]
    passed_over: list[str]
    manifest: Manifest

    def unmatched(self, files: set[str]) -> list[Line]:
        """The lines of the manifest that fit no file; `files` are the files that are known, members of archives among them."""
        lost = [line for file, line in self.manifest.lines.items() if INSIDE in file and file not in files]
        return [*self.manifest.unmatched, *lost]


def survey(source: Path) -> Listing:
    """What lies in a folder (or the one file); ListError names the lines of manifests that are wrong."""
    if not source.is_dir():
        return Listing([Input(source, source.name, Hints())], [], Manifest())
    found = entries(source)
    manifest = read_manifests(found)
    members = manifest.of_members
    inputs = []
    for entry in found:
        path = PurePosixPath(entry.name)
        if entry.is_passed_over or path.name in (MANIFEST, UNITS) or is_roster(path.name):
            continue
        inputs.append(Input(entry.path, entry.name, manifest.hints(entry.name, path.parts[:-1]), entry.problem, members))
    return Listing(inputs, [e.name for e in found if e.is_passed_over], manifest)


def list_inputs(source: Path) -> list[Input]:
    """The reports under a folder (or the one file), in order; lists that people write and what is passed over are none."""
    return survey(source).inputs
