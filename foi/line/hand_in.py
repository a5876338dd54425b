"""A file that somebody hands in at a page: it is put into the inbox whole, under a name that nothing there has, and loaded like any other."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path, PurePosixPath, PureWindowsPath

from foi.letters.letter import NOT_IN_A_NAME
from foi.messages import Complaint, message
from foi.published import NothingPublished, published
from ingest.handed_in.clutter import is_clutter
from ingest.handed_in.folder import entries
from ingest.handed_in.manifest import MANIFEST, UNITS, spoken_for
from ingest.home import Home
from ingest.roster.files import is_roster

LONGEST = 150  # bytes of a name that are kept: systems take 255, and a number or a scratch name is still to be added
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # names of devices to Windows


def hand_in(home: Home, name: str, content: bytes) -> Path:
    """Put a file into the inbox as it is; the path it got. Nothing there is ever overwritten, and the same file twice is one file."""
    if not content:
        raise Complaint(message("hand_in.empty", file=name), 2)
    inbox, safe = home.inbox, safe_name(name)
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        return _put(inbox, PurePosixPath(safe), content, spoken_for(entries(inbox)))
    except OSError as error:
        raise Complaint(message("hand_in.not_written", folder=inbox, reason=error.strerror or error)) from error


def landed_as(home: Home, content: bytes) -> str | None:
    """Under which name these bytes landed before, or wait in the inbox; None where they are new."""
    waiting = (path for path in home.inbox.glob("*") if path.is_file() and _is_same(path, content))
    if found := next(waiting, None):
        return found.name
    document_id = hashlib.sha256(content).hexdigest()
    if not any(home.originals.glob(f"{document_id[:2]}/{document_id}*")):
        return None
    try:
        with published(home.published) as connection:
            row = connection.execute("select min(file) from fct_inputs where document_id = ?", [document_id]).fetchone()
    except NothingPublished:
        row = None
    return row[0] if row and row[0] else document_id[:16]


def safe_name(given: str) -> str:
    """The last part of a name without what a system, a terminal or the inbox itself would take for something else."""
    last = PureWindowsPath(PurePosixPath(given).name).name
    plain = NOT_IN_A_NAME.sub("_", "".join(c for c in last if c.isprintable())).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    stem, ending = (stem, dot + ending) if stem and len(ending.encode()) < 10 else (plain, "")
    stem = stem.encode()[: LONGEST - len(ending.encode())].decode("utf-8", "ignore").strip()
    name = f"{stem}{ending}"
    # A list of the folder speaks for other files, and what is passed over would be handed in for nothing.
    is_taken = name.lower() in (MANIFEST, UNITS) or is_roster(name) or is_clutter(name) or RESERVED.fullmatch(name)
    return f"handed-in-{name.lstrip('~$._')}" if is_taken or not stem else name


def _put(inbox: Path, name: PurePosixPath, content: bytes, is_spoken_for: Callable[[str], bool]) -> Path:
    """Put it under the first name that is free; a list says of another file which unit's it is, so its name is never free."""
    for n in count(1):
        target = inbox / (name.name if n == 1 else f"{name.stem}-{n}{name.suffix}")
        if _is_same(target, content):
            return target
        if not is_spoken_for(target.name) and not os.path.lexists(target) and _new(target, content):
            return target
    raise AssertionError  # count() has no end


def _is_same(target: Path, content: bytes) -> bool:
    return target.is_file() and target.stat().st_size == len(content) and target.read_bytes() == content


def _new(target: Path, content: bytes) -> bool:
    """Write a file that is not there; False if somebody else was faster: a link, unlike a rename, replaces nothing."""
    whole = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with whole.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(whole, target)
        except FileExistsError:
            return False
        except OSError:  # a disk that knows no links: who comes second may only be told apart by the name
            if os.path.lexists(target):
                return False
            os.replace(whole, target)
        return True
    finally:
        whole.unlink(missing_ok=True)
