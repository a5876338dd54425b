"""The raw tables of a part of a corpus, each row as a true reading would have written it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from ingest.landing.schemas import SCHEMAS
from tests.corpus.cells import cells_of, documents_of
from tests.corpus.files import files_of
from tests.corpus.numbers import sheet_of
from tests.corpus.part import Part, part_of
from tests.corpus.plan import YEARS, Numbers, Plan
from tests.corpus.prose import Prose, prose_of

LANDED = datetime(2025, 9, 1, 1, 0)


def tables_of(plan: Plan, seed: int, number: int) -> dict[str, pl.DataFrame]:
    """Every raw table of a part that lands as the batch of this number."""
    part, rng = part_of(plan, seed)
    prose = list(prose_of(plan, _told_of(part), rng))
    rows: dict[str, Any] = files_of(part, rng, LANDED + timedelta(minutes=number))
    rows |= {"documents": documents_of(part, prose), "counts": [*_counts(part, prose)], "sections": [*_sections(part, prose)]}
    frames = {name: pl.DataFrame(found, schema=SCHEMAS[name], orient="row") for name, found in rows.items()}
    return {"cells": cells_of(part), **frames}


def _told_of(part: Part) -> Numbers:
    """The requests received in the table of each report, and whether it had reviews or lawsuits."""
    found = np.zeros((len(part.plan), 2), np.int64)
    for year in YEARS:
        here, sheet = part.plan.year == year, sheet_of(year)
        totals = [n for code, n in sheet.at.items() if code.startswith("challenges.") and code.endswith(".total")]
        found[here, 0] = part.values[here, sheet.at["requests.received.total"]]
        found[here, 1] = part.values[here][:, totals].any(axis=1)
    return found


def _counts(part: Part, prose: list[Prose]) -> Iterator[tuple[Any, ...]]:
    for n in part.order.tolist():
        base = (part.readings[n], part.documents[n])
        for c in prose[n].counts:
            yield (*base, c.code, c.section, c.value, c.unit_word, False, "this_year", c.sentence, f"paragraph {c.paragraph}")


def _sections(part: Part, prose: list[Prose]) -> Iterator[tuple[str, ...]]:
    for n in part.order.tolist():
        for section, text in prose[n].sections.items():
            yield part.readings[n], part.documents[n], section, text
