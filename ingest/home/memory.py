"""How much memory DuckDB takes, and where it puts what does not fit; both are set, so that a load never takes a machine whole."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.model import IngestError

MOST = 4_000_000_000  # more does not make it faster: what the line asks of a nation fits, or is put on disk
KNOWN = re.compile(r"[1-9]\d*(\.\d+)?\s*([KMGT]i?B)", re.IGNORECASE)
CGROUP = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def engine_settings(home: Home) -> dict[str, Any]:
    """How DuckDB is opened for a file of this home folder: with bounded memory, and a folder for what does not fit.

    No order of rows is kept that nobody asked for: to keep it costs memory. What is written behind the file goes into it when a load is published,
    not in the midst of one, where all tables would be gone through each time.
    """
    return {
        "memory_limit": memory_limit(),
        "temp_directory": str(home.scratch),
        "preserve_insertion_order": "false",
        "checkpoint_threshold": "1GB",
    }


def memory_limit() -> str:
    """What FOI_MEMORY says (200MB, 2GB), else half of what this machine or container has, at most 4 GB. IngestError if it is no amount."""
    if given := os.environ.get("FOI_MEMORY", "").strip():
        if not KNOWN.fullmatch(given):
            raise IngestError("memory_unclear", "FOI_MEMORY", given)
        return given
    return f"{min(MOST, _there() // 2) // 1_000_000}MB"


def _there() -> int:
    """The memory of this machine, or of the container if that has less, in bytes; where neither can be known, enough."""
    found = [2 * MOST]
    with suppress(OSError, ValueError, AttributeError):  # Windows has no such question
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for limit in CGROUP:
        with suppress(OSError, ValueError):  # "max" is no number, and no limit
            found.append(int(limit.read_text("ascii")))
    return min(found)
