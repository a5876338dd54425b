"""The log of every write and every refusal: who, what, from where, before and after; each line holds the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from threading import Lock
from typing import Any, TypedDict, Unpack

from foi.access.actor import Actor, this_user
from foi.access.room import give_room
from foi.messages import Complaint, message
from ingest.home import Home
from ingest.home.ledger import Last, Line, add_after, read_ledger
from ingest.words.issues import why

MOST = 2_000  # characters of a value that are kept; a hash stands for the rest
TORN = "torn"  # the act of a line that closes one whose end is missing
_owing = Lock()
_owed: dict[Path, list[dict[str, Any]]] = {}  # what this process did in a home folder and could not write down yet


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    at: str
    who: str
    role: str
    area: str
    how: str
    act: str
    about: str
    origin: str
    before: str
    after: str
    refused: str
    chain: str  # sha256 of the line before this one; empty for the first


@dataclass(frozen=True, slots=True)
class Chain:
    """What became of the log: how many entries, which lines were cut off by a process that was ended, and where the chain is broken."""

    entries: int
    torn: tuple[int, ...]  # cut off; the line after each says so
    is_open: bool  # the last line is cut off, and nothing was written since
    broken: tuple[int, ...]  # lines that do not follow from the one before them, or cannot be read
    last: str  # the hash of the last line: who keeps it elsewhere sees if the end was cut away


class Told(TypedDict, total=False):
    """What a line may say besides who, what and about what: from where, what was there before and after, why it was refused."""

    origin: str
    before: str
    after: str
    refused: str


def note(home: Home, actor: Actor, act: str, *, about: str, **told: Unpack[Told]) -> None:
    """Write down what was done, or why it was refused; the disk holds it before this returns.

    What was done and cannot be written down is a Complaint; this process writes it before the next line.
    """
    row = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "who": _kept(actor.name),
        "role": actor.role,
        "area": actor.area,
        "how": f"{actor.how} {actor.token}" if actor.token else actor.how,
        "act": act,
        "about": _kept(about),
        **{name: _kept(str(told.get(name, ""))) for name in Told.__annotations__},
    }
    if row["refused"]:
        add_after(home.audit, lambda last: list(_chained([row], last)))
    else:
        _kept_in_log(home, row)


def _kept_in_log(home: Home, row: dict[str, Any]) -> None:
    with _owing:
        rows = [*_owed.pop(home.root, []), row]
        try:
            _added(home, rows)
        except OSError as error:
            _owed[home.root] = rows
            raise Complaint(message("audit.not_noted", about=row["about"], path=home.audit, reason=why(error)), 3) from error


def _added(home: Home, rows: list[dict[str, Any]]) -> None:
    try:
        add_after(home.audit, lambda last: list(_chained(rows, last)))
    except OSError:
        give_room(home)
        add_after(home.audit, lambda last: list(_chained(rows, last)))


def note_command(home: Home, act: str, *, about: str, before: str = "", after: str = "") -> None:
    """Write down what the person at this machine did with a command."""
    note(home, this_user(), act, about=about, before=before, after=after)


def _chained(rows: Sequence[dict[str, Any]], last: Last) -> Iterator[dict[str, Any]]:
    """The rows, each with the hash of the line before it; a line that was cut off is closed by one that says so."""
    before = last.raw
    if last.is_open:
        torn = {**dict.fromkeys(rows[0], ""), "at": rows[0]["at"], "act": TORN, "after": hash_of(before)}
        rows = [torn, *rows]
    for row in rows:
        chained = {**row, "chain": hash_of(before)}
        yield chained
        before = json.dumps(chained, ensure_ascii=False).encode()


def hash_of(line: bytes) -> str:
    """What stands for a line in the next one; nothing for no line."""
    return hashlib.sha256(line).hexdigest() if line else ""


def _kept(value: str) -> str:
    """A value as it is kept: text that can be written, of a bounded length."""
    text = value.encode("utf-8", "replace").decode("utf-8")
    if len(text) <= MOST:
        return text
    return f"{text[:MOST]}… sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def understood(row: dict[str, Any]) -> Entry:
    """A line of the log as an entry; a KeyError or TypeError where it is none."""
    words = {name: row[name] for name in Entry.__dataclass_fields__}
    if not all(isinstance(word, str) for word in words.values()):
        raise TypeError("not a word")
    return Entry(**words)


def entries(home: Home) -> list[Line[Entry]]:
    """The lines of the log, the first one first; what cannot be read has no entry."""
    return read_ledger(home.audit, understood)


def chain_of(home: Home) -> Chain:
    """Whether every line of the log follows from the one before it."""
    try:
        seen = home.audit.stat()
    except OSError:
        return Chain(0, (), False, (), "")
    return _chain(home, (seen.st_mtime_ns, seen.st_size))


@lru_cache(maxsize=2)
def _chain(home: Home, _: tuple[int, int]) -> Chain:
    raw = home.audit.read_bytes()
    is_open = bool(raw) and not raw.endswith(b"\n")
    lines = entries(home)
    torn, broken, before = [], [], b""
    for line, after in zip_longest(lines, lines[1:]):
        if line.entry is None:
            closes = after.entry if after else None
            if closes and closes.act == TORN and closes.after == hash_of(line.raw):
                torn.append(line.number)
            elif not (after is None and is_open):
                broken.append(line.number)
        elif line.entry.chain != hash_of(before):
            broken.append(line.number)
        before = line.raw
    counted = sum(line.entry is not None and line.entry.act != TORN for line in lines)
    return Chain(counted, tuple(torn), is_open, tuple(broken), hash_of(before))
