"""The faults of the program itself: for operators, never for units. Told once, and told as solved once they are gone."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from foi.alerts.post.ledger import Effects, Told
from foi.alerts.post.message import EMPTY, Line, Message, Section
from foi.alerts.post.outbox import letters
from foi.alerts.post.schema import text_of
from foi.alerts.what.digest import SIGNS, subject_of
from foi.alerts.who.channels import Channel
from foi.alerts.who.subscriptions import Recipient
from foi.messages import bilingual
from ingest.beijing import beijing
from ingest.words.language import Text

READER_FAULTS = ("reader_failed", "crashed", "too_slow", "too_much_memory", "libreoffice_failed")  # codes of words/issues.yaml
REMEMBERED = timedelta(days=30)  # a failed run that nobody could be told of for so long is old news
BROKEN = """
select distinct expectation, coalesce(message_zh, ''), coalesce(message_en, '') from expectation_results
where status = 'broken' order by expectation
"""
PROGRAM_ROWS = """
select expectation, count(*), coalesce(min(message_zh), ''), coalesce(min(message_en), '') from expectation_results
where status = 'failed' and suite in ('sets', 'keys') group by expectation order by expectation
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something an operator should look at: `place` says what (ops|kind|which), `values_hash` how it stands."""

    place: str
    values_hash: str
    text: Text

    @property
    def kind(self) -> str:
        return self.place.split("|")[1]


def warehouse_faults(connection: Any) -> list[Fault]:
    """Checks that could not run, rows that only a fault of the program can make, files that a reader failed on."""
    from foi.published.files import set_aside

    faults = []
    for name, zh, en in connection.execute(BROKEN).fetchall():
        faults.append(
            Fault(f"ops|check|{name}", "broken", Text(zh, en) if zh else bilingual("alerts.check_broken", name=name, reason="?"))
        )
    for name, n, zh, en in connection.execute(PROGRAM_ROWS).fetchall():
        faults.append(Fault(f"ops|check|{name}", str(n), bilingual("alerts.check_rows", name=name, n=n, example=Text(zh, en))))
    for file in set_aside(connection):
        if file["code"] in READER_FAULTS:
            text = Text(*(f"{file['file']}: {reason}" for reason in file["reason"]))
            faults.append(Fault(f"ops|file|{file['file']}", file["code"], text))
    return faults


def ledger_faults(connection: sqlite3.Connection, now: datetime) -> list[Fault]:
    """Runs that failed, and recipients whose messages could not be delivered.

    Dead letters to operators are not among them: two of them, both out of reach, would tell each other for ever.
    """
    faults = []
    for run, at, reason in connection.execute("select run_id, at, reason from failures order by at"):
        if datetime.fromisoformat(at) >= now - REMEMBERED:
            faults.append(
                Fault(f"ops|run|{run}", at, bilingual("alerts.run_failed", run=run, at=beijing(at), reason=text_of(reason)))
            )
    for letter in letters(connection, "state = 'dead' and kind <> 'operations'"):
        text = bilingual(
            "alerts.dead_letter",
            kind=bilingual(f"alerts.kind_{letter.kind}"),
            recipient=letter.recipient,
            channel=letter.channel,
            attempts=letter.attempts,
            reason=letter.last_error or "?",
        )
        faults.append(Fault(f"ops|dead|{letter.recipient}|{letter.channel}|{letter.kind}", "dead", text))
    return faults


def operations(
    recipient: Recipient, channel: Channel, faults: list[Fault], told: dict[str, Told], warehouse_is_known: bool
) -> Message | None:
    """What an operator does not know yet. A failed run stays a failed run; other faults are told as solved once they are gone.

    Where the warehouse could not be looked at, nothing in it counts as solved. Nobody is told over a channel of its own dead letters.
    """
    own = f"ops|dead|{recipient.name}|{channel.label}|"
    mine = [f for f in faults if not f.place.startswith(own)]
    new = [f for f in mine if f.place not in told or _grew(told[f.place].values_hash, f.values_hash)]
    there = {f.place for f in faults}
    can_go = ("ops|dead|", "ops|check|", "ops|file|") if warehouse_is_known else ("ops|dead|",)
    gone = [(place, told[place].text) for place in told if place.startswith(can_go) and place not in there]
    if not (new or gone):
        return None
    still = len([f for f in mine if f.kind != "run"]) - len([f for f in new if f.kind != "run"])
    counts = {"new": len(new), "fixed": len(gone), "open": still}
    subject = subject_of("operations", counts)
    effects = Effects(told=tuple((f.place, f.values_hash, f.text) for f in new), fixed=tuple(place for place, _ in gone))
    identity = (*(f.place + f.values_hash for f in new), *effects.fixed)
    return Message(recipient, channel, "operations", subject, _sections(new, gone), identity, effects, counts)


def _grew(before: str, now: str) -> bool:
    return int(now) > int(before) if before.isdigit() and now.isdigit() else before != now


def _sections(new: list[Fault], gone: list[tuple[str, Text]]) -> tuple[Section, ...]:
    sections = []
    for kind in ("run", "check", "dead", "file"):
        lines = tuple(Line(SIGNS["new"], bilingual("alerts.new"), f.text) for f in new if f.kind == kind)
        heading = Text(*(f"■ {text}" for text in bilingual(f"alerts.heading_{kind}")))
        sections += [Section(heading, lines)] if lines else []
    lines = tuple(Line(SIGNS["fixed"], bilingual("alerts.fixed"), text) for _, text in gone)
    return (*sections, *([Section(EMPTY, lines)] if lines else []))
