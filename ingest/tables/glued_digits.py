"""Digits that ran together, cut apart only where the printed sums of the form leave exactly one way; else nothing is read.

A number has no leading zero. Rows without a number for each column cannot be told from rows with longer numbers, so every sum
of the table must be there and hold; a report whose own sums do not hold is left unread.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ingest.law.forms import load_forms

MOST_CUTS = 400  # of one row
MOST_STEPS = 200_000
MOST_TABLES = 20_000  # combinations of the rows that have several cuts

Cut = tuple[int, ...]


@lru_cache(256)  # the rows of one report are tried with one table and another
def cuts(digits: str, n: int) -> list[Cut] | None:
    """The ways to cut digits into n numbers of which the last is the sum of the others; None if there are too many to tell."""
    if not digits.isdecimal() or len(digits) < n or len(digits) > 12 * n:
        return []
    found: list[Cut] = []
    steps = [0]
    for size in range(1, len(digits) - n + 2):
        total = digits[-size:]
        if len(total) > 1 and total[0] == "0":
            continue
        for parts in _parts(digits[:-size], n - 1, int(total), steps):
            found.append((*parts, int(total)))
            if len(found) > MOST_CUTS:
                return None
        if steps[0] > MOST_STEPS:
            return None
    return found


def _parts(digits: str, n: int, total: int, steps: list[int]) -> Iterator[Cut]:
    """The ways to cut digits into n numbers with a given sum."""
    steps[0] += 1
    if steps[0] > MOST_STEPS:
        return
    if n == 1:
        if (len(digits) == 1 or digits[0] != "0") and int(digits) == total:
            yield (total,)
        return
    longest = 1 if digits[0] == "0" else min(len(digits) - n + 1, len(str(total)))
    for size in range(1, longest + 1):
        first = int(digits[:size])
        if first > total:
            break
        if n == 2:  # nearly all steps are of this kind; one by one they took most of the time
            steps[0] += 1
            rest = digits[size:]
            if (len(rest) == 1 or rest[0] != "0") and int(rest) == total - first:
                yield (first, total - first)
            continue
        for others in _parts(digits[size:], n - 1, total - first, steps):
            yield (first, *others)


def solve_requests(form: str, rows: Mapping[str, str]) -> dict[str, Cut]:
    """Table three: digits of every row → numbers of every row, if all sums of rows and columns leave one way; else empty."""
    table = load_forms()[form].tables["requests"]
    columns = list(table.columns)
    if set(rows) != set(table.rows):
        return {}
    choices: dict[str, list[Cut]] = {}
    for code, digits in rows.items():
        ways = cuts(digits, len(columns))
        if not ways:
            return {}
        choices[code] = ways
    open_rows = [code for code, ways in choices.items() if len(ways) > 1]
    many = 1
    for code in open_rows:
        many *= len(choices[code])
        if many > MOST_TABLES:
            return {}
    sums = [r for r in load_forms()[form].rules if r.table == "requests" and r.instance in table.columns]
    solved: dict[str, Cut] = {}
    fixed = {code: ways[0] for code, ways in choices.items()}
    for picked in itertools.product(*(choices[code] for code in open_rows)):
        trial = {**fixed, **dict(zip(open_rows, picked, strict=True))}
        cells = {f"requests.{code}.{c}": v for code, cut in trial.items() for c, v in zip(columns, cut, strict=True)}
        if all(sum(cells[c] for c in r.left) == sum(cells[c] for c in r.right) for r in sums):
            if solved:
                return {}
            solved = trial
    return solved


def solve_challenges(form: str, digits: str) -> list[int]:
    """Table four: one string of digits → fifteen numbers, if its three totals leave one way; else empty."""
    table = load_forms()[form].tables["challenges"]
    blocks, width = len(table.rows), len(table.columns)
    steps = [0]
    ways = list(itertools.islice(_blocks(digits, blocks, width, steps), 2))
    return list(ways[0]) if len(ways) == 1 and steps[0] <= MOST_STEPS else []


def _blocks(digits: str, blocks: int, width: int, steps: list[int]) -> Iterator[Cut]:
    if blocks == 0:
        if not digits:
            yield ()
        return
    for size in range(width, len(digits) - width * (blocks - 1) + 1):
        steps[0] += 1
        if steps[0] > MOST_STEPS:
            return
        first = cuts(digits[:size], width)
        if first is None:
            steps[0] = MOST_STEPS + 1
            return
        if first:
            for rest in _blocks(digits[size:], blocks - 1, width, steps):
                for cut in first:
                    yield (*cut, *rest)
