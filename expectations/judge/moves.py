"""Numbers that stand in the wrong cell: two neighbors that changed places, and a row that slipped by one column.

A move changes several numbers, but it is one slip of the hand: the search for repairs counts it as one change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import pairwise

from expectations.judge.edits import Edit, Equation, Repair, residual
from ingest.law.forms import every_form

SWAPPED, SHIFTED = "neighbors_swapped", "row_shifted"
# A row that slipped spoils several sums; where one alone fails, a shift could always be made to fit and would explain nothing.
SPOILED = 2
LEAST = 3  # numbers that a shift changes; two are a swap


def moves(forms: Mapping[str, str], values: Mapping[str, Decimal], equations: list[Equation]) -> Iterator[tuple[str, Repair]]:
    """The swaps and shifts after which all these sums hold, each with its kind."""
    off = [(e, residual(values, e)) for e in equations]
    failing = [e for e, by in off if by]
    seen: set[Repair] = set()
    for kind, after in _candidates(forms, values, equations, failing):
        change = {c: n - values[c] for c, n in after.items()}
        if all(not by + sum(e[c] * n for c, n in change.items() if c in e) for e, by in off):
            repair = tuple(Edit(c, values[c], n) for c, n in sorted(after.items()) if change[c])
            if repair not in seen and (kind == SWAPPED or len(repair) >= LEAST):
                seen.add(repair)
                yield kind, repair


def neighbors(forms: Mapping[str, str], values: Mapping[str, Decimal]) -> Iterator[tuple[str, str]]:
    """Pairs of cells that hold a number and stand next to each other: in a row, or one above the other."""
    for name, form in forms.items():
        yield from ((a, b) for a, b in _lines(name, form)[1] if a in values and b in values)


def _candidates(
    forms: Mapping[str, str], values: Mapping[str, Decimal], equations: list[Equation], failing: list[Equation]
) -> Iterator[tuple[str, dict[str, Decimal]]]:
    """What could be moved, as the numbers afterwards; only what touches each sum that fails."""
    for a, b in neighbors(forms, values):
        if all(a in e or b in e for e in failing) and values[a] != values[b]:
            yield SWAPPED, {a: values[b], b: values[a]}
    sums = {frozenset(e): e for e in equations}
    for row in (row for name, form in forms.items() for row in _lines(name, form)[0]):
        total = sums.get(frozenset(row))
        if total is None or len(failing) < SPOILED or not all(e.keys() & total.keys() for e in failing):
            continue
        for cells in (row, row[:-1]):  # with the total, and the parts alone
            for order in (cells, cells[::-1]):
                # Each number goes back to the cell before it; the cell that is left open gets what the total asks for.
                after = {**{to: values[c] for to, c in pairwise(order)}, order[-1]: Decimal()}
                after[order[-1]] = -residual({**values, **after}, total) * total[order[-1]]
                if after[order[-1]] >= 0:
                    yield SHIFTED, after


@cache
def _lines(name: str, form: str) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """The rows of a table, and its pairs of neighbors."""
    table = every_form()[form].tables[name]
    rows = [[f"{name}.{row}.{column}" for column in table.columns] for row in table.rows if table.columns]
    columns = [list(column) for column in zip(*rows, strict=True)]
    return rows, [pair for line in (*rows, *columns) for pair in pairwise(line)]
