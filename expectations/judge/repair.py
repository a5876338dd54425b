"""Propose the smallest change of numbers after which every printed sum of a report holds; a proposal never changes a fact.

Change as few numbers as possible (Fellegi and Holt 1976). A number is changed so that a sum that fails holds; the search tries
one change, then two, up to four, and gives up where more would be needed. Of equally small repairs those come first that agree
with last year's report and with the prose, that fill in a total left at 0, or that look like a slip of the pen.
Numbers that stand in the wrong cell (moves) count as one change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from expectations.judge.edits import Edit, Equation, Repair, residual
from expectations.judge.moves import moves
from expectations.judge.rules import Facts
from ingest.law.forms import Rule, every_form
from ingest.law.relations import relations_of

PROPOSALS = 3
MOST = 4  # changes in one repair: more are no slip, a person has to look
STEPS = 20_000  # a search that takes more is given up; the report needs a person
KEPT = 400  # repairs of one size that are compared
MOVED = 0.8  # what speaks for a number in the wrong cell, beside a number that is wrong


def repairs(report: Facts, last_year: Facts | None = None) -> list[Repair]:
    """Up to three repairs, best first, each in the order of the form; none where all sums hold or none can be found."""
    evidence = _evidence(report, last_year)
    ranked = [_ranked(report, part, evidence) for part in parts(report)]
    if not ranked or not all(ranked):
        return []
    best = [e for options in ranked for e in options[0]]
    others = [
        [e for i, options in enumerate(ranked) for e in (other if i == k else options[0])]
        for k, each in enumerate(ranked)
        for other in each[1:PROPOSALS]
    ]
    order = {c.code: n for form in dict.fromkeys(report.forms.values()) for n, c in enumerate(every_form()[form].cells)}
    return [tuple(sorted(edits, key=lambda e: order[e.code])) for edits in [best, *others][:PROPOSALS]]


def _ranked(report: Facts, part: list[Equation], evidence: dict[str, set[Decimal]]) -> list[Repair]:
    """The repairs of one group of sums, best first. A swap or a shift counts as one change, however many numbers it moves."""
    searched = [*_as_told(report, part, evidence), *_Search(report, part).run()]
    moved = [repair for _, repair in moves(report.forms, {c: report.values[c] for e in part for c in e}, part)]
    fewest = min(map(len, searched), default=1)

    def rank(repair: Repair) -> tuple[int, float, list[str]]:
        is_move = repair in moved
        return 1 if is_move else fewest, _cost(repair, report, evidence) - MOVED * is_move, [e.code for e in repair]

    return sorted(dict.fromkeys([*searched, *moved]), key=rank)


def parts(report: Facts) -> Iterator[list[Equation]]:
    """The sums that can be judged, in groups that share no cell, of those groups where one fails."""
    groups: list[tuple[set[str], list[Equation]]] = []
    for rule in _rules(report):
        equation = {c: 1 for c in rule.left} | {c: -1 for c in rule.right}
        if any(c not in report.values for c in equation):
            continue
        near = [g for g in groups if g[0] & equation.keys()]
        merged = (set(equation).union(*(g[0] for g in near)), [equation, *(e for g in near for e in g[1])])
        groups = [g for g in groups if g not in near] + [merged]
    yield from (equations for _, equations in groups if any(residual(report.values, e) for e in equations))


def _as_told(report: Facts, equations: list[Equation], evidence: dict[str, set[Decimal]]) -> Iterator[Repair]:
    """A whole row as last year's report has it (a carry-over that was forgotten), if every sum then holds."""
    codes = sorted({c for e in equations for c in e if len(evidence.get(c, ())) == 1})
    edits = tuple(Edit(c, report.values[c], min(evidence[c])) for c in codes if report.values[c] not in evidence[c])
    after = {**report.values, **{e.code: e.after for e in edits}}
    if len(edits) > MOST and not any(residual(after, e) for e in equations):
        yield edits


def _rules(report: Facts) -> Iterable[Rule]:
    return (r for table, form in report.forms.items() for r in every_form()[form].rules if r.table == table)


class _Search:
    """Tries to make all sums of one group hold by changing as few numbers as possible."""

    def __init__(self, report: Facts, equations: list[Equation]) -> None:
        self.values = {c: report.values[c] for e in equations for c in e}
        self.before = dict(self.values)
        self.equations = sorted(equations, key=len)
        self.of_cell: dict[str, list[int]] = {}
        for k, equation in enumerate(self.equations):
            for code in equation:
                self.of_cell.setdefault(code, []).append(k)
        self.off = [residual(self.values, e) for e in self.equations]
        self.widest = max(map(len, self.of_cell.values()))
        self.found: dict[tuple[Edit, ...], None] = {}
        self.changed: list[str] = []
        self.steps = 0

    def run(self) -> list[Repair]:
        """All repairs with the fewest changes."""
        for size in range(1, MOST + 1):
            self._try(size)
            if self.found or self.steps > STEPS:
                break
        return list(self.found)

    def _try(self, left: int) -> None:
        failing = [k for k, off in enumerate(self.off) if off]
        if not failing:
            edits = (Edit(c, self.before[c], self.values[c]) for c in sorted(self.changed))
            self.found[tuple(edits)] = None
            return
        self.steps += 1
        if left * self.widest < len(failing) or self.steps > STEPS or len(self.found) >= KEPT:
            return
        target = failing[0]
        for code, sign in self.equations[target].items():
            delta = -self.off[target] * sign
            if code in self.changed or self.values[code] + delta < 0:
                continue
            self._change(code, delta)
            self.changed.append(code)
            self._try(left - 1)
            self.changed.pop()
            self._change(code, -delta)

    def _change(self, code: str, delta: Decimal) -> None:
        self.values[code] += delta
        for k in self.of_cell[code]:
            self.off[k] += self.equations[k][code] * delta


def _evidence(report: Facts, last_year: Facts | None) -> dict[str, set[Decimal]]:
    """What last year's report and the prose say a single cell should be."""
    found: dict[str, set[Decimal]] = {}
    for form in dict.fromkeys(report.forms.values()):
        for relation in relations_of(form):
            for reading in (r for r in relation.readings if len(r) == 1 == len(relation.left) and relation.sign == "="):
                cell, other = relation.left[0], reading[0]
                if cell.source == "prose":
                    cell, other = other, cell
                told = (last_year.values if last_year else {}) if other.source == "last_year" else report.prose
                if cell.source == "cell" and other.source in ("last_year", "prose") and other.code in told:
                    found.setdefault(cell.code, set()).add(told[other.code])
    return found


def _cost(repair: Repair, report: Facts, evidence: dict[str, set[Decimal]]) -> float:
    """What speaks against a repair, less what speaks for it."""
    totals = {rule.left[0] for rule in _rules(report) if len(rule.left) == 1}
    cost = 0.0
    for edit in repair:
        told = evidence.get(edit.code, set())
        cost += (edit.before in told) - 2 * (edit.after in told)  # breaks what agreed; makes agree what did not
        cost -= 1.5 * (edit.before == 0 and edit.code in totals)  # a total not filled in
        cost -= 0.5 * _is_slip(f"{edit.before:f}", f"{edit.after:f}") + 0.2 * (edit.code in totals)
        cost += float(abs(edit.after - edit.before) / (edit.before + 1)) * 0.01
    return cost / len(repair)


def _is_slip(a: str, b: str) -> bool:
    """Whether one number is the other with two digits exchanged, one digit wrong, left out or written twice."""
    if len(a) == len(b):
        wrong = [k for k in range(len(a)) if a[k] != b[k]]
        exchanged = len(wrong) == 2 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]
        return (len(wrong) == 1 and len(a) > 1) or exchanged
    short, long = sorted((a, b), key=len)
    return len(long) - len(short) == 1 and len(short) > 1 and any(long[:k] + long[k + 1 :] == short for k in range(len(long)))
