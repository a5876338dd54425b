"""A name for a folder in which no character means anything to an engine: no pattern, no template, no address, no quote.

DuckDB, dbt, Dagster and SQLAlchemy each give a meaning to some characters of a path (`[2024]`, `{a,b}`, `?`, `%`, `'`, a backslash),
and not all of them can be quoted. A folder whose path holds such a character is handed to them under another name: a link, kept
with the caches of this person, whose path is plain.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath

from ingest.model import IngestError

# DuckDB follows a link to the folder itself, and cannot have a database where a path holds one of these; nor can a name be a name
# that is no text.
IMPOSSIBLE = re.compile(r"[?\\\x00-\x1f\x7f\ud800-\udfff]")
PLAIN = re.compile(r"[\w/. -]+")  # letters of every script; all else may mean something to somebody (a=b is a column to DuckDB)


def plain_folder(folder: Path) -> Path:
    """The folder under a path that every engine takes as it stands: its own, or a link to it; nothing is copied.

    IngestError where there is none.
    """
    here = folder.resolve()
    if bad := IMPOSSIBLE.search(written(here)):
        raise IngestError(
            "path_impossible", os.fsencode(here).decode("utf-8", "replace"), bad[0].encode("unicode_escape").decode()
        )
    if PLAIN.fullmatch(written(here)):
        return here
    return linked_folder(here)


def linked_folder(here: Path) -> Path:
    """A short and plain link to a folder; IngestError where none can be made."""
    name = hashlib.sha256(os.fsencode(here)).hexdigest()[:24]
    why = ""
    for place in _places():
        try:
            return _linked(place / name, here)
        except OSError as error:
            why = error.strerror or str(error)
    raise IngestError("path_not_plain", str(here), why)


def written(path: PurePath) -> str:
    """The names in a path as every engine takes them: with slashes, without the drive of Windows."""
    return path.relative_to(path.anchor).as_posix()


def _user() -> int:
    """The number of this person; where the system has none, all files belong to 0."""
    return os.getuid() if hasattr(os, "getuid") else 0


def _places() -> Iterator[Path]:
    """Where links may stand: with the caches of this person, else in the folder for temporary files."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    with contextlib.suppress(RuntimeError):  # this person has no home
        caches = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
        if PLAIN.fullmatch(written(caches)):
            yield caches / "foi" / "homes"
    if PLAIN.fullmatch(written(Path(tempfile.gettempdir()))):
        yield Path(tempfile.gettempdir()) / f"foi-homes-{_user()}"


def _linked(link: Path, folder: Path) -> Path:
    """The link, made if it is not there; it is trusted only if it leads to the folder and its place belongs to this person."""
    folder.mkdir(parents=True, exist_ok=True)  # through a link that leads to nothing none could be made
    link.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if link.parent.stat().st_uid != _user():
        raise PermissionError(1, "Permission denied", str(link.parent))
    if not (link.is_symlink() and Path(os.readlink(link)) == folder):
        scratch = link.with_name(f".{link.name}.{os.getpid()}")
        scratch.unlink(missing_ok=True)
        scratch.symlink_to(folder, target_is_directory=True)
        os.replace(scratch, link)
    return link
