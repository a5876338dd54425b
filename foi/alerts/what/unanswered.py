"""Letters that a unit did not answer by the day it was asked to: told once to those who hear of its area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from foi.alerts.who.subscriptions import Recipient
from foi.letters.show_letters import overdue_text
from foi.letters.standing import overdue
from foi.messages import Complaint
from ingest.home import Home
from ingest.words.language import Text


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A letter without an answer: to which unit, until which day, and the sentence; `place` is by what it is known as told."""

    place: str
    unit_code: str
    day: str
    text: Text

    def concerns(self, recipient: Recipient) -> bool:
        """Whether somebody hears of the area of the unit; the unit itself got the letter."""
        return any(self.unit_code.startswith(area) for entry in recipient.entries for area in entry.areas)


def read_unanswered(home: Home, today: date) -> list[Unanswered]:
    """The letters that are overdue on a day; none where the ledger cannot be read, which the status tells."""
    try:
        late = overdue(home, today)
    except Complaint:
        return []
    return [
        Unanswered(f"letter|{one.letter.number}", one.letter.unit_code, one.letter.reply_by, overdue_text(one)) for one in late
    ]
