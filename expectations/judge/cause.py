"""The likely cause of sums that fail, told from the first repair: what slip of the hand does it undo?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from expectations.judge.edits import Repair
from expectations.judge.moves import moves, neighbors
from expectations.judge.repair import parts
from expectations.judge.rules import Facts
from expectations.judgment import Judgment
from expectations.messages import texts
from ingest.law.forms import every_form
from ingest.law.relations import relations_of
from ingest.words.language import Text

CARRY_OVER, FORGOTTEN = "carry_over", "carry_over_forgotten"


@dataclass(frozen=True, slots=True)
class Cause:
    """The changes of a repair that belong together, and what was probably done wrong: an id (messages.yaml), or nothing."""

    edits: Repair
    cause: str


def causes(repair: Repair, report: Facts, last_year: Facts | None = None) -> list[Cause]:
    """A cause for each group of sums that a repair puts right; sums that share no cell fail for reasons of their own."""
    found = []
    for equations in parts(report):
        cells = {c for e in equations for c in e}
        edits = tuple(e for e in repair if e.code in cells)
        if edits:
            values = {c: report.values[c] for c in cells}
            moved = {frozenset(r): kind for kind, r in moves(report.forms, values, equations)}
            found.append(Cause(edits, moved.get(frozenset(edits)) or _cause(edits, report, last_year)))
    return found


def cause_of(violation: Judgment, found: Sequence[Cause]) -> str:
    """The cause of a violation, by the cells it is about; nothing where no change touches them or the violation is about no sum."""
    if not violation.is_printed:
        return FORGOTTEN if violation.rule == CARRY_OVER and violation.left == 0 else ""
    return next((c.cause for c in found if any(e.code in violation.cells for e in c.edits)), "")


def cause_text(cause: str) -> Text:
    """A cause in Chinese and in English."""
    return Text(**texts()["causes"][cause])


def _cause(edits: Repair, report: Facts, last_year: Facts | None) -> str:
    if _is_split(edits, report):
        return "digits_split"
    totals = {rule.left[0] for form in report.forms.values() for rule in every_form()[form].rules if len(rule.left) == 1}
    if all(e.code in totals for e in edits):
        return "total_zero" if all(e.before == 0 for e in edits) else "total_not_updated"
    return FORGOTTEN if _is_forgotten(edits, report, last_year) else ""


def _is_split(edits: Repair, report: Facts) -> bool:
    """Whether the digits of two neighbors make one number, which the repair puts into one of them."""
    numbers = {e.code: f"{e.before:f}" for e in edits}
    pairs = [(a, b) for a, b in neighbors(report.forms, report.values) if {a, b} == numbers.keys()]
    after = sorted(int(e.after) for e in edits)
    return any(numbers[a] != "0" and after == [0, int(numbers[a] + numbers[b])] for a, b in pairs)


def _is_forgotten(edits: Repair, report: Facts, last_year: Facts | None) -> bool:
    """Whether each change sets what last year's report carried over; where that is not at hand, a 0 is taken for forgotten."""
    form = report.forms.get("requests")
    source = {
        relation.left[0].code: relation.readings[0][0].code
        for relation in (relations_of(form) if form else ())
        if relation.rule == CARRY_OVER
    }
    last = last_year.values if last_year else {}
    known = {e.code: last.get(source[e.code]) for e in edits if e.code in source}
    return all(e.code in known and (e.before == 0 if known[e.code] is None else e.after == known[e.code]) for e in edits)
