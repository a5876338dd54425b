"""What lies in a folder that is handed in: its files in order, what no person put there, and what is no file or cannot be opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.handed_in.archive import decode_name
from ingest.handed_in.clutter import is_clutter
from ingest.home import Home
from ingest.model import Issue


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a folder: its path, its name from the folder on, why it cannot be read, and whether it is passed over.

    A name whose bytes are no UTF-8 is read as a Chinese system wrote it.
    """

    path: Path
    name: str
    problem: Issue | None = None
    is_passed_over: bool = False


def entries(source: Path) -> list[Entry]:
    """Everything in a folder and the folders in it, in order; a folder that is passed over (hidden, a home of ours) is one entry."""
    return sorted(_walk(source, "", Home(source).is_home, (os.path.realpath(source),)), key=lambda e: e.name.split("/"))


def read_file(path: Path) -> bytes:
    """The bytes of a plain file; an OSError says why there are none. A pipe or a device is not waited for."""
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb") as stream:
        if issue := _kind(os.fstat(stream.fileno()).st_mode):
            raise OSError(issue.found)
        return stream.read()


def why_unreadable(path: Path, error: OSError) -> Issue:
    """Why a file could not be opened: it is no plain file, or what the system said."""
    try:
        found = _kind(path.stat().st_mode)
    except OSError:
        found = None
    return found or Issue("file_gone", "error", "", str(error.strerror or error))


def _kind(mode: int) -> Issue | None:
    """What a thing is that is neither a file nor a folder."""
    if stat.S_ISREG(mode):
        return None
    kinds = {stat.S_IFIFO: "named pipe", stat.S_IFSOCK: "socket", stat.S_IFDIR: "Is a directory"}
    return Issue("not_a_file", "error", "", kinds.get(stat.S_IFMT(mode), "device"))


def _walk(folder: Path, prefix: str, is_home: bool, above: tuple[str, ...]) -> Iterator[Entry]:
    try:
        with os.scandir(folder) as found:
            things = sorted(found, key=lambda thing: thing.name)
    except OSError as error:
        yield Entry(folder, prefix.rstrip("/"), Issue("file_gone", "error", "", str(error.strerror)))
        return
    for thing in things:
        path, name = Path(thing.path), prefix + decode_name(os.fsencode(thing.name))
        if is_home and thing.name.removesuffix(".broken") in Home.OWN:
            continue
        if is_clutter(thing.name):
            yield Entry(path, name, is_passed_over=True)
        elif path.is_dir() if thing.is_symlink() else thing.is_dir():
            yield from _folder(path, name, above)
        else:
            yield Entry(path, name, None if thing.is_file(follow_symlinks=False) else _problem(path))


def _folder(path: Path, name: str, above: tuple[str, ...]) -> Iterator[Entry]:
    """What lies in a folder; a home of ours is passed over, and a link back up is followed no further."""
    real = os.path.realpath(path)
    if Home(path).is_home:
        yield Entry(path, name, is_passed_over=True)
    elif real in above:
        yield Entry(path, name, Issue("not_a_file", "error", "", "a link to a folder that holds it"))
    else:
        yield from _walk(path, f"{name}/", False, (*above, real))


def _problem(path: Path) -> Issue | None:
    """Why a thing is no file that can be read, as far as can be seen without opening it."""
    try:
        return _kind(path.stat().st_mode)
    except OSError as error:
        return Issue("file_gone", "error", "", str(error.strerror))
