"""What was subscribed to: entries of the file, the people they reach, and what each of them wants to hear."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from foi.alerts.who.channels import Channel
from ingest.words.language import language

RANK = {"error": 0, "warning": 1, "hint": 2}


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who hears of an error on which nothing was decided after so many days."""

    to: str
    after_days: int


@dataclass(frozen=True, slots=True)
class Reminders:
    """How many days before and after a deadline to tell who has not filed."""

    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def steps(self) -> list[int]:
        """All steps as days from the deadline: -14, -7, -1, 1, …"""
        return sorted({*(-day for day in self.before), *self.after})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the file: a person, a group, or a next level; what it subscribes to and how it is reached."""

    name: str
    areas: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    severity: str = "error"
    rules: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    languages: tuple[str, ...] = field(default_factory=lambda: (language(),))
    members: tuple[str, ...] = ()
    escalation: Escalation | None = None
    reminders: Reminders | None = None
    is_operator: bool = False
    is_inline: bool = False

    @property
    def hears_anything(self) -> bool:
        return bool(self.areas or self.units or self.is_operator)

    def covers(self, unit_code: str | None) -> bool:
        """Whether a unit is one of the units, or lies in one of the areas."""
        return unit_code is not None and (unit_code in self.units or any(unit_code.startswith(area) for area in self.areas))

    def hears_of(self, severity: str, rule_id: str) -> bool:
        """Whether a violation is grave enough, and of a rule that was asked for."""
        grave = RANK.get(severity, 0) <= RANK[self.severity]
        return grave and (not self.rules or any(rule_id == rule or rule_id.startswith(f"{rule}.") for rule in self.rules))


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets messages, over which channels, in which languages, and the entries they hear for."""

    name: str
    channels: tuple[Channel, ...]
    languages: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def is_operator(self) -> bool:
        return any(entry.is_operator for entry in self.entries)


@dataclass(frozen=True)
class Subscriptions:
    """All entries of the file by name."""

    entries: dict[str, Entry]

    @cached_property
    def recipients(self) -> list[Recipient]:
        """Everybody with a channel, in the order of the file; a member hears for themselves and for each of their groups."""
        owners: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            for person in self.reached(entry):
                owners.setdefault(person.name, []).append(entry)
        people = [self.entries[name] for name in self.entries if name in owners]
        return [Recipient(p.name, p.channels, p.languages, tuple(owners[p.name])) for p in people]

    @cached_property
    def named(self) -> set[str]:
        """The names that other entries use: members, and next levels."""
        every = self.entries.values()
        return {m for e in every for m in e.members} | {e.escalation.to for e in every if e.escalation}

    def reached(self, entry: Entry) -> list[Entry]:
        """The entries with a channel that a message for this entry goes to: itself and its members, their members too."""
        found: dict[str, Entry] = {}
        ahead = [entry.name]
        while ahead:
            name = ahead.pop(0)
            if name in self.entries and name not in found:
                found[name] = self.entries[name]
                ahead += found[name].members
        return [e for e in found.values() if e.channels]
