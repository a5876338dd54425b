"""What the record of alerts holds: every message with its state, what is stuck, and putting that back."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from foi.alerts.clock import moment
from foi.alerts.post.ledger import ledger, note_failure, sending
from foi.alerts.post.outbox import Letter, letters, revive
from ingest.home import Home
from ingest.words.language import Text


@dataclass(frozen=True, slots=True)
class Revived:
    """How many messages are due again, and how many of them had been given up."""

    due: int
    dead: int


def all_letters(home: Home) -> list[Letter]:
    """Every message with its state, the newest first; none where nothing was ever sent."""
    if not home.alerts.is_file():
        return []
    try:
        with ledger(home.alerts, moment()) as connection:
            return letters(connection)
    except sqlite3.OperationalError:  # a home folder that may only be read: what an earlier version left is no message yet
        with sqlite3.connect(f"{home.alerts.resolve().as_uri()}?mode=ro", uri=True) as connection:
            known = connection.execute("pragma user_version").fetchone()[0]
            return letters(connection) if known else []


def unsent(home: Home) -> list[Letter]:
    """The messages that were not delivered: waiting, or given up."""
    return [letter for letter in all_letters(home) if letter.state != "sent"]


def put_back(home: Home) -> Revived:
    """Put dead letters and waiting messages back: the next sending tries them at once."""
    if not home.alerts.is_file():
        return Revived(0, 0)
    with sending(home.alerts), ledger(home.alerts, moment()) as connection:
        return Revived(*revive(connection))


def note_failed_run(home: Home, run_id: str, reason: Text, on: str | None = None) -> None:
    """Keep a failed run for the operators; what it said is cut to a few lines."""
    note_failure(home.alerts, run_id, Text(*(" ".join(text.split())[:500] or "?" for text in reason)), moment(on))
