"""A message as it goes out: HTML for mail; for chats plain text of at most 2,048 bytes, cut at the end of a line."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from foi.alerts.post.ledger import Effects, Owner
from foi.alerts.who.channels import Channel
from foi.alerts.who.subscriptions import Recipient
from foi.alerts.wording import said

CHAT_BYTES = 2048  # what a chat message may hold, title included; the services count bytes, a Chinese character is three
MAIL_BYTES = 200_000  # the text that stands for a mail in a preview
PLAIN = ("+", "·", "→")  # what needs no word beside its sign
MAIL_ROWS = 200  # more rows than this are no mail but a table: foi status has them all


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (a unit, a deadline) and the lines below it, each with its sign for chats and its word for mail; `hints` help with them (likely causes)."""

    heading: str
    lines: tuple[tuple[str, str, str], ...]  # sign, word, sentence
    hints: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one recipient over one channel; `is_repeat` when an earlier one may have arrived without an answer."""

    recipient: Recipient
    channel: Channel
    kind: str
    subject: str
    title: str
    sections: tuple[Section, ...]
    identity: tuple[str, ...]
    effects: Effects
    counts: dict[str, int] = field(default_factory=dict)
    turn: int = 0
    is_repeat: bool = False

    @property
    def owner(self) -> Owner:
        """Whose ledger this message is in."""
        return self.recipient.name, self.channel.label

    @property
    def key(self) -> str:
        """The same message has the same key, so that a receiver can drop one that comes twice."""
        parts = [*self.owner, self.kind, str(self.turn), *self.identity]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    @property
    def text(self) -> str:
        """At most 2,048 bytes with the title: the worst first, then how many more there are."""
        return self._text(CHAT_BYTES)

    def _text(self, limit: int) -> str:
        """With as many hints as there is room for: where not everything fits, the hints go first, from the last on."""
        text, is_whole = self._lines(limit, 0)
        if is_whole:
            room, hints = limit - len(f"{self.title}\n\n{text}".encode()), 0
            for _, _, sentence in (hint for section in self.sections for hint in section.hints):
                room -= len(f"→ {sentence}\n".encode())
                if room < 0:
                    break
                hints += 1
            text, _ = self._lines(limit, hints)
        return text

    def _lines(self, limit: int, hints: int) -> tuple[str, bool]:
        """The text with this many hints, and whether all else is in it."""
        lines = [f"{self.recipient.name} ({self.channel.label})", self.subject, *self._warning()]
        end, left = f"#{self.key}", sum(len(section.lines) for section in self.sections)
        used = len(self.title.encode()) + 2 + len("\n".join([*lines, end]).encode())
        for section in self.sections:
            heading = [section.heading] if section.heading else []
            for sign, word, sentence in section.lines:
                added = [*heading, f"{sign} {sentence}" if sign in PLAIN else f"{sign} {word}: {sentence}"]
                rest = self._more(left - 1)
                size = sum(len(line.encode()) + 1 for line in added)
                if used + size + (len(rest.encode()) + 1 if rest else 0) > limit:
                    return "\n".join([*lines, self._more(left), end]), False
                lines, used, left, heading = [*lines, *added], used + size, left - 1, []
            shown = [f"{sign} {sentence}" for sign, _, sentence in section.hints[:hints]]
            hints -= len(shown)
            lines, used = [*lines, *shown], used + sum(len(line.encode()) + 1 for line in shown)
        return "\n".join([*lines, end]), True

    @property
    def html(self) -> str:
        """The rows as a table for mail, the worst first, with a heading for each unit."""
        body, shown = [], 0
        for section in self.sections:
            rows = section.lines[: MAIL_ROWS - shown]
            if rows and section.heading:
                body.append(f"<tr><th colspan='2' align='left'>{escape(section.heading)}</th></tr>")
            told = (*rows, *section.hints) if rows else ()
            body += [f"<tr><td>{escape(word)}</td><td>{escape(sentence)}</td></tr>" for _, word, sentence in told]
            shown += len(rows)
        more = self._more(sum(len(section.lines) for section in self.sections) - shown)
        hint = [said("mail_hint", self.recipient.languages)] if self.kind == "digest" else []
        notes = [*self._warning(), *([more] if more else []), *hint, f"#{self.key}"]
        table = f"<table border='1' cellpadding='6' cellspacing='0'>{''.join(body)}</table>"
        end = "".join(f"<p>{escape(note)}</p>" for note in notes)
        return f"<p>{escape(self.recipient.name)}</p><p>{escape(self.subject)}</p>{table}{end}"

    def in_turn(self, turn: int, is_repeat: bool) -> Message:
        """The message as the next one of its owner, marked if it may come twice."""
        return replace(self, turn=turn, is_repeat=is_repeat)

    def as_row(self) -> dict[str, Any]:
        """The message for a program."""
        return {
            "recipient": self.recipient.name, "channel": self.channel.label, "variable": self.channel.variable,
            "is_set": self.channel.is_set, "kind": self.kind, "key": self.key, "title": self.title, "counts": self.counts,
            "is_repeat": self.is_repeat,
            "text": self._text(MAIL_BYTES) if self.channel.kind == "mail" else self.text,
        }  # fmt: skip

    def _more(self, n: int) -> str:
        return said(f"more_{self.kind}", self.recipient.languages, n=n) if n > 0 else ""

    def _warning(self) -> list[str]:
        return [said("again", self.recipient.languages)] if self.is_repeat else []
