"""The outbox: each message with its state, how often it was tried and when it is tried again.

At most one message of a kind is open for each recipient and channel. Until it has arrived it is composed anew from what is true
now, so that nobody is told of what has been put right meanwhile; its attempts go on counting. After MAX_ATTEMPTS it is a dead
letter: it is not tried again until its content changes or a person puts it back.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from foi.alerts.post.ledger import Owner
from foi.alerts.post.message import Message
from foi.alerts.post.rendering import chat_text
from foi.alerts.post.schema import stamp, stored, text_of
from ingest.words.language import Text

MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(days=1)
COLUMNS = (
    "id", "recipient", "channel", "kind", "key", "title", "text", "state", "attempts", "next_attempt_at", "last_error",
    "may_have_arrived", "created_at", "begun_at", "sent_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A row of the outbox."""

    id: int
    recipient: str
    channel: str
    kind: str
    key: str
    title: str | None
    text: str | None
    state: str
    attempts: int
    next_attempt_at: str | None
    last_error: Text | None
    may_have_arrived: int
    created_at: str
    begun_at: str | None
    sent_at: str | None

    def is_due(self, now: datetime) -> bool:
        """Whether it may be tried now."""
        return self.state != "dead" and (not self.next_attempt_at or datetime.fromisoformat(self.next_attempt_at) <= now)


def letters(connection: sqlite3.Connection, where: str = "true", values: tuple[Any, ...] = ()) -> list[Letter]:
    """Messages, the newest first."""
    found = connection.execute(f"select {', '.join(COLUMNS)} from outbox where {where} order by id desc", values)
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in found)
    return [Letter(**{**row, "last_error": text_of(row["last_error"])}) for row in rows]


def open_letter(connection: sqlite3.Connection, owner: Owner, kind: str) -> Letter | None:
    """The message of a kind that an owner should get and has not got yet."""
    return next(iter(letters(connection, "recipient = ? and channel = ? and kind = ? and state <> 'sent'", (*owner, kind))), None)


def sent_so_far(connection: sqlite3.Connection, owner: Owner, kind: str) -> int:
    """How many messages of a kind an owner got; part of the key, since the same violation may come back one day."""
    query = "select count(*) from outbox where recipient = ? and channel = ? and kind = ? and state = 'sent'"
    return int(connection.execute(query, (*owner, kind)).fetchone()[0])


def put(connection: sqlite3.Connection, message: Message, now: datetime) -> Letter:
    """Put a message in the place of the open one; attempts go on counting unless a dead letter's content changed."""
    before = open_letter(connection, message.owner, message.kind)
    same = before is not None and before.key == message.key
    if before is None or (before.state == "dead" and not same):
        if before:
            connection.execute("delete from outbox where id = ?", (before.id,))
        connection.execute(
            "insert into outbox (recipient, channel, kind, key, state, may_have_arrived, created_at) values (?, ?, ?, ?, 'pending', ?, ?)",
            (*message.owner, message.kind, message.key, before.may_have_arrived if before else 0, stamp(now)),
        )
    connection.execute(
        "update outbox set key = ?, title = ?, text = ? where recipient = ? and channel = ? and kind = ? and state <> 'sent'",
        (message.key, message.title, chat_text(message), *message.owner, message.kind),
    )
    found = open_letter(connection, message.owner, message.kind)
    assert found is not None
    return found


def note_begun(connection: sqlite3.Connection, letter: Letter, now: datetime) -> None:
    """Write down that sending begins: whoever finds this later knows that a run was cut off, and that it may have arrived."""
    connection.execute("update outbox set begun_at = ?, may_have_arrived = 1 where id = ?", (stamp(now), letter.id))


def failed(connection: sqlite3.Connection, letter: Letter, reason: Text, uncertain: bool, now: datetime) -> Letter:
    """Write down that it did not arrive for sure; the pause doubles each time, and after the last attempt it is a dead letter."""
    attempts = letter.attempts + 1
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    state, following = ("dead", None) if attempts >= MAX_ATTEMPTS else ("failed", stamp(now + pause))
    connection.execute(
        "update outbox set state = ?, attempts = ?, next_attempt_at = ?, last_error = ?, may_have_arrived = ? where id = ?",
        (state, attempts, following, stored(reason), int(uncertain or letter.may_have_arrived), letter.id),
    )
    return letters(connection, "id = ?", (letter.id,))[0]


def arrived(connection: sqlite3.Connection, letter: Letter, now: datetime) -> None:
    """Write down that it arrived."""
    connection.execute(
        "update outbox set state = 'sent', attempts = ?, next_attempt_at = null, last_error = null, sent_at = ? where id = ?",
        (letter.attempts + 1, stamp(now), letter.id),
    )


def drop_idle(connection: sqlite3.Connection, kinds: tuple[str, ...], wanted: set[tuple[str, str, str]]) -> None:
    """Forget open messages of these kinds that have nothing to say any more; `wanted` are (recipient, channel, kind)."""
    for letter in letters(connection, "state <> 'sent'"):
        if letter.kind in kinds and (letter.recipient, letter.channel, letter.kind) not in wanted:
            connection.execute("delete from outbox where id = ?", (letter.id,))


def revive(connection: sqlite3.Connection) -> tuple[int, int]:
    """Make everything that waits or was given up due now; how many, and how many of them dead letters."""
    waiting = letters(connection, "state in ('failed', 'dead')")
    connection.execute(
        "update outbox set state = 'pending', attempts = 0, next_attempt_at = null where state in ('failed', 'dead')"
    )
    return len(waiting), sum(letter.state == "dead" for letter in waiting)
