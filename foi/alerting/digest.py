"""What a recipient should hear now: new problems, problems that are gone, and how many are still open."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from foi.alerting.ledger import Owner, is_cut_off, known, ledger
from foi.alerting.problems import Problem, State, read_state
from foi.alerting.recipients import Channel, Recipient, load_recipients
from foi.alerting.wording import said
from foi.messages import say

CHAT_BYTES = 2048  # what a chat message may hold, title included; the services count bytes, a Chinese character is three
MAIL_ROWS = 200  # more rows than this are no mail but a table: foi status has them all


@dataclass(frozen=True, slots=True)
class Digest:
    """One message to one recipient over one channel; `is_repeat` when an earlier run was cut off while sending it."""

    recipient: Recipient
    channel: Channel
    new: tuple[Problem, ...]
    fixed: tuple[tuple[str, str], ...]
    still_open: int
    is_repeat: bool = False

    @property
    def owner(self) -> Owner:
        """Whose ledger this message is in."""
        return self.recipient.name, self.channel.label

    @property
    def key(self) -> str:
        """The same digest has the same key, so that a receiver can drop one that comes twice."""
        parts = [*self.owner, *(p.place + p.values_hash for p in self.new), *(place for place, _ in self.fixed)]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    @property
    def subject(self) -> str:
        return say("alerts.subject", new=len(self.new), fixed=len(self.fixed), open=self.still_open)

    @property
    def title(self) -> str:
        """The subject in Chinese alone, for the subject line of a mail."""
        return self.subject.split(" / ")[0]

    @property
    def text(self) -> str:
        """At most 2,048 bytes with the title: the worst first, then how many more there are."""
        lines = [f"{self.recipient.name} ({self.channel.label})", self.subject, *self._warning()]
        said_lines = [f"+ {p.message}" for p in self.new] + [f"- {say('alerts.fixed')}: {m}" for _, m in self.fixed]
        end, limit = f"#{self.key}", CHAT_BYTES - len(self.title.encode()) - 2
        for number, line in enumerate(said_lines):
            rest = say("alerts.more", n=len(said_lines) - number)
            if len("\n".join([*lines, line, rest, end]).encode()) > limit:
                lines.append(rest)
                break
            lines.append(line)
        return "\n".join([*lines, end])

    @property
    def html(self) -> str:
        """The rows as a table for mail, the worst first."""
        rows = [(say("alerts.new"), p.message) for p in self.new] + [(say("alerts.fixed"), m) for _, m in self.fixed]
        body = "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in rows[:MAIL_ROWS])
        notes = [*self._warning(), *([said("cut", n=len(rows) - MAIL_ROWS)] if len(rows) > MAIL_ROWS else []), said("mail_hint")]
        table = f"<table border='1' cellpadding='6' cellspacing='0'>{body}</table>"
        end = "".join(f"<p>{escape(note)}</p>" for note in [*notes, f"#{self.key}"])
        return f"<p>{escape(self.recipient.name)}</p><p>{escape(self.subject)}</p>{table}{end}"

    def _warning(self) -> list[str]:
        return [said("again")] if self.is_repeat else []


def preview(path: Path, recipients: Path, sent: Path) -> list[Digest]:
    """The digests that would go out now; a recipient with nothing new and nothing fixed gets none."""
    people = load_recipients(recipients)
    with ledger(sent) as connection:
        owners = {(r.name, c.label): known(connection, (r.name, c.label)) for r in people for c in r.channels}
        state = read_state(path, sorted({place for told in owners.values() for place in told}))
        digests = [digest(r, c, state, owners[r.name, c.label]) for r in people for c in r.channels]
        return [replace(d, is_repeat=is_cut_off(connection, d.owner, d.key)) for d in digests if d.new or d.fixed]


def digest(recipient: Recipient, channel: Channel, state: State, told: dict[str, tuple[str, str]]) -> Digest:
    """What one recipient should hear, given the state and what they were told before.

    Fixed is only what is proven right; what was blanked out, withdrawn or could not be checked stays open, silently.
    """
    mine = [p for p in state.failing if recipient.hears_of(p.unit_code, p.severity)]
    new = tuple(p for p in mine if told.get(p.place, ("", ""))[0] != p.values_hash)
    fixed = tuple((place, message) for place, (_, message) in told.items() if place in state.right)
    failing = {p.place for p in state.failing}
    unproven = sum(place not in failing and place not in state.right for place in told)
    return Digest(recipient, channel, new, fixed, len(mine) - len(new) + unproven)
