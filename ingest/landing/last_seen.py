"""What lies in a folder that is loaded, beside what lay there when it was last loaded: files that went back, were replaced, or are gone."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Set
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from ingest.home import Home
from ingest.home.placing import placed
from ingest.landing.known_bytes import KnownBytes


@dataclass(frozen=True, slots=True)
class Left:
    """A document that lay in a folder once and does not any more: where, since when, and whether another one lies there now."""

    folder: str
    file: str
    document_id: str
    since: str
    is_replaced: bool


class FolderListing:
    """The files of a folder by the hash of their bytes, now and when it was last loaded."""

    def __init__(self, home: Home, source: Path) -> None:
        self.folder = str(source.resolve())
        self._path = home.folders / _name(self.folder)
        self._before, self._left = _read(self._path)
        self._now: dict[str, str] = {}
        self.known = KnownBytes(self._path.with_suffix(".stamps"))

    def put(self, file: str, document_id: str, is_readable: bool = True) -> bool:
        """Note a file that lies there now; whether other bytes lay at its place when the folder was last loaded.

        Of a file that cannot be opened nobody knows what it holds: what lay there counts as still lying there.
        """
        before = self._before.get(file, document_id)
        self._now[file] = document_id if is_readable else before
        return is_readable and before != document_id

    def keep(self, waiting: Set[str] = frozenset()) -> None:
        """Write down what lies there now; a file (or an archive) that is still `waiting` to be landed counts as it did before."""
        here = set(self._now.values())
        left = {one.document_id: one for one in self._left if one.document_id not in here}
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for file, document_id in self._before.items():
            if document_id not in here and document_id not in left:
                left[document_id] = Left(self.folder, file, document_id, now, file in self._now)
        files = {f: d for f, d in self._now.items() if f not in waiting}
        files |= {f: d for f, d in self._before.items() if f in waiting or f.partition("!/")[0] in waiting}
        content = {"folder": self.folder, "files": files, "left": [asdict(one) for one in left.values()]}
        with placed(self._path) as scratch:
            scratch.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        self.known.keep()


def documents_left(home: Home, source: Path | None = None) -> list[Left]:
    """The documents that lay in a loaded folder (in this one, if given) and lie in none now, in the order of their files."""
    stats = [(path, path.stat()) for path in sorted(home.folders.glob("[!.]*.json"))]
    wanted = str(source.resolve()) if source else None
    found = _gone(tuple((path, stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in stats))
    return sorted((one for one in found if wanted in (None, one.folder)), key=lambda one: (one.file, one.folder))


@lru_cache(2)
def _gone(listings: tuple[tuple[Path, int, int, int], ...]) -> tuple[Left, ...]:
    """What lies in none of these listings any more; of a large folder a listing is long, and a page asks again and again."""
    read = [_read(path) for path, *_ in listings]
    here = {document_id for files, _ in read for document_id in files.values()}
    return tuple(one for _, left in read for one in left if one.document_id not in here)


def was_loaded(home: Home, source: Path) -> bool:
    """Whether it is known what lay in a folder when it was last loaded."""
    return any(_read(home.folders / _name(str(source.resolve()))))


def _name(folder: str) -> str:
    return f"{hashlib.sha256(folder.encode()).hexdigest()[:16]}.json"


def _read(path: Path) -> tuple[dict[str, str], list[Left]]:
    """What was written down; nothing, where there is nothing or it cannot be read: then the folder counts as never loaded."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        content = json.loads(path.read_text("utf-8"))
        return dict(content["files"]), [Left(**one) for one in content["left"]]
    return {}, []
