"""Place the cells of table rows as a browser does, so that a merged cell keeps its identity and covers its places."""

from __future__ import annotations

import re

from ingest.model import SourceCell

_NUMBER = re.compile(r"\s*(\d{1,6})")
MAX_COLUMNS = 64
MAX_ROWS = 2000


def place_cells(rows: list[list[tuple[str, str | None, str | None]]]) -> tuple[SourceCell, ...]:
    """Rows of (text, rowspan, colspan) → cells in their places; impossible spans are cut to the table.

    Source: HTML Living Standard, forming a table: rowspan 0 runs to the end, a span past the end is cut, an empty row counts.
    """
    taken = [0] * (MAX_COLUMNS + 1)  # for each column the first row where it is free again
    cells = []
    new = tuple.__new__  # half the time of calling SourceCell
    for r, row in enumerate(rows[:MAX_ROWS]):
        column = 0
        for text, rowspan, colspan in row:
            while taken[column] > r:
                column += 1
            if column >= MAX_COLUMNS:
                break
            if rowspan is None and colspan is None:
                cells.append(new(SourceCell, (text, r, column, 1, 1, 1.0, "")))
                column += 1
                continue
            high = _span(rowspan)
            bottom = len(rows) if high == 0 else min(r + high, len(rows))
            wide = min(_span(colspan) or 1, MAX_COLUMNS - column)
            # A wide cell stops where a cell from above hangs down.
            wide = next((k for k in range(1, wide) if taken[column + k] > r), wide)
            cells.append(SourceCell(text, r, column, bottom - r, wide))
            for k in range(column, column + wide):
                taken[k] = bottom
            column += wide
    return tuple(cells)


def _span(value: str | None) -> int:
    if value is None:
        return 1
    number = _NUMBER.match(value)
    return int(number[1]) if number else 1
