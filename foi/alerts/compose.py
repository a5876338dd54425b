"""All messages that are due now, from the published file, the file of recipients and what was told before."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from foi.alerts.post.ledger import known, ledger
from foi.alerts.post.message import Message
from foi.alerts.post.outbox import open_letter, sent_so_far
from foi.alerts.what.after_closing import read_after_closing
from foi.alerts.what.digest import Beside, digest, news
from foi.alerts.what.escalation import Known, escalations
from foi.alerts.what.likely import read_likely
from foi.alerts.what.operations import Fault, ledger_faults, operations, warehouse_faults
from foi.alerts.what.problems import APART, read_state
from foi.alerts.what.reminders import read_owed, reminder
from foi.alerts.what.unanswered import read_unanswered
from foi.alerts.who.codes import check_codes
from foi.alerts.who.links import links_of
from foi.alerts.who.recipients import load_recipients
from foi.alerts.who.subscriptions import Subscriptions
from foi.answer.remedy import read_corrections
from foi.letters.settings import portal_address
from foi.published import published
from ingest.beijing import BEIJING
from ingest.home import Home


def preview(home: Home, recipients: Path, now: datetime) -> list[Message]:
    """What would go out now; nothing is sent, and nothing counts as told. Here people try their file, so its codes are looked up too."""
    subscriptions = load_recipients(recipients)
    if home.published.is_file():
        with published(home.published) as warehouse:
            check_codes(recipients, warehouse)
    home.alerts.parent.mkdir(parents=True, exist_ok=True)
    with ledger(home.alerts, now) as connection:
        return [*for_units(home, subscriptions, connection, now), *for_operators(home, subscriptions, connection, now)]


def for_units(home: Home, subscriptions: Subscriptions, connection: sqlite3.Connection, now: datetime) -> list[Message]:
    """Digests and reminders; a recipient with nothing new and nothing fixed gets none."""
    if not home.published.is_file() and _failures(connection):
        return []
    today = now.astimezone(BEIJING).date()
    people = subscriptions.recipients
    told: Known = {owner: known(connection, owner) for r in people for owner in [(r.name, c.label) for c in r.channels]}
    places = sorted({place for mine in told.values() for place in mine if not place.startswith(APART)})
    late = read_unanswered(home, today)
    with published(home.published) as warehouse:
        corrections = read_corrections(warehouse)
        state = read_state(warehouse, home.decisions, places, corrections.ours)
        beside = Beside(late, read_after_closing(home, warehouse))
        owed = read_owed(warehouse, subscriptions, today)
        risen = escalations(subscriptions, state, told, today)
        pairs = [(r, c, (r.name, c.label)) for r in people for c in r.channels]
        found = {owner: news(r, state, told[owner], risen.get(owner, []), beside) for r, _, owner in pairs}
        likely = read_likely(warehouse, [p for one in found.values() for p in one.problems], corrections)
    messages: list[Message | None] = []
    for recipient, channel, owner in pairs:
        messages.append(digest(recipient, channel, found[owner], likely))
        messages.append(reminder(recipient, channel, owed, today, connection))
    portal = portal_address(home)
    return [_finished(m, portal, connection) for m in messages if m is not None]


def for_operators(home: Home, subscriptions: Subscriptions, connection: sqlite3.Connection, now: datetime) -> list[Message]:
    """The faults of the program, for those who have the role operator."""
    people = [r for r in subscriptions.recipients if r.is_operator]
    if not people:
        return []
    faults: list[Fault] = ledger_faults(connection, now)
    is_known = home.published.is_file()
    if is_known:
        with published(home.published) as warehouse:
            faults += warehouse_faults(warehouse)
    pairs = [(r, c) for r in people for c in r.channels]
    messages = [operations(r, c, faults, known(connection, (r.name, c.label)), is_known) for r, c in pairs]
    portal = portal_address(home)
    return [_finished(m, portal, connection) for m in messages if m is not None]


def _failures(connection: sqlite3.Connection) -> bool:
    return connection.execute("select 1 from failures").fetchone() is not None


def _finished(message: Message, portal: str, connection: sqlite3.Connection) -> Message:
    """The message with where it leads and its turn among those of its owner, and marked if the one before it may have arrived."""
    letter = open_letter(connection, message.owner, message.kind)
    led = message.leading_to(links_of(message.recipient, message.kind, portal))
    return led.in_turn(sent_so_far(connection, message.owner, message.kind), bool(letter and letter.may_have_arrived))
