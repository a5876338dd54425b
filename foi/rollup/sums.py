"""The sums that the form prints, judged on the cells of an area's report by the product's own rules; which cannot hold, and whose fault it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from expectations.judge.rules import Facts, judge
from expectations.judgment import Judgment, Result
from expectations.messages import plain
from foi.messages import bilingual, joined, word_of
from foi.rollup.cells import Number, Numbers, RolledCell
from foi.rollup.members import Member
from ingest.law.forms import Form, Rule
from ingest.words.language import Text


@dataclass(frozen=True, slots=True)
class Sum:
    """A printed sum on the cells of an area: what came out, and the units because of which it cannot hold or cannot be judged.

    It is no pass where a unit that counts lacks a number of it, even if both sides are the same.
    """

    judgment: Judgment
    result: Result
    because: tuple[tuple[str, Text], ...]

    @property
    def is_settled(self) -> bool:
        """Whether it holds and every unit is in it."""
        return self.result == "pass"


def judged(form: Form, cells: Mapping[str, RolledCell], members: Mapping[str, Member], numbers: Numbers) -> tuple[Sum, ...]:
    """Every sum that the form prints, on the cells as added up."""
    values = {code: cell.value for code, cell in cells.items() if cell.value is not None}
    rules = {rule.rule_id: rule for rule in form.rules}
    facts = Facts(dict.fromkeys(form.tables, form.form), values)
    return tuple(_sum(one, rules[one.rule_id], cells, members, numbers) for one in judge(facts) if one.is_printed)


def _sum(judgment: Judgment, rule: Rule, cells: Mapping[str, RolledCell], members: Mapping[str, Member], numbers: Numbers) -> Sum:
    silent = dict.fromkeys(code for cell in judgment.cells for code in cells[cell].silent)
    because = [(code, _lacks(judgment, numbers[code])) for code in silent]
    if judgment.result == "fail":
        because += [
            (code, bilingual("rollup.own_sum_fails", left=left, right=right))
            for code, (left, right) in _broken(rule, members, numbers).items()
            if code not in silent
        ]
    result: Result = "not_assessable" if judgment.result == "pass" and silent else judgment.result
    return Sum(judgment, result, tuple(because))


def _lacks(judgment: Judgment, given: Mapping[str, Number]) -> Text:
    """The states of the numbers of a sum that a unit does not give."""
    states = dict.fromkeys(n.state for cell in judgment.cells if not (n := given[cell]).is_counted)
    return joined(word_of("state", state) for state in states)


def _broken(rule: Rule, members: Mapping[str, Member], numbers: Numbers) -> dict[str, tuple[str, str]]:
    """The units in whose own report the sum fails and counts all the same (somebody explained or waived it), with both sides."""
    found = {}
    for code, given in numbers.items():
        if members[code].is_without(rule.table):
            continue
        sides = [sum((given[cell].value or Decimal() for cell in side), Decimal()) for side in (rule.left, rule.right)]
        if sides[0] != sides[1]:
            found[code] = (plain(sides[0]), plain(sides[1]))
    return found
