"""The ledger of what was told to whom (alerts.sqlite): nothing goes out twice, and nothing is lost in a crash.

`delivered` holds what each recipient knows over each channel. `outbox` holds the message on its way: it is written before
sending and removed with the answer. A row found there later means that a run was cut off in between; the message goes out
again with the same key, marked as a possible repeat, because losing it would be worse.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

SCHEMA = """
create table if not exists delivered (
    recipient text, channel text, place text, values_hash text, message text, primary key (recipient, channel, place)
);
create table if not exists outbox (recipient text, channel text, key text, begun_at text, primary key (recipient, channel, key));
"""
Owner = tuple[str, str]  # recipient, channel


@contextmanager
def sending(path: Path) -> Iterator[None]:
    """Only one run sends at a time; a second one waits, and then finds that everything was sent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def ledger(path: Path) -> Iterator[sqlite3.Connection]:
    """The open ledger; what was written is kept only if nothing went wrong."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript(SCHEMA)
        with connection:
            yield connection
    finally:
        connection.close()


def known(connection: sqlite3.Connection, owner: Owner) -> dict[str, tuple[str, str]]:
    """What an owner was told and has not seen fixed: for each place the hash of the numbers and the sentence."""
    query = "select place, values_hash, message from delivered where recipient = ? and channel = ? order by place"
    return {place: (values, message) for place, values, message in connection.execute(query, owner)}


def is_cut_off(connection: sqlite3.Connection, owner: Owner, key: str) -> bool:
    """Whether sending this very message began and never came to an answer."""
    query = "select 1 from outbox where recipient = ? and channel = ? and key = ?"
    return connection.execute(query, (*owner, key)).fetchone() is not None


def begin(path: Path, owner: Owner, key: str) -> None:
    """Write down that a message is about to go out."""
    with ledger(path) as connection:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute("insert or replace into outbox values (?, ?, ?, ?)", (*owner, key, now))


def refused(path: Path, owner: Owner, key: str) -> None:
    """The message did not go out; the next run tries again."""
    with ledger(path) as connection:
        connection.execute("delete from outbox where recipient = ? and channel = ? and key = ?", (*owner, key))


def arrived(path: Path, owner: Owner, told: Iterable[tuple[str, str, str]], fixed: Iterable[str]) -> None:
    """The message went out: what it told is known from now on, what it called fixed is forgotten."""
    with ledger(path) as connection:
        connection.executemany("insert or replace into delivered values (?, ?, ?, ?, ?)", [(*owner, *row) for row in told])
        gone = [(*owner, place) for place in fixed]
        connection.executemany("delete from delivered where recipient = ? and channel = ? and place = ?", gone)
        connection.execute("delete from outbox where recipient = ? and channel = ?", owner)
