"""What a recipient should hear now: new problems, problems that are gone, and how many are still open."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from html import escape
from pathlib import Path

from foi.alerting.recipients import Channel, Recipient, load_recipients
from foi.messages import say
from foi.published import published

TEXT_BYTES = 2048  # what a chat message may hold
SCHEMA = """
create table if not exists told (
    recipient text, channel text, place text, values_hash text, message text, state text,
    primary key (recipient, channel, place)
)
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """A failing rule of one report: `place` says which (unit, year, rule), `values_hash` which numbers."""

    place: str
    values_hash: str
    unit_code: str | None
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Digest:
    """One message to one recipient over one channel."""

    recipient: Recipient
    channel: Channel
    new: tuple[Problem, ...]
    fixed: tuple[tuple[str, str], ...]
    still_open: int

    @property
    def key(self) -> str:
        """The same digest has the same key, so that a receiver can drop one that comes twice."""
        parts = [
            self.recipient.name,
            self.channel.label,
            *(p.place + p.values_hash for p in self.new),
            *(f for f, _ in self.fixed),
        ]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    @property
    def subject(self) -> str:
        return say("alerts.subject", new=len(self.new), fixed=len(self.fixed), open=self.still_open)

    @property
    def text(self) -> str:
        """At most 2,048 bytes: the worst first, then how many more there are."""
        lines = [f"{self.recipient.name} ({self.channel.label})", self.subject]
        said = [f"+ {p.message}" for p in self.new] + [f"- {say('alerts.fixed')}: {m}" for _, m in self.fixed]
        for number, line in enumerate(said):
            rest = say("alerts.more", n=len(said) - number)
            if len("\n".join([*lines, line, rest]).encode()) > TEXT_BYTES:
                return "\n".join([*lines, rest])
            lines.append(line)
        return "\n".join(lines)

    @property
    def html(self) -> str:
        """All of it, as a table for mail."""
        rows = [(say("alerts.new"), p.message) for p in self.new] + [(say("alerts.fixed"), m) for _, m in self.fixed]
        body = "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in rows)
        return f"<p>{escape(self.subject)}</p><table border='1' cellpadding='6' cellspacing='0'>{body}</table>"


def open_ledger(path: Path) -> sqlite3.Connection:
    """The ledger of what was told to whom."""
    ledger = sqlite3.connect(path)
    ledger.execute(SCHEMA)
    return ledger


def preview(path: Path, recipients: Path, ledger: Path) -> list[Digest]:
    """The digests that would go out now; a recipient with nothing new and nothing fixed gets none."""
    problems = _problems(path)
    with open_ledger(ledger) as told:
        found = [_digest(r, c, problems, told) for r in load_recipients(recipients) for c in r.channels]
    told.close()
    return [d for d in found if d.new or d.fixed]


def _problems(path: Path) -> list[Problem]:
    with published(path) as connection:
        rows = connection.execute(
            "select r.unit_code, r.report_year, r.expectation, coalesce(r.rule_id, ''), r.left_sum, r.right_sum, r.severity,"
            " r.message_zh, r.message_en from expectation_results as r join fct_reports using (report_id)"
            " where r.status = 'failed' and is_current order by r.severity, r.unit_code, r.report_year, r.rule_id"
        ).fetchall()
    return [
        Problem(f"{unit}|{year}|{rule or check}", f"{left}|{right}", unit, severity, f"{zh} / {en}")
        for unit, year, check, rule, left, right, severity, zh, en in rows
    ]


def _digest(recipient: Recipient, channel: Channel, problems: list[Problem], told: sqlite3.Connection) -> Digest:
    mine = [
        p for p in problems if recipient.looks_after(p.unit_code) and (recipient.severity != "error" or p.severity == "error")
    ]
    query = "select place, values_hash, message, state from told where recipient = ? and channel = ?"
    known = {row[0]: row[1:] for row in told.execute(query, (recipient.name, channel.label))}
    new = [p for p in mine if p.place not in known or known[p.place][0] != p.values_hash or known[p.place][2] == "pending"]
    failing = {p.place for p in mine}
    fixed = [(place, message) for place, (_, message, state) in known.items() if place not in failing and state == "sent"]
    return Digest(recipient, channel, tuple(new), tuple(fixed), len(mine) - len(new))
