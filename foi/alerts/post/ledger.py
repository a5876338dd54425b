"""The ledger of what was told to whom (alerts.sqlite): nothing goes out twice, and nothing is lost in a crash.

`delivered` holds what each recipient knows over each channel, `outbox` every message with its state (outbox.py), `reminded`
the steps of each deadline that were told, `failures` the runs that failed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from foi.alerts.post.schema import prepare, stamp, stored
from foi.messages import Complaint, bilingual
from ingest.home.alone import alone
from ingest.home.ledger import aside_of
from ingest.words.language import Text

Owner = tuple[str, str]  # recipient, channel


@dataclass(frozen=True, slots=True)
class Told:
    """What an owner was told of a place and has not seen fixed: the numbers, the words, since when (new or reopened), last when, and whether as escalated."""

    values_hash: str
    text: Text
    first_told_at: str
    told_at: str
    escalated_at: str | None


@dataclass(frozen=True, slots=True)
class Effects:
    """What is true once a message has arrived: what was told (place, values, words), escalated, fixed; which reminders."""

    told: tuple[tuple[str, str, Text], ...] = ()
    restarted: frozenset[str] = frozenset()  # places whose clock of escalation starts anew
    escalated: frozenset[str] = frozenset()
    fixed: tuple[str, ...] = ()
    steps: tuple[tuple[int, str, int], ...] = ()  # report year, due date, step


@contextmanager
def sending(path: Path) -> Iterator[None]:
    """Only one run sends at a time; a second one waits, and then finds that everything was sent."""
    with alone(path.with_name(f".{path.name}.lock")):
        yield


@contextmanager
def ledger(path: Path, now: datetime) -> Iterator[sqlite3.Connection]:
    """The open ledger; what was written is kept only if nothing went wrong. A Complaint where the file is damaged.

    A damaged file is set aside once and told, before anything is sent: the next sending begins a new ledger.
    """
    connection = sqlite3.connect(path, timeout=30)
    try:
        _check(connection, path)
        prepare(connection, now)
        with connection:
            yield connection
    finally:
        connection.close()


def _check(connection: sqlite3.Connection, path: Path) -> None:
    try:
        (found,) = connection.execute("pragma quick_check(1)").fetchone()
    except sqlite3.OperationalError:  # in use, or not to be written: that is said where it is used
        return
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        connection.close()
        os.replace(path, aside_of(path))
        raise Complaint(bilingual("alerts.damaged_ledger", path=path, aside=aside_of(path)), 3)


def known(connection: sqlite3.Connection, owner: Owner) -> dict[str, Told]:
    """What an owner was told, by place."""
    query = (
        "select place, values_hash, message, message_en, first_told_at, told_at, escalated_at from delivered"
        " where recipient = ? and channel = ? order by place"
    )
    return {place: Told(values, Text(zh, en), *at) for place, values, zh, en, *at in connection.execute(query, owner)}


def apply(connection: sqlite3.Connection, owner: Owner, effects: Effects, now: datetime) -> None:
    """Write down what a message that arrived has told."""
    at = stamp(now)
    for place, values, (zh, en) in effects.told:
        connection.execute(
            "insert into delivered values (?, ?, ?, ?, ?, ?, ?, ?, null) on conflict do update set values_hash = excluded.values_hash,"
            " message = excluded.message, message_en = excluded.message_en, told_at = excluded.told_at",
            (*owner, place, values, zh, en, at, at),
        )
    mine = "where recipient = ? and channel = ? and place = ?"
    connection.executemany(f"update delivered set first_told_at = ? {mine}", [(at, *owner, p) for p in effects.restarted])
    connection.executemany(f"update delivered set escalated_at = ? {mine}", [(at, *owner, p) for p in effects.escalated])
    connection.executemany(f"delete from delivered {mine}", [(*owner, place) for place in effects.fixed])
    connection.executemany("insert or ignore into reminded values (?, ?, ?, ?, ?, ?)", [(*owner, *s, at) for s in effects.steps])


def note_failure(path: Path, run_id: str, reason: Text, now: datetime) -> None:
    """Write down that a run failed; it is told to the operators once."""
    with sending(path), ledger(path, now) as connection:
        connection.execute("insert or ignore into failures values (?, ?, ?)", (run_id, stamp(now), stored(reason)))
