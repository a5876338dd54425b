"""Open the published file for reading, and print rows for a person."""

from __future__ import annotations

import csv
import io
import json
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
    finally:
        connection.close()


def shown(value: Any) -> str:
    """A value for a person: numbers without needless zeros, NULL as nothing."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def as_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns aligned for a terminal; a Chinese character is two places wide."""
    cells = [list(columns), *([shown(v) for v in row] for row in rows)]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(columns))]
    lines = ["  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as CSV; NULL is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([shown(v) for v in row] for row in rows)
    return out.getvalue().rstrip("\n")


def as_json(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as a JSON list; numbers stay numbers, NULL is null."""

    def plain(value: Any) -> Any:
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)

    return json.dumps([dict(zip(columns, map(plain, row), strict=True)) for row in rows], ensure_ascii=False)
