"""Understand each layout once: tables with the same words in the same places, whatever their numbers, are read alike."""

from __future__ import annotations

from functools import cached_property

from ingest.grid import (
    Found,
    Grid,
    Plan,
    Unread,
    cell_place,
    find_challenges,
    find_disclosure,
    find_requests,
    is_words,
)
from ingest.labels import labels_of
from ingest.model import SourceCell, Table

FINDERS = {"disclosure": find_disclosure, "requests": find_requests, "challenges": find_challenges}
REMEMBERED = 2048  # layouts kept: a batch of reports comes from few templates
Key = tuple[tuple[int, int, int, int, str | bool], ...]
_LAYOUTS: dict[Key, Layout] = {}


class Layout:
    """The words of a table and where they stand; `grid` is the first table that was drawn like this."""

    def __init__(self, table: Table) -> None:
        self.grid = Grid(table)
        self._index = {id(cell): i for i, cell in enumerate(table.cells)}
        self._plans: dict[tuple[str, str], tuple[list[tuple[int, int]], Plan, list[list[int]]]] = {}
        self._explained: dict[tuple[str, str], int] = {}

    def explained(self, form: str, table: str) -> int:
        """How many words of the table a form knows."""
        if (form, table) not in self._explained:
            self._explained[form, table] = len(self.grid.keys & labels_of(form, table).known)
        return self._explained[form, table]

    def plan(self, form: str, table: str) -> tuple[list[tuple[int, int]], Plan, list[list[int]]]:
        """Which cell of the table stands for which number of a form, and the cells of the rows that fit nowhere."""
        if (form, table) not in self._plans:
            placed, left = plan = FINDERS[table](self.grid, labels_of(form, table))
            cells = [(self._index[id(p.cell)], p.row) for p in placed]
            self._plans[form, table] = (cells, plan, [[self._index[id(c)] for c in self.grid.distinct[r]] for r in left])
        return self._plans[form, table]


class Drawn:
    """One drawn table with its own numbers and the layout it shares with others."""

    def __init__(self, table: Table) -> None:
        self.table = table
        key = _key(table.cells)
        if key not in _LAYOUTS:
            if len(_LAYOUTS) >= REMEMBERED:
                _LAYOUTS.clear()
            _LAYOUTS[key] = Layout(table)
        self.layout = _LAYOUTS[key]

    @cached_property
    def grid(self) -> Grid:
        """The table spread out with its own numbers."""
        return Grid(self.table)

    def find(self, form: str, table: str) -> tuple[list[Found], list[Unread]]:
        """The numbers of one statutory table of a form, and the rows that hold something but fit nowhere."""
        numbers, (placed, rows), left = self.layout.plan(form, table)
        cells, place = self.table.cells, self.table.place
        found = []
        for (i, row), p in zip(numbers, placed, strict=True):
            cell = cells[i]
            at = cell_place(place, cell, row)
            found.append(Found(p.code, cell.text, at, p.match, p.unit, p.blocked, confidence=cell.confidence))
        unread = [
            Unread(f"{place} row {row + 1}", " | ".join(cells[i].text for i in each))
            for row, each in zip(rows, left, strict=True)
        ]
        return found, unread


def _key(cells: tuple[SourceCell, ...]) -> Key:
    """Where each cell stands, with its words; of a number or a blank only whether something stands there."""
    return tuple((c.row, c.column, c.rowspan, c.colspan, c.text if is_words(c.text) else bool(c.text.strip())) for c in cells)
