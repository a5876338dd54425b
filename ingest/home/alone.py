"""One process at a time: a lock that goes with the process that holds it, on every operating system."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the lock file; a second process (or thread) that wants it waits. Who holds it already goes on."""
    from filelock import FileLock

    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock, is_singleton=True):
        yield
