"""What fails, grouped as a reviewer works through it: by its kind, then by the likely cause, then by the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from expectations.incomplete import ROWS, RULE
from expectations.judge.cause import cause_text
from foi.answer.failing import KINDS, STATES, WAITING
from foi.answer.overview import Part
from foi.messages import bilingual, word_of
from ingest.law.forms import Rule, every_form
from ingest.law.relations import Relation, relations_of
from ingest.law.signals import signals
from ingest.words.language import Text

NO_CAUSE = "-"  # how an address asks for what has no known cause


@dataclass(frozen=True)
class Group:
    """What fails of one kind, for one cause (NO_CAUSE: none is known), by one rule."""

    kind: str
    cause: str
    rule: str
    parts: tuple[Part, ...]

    @property
    def words(self) -> Text:
        """What the rule asks."""
        return rule_words(self.rule)

    @cached_property
    def states(self) -> dict[str, int]:
        """How many are in each state."""
        return counts_of(self.parts)

    @cached_property
    def members(self) -> int:
        """How many fail."""
        return sum(part.n for part in self.parts)

    @cached_property
    def waiting(self) -> int:
        """On how many somebody has to decide."""
        return sum(part.n for part in self.parts if part.state in WAITING)

    @cached_property
    def units(self) -> int:
        """How many units they are of."""
        return len(frozenset[str]().union(*(part.owners for part in self.parts)))


@dataclass(frozen=True)
class CauseGroup:
    """What fails for one cause, by its rules; those with most to decide first."""

    cause: str
    groups: tuple[Group, ...]

    @property
    def words(self) -> Text:
        """What was probably done wrong."""
        return cause_text(self.cause) if self.cause != NO_CAUSE else bilingual("desk.no_cause")

    @property
    def members(self) -> int:
        """How many fail."""
        return sum(group.members for group in self.groups)

    @property
    def waiting(self) -> int:
        """On how many somebody has to decide."""
        return sum(group.waiting for group in self.groups)


@dataclass(frozen=True)
class KindGroup:
    """What fails of one kind, by its causes."""

    kind: str
    causes: tuple[CauseGroup, ...]

    @property
    def members(self) -> int:
        """How many fail."""
        return sum(one.members for one in self.causes)

    @property
    def waiting(self) -> int:
        """On how many somebody has to decide."""
        return sum(one.waiting for one in self.causes)


def counts_of(parts: Iterable[Part]) -> dict[str, int]:
    """How many are in each state, in the order of the states; a state in which there is none is left out."""
    counts = Counter[str]()
    for part in parts:
        counts[part.state] += part.n
    return {state: counts[state] for state in STATES if counts[state]}


def grouped(parts: Iterable[Part]) -> tuple[KindGroup, ...]:
    """All of them in groups: kinds in their order, in each the causes that are known before what has none."""
    groups: dict[str, dict[str, dict[str, list[Part]]]] = {}
    for one in parts:
        groups.setdefault(one.kind, {}).setdefault(one.cause or NO_CAUSE, {}).setdefault(one.rule, []).append(one)
    kinds = []
    for kind in sorted(groups, key=KINDS.index):
        causes = [
            CauseGroup(cause, tuple(sorted((Group(kind, cause, rule, tuple(m)) for rule, m in rules.items()), key=_size)))
            for cause, rules in groups[kind].items()
        ]
        kinds.append(KindGroup(kind, tuple(sorted(causes, key=lambda c: (c.cause == NO_CAUSE, -c.waiting, -c.members, c.cause)))))
    return tuple(kinds)


def _size(group: Group) -> tuple[int, int, str]:
    return -group.waiting, -group.members, group.rule


def rule_words(rule: str) -> Text:
    """What a rule asks, by its name; of what is missing in a report, which table."""
    if rule == ROWS:
        return bilingual("desk.rows_unread")
    name, _, table = rule.partition(".")
    if name == RULE and table:
        return bilingual("desk.table_incomplete", table=word_of("table", table))
    return _rules().get(rule, Text(rule, rule))


@cache
def _rules() -> dict[str, Text]:
    """What every rule asks, by its name: printed sums, relations, and those that no equation can say."""
    found = {name: Text(signal.zh, signal.en) for name, signal in signals().items()}
    for form in reversed([*every_form().values()]):
        rules: list[Rule | Relation] = [*form.rules, *relations_of(form.form)]
        found |= {rule.rule: Text(rule.zh, rule.en) for rule in rules}
    return found
