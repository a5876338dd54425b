"""Open the published file for reading, and print rows for a person."""

from __future__ import annotations

import csv
import io
import json
import math
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from foi.messages import Complaint, say


@contextmanager
def published(path: Path) -> Iterator[Any]:
    """A read-only connection to the published file; a Complaint when nothing is there or it is damaged."""
    import duckdb

    if not path.is_file():
        raise Complaint(say("error.nothing_published", path=path.parent), 3)
    try:
        connection = duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"})
    except duckdb.Error as error:
        raise Complaint(say("error.damaged_database", path=path, reason=str(error).splitlines()[0]), 3) from error
    try:
        connection.execute("set search_path = 'marts,core,quality,staging'")
        connection.execute("set lock_configuration = true")
        yield connection
    except duckdb.CatalogException as error:  # a table that this version asks for and an older one did not make
        raise Complaint(say("error.older_database", path=path, reason=str(error).splitlines()[0]), 3) from error
    finally:
        connection.close()


def exact(value: Any) -> str:
    """A value in full: no digit is dropped, so that no small number becomes 0; NULL is nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        text = f"{value:f}"  # never an exponent, and never rounded to a context
        return text.rstrip("0").rstrip(".") if "." in text else text
    return ", ".join(map(exact, value)) if isinstance(value, (list, tuple)) else str(value)


def shown(value: Any) -> str:
    """A value on the screen: a fraction to six significant digits, everything else in full, on one line."""
    if isinstance(value, float):
        value = Decimal(f"{value:.6g}")
    return " ".join(exact(value).splitlines())


def as_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns aligned for a terminal; a Chinese character is two places wide."""
    cells = [list(columns), *([shown(v) for v in row] for row in rows)]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(columns))]
    lines = ["  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as CSV, every number in full; NULL is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([exact(v) for v in row] for row in rows)
    return out.getvalue().rstrip("\n")


def as_json(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as a JSON list; NULL is null, and a number that JSON cannot hold exactly is its text."""
    return json.dumps([dict(zip(columns, map(_json, row), strict=True)) for row in rows], ensure_ascii=False, allow_nan=False)


def _json(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        if value == value.to_integral_value():
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else exact(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (list, tuple)):
        return [_json(part) for part in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
