"""A ledger: a file to which lines of JSON are added and never changed. A line that cannot be read is set aside; the others count."""

from __future__ import annotations

import codecs
import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from ingest.home.alone import alone
from ingest.home.placing import placed
from ingest.home.written import wrote

Entry = TypeVar("Entry")
CHUNK = 65536  # bytes that are read at a time from the end of a ledger
BLANK = b" \t\r\0"  # what a disk that lost power leaves is nothing


@dataclass(frozen=True, slots=True)
class Line(Generic[Entry]):
    """One line that holds something: its number, its bytes, and what it says or why it cannot be read."""

    number: int
    raw: bytes
    entry: Entry | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Last:
    """The line behind which another is written: its bytes, and whether its end is missing (a process was killed, or the power failed)."""

    raw: bytes
    is_open: bool


def read_ledger(path: Path, make: Callable[[dict[str, Any]], Entry]) -> list[Line[Entry]]:
    """The lines of a ledger, each as `make` understands it (a ValueError, KeyError or TypeError says that it cannot); none without a file.

    A line ends where a line feed stands and nowhere else: other signs that some programs take for an end may stand in a sentence.
    """
    data = path.read_bytes() if path.is_file() else b""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\0" in data:  # saved anew by another program
        data = data.decode("utf-16", "replace").encode()
    found = []
    for number, raw in enumerate(data.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
        if line := raw.strip(BLANK):
            found.append(_understood(number, line, make))
    return found


def _understood(number: int, raw: bytes, make: Callable[[dict[str, Any]], Entry]) -> Line[Entry]:
    try:
        row = json.loads(raw.decode("utf-8"))
        if not isinstance(row, dict):
            raise TypeError("{…}")
        return Line(number, raw, make(row))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return Line(number, raw, None, str(error)[:200])


def add_line(path: Path, row: dict[str, Any]) -> None:
    """Write a line behind the others, whole or not at all: a disk that is full leaves the ledger as it was."""
    add_lines(path, [row])


def add_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write lines behind the others, all of them or none, and wait once until the disk holds them."""
    if made := list(rows):
        add_after(path, lambda _: made)


def add_after(path: Path, made: Callable[[Last], list[dict[str, Any]]]) -> None:
    """Write lines that are made from the one they follow; nobody else writes meanwhile, and the disk holds them before this returns."""
    with held(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        try:
            size = os.lseek(handle, 0, os.SEEK_END)
            last = _last(handle, size)
            lines = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in made(last))
            text = (b"\n" if last.is_open else b"") + lines
            try:
                while text:
                    text = text[os.write(handle, text) :]
                os.fsync(handle)
                wrote(path)
            except OSError:
                with contextlib.suppress(OSError):
                    os.ftruncate(handle, size)
                raise
        finally:
            os.close(handle)


def _last(handle: int, size: int) -> Last:
    """The last line of an open file, read from its end; the file is left at its end."""
    found, at = b"", size
    while at and b"\n" not in found[:-1]:
        step = min(at, CHUNK)
        at -= step
        os.lseek(handle, at, os.SEEK_SET)
        found = os.read(handle, step) + found
    os.lseek(handle, size, os.SEEK_SET)
    is_open = bool(found) and not found.endswith(b"\n")
    return Last(found.removesuffix(b"\n").rpartition(b"\n")[2], is_open)


def set_aside(path: Path, make: Callable[[dict[str, Any]], Any]) -> list[Line[Any]]:
    """Move the lines that cannot be read into a file beside the ledger (its name and .broken); returns them."""
    if not any(line.entry is None for line in read_ledger(path, make)):
        return []
    with held(path):
        lines = read_ledger(path, make)
        broken = [line for line in lines if line.entry is None]
        beside = aside_of(path)
        before = beside.read_bytes() if beside.is_file() else b""
        with placed(beside, sure=True) as scratch:
            scratch.write_bytes(before + b"".join(line.raw + b"\n" for line in broken))
        with placed(path, sure=True) as scratch:
            scratch.write_bytes(b"".join(line.raw + b"\n" for line in lines if line.entry is not None))
    return broken


def aside_of(path: Path) -> Path:
    """The file beside a ledger (or another file of the home folder) that keeps what could not be read of it."""
    return path.with_name(f"{path.name}.broken")


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """One process (or thread) at a time adds to a ledger: who reads what holds and writes by it does both while holding it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with alone(path.with_name(f".{path.name}.lock")):
        yield
