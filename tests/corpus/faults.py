"""What is wrong in some reports: sums that do not hold, second versions with other numbers, cells that hold no number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from tests.corpus.numbers import WIDTH, Sheet, sheet_of
from tests.corpus.plan import Numbers, Plan

STATES = ("reported", "blank", "dash", "unreadable")
BLANK, DASH, UNREADABLE = 1, 2, 3
BROKEN, UNCLEAR = 0.02, 0.01  # of the reports
LESS_OFTEN = 0.0025  # of those that are all zero

Row = Numbers
Fault = Callable[[Row, Callable[[str], int]], None]


def _add(*codes: str, row: Row, at: Callable[[str], int]) -> None:
    row[[at(code) for code in codes]] += 1


def _digits_exchanged(row: Row, at: Callable[[str], int]) -> None:
    cell = at("requests.closed.total")
    turned = int(str(row[cell])[::-1])
    row[cell] = turned if turned != row[cell] else row[cell] + 9


def _row_shifted(row: Row, at: Callable[[str], int]) -> None:
    first, last = at("requests.closed.natural_person"), at("requests.closed.total")
    row[first : last + 1] = np.roll(row[first : last + 1], 1)
    if len(set(row[first : last + 1])) == 1:
        row[last] += 1


def _total_forgotten(row: Row, at: Callable[[str], int]) -> None:
    row[at("challenges.review.upheld")] += 3
    row[at("challenges.review.total")] = 0


def _fault(*codes: str) -> Fault:
    return lambda row, at: _add(*codes, row=row, at=at)


# Total not updated, one outcome too many, one more carried out than the sums allow; digits, rows and a total that went wrong.
FAULTS: tuple[Fault, ...] = (
    _fault("requests.received.natural_person"),
    _fault("requests.granted.natural_person", "requests.granted.total"),
    _fault("requests.carried_out.natural_person", "requests.carried_out.total"),
    _digits_exchanged,
    _row_shifted,
    _total_forgotten,
)


def refile(plan: Plan, values: Numbers) -> None:
    """Give every second version another number than the first; its sums hold as they did."""
    for n in np.flatnonzero(plan.version > 0):
        at = sheet_of(int(plan.year[n])).at
        for row in ("received", "granted", "closed"):
            values[n, at[f"requests.{row}.natural_person"]] += 1
            values[n, at[f"requests.{row}.total"]] += 1


def break_sums(plan: Plan, values: Numbers, rng: np.random.Generator) -> Numbers:
    """Break a printed sum in two of a hundred reports; returns the kind of fault of each, 0 where none."""
    busy = values.any(axis=1)
    often = max(BROKEN - LESS_OFTEN * (1 - busy.mean()), 0) / max(busy.mean(), 0.05)
    wrong = rng.random(len(plan)) < np.where(busy, often, LESS_OFTEN)
    kinds = np.where(wrong, rng.integers(1, len(FAULTS) + 1, len(plan)), 0)
    for n in np.flatnonzero(kinds):
        FAULTS[kinds[n] - 1](values[n], sheet_of(int(plan.year[n])).at.__getitem__)
    return kinds


def unclear(plan: Plan, rng: np.random.Generator) -> Numbers:
    """The state of every cell: in one of a hundred reports a row is blank, a table has dashes, or a cell cannot be read."""
    states = np.zeros((len(plan), WIDTH), np.int8)
    for n in np.flatnonzero(rng.random(len(plan)) < UNCLEAR):
        sheet = sheet_of(int(plan.year[n]))
        kind = int(rng.integers(1, len(STATES)))
        _UNCLEAR[kind](sheet, states[n], int(rng.integers(0, len(sheet.outcomes))))
    return states


def _cells(sheet: Sheet, states: Row, which: int, *, state: int, begin: str = "") -> None:
    begin = begin or f"requests.{sheet.outcomes[which]}."
    states[[n for n, code in enumerate(sheet.codes) if code.startswith(begin)]] = state


def _one(sheet: Sheet, states: Row, which: int) -> None:
    states[sheet.at[f"requests.{sheet.outcomes[which]}.total"]] = UNREADABLE


_UNCLEAR = {BLANK: partial(_cells, state=BLANK), DASH: partial(_cells, state=DASH, begin="challenges."), UNREADABLE: _one}
