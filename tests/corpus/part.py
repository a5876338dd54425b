"""A part of a corpus as it is drawn: the numbers of its reports, what is wrong with them, their formats and their ids."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from ingest.landing.rows import read_id
from tests.corpus.faults import break_sums, refile, unclear
from tests.corpus.numbers import numbers_of
from tests.corpus.pattern import READERS
from tests.corpus.plan import Numbers, Plan


@dataclass(frozen=True)
class Part:
    """What is known of each report of a part, before it is written as tables; `order` sorts them by their readings."""

    plan: Plan
    values: Numbers
    states: Numbers
    broken: Numbers
    formats: list[str]
    documents: list[str]
    readings: list[str]
    order: Numbers


def part_of(plan: Plan, seed: int) -> tuple[Part, np.random.Generator]:
    """Draw the numbers of a part, and what is wrong with them; the generator goes on with what remains."""
    rng = np.random.default_rng([seed, int(plan.unit[0])])
    values = numbers_of(plan, rng)
    refile(plan, values)
    broken = break_sums(plan, values, rng)
    states = unclear(plan, rng)
    shares = np.array([*READERS.values()]) / 100
    of_unit = rng.choice(len(shares), int(plan.unit[-1] - plan.unit[0]) + 1, p=shares)  # an office keeps its format
    formats = [[*READERS][n] for n in of_unit[plan.unit - plan.unit[0]]]
    keys = zip(plan.unit.tolist(), plan.year.tolist(), plan.version.tolist(), strict=True)
    documents = [hashlib.sha256(f"{seed}|{key}".encode()).hexdigest() for key in keys]
    readings = [read_id(document) for document in documents]
    return Part(plan, values, states, broken, formats, documents, readings, np.argsort(readings)), rng
