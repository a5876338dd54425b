"""An invented county whose reports agree with each other: sums hold, what is carried over arrives, stocks add up, prose fits."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal

from expectations.judge.rules import Facts
from ingest.law.forms import load_forms
from ingest.model import Count
from tests.factory.record import ORGANIZATIONS

FORMS = {table: "2021" for table in ("disclosure", "requests", "challenges")}
TOWNS, YEARS = 20, range(2021, 2027)


@dataclass(frozen=True)
class Filed:
    """One report: its numbers, and the counts its prose gives."""

    town: int
    year: int
    values: dict[str, int | str]  # a fraction is written as text
    prose: dict[str, int]
    counts: tuple[Count, ...] = ()
    form: str = "2021"

    @property
    def facts(self) -> Facts:
        """The report as it is judged."""
        numbers = ({code: Decimal(n) for code, n in part.items()} for part in (self.values, self.prose))
        values, prose = numbers
        return Facts(dict.fromkeys(FORMS, self.form), values, {}, prose, "township", self.counts, self.year)

    def changed(self, **values: int) -> Filed:
        """The report with other numbers (dots in codes written as __)."""
        return replace(self, values={**self.values, **{k.replace("__", "."): v for k, v in values.items()}})


def county(seed: int = 0) -> dict[tuple[int, int], Filed]:
    """All reports by town and year."""
    rng = random.Random(seed)
    return {(town, f.year): f for town in range(TOWNS) for f in _history(rng, town)}


def _history(rng: random.Random, town: int) -> list[Filed]:
    size = rng.choice((6, 20, 80))
    filed: list[Filed] = []
    for year in YEARS:
        filed.append(_report(rng, town, year, size, filed[-1] if filed else None))
    return filed


def _report(rng: random.Random, town: int, year: int, size: int, before: Filed | None) -> Filed:
    form = load_forms()["2021"]
    values = {c.code: 0 for c in form.cells}
    outcomes = ["granted", "partly_granted", *(row for group in form.groups.values() for row in group)]
    for column in ORGANIZATIONS:
        carried = before.values[f"requests.carried_out.{column}"] if before else rng.randint(0, size // 4)
        received = rng.randint(0, size) if column in ORGANIZATIONS[:2] or rng.random() < 0.3 else 0
        left = rng.randint(0, min(received, max(1, size // 5)))
        numbers = {"received": received, "carried_in": carried, "carried_out": left, "closed": received + carried - left}
        rest = numbers["closed"]
        for row in rng.sample(outcomes, 4):
            numbers[row] = rng.randint(0, rest)
            rest -= numbers[row]
        numbers["granted"] = numbers.get("granted", 0) + rest
        values |= {f"requests.{row}.{column}": n for row, n in numbers.items()}
    for row in form.tables["requests"].rows:
        values[f"requests.{row}.total"] = sum(values[f"requests.{row}.{c}"] for c in ORGANIZATIONS)
    for row in form.tables["challenges"].rows:
        parts = {c: rng.choice((0, 0, rng.randint(0, 9))) for c in ("upheld", "corrected", "other", "pending")}
        values |= {f"challenges.{row}.{c}": n for c, n in {**parts, "total": sum(parts.values())}.items()}
    made = rng.randint(0, 6)
    stock = before.values["disclosure.normative_in_force"] if before else rng.randint(5, 30)
    repealed = rng.randint(0, min(3, stock))
    values |= {"disclosure.normative_made": made, "disclosure.normative_repealed": repealed}
    values |= {"disclosure.normative_in_force": stock + made - repealed, "disclosure.licenses": rng.randint(0, 300)}
    both = rng.random() < 0.5  # 收到 means the new ones in some towns, new and carried in others
    told = values["requests.received.total"] + (values["requests.carried_in.total"] if both else 0)
    return Filed(town, year, values, {"requests_received": told, "reviews": values["challenges.review.total"]})
