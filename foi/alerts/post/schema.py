"""The tables of alerts.sqlite, and how a file of an earlier version becomes one of this."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from ingest.words.language import Text

VERSION = 2
SCHEMA = """
create table if not exists delivered (
    recipient text, channel text, place text, values_hash text, message text, message_en text not null default '',
    first_told_at text, told_at text, escalated_at text, primary key (recipient, channel, place)
);
create table if not exists outbox (
    id integer primary key, recipient text, channel text, kind text, key text, title text, text text, state text,
    attempts integer not null default 0, next_attempt_at text, last_error text, may_have_arrived integer not null default 0,
    created_at text, begun_at text, sent_at text
);
create unique index if not exists one_open on outbox (recipient, channel, kind) where state <> 'sent';
create table if not exists reminded (
    recipient text, channel text, report_year integer, due text, step integer, told_at text,
    primary key (recipient, channel, report_year, due, step)
);
create table if not exists failures (run_id text primary key, at text, reason text);
"""


def prepare(connection: sqlite3.Connection, now: datetime) -> None:
    """Make the tables. What an earlier version had told stays told; its date is unknown, so the clock of escalation starts now.

    A sending that an earlier version had begun and not confirmed may have arrived; the next message says so.
    """
    if _version(connection) >= VERSION:
        return
    connection.execute("begin immediate")
    if _version(connection) >= VERSION:  # another run was faster
        connection.execute("rollback")
        return
    tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    for name in tables & {"delivered", "outbox"}:
        connection.execute(f"alter table {name} rename to old_{name}")
    for statement in SCHEMA.split(";\n"):
        connection.execute(statement)
    at = stamp(now)
    if "delivered" in tables:
        connection.execute(
            "insert into delivered select recipient, channel, place, values_hash, message, '', ?, ?, null from old_delivered",
            (at, at),
        )
    if "outbox" in tables:
        connection.execute(
            "insert or ignore into outbox (recipient, channel, kind, key, state, may_have_arrived, created_at, begun_at)"
            " select recipient, channel, 'digest', key, 'pending', 1, begun_at, begun_at from old_outbox"
        )
    for name in tables & {"delivered", "outbox"}:
        connection.execute(f"drop table old_{name}")
    connection.execute(f"pragma user_version = {VERSION}")
    connection.execute("commit")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


def stored(text: Text) -> str:
    """A text as it is stored in one column: JSON with both languages."""
    return json.dumps(text._asdict(), ensure_ascii=False)


def text_of(kept: str | None) -> Text | None:
    """A text that was stored; one of an earlier version, which was kept as it had been printed, is the same in both languages."""
    if kept is None:
        return None
    try:
        return Text(**json.loads(kept))
    except (ValueError, TypeError):
        return Text(kept, kept)


def stamp(moment: datetime) -> str:
    """A moment as it is stored: ISO 8601 with its zone, to the second."""
    return moment.isoformat(timespec="seconds")
