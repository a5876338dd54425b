"""What the files of a folder held when they were last read: a file that nobody has touched since is not read again to know it."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.home.placing import placed
from ingest.landing.inbox import Input

Stamp = list[int]  # size, time of content, time of change, number of the file
SETTLED = (
    2_000_000_000  # nanoseconds: what was touched less before it was read may be touched again at the same moment of the clock
)


def stamp_of(path: Path) -> Stamp | None:
    """What the system says of a file without opening it; None where it says nothing."""
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def is_settled(stamp: Stamp, moment: int) -> bool:
    """Whether a file had been left alone for a while at a moment, so that a later change must show in its stamp."""
    return moment - max(stamp[1], stamp[2]) > SETTLED


def is_being_written(path: Path) -> bool:
    """Whether a file was touched a moment ago, so that perhaps not all of it is there yet."""
    stamp = stamp_of(path)
    return (
        stamp is not None and 0 <= time.time_ns() - stamp[2] <= SETTLED
    )  # a clock that goes wrong keeps nothing waiting for ever


class KnownBytes:
    """The hashes of the files of a folder, each trusted only while size, times and number of the file are as they were.

    It is a cache: without it everything is read, and `foi doctor --verify` never asks it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = _read(path)
        self._now: dict[str, tuple[Stamp, dict[str, str]]] = {}

    def parts(self, item: Input, originals: Path) -> Iterator[Input]:
        """The input itself, or the members of the archive that it is: as known, else read."""
        moment, stamp = time.time_ns(), None if item.problem else stamp_of(item.path)
        if stamp and (known := self._known(item, stamp, originals)):
            self._now[item.file] = self._before[item.file]
            yield from known
            return
        parts = list(item.unpacked(originals))
        if stamp and is_settled(stamp, moment) and not any(part.problem for part in parts):
            self._now[item.file] = stamp, {part.file: part.document_id + _ending(part) for part in parts}
        yield from parts

    def _known(self, item: Input, stamp: Stamp, originals: Path) -> list[Input]:
        """What is known of a file of this stamp; nothing where it must be read, also for a member whose original is lost."""
        was, names = self._before.get(item.file, ([], {}))
        if was != stamp:
            return []
        if list(names) == [item.file]:
            return [_with_hash(item, names[item.file])]
        found = []
        for name, held in names.items():
            original = originals / held[:2] / held
            if not original.exists():
                return []
            found.append(_with_hash(Input(original, name, item.hints_of(name)), held.partition(".")[0]))
        return found

    def keep(self) -> None:
        """Write down what is known now."""
        if self._now != self._before:
            with placed(self._path) as scratch:
                scratch.write_text(json.dumps(self._now, ensure_ascii=False), "utf-8")


def _ending(part: Input) -> str:
    """The ending under which the original of a member is kept; a file of the folder has its own name."""
    return part.path.suffix if "!/" in part.file else ""


def _with_hash(item: Input, document_id: str) -> Input:
    known = replace(item)
    object.__setattr__(known, "document_id", document_id)
    return known


def _read(path: Path) -> dict[str, tuple[Stamp, dict[str, str]]]:
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        content = json.loads(path.read_text("utf-8"))
        return {file: (list(stamp), dict(names)) for file, (stamp, names) in content.items()}
    return {}
