"""Files are put in their place whole or not at all; what a process that was killed left half written is taken away."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from ingest.home import Home
from ingest.home.written import wrote

LEFT = re.compile(r"\.(?P<name>.+?)\.(?P<process>\d+)(?:\.\d+)?(?:\.duckdb|\.parquet)?(?:\.wal)?")
OF_THE_HOME = (
    "published",
    "decisions",
    "corrections",
    "expectations",
    "alerts",
    "withdrawals",
    "replacements",
    "year_locks",
    "rosters",
    "letters",
    "answers",
    "scratch",
    "audit",
    ".sessions",
    ".tokens-used",
)  # what stands beside files of people


@contextlib.contextmanager
def placed(path: Path, sure: bool = False) -> Iterator[Path]:
    """A path to write to: what was written takes the place of `path` at once, and is gone if anything failed on the way.

    With `sure` the disk holds it before it takes its place.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        yield scratch
        if sure:
            with scratch.open("rb") as written:
                os.fsync(written.fileno())
        os.replace(scratch, path)
        wrote(path)
    except BaseException:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise


def sweep(home: Home) -> None:
    """Take away what dead processes left half written anywhere in a home folder; what belongs to a living one stays."""
    folders = (
        home.raw,
        home.batches,
        home.reference,
        home.published_tables,
        *home.published_tables.glob("*/*"),
        home.recognized,
        home.pictures,
        home.dbt_target,
    )
    left = [path for folder in (*folders, *home.originals.glob("*")) for path in folder.glob(".*")]
    left += [path for path in home.root.glob(".*") if path.name[1:].startswith(OF_THE_HOME)]
    for path in left:
        found = LEFT.fullmatch(path.name)
        if found and not is_alive(int(found["process"])):
            with contextlib.suppress(OSError):  # it is tried again the next time
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def is_alive(process: int) -> bool:
    """Whether a process of this number runs."""
    if os.name == "nt":  # there the question would end the process; what is left of a dead one does no harm
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is somebody else's
        return True
    return True
