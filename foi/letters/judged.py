"""What the sums would be with the numbers that a unit says are right: does that mend what was asked, and what else would break?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from expectations.incomplete import RULE
from expectations.judge.rules import judge
from expectations.judgment import Judgment
from expectations.messages import plain
from foi.letters.answers import Change
from foi.letters.asked import Letter
from foi.messages import message


@dataclass(frozen=True, slots=True)
class After:
    """One rule as it would be: both sides, and whether it holds (holds, fails, or open where something else is still lacking)."""

    rule_id: str
    left: str
    right: str
    result: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The rule that was asked about as it would be, the others that would hold then, and those that would break."""

    asked: After | None
    mended: tuple[After, ...]
    broken: tuple[After, ...]

    @property
    def verdict(self) -> str:
        """mends, breaks, fails or open: what the right numbers do to the sums, in one word."""
        if self.broken:
            return "breaks"
        return {"holds": "mends", "fails": "fails"}.get(self.asked.result if self.asked else "open", "open")


def judged(letter: Letter, rule_id: str, changes: Sequence[Change]) -> Judged:
    """Judge the report with these numbers in their places; nothing else is changed, and nothing is written."""
    remedy = letter.remedy
    values = {**remedy.now.values, **{one.code: Decimal(one.after) for one in changes}}
    then = replace(remedy.now, values=values)
    before = {one.rule_id: one for one in judge(remedy.now, remedy.before)}
    after = {one.rule_id: one for one in judge(then, remedy.before)}
    failed = {rule for rule, one in before.items() if one.result == "fail"}
    asked = _completed(letter, rule_id, changes) if rule_id in letter.lacking else None
    if asked is None and rule_id in after:
        asked = _after(after[rule_id])
    mended = [_after(after[rule]) for rule in failed if rule != rule_id and rule in after and after[rule].result == "pass"]
    broken = [_after(one) for rule, one in after.items() if one.result == "fail" and rule not in failed]
    return Judged(asked, tuple(sorted(mended, key=lambda one: one.rule_id)), tuple(broken))


def _after(one: Judgment) -> After:
    result = {"pass": "holds", "fail": "fails"}.get(one.result, "open")
    return After(one.rule_id, plain(one.left), plain(one.right), result, one.meaning.shown)


def _completed(letter: Letter, rule_id: str, changes: Sequence[Change]) -> After:
    """A table that lacks numbers: how many it would have of how many."""
    asked = next(v for v in letter.violations if v.rule_id == rule_id)
    lacking = letter.lacking[rule_id]
    filled = sum(one.code in lacking for one in changes)
    left = (asked.left or Decimal()) + filled
    table = message(f"gap.{rule_id.removeprefix(f'{RULE}.')}")
    meaning = message("answer.filled", table=table, filled=filled, lacking=len(lacking) - filled)
    return After(rule_id, plain(left), plain(asked.right), "holds" if filled == len(lacking) else "fails", meaning)
