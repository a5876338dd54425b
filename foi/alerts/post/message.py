"""A message to one recipient over one channel: what it says, in both languages, and what is true once it has arrived."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from foi.alerts.post.ledger import Effects, Owner
from foi.alerts.who.channels import Channel
from foi.alerts.who.subscriptions import Recipient
from ingest.words.language import Text

EMPTY = Text("", "")


class Line(NamedTuple):
    """A sentence, with its sign for chats and its word for mail."""

    sign: str
    word: Text
    sentence: Text


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (a unit, a deadline) and the lines below it; `hints` help with them (likely causes)."""

    heading: Text
    lines: tuple[Line, ...]
    hints: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one recipient over one channel; `is_repeat` when an earlier one may have arrived without an answer."""

    recipient: Recipient
    channel: Channel
    kind: str
    subject: Text
    sections: tuple[Section, ...]
    identity: tuple[str, ...]
    effects: Effects
    counts: dict[str, int] = field(default_factory=dict)
    turn: int = 0
    is_repeat: bool = False
    links: tuple[str, ...] = ()  # pages of the portal that show what it tells

    @property
    def title(self) -> str:
        """The subject in the first language of the recipient: a subject line has one."""
        return self.subject.within(self.recipient.languages[0])

    @property
    def owner(self) -> Owner:
        """Whose ledger this message is in."""
        return self.recipient.name, self.channel.label

    @property
    def key(self) -> str:
        """The same message has the same key, so that a receiver can drop one that comes twice."""
        parts = [*self.owner, self.kind, str(self.turn), *self.identity]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    def in_turn(self, turn: int, is_repeat: bool) -> Message:
        """The message as the next one of its owner, marked if it may come twice."""
        return replace(self, turn=turn, is_repeat=is_repeat)

    def leading_to(self, links: tuple[str, ...]) -> Message:
        """The message with the pages that show what it tells."""
        return replace(self, links=links)
