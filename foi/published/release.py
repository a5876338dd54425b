"""Which release of the data a published file is: each load that changes something makes the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from foi.messages import message
from foi.published import NothingPublished


@dataclass(frozen=True, slots=True)
class Release:
    """A release by its name, which sorts by time, and when it was published (UTC); `stamp` tells it from every other one."""

    name: str
    published_at: datetime
    stamp: str


def release_of(path: Path) -> Release:
    """The release of a published file; a Complaint where nothing was published yet."""
    try:
        found = path.stat()
    except OSError as error:
        raise NothingPublished(message("error.nothing_published", path=path.parent), 3) from error
    at = datetime.fromtimestamp(found.st_mtime_ns // 1_000_000_000, UTC)
    return Release(f"{at:%Y%m%dT%H%M%SZ}", at, f"{found.st_mtime_ns:x}-{found.st_size:x}")
