"""The build file stays open from the first step of a load to the last.

To open it reads its catalog, to close it writes a checkpoint: a load would do both a dozen times, and with a nation in the file they cost
more than what changed. While it is held, whoever opens it with the same settings (ingest/home/memory.py) shares what is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.home.memory import engine_settings

_held: dict[Path, Any] = {}  # the connection of each home whose build file may be held; None before it is opened


@contextmanager
def holding(home: Home) -> Iterator[None]:
    """Within this, `hold` keeps the build file open; afterwards it is closed."""
    _held[home.build] = None
    try:
        yield
    finally:
        let_go(home)
        del _held[home.build]


def hold(home: Home) -> None:
    """Keep the build file open from now on, if a load is under way here."""
    if home.build in _held and _held[home.build] is None:
        import duckdb

        _held[home.build] = duckdb.connect(str(home.build), config=engine_settings(home))


def let_go(home: Home) -> None:
    """Close the build file, so that it can be replaced."""
    if connection := _held.get(home.build):
        _held[home.build] = None
        connection.close()
