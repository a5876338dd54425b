"""Which files of a home folder something wrote so far: told where it could not be done to its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_written: ContextVar[list[str] | None] = ContextVar("written", default=None)


@contextmanager
def watching() -> Iterator[list[str]]:
    """The names of the files that are written meanwhile, in threads that are begun here too; what the program keeps for itself is none."""
    names: list[str] = []
    token = _written.set(names)
    try:
        yield names
    finally:
        _written.reset(token)


def wrote(path: Path) -> None:
    """A file has its new content."""
    names = _written.get()
    is_ours = path.name.startswith(".") or path.parent.name.endswith(".trial")
    if names is not None and not is_ours and path.name not in names:
        names.append(path.name)
