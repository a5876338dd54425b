"""Room for the next lines of the log, kept beside it: what is done can be written down although the disk has filled up meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.home import Home
from ingest.home.placing import placed

ROOM = 64 * 1024  # bytes


def keep_room(home: Home) -> None:
    """Before anything is done: an OSError where the log cannot be written, or the disk has no room for a line of it."""
    home.root.mkdir(parents=True, exist_ok=True)
    os.close(os.open(home.audit, os.O_RDWR | os.O_CREAT, 0o644))
    room = _room(home)
    if not room.is_file() or room.stat().st_size != ROOM:
        with placed(room, sure=True) as scratch:
            scratch.write_bytes(os.urandom(ROOM))  # a file system that packs what it keeps packs none of it


def give_room(home: Home) -> None:
    """Let the log have what was kept for it."""
    _room(home).unlink(missing_ok=True)


def _room(home: Home) -> Path:
    return home.root / ".audit.room"
