"""Send what is due: each message is written down before it is sent and confirmed after, so that a crash loses nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from foi.alerts.compose import for_operators, for_units
from foi.alerts.post import outbox
from foi.alerts.post.delivery import Outcome, notify
from foi.alerts.post.ledger import apply, ledger, sending
from foi.alerts.post.message import EMPTY, Message
from foi.alerts.post.outbox import Letter
from foi.alerts.who.recipients import load_recipients
from foi.messages import Complaint, bilingual
from ingest.beijing import beijing
from ingest.home import Home
from ingest.words.language import Text

ENOUGH = 3  # a server that gave no answer so often in a row is left alone until the next run: each time costs seconds


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message: sent, failed (tried again later), dead, waiting for its next attempt, or skipped in this run."""

    message: Message
    letter: Letter
    state: str

    @property
    def text(self) -> Text:
        """What became of it in words: to whom, why not, and when it is tried again."""
        name, label = self.message.owner
        return bilingual(
            f"alerts.done_{self.state}",
            recipient=name,
            channel=label,
            reason=self.letter.last_error or "?",
            attempts=self.letter.attempts,
            next=beijing(self.letter.next_attempt_at),
            subject=self.message.subject,
        )

    @property
    def delivered(self) -> bool:
        return self.state == "sent"


def send(home: Home, recipients: Path, now: datetime) -> list[Delivery]:
    """Send to each recipient what is new, and to operators what went wrong; what could not be sent is tried again later."""
    subscriptions = load_recipients(recipients)
    with sending(home.alerts):
        deliveries: list[Delivery] = []
        down: Counter[str] = Counter()
        # Operators come last, so that they hear in the same run of what could not be delivered.
        for compose, kinds in ((for_units, ("digest", "reminder")), (for_operators, ("operations",))):
            with ledger(home.alerts, now) as connection:
                messages = compose(home, subscriptions, connection, now)
                outbox.drop_idle(connection, kinds, {(*m.owner, m.kind) for m in messages})
                put = [(message, outbox.put(connection, message, now)) for message in messages]
            deliveries += [_deliver(message, letter, home.alerts, now, down) for message, letter in put]
        return deliveries


def _deliver(message: Message, letter: Letter, path: Path, now: datetime, down: Counter[str]) -> Delivery:
    """Try one message; `down` counts how often in a row nobody answered at the address of a variable."""
    if not letter.is_due(now):
        return Delivery(message, letter, "dead" if letter.state == "dead" else "waiting")
    if down[message.channel.variable] >= ENOUGH:
        return Delivery(message, letter, "skipped")
    with ledger(path, now) as connection:
        outbox.note_begun(connection, letter, now)
    try:
        outcome = notify(message)
    except Complaint as complaint:
        outcome = Outcome(False, complaint.text)
    down[message.channel.variable] = down[message.channel.variable] + 1 if outcome.is_down else 0
    with ledger(path, now) as connection:
        if outcome.taken:
            apply(connection, message.owner, message.effects, now)
            outbox.arrived(connection, letter, now)
            return Delivery(message, letter, "sent")
        letter = outbox.failed(connection, letter, outcome.reason or EMPTY, outcome.is_uncertain, now)
    return Delivery(message, letter, letter.state)
