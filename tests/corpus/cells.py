"""The cells of a part of a corpus as a raw table, gathered from the patterns column by column; and its documents with their marks."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from ingest.identity.likeness import content_id, numbers_id
from ingest.landing.schemas import NUMBER, SCHEMAS
from ingest.model import Cell
from tests.corpus.faults import STATES
from tests.corpus.files import title_of
from tests.corpus.numbers import sheet_of
from tests.corpus.part import Part
from tests.corpus.pattern import Pattern, patterns
from tests.corpus.plan import Numbers, units
from tests.corpus.prose import Prose

RAW = {"blank": "", "dash": "—", "unreadable": "3?"}


def cells_of(part: Part) -> pl.DataFrame:
    """All cells, those of one reading beside each other: columns of the patterns, gathered."""
    known = [*patterns().values()]
    at = {key: n for n, key in enumerate(patterns())}
    which = np.array([at[f, sheet_of(int(y)).form.form] for f, y in zip(part.formats, part.plan.year, strict=True)])[part.order]
    sizes = np.array([len(p.position) for p in known])
    starts, lengths = (np.cumsum(sizes) - sizes)[which], sizes[which]
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    row = np.repeat(starts, lengths) + within
    report = np.repeat(part.order, lengths)
    position = np.concatenate([p.position for p in known])[row]
    tenths = np.concatenate([sheet_of(int(p.cells["form"][0])).tenths[p.position] for p in known])[row]
    numbers, state = part.values[report, position], part.states[report, position]
    frame = pl.concat([p.cells for p in known])[row]
    printed = pl.Series(numbers).cast(pl.String)
    money = pl.Series(numbers // 10).cast(pl.String) + "." + pl.Series(numbers % 10).cast(pl.String)
    words = pl.Series([*STATES])[state]
    return (
        frame.with_columns(
            pl.Series("read_id", part.readings)[report],
            pl.Series("document_id", part.documents)[report],
            words.alias("state"),
            pl.when(pl.Series(state == 0))
            .then(pl.when(pl.Series(tenths & (numbers != 0))).then(money).otherwise(printed))
            .alias("printed"),
        )
        .with_columns(pl.col("printed").cast(NUMBER).alias("value"), pl.coalesce("printed", words.replace(RAW)).alias("raw"))
        .select(SCHEMAS["cells"].keys())
    )


@cache
def _zero(pattern: Pattern) -> tuple[tuple[Cell, ...], str | None]:
    """The cells of a report without a single number above 0, and what equal numbers it has."""
    cells = tuple(Cell(code, "", "reported", Decimal(0), "0", "", "", "") for code in pattern.cells["code"])
    return cells, numbers_id(cells)


def _read(pattern: Pattern, values: Numbers, states: Numbers) -> list[Cell]:
    """The cells of a report as the marks of likeness need them."""
    cells = list(_zero(pattern)[0])
    values, states = values[pattern.position], states[pattern.position]
    tenths = sheet_of(int(pattern.cells["form"][0])).tenths[pattern.position]
    for n in np.flatnonzero(values.astype(bool) | states.astype(bool)).tolist():
        number, state = int(values[n]), STATES[states[n]]
        printed = f"{number // 10}.{number % 10}" if tenths[n] and number else str(number)
        told = (None, None) if states[n] else (Decimal(printed), printed)
        cells[n] = Cell(cells[n].code, "", state, *told, "", "", "")
    return cells


def documents_of(part: Part, prose: list[Prose]) -> list[dict[str, Any]]:
    """The documents with the marks by which equal and similar reports are found."""
    busy = part.values.any(axis=1) | part.states.any(axis=1)
    rows = []
    for n in part.order.tolist():
        year, unit = int(part.plan.year[n]), units()[part.plan.unit[n]]
        form = sheet_of(year).form.form
        pattern = patterns()[part.formats[n], form]
        if busy[n]:
            cells = _read(pattern, part.values[n], part.states[n])
            numbers = numbers_id(cells)
        else:
            cells, numbers = _zero(pattern)
        rows.append({
            "read_id": part.readings[n], "document_id": part.documents[n], "reader": pattern.reader, "title": title_of(unit, year),
            "form_disclosure": form, "form_requests": form, "form_challenges": form,
            "content_id": content_id(cells, prose[n].sections), "numbers_id": numbers, "clauses": prose[n].clauses,
            "pages": pattern.pages,
        })  # fmt: skip
    return rows
