"""An error on which nobody decided goes to the next level: once, marked with the days and who was told when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from foi.alerts.clock import day
from foi.alerts.post.ledger import Owner, Told
from foi.alerts.what.novelty import novelty
from foi.alerts.what.problems import Problem, State
from foi.alerts.who.subscriptions import Entry, Subscriptions

Known = dict[Owner, dict[str, Told]]


@dataclass(frozen=True, slots=True)
class Risen:
    """An error that goes up: since when it is known, for how many days, and to whom."""

    problem: Problem
    since: date
    days: int
    names: tuple[str, ...]


def escalations(subscriptions: Subscriptions, state: State, known: Known, today: date) -> dict[Owner, list[Risen]]:
    """What each recipient should hear as the next level. A decision of any kind on the very numbers stops it; warnings never rise."""
    found: dict[Owner, dict[str, Risen]] = {}
    targets = {entry.escalation.to for entry in subscriptions.entries.values() if entry.escalation}
    for entry in subscriptions.entries.values():
        if entry.escalation is None:
            continue
        above = subscriptions.reached(subscriptions.entries[entry.escalation.to])
        for risen in _waiting(entry, entry.name in targets, subscriptions, state, known):
            days = (today - risen.since).days
            if days < entry.escalation.after_days:
                continue
            for person in above:
                for channel in person.channels:
                    told = known.get((person.name, channel.label), {}).get(risen.problem.place)
                    if told is None or told.escalated_at is None or day(told.escalated_at) < risen.since:
                        mine = found.setdefault((person.name, channel.label), {})
                        mine.setdefault(risen.problem.place, Risen(risen.problem, risen.since, days, risen.names))
    return {owner: list(mine.values()) for owner, mine in found.items()}


def _waiting(entry: Entry, is_next_level: bool, subscriptions: Subscriptions, state: State, known: Known) -> list[Risen]:
    """The undecided errors that the people of an entry were told of, in its own areas or as somebody's next level.

    The days count from when it was told as new or reopened; what reopens has to be told first.
    """
    told: dict[str, list[tuple[str, str]]] = {}
    for person in subscriptions.reached(entry):
        for channel in person.channels:
            for place, what in known.get((person.name, channel.label), {}).items():
                problem = state.by_place.get(place)
                if problem is None or problem.severity != "error" or problem.is_decided or novelty(problem, what) == "reopened":
                    continue
                own = entry.covers(problem.unit_code) and entry.hears_of(problem.severity, problem.rule_id)
                since = what.first_told_at if own else what.escalated_at if is_next_level else None
                if since:
                    told.setdefault(place, []).append((since, person.name))
    risen = []
    for place, whom in told.items():
        risen.append(Risen(state.by_place[place], day(min(whom)[0]), 0, tuple(sorted({name for _, name in whom}))))
    return risen
