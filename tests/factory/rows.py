"""The drawn tables as Word 97 and RTF store them: every row lists all its cells, those hidden under a merge as well."""

from __future__ import annotations

from dataclasses import dataclass

from tests.factory.layout import draw, width
from tests.factory.record import Record

TWIPS = {"disclosure": 2300, "requests": 920, "challenges": 610}  # the width of a column


@dataclass(frozen=True)
class StoredCell:
    """One cell of a row: its text, its left and right edge in twips, and "start" or "go" where it is merged downwards."""

    text: str
    left: int
    right: int
    down: str = ""


def stored_rows(record: Record, table: str, jitter: int = 0) -> list[list[StoredCell]]:
    """All rows of a table; with `jitter`, the inner edges of every other row lie that many twips to the right."""
    rows_drawn = draw(record, table)
    columns, unit = width(rows_drawn), TWIPS[table]
    hanging: dict[int, tuple[int, int]] = {}  # column → (rows left, columns)
    rows = []
    for r, drawn in enumerate(rows_drawn):
        queue, cells, column = list(drawn), [], 0

        def x(at: int, r: int = r) -> int:
            return at * unit - 108 + (jitter if r % 2 and 0 < at < columns else 0)

        while column < columns:
            if column in hanging:
                left, span = hanging.pop(column)
                text, rowspan, down = "", left, "go"
            else:
                text, rowspan, span = queue.pop(0)
                down = "start" if rowspan > 1 else ""
            if rowspan > 1:
                hanging[column] = (rowspan - 1, span)
            cells.append(StoredCell(text, x(column), x(column + span), down))
            column += span
        rows.append(cells)
    return rows
