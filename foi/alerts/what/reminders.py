"""Who has not filed yet: told some days before and after a deadline, each step once, one message for a recipient and day.

The deadlines and states are those of the table `progress` of the published file; where there is none, nothing is told.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from foi.alerts.clock import day
from foi.alerts.post.ledger import Effects, Owner
from foi.alerts.post.message import EMPTY, Line, Message, Section
from foi.alerts.who.channels import Channel
from foi.alerts.who.subscriptions import Entry, Recipient, Subscriptions
from foi.messages import bilingual
from ingest.words.language import Text

GRACE = timedelta(days=7)  # how long the last step may be told later, when nothing ran on its day
OWED = """
select unit_code, unit_name, report_year, due from progress
where state = 'not_filed' and not is_exempt and due between $1 and $2 and unit_code is not null order by due, report_year, unit_code
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """A unit that owes a report of a year, and until when."""

    unit_code: str
    unit_name: str
    report_year: int
    due: date


def read_owed(connection: Any, subscriptions: Subscriptions, today: date) -> list[Owed]:
    """The units that have not filed and whose deadline is near enough for a step of anybody."""
    steps = [step for entry in subscriptions.entries.values() if entry.reminders for step in entry.reminders.steps]
    exists = connection.execute("select 1 from information_schema.tables where table_name = 'progress'").fetchone()
    if not steps or not exists:
        return []
    first, last = today - timedelta(days=max(steps)) - GRACE, today - timedelta(days=min(steps))
    return [Owed(*row) for row in connection.execute(OWED, [first, last]).fetchall()]


def step_of(due: date, steps: list[int], today: date) -> int | None:
    """The step that a day belongs to: the last one reached, until the next one; None before the first and long after the last."""
    reached = [step for step in steps if due + timedelta(days=step) <= today]
    if not reached or (reached[-1] == steps[-1] and today >= due + timedelta(days=steps[-1]) + GRACE):
        return None
    return reached[-1]


def reminder(
    recipient: Recipient, channel: Channel, owed: list[Owed], today: date, connection: sqlite3.Connection
) -> Message | None:
    """The message of the day; none if no step is due, all were told, everybody has filed, or one went out today."""
    owner = (recipient.name, channel.label)
    told = _told(connection, owner)
    if any(day(at) == today for at in told.values()):
        return None
    late: dict[tuple[date, int], dict[str, Owed]] = {}
    steps: set[tuple[int, str, int]] = set()
    for entry in recipient.entries:
        for one, step in _steps(entry, owed, today):
            key = (one.report_year, one.due.isoformat(), step)
            if key not in told:
                steps.add(key)
                late.setdefault((one.due, one.report_year), {})[one.unit_code] = one
    if not late:
        return None
    total = sum(map(len, late.values()))
    sections = tuple(_section(due, year, list(units.values()), today) for (due, year), units in sorted(late.items()))
    return Message(
        recipient, channel, "reminder", bilingual("alerts.reminder", n=total), sections,
        tuple("|".join(map(str, step)) for step in sorted(steps)), Effects(steps=tuple(sorted(steps))), {"not_filed": total},
    )  # fmt: skip


def _steps(entry: Entry, owed: list[Owed], today: date) -> list[tuple[Owed, int]]:
    if entry.reminders is None or not entry.reminders.steps:
        return []
    reached = ((one, step_of(one.due, entry.reminders.steps, today)) for one in owed if entry.covers(one.unit_code))
    return [(one, step) for one, step in reached if step is not None]


def _told(connection: sqlite3.Connection, owner: Owner) -> dict[tuple[int, str, int], str]:
    query = "select report_year, due, step, told_at from reminded where recipient = ? and channel = ?"
    return {(year, due, step): at for year, due, step, at in connection.execute(query, owner)}


def _section(due: date, year: int, units: list[Owed], today: date) -> Section:
    days = (due - today).days
    entry = "due_in" if days > 0 else "due_today" if days == 0 else "overdue"
    heading = bilingual(f"alerts.{entry}", year=year, due=due.isoformat(), days=abs(days), n=len(units))
    named = (f"{one.unit_name} ({one.unit_code})" for one in units)
    return Section(heading, tuple(Line("·", EMPTY, Text(name, name)) for name in named))
