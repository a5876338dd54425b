"""Opening the published file, in whose place a load may put the next one at any moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Opened = TypeVar("Opened")
Stamp = tuple[int, int, int]
TIMES = 5


def stamp_of(path: Path) -> Stamp:
    """By what a version of a file is known from the one before: its inode, the time it was written, its size."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def opened(path: Path, opens: Callable[[], Opened]) -> Opened:
    """What `opens` gives; once more where it failed and another file lies there since: the engine opens a file twice, and met both."""
    import duckdb

    for _ in range(TIMES):
        before = stamp_of(path)
        try:
            return opens()
        except duckdb.Error:
            if stamp_of(path) == before:
                raise
    return opens()
