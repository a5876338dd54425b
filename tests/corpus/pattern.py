"""How a reading writes down what it found: the cells of one true reading of each form and format, which all reports of a corpus repeat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import polars as pl

from ingest.model import Cell, Hints, Report
from ingest.pipeline import ingest_bytes
from ingest.place import pages_text
from ingest.units import load_registry
from tests.corpus.numbers import sheet_of
from tests.corpus.plan import YEARS, Numbers
from tests.factory.formats import FORMATS
from tests.factory.record import zero_record

READERS = {"html-clean": 70, "docx": 20, "pdf-boxes": 10}  # of a hundred reports
ENDINGS = {"html-clean": "html", "docx": "docx", "pdf-boxes": "pdf"}
COLUMNS = ("code", "form", "unit", "place", "match", "derivation")


@dataclass(frozen=True, eq=False)
class Pattern:
    """The cells of a reading: what each column of the raw table holds, and which cell of the form each is."""

    reader: str
    pages: str | None
    cells: pl.DataFrame
    position: Numbers


@cache
def patterns() -> dict[tuple[str, str], Pattern]:
    """A pattern for each format and form."""
    forms = {sheet_of(year).form.form: year for year in YEARS}
    return {(name, form): _read(name, form, year) for name in READERS for form, year in forms.items()}


def _read(name: str, form: str, year: int) -> Pattern:
    record = replace(zero_record(form, "寒葱沟镇", year), place="抚远市", published_on=f"{year + 1}-01-20")
    report = ingest_bytes(FORMATS[name](record), f"{year}.{ENDINGS[name]}", Hints(), load_registry())
    _must_be_whole(report, form, year)
    columns = {column: [getattr(cell, column) for cell in report.cells] for column in COLUMNS}
    code = pl.col("code").str.split_exact(".", 2).struct
    parts = {"table_name": 0, "row_code": 1, "column_code": 2}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(COLUMNS, pl.String())).with_columns(
        code.field(f"field_{n}").alias(part) for part, n in parts.items()
    )
    return Pattern(
        report.reader, pages_text(report.pages), frame, np.array([sheet_of(year).at[cell.code] for cell in report.cells])
    )


def _must_be_whole(report: Report, form: str, year: int) -> None:
    cells: list[Cell] = list(report.cells)
    if {cell.code for cell in cells} != set(sheet_of(year).codes) or {cell.form for cell in cells} != {form}:
        raise RuntimeError(f"the factory's report of form {form} is not read whole: {len(cells)} cells")
