"""Texts of documents in CSV: what a spreadsheet would carry out when the file is opened gets an apostrophe before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars

FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = r"[+-]?[\d.,\s%]+"


def no_formula(value: Any) -> Any:
    """A value as it may stand in a CSV; a number or a lone sign is no formula."""
    if not isinstance(value, str) or not value.startswith(FORMULA) or len(value) == 1 or re.fullmatch(NUMBER, value):
        return value
    return f"'{value}"


def without_formulas(frame: polars.DataFrame) -> polars.DataFrame:
    """A table with every text as it may stand in a CSV; columns that hold no such text, most of them, stay as they are."""
    import polars

    columns = []
    for text in frame.iter_columns():
        if text.dtype == polars.String and (begins := text.str.contains(r"^[=+\-@\t\r](?s:.)")).any():
            runs = begins & ~text.str.contains(f"^(?:{NUMBER})$")
            columns.append(polars.select(polars.when(runs).then("'" + text).otherwise(text).alias(text.name)).to_series())
    return frame.with_columns(columns)
