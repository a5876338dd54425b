"""The numbers of the reports of some units: sums that hold, what is carried over arrives, most are zero; and some that are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ingest.law.forms import Form, load_forms
from ingest.words.text import number_words
from tests.corpus.plan import YEARS, Numbers, Plan, units
from tests.factory.record import ORGANIZATIONS

ALWAYS, SOMETIMES = 0.15, 0.2  # the units that are active in every year, and those that have requests for a while
SHARES = np.array([0.8, 0.12, 0.02, 0.02, 0.02, 0.02])  # of the requests, by applicant
OUTCOMES = {
    "granted": 40,
    "partly_granted": 10,
    "not_held": 15,
    "denied_inquiry": 4,
    "petition": 4,
    "denied_internal": 3,
    "repeated": 3,
}
CHALLENGES = ("review", "lawsuit_direct", "lawsuit_after_review")


@dataclass(frozen=True)
class Sheet:
    """The cells of a form: their codes in order, and how they hang together."""

    form: Form

    @cached_property
    def codes(self) -> list[str]:
        return [cell.code for cell in self.form.cells]

    @cached_property
    def at(self) -> dict[str, int]:
        return {code: n for n, code in enumerate(self.codes)}

    @cached_property
    def tenths(self) -> Numbers:
        """The cells that hold money, whose numbers are tenths."""
        return np.array([cell.unit in number_words()["money"] for cell in self.form.cells])

    @cached_property
    def outcomes(self) -> list[str]:
        """The ways in which a request can end."""
        rule = next(r for r in self.form.rules if r.rule == "requests_closed_total")
        return [code.split(".")[1] for code in rule.right]

    @cached_property
    def sums(self) -> Numbers:
        """A row for each printed sum: what is added (1) and what it must be (-1)."""
        found = np.zeros((len(self.form.rules), len(self.codes)), np.int64)
        for n, rule in enumerate(self.form.rules):
            found[n, [self.at[code] for code in rule.left]] += 1
            found[n, [self.at[code] for code in rule.right]] -= 1
        return found


@cache
def sheet_of(year: int) -> Sheet:
    """The form that is in force for a year."""
    return next(Sheet(f) for f in load_forms().values() if f.first_year <= year <= (f.last_year or year))


WIDTH = max(len(sheet_of(year).codes) for year in YEARS)


def numbers_of(plan: Plan, rng: np.random.Generator) -> Numbers:
    """A row of numbers for each report, in the order of the cells of its form (what is left of the row is 0)."""
    first, last = int(plan.unit[0]), int(plan.unit[-1]) + 1
    history = _History(rng, np.array([unit.level != "township" for unit in units()[first:last]]))
    grid = np.zeros((last - first, len(YEARS), WIDTH), np.int64)
    for y, year in enumerate(YEARS):
        sheet = sheet_of(year)
        for code, numbers in _report(rng, history, sheet, y):
            grid[:, y, sheet.at[code]] = numbers
    return grid[plan.unit - first, plan.year - YEARS[0]]


class _History:
    """What connects the years of each unit: whether it is active, how large, what it carries over, and its normative documents."""

    def __init__(self, rng: np.random.Generator, is_large: Numbers) -> None:
        n, years = len(is_large), np.arange(len(YEARS))
        kind, begin, length = rng.random(n), rng.integers(0, len(YEARS), n), rng.integers(1, 5, n)
        self.always = kind < ALWAYS
        spell = (years >= begin[:, None]) & (years < (begin + length)[:, None])
        self.active = self.always[:, None] | (spell & (kind < ALWAYS + SOMETIMES)[:, None])
        self.size = np.exp(rng.normal(1.4, 1.0, n)) * np.where(is_large, 12, 1)
        self.usual = np.exp(rng.normal(3.5, 1.2, n)) * np.where(is_large, 8, 1)
        shape = (n, len(YEARS), len(ORGANIZATIONS))
        self.received = rng.poisson(self.size[:, None, None] * SHARES, shape) * self.active[:, :, None]
        follows = np.append(self.active[:, 1:], self.active[:, -1:], axis=1) & self.active
        self.carried_out = rng.binomial(self.received, 0.12) * follows[:, :, None]
        before = rng.poisson(0.1, (n, 1, len(ORGANIZATIONS))) * self.active[:, :1, None]
        self.carried_in = np.append(before, self.carried_out[:, :-1], axis=1)
        self.made = rng.integers(0, 5, (n, len(YEARS))) * self.always[:, None]
        self.repealed = np.minimum(rng.integers(0, 4, (n, len(YEARS))) * self.always[:, None], self.made + 2)
        self.stock = (rng.integers(15, 40, n) * self.always)[:, None] + np.cumsum(self.made - self.repealed, axis=1)


def _report(rng: np.random.Generator, history: _History, sheet: Sheet, y: int) -> Iterator[tuple[str, Numbers]]:
    yield from _requests(rng, history, sheet, y)
    yield from _challenges(rng, history, y)
    for code, numbers in _disclosure(rng, history, y):
        if f"disclosure.{code}" in sheet.at:
            yield f"disclosure.{code}", numbers * history.always


def _requests(rng: np.random.Generator, history: _History, sheet: Sheet, y: int) -> Iterator[tuple[str, Numbers]]:
    received, carried_in, carried_out = history.received[:, y], history.carried_in[:, y], history.carried_out[:, y]
    closed = received + carried_in - carried_out
    shares = np.array([OUTCOMES.get(row, 1) for row in sheet.outcomes], float)
    ended = rng.multinomial(closed, shares / shares.sum())
    rows = {"received": received, "carried_in": carried_in, "closed": closed, "carried_out": carried_out}
    rows |= {row: ended[:, :, n] for n, row in enumerate(sheet.outcomes)}
    for row, numbers in rows.items():
        yield f"requests.{row}.total", numbers.sum(axis=1)
        for n, column in enumerate(ORGANIZATIONS):
            yield f"requests.{row}.{column}", numbers[:, n]


def _challenges(rng: np.random.Generator, history: _History, y: int) -> Iterator[tuple[str, Numbers]]:
    for row in CHALLENGES:
        parts = [rng.poisson(history.size * 0.03) * history.active[:, y] for _ in range(4)]
        for column, numbers in zip(("upheld", "corrected", "other", "pending", "total"), [*parts, sum(parts)], strict=True):
            yield f"challenges.{row}.{column}", numbers


def _disclosure(rng: np.random.Generator, history: _History, y: int) -> Iterator[tuple[str, Numbers]]:
    """What the disclosure tables of all forms may ask."""
    many = len(history.size)
    year = {"normative_made": history.made, "normative_repealed": history.repealed, "normative_in_force": history.stock,
            "normative_newly_published": history.made, "normative_published_total": history.stock}  # fmt: skip
    yield from ((code, numbers[:, y]) for code, numbers in year.items())
    for code, part in (("licenses", 1.0), ("penalties", 0.4), ("other_services", 0.7), ("coercive_measures", 0.05)):
        yield code, np.round(history.usual * part * rng.uniform(0.8, 1.25, many)).astype(np.int64)
        yield f"{code}_items_last_year", np.round(history.usual * 0.2).astype(np.int64)
        yield f"{code}_items_change", rng.integers(-3, 4, many)
    yield "fees", np.round(history.usual * rng.uniform(0.8, 1.25, many)).astype(np.int64)
    yield "procurement_projects", rng.integers(0, 9, many)
    yield "procurement_amount", rng.integers(0, 900, many)
