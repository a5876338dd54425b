"""What fails, by cause: a row that slipped by one column breaks four sums and is one problem, told once.

Where no cause is known, a rule that fails in many cells is one problem too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from expectations.judge.cause import Cause, cause_of
from expectations.judge.edits import Repair
from expectations.judge.rules import Facts, judge
from expectations.judgment import Judgment

MANY = 3  # violations of one rule that are told as one
SEVERITIES = ("error", "warning", "hint")  # the worst first


@dataclass(frozen=True, slots=True)
class Problem:
    """Violations that belong together, what was probably done wrong (an id, or nothing), and the change that puts all right (or none)."""

    violations: tuple[Judgment, ...]
    cause: str = ""
    edits: Repair = ()

    @property
    def severity(self) -> str:
        """That of its worst violation."""
        return min((v.severity for v in self.violations), key=SEVERITIES.index)


def problems(
    violations: Sequence[Judgment], found: Sequence[Cause], report: Facts, last_year: Facts | None = None
) -> list[Problem]:
    """The violations that fail, each in one problem, in the order in which they are given."""
    left = list(violations)
    made: list[Problem] = []
    for cause in found:
        healed = _healed(cause, report, last_year)
        mine = [v for v in left if v.rule_id in healed]
        left = [v for v in left if v not in mine]
        if mine:
            made.append(Problem(tuple(mine), cause.cause, cause.edits))
    made += [Problem(tuple(same), why) for why, same in _by_rule(left, found)]
    order = [v.rule_id for v in violations]
    return sorted(made, key=lambda p: order.index(p.violations[0].rule_id))


def _by_rule(left: Sequence[Judgment], found: Sequence[Cause]) -> Iterator[tuple[str, list[Judgment]]]:
    """Violations of one rule and one cause together, where they are many or the cause is known; else one by one."""
    rules: dict[str, list[Judgment]] = {}
    for violation in left:
        rules.setdefault(violation.rule, []).append(violation)
    for same in rules.values():
        causes = {violation: cause_of(violation, found) for violation in same}
        # A carry-over that was forgotten in a whole row is one slip, though every sum of the report holds without it.
        if len(same) >= MANY or all(causes.values()):
            yield ("" if len(set(causes.values())) > 1 else causes[same[0]]), same
        else:
            yield from ((why, [violation]) for violation, why in causes.items())


def _healed(cause: Cause, report: Facts, last_year: Facts | None) -> set[str]:
    """The rules that hold once the numbers of a cause are changed."""
    after = replace(report, values={**report.values, **{e.code: e.after for e in cause.edits}})
    return {j.rule_id for j in judge(after, last_year) if j.result == "pass"}
