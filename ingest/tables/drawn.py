"""A drawn table spread out on its grid, and how a row is read off it: under its header, never shifted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from ingest.law.labels import keys_of
from ingest.model import SourceCell, Table
from ingest.place import Place
from ingest.words.text import is_spoiled, read_number


class Found(NamedTuple):
    """The source text of one official number, before it is read.

    `blocked` says that it must not be read. A number that only the printed sums decide (digits run together) comes with its
    `value`, state derived and the `reason` that decided.
    """

    code: str
    raw: str
    place: Place
    match: Literal["label", "position"]
    unit: str = ""
    blocked: bool = False
    state: Literal["", "derived"] = ""
    value: str | None = None
    reason: str = ""
    confidence: float = 1.0


class Placed(NamedTuple):
    """A cell that was given its place on the form; `blocked` says that its number must not be read."""

    code: str
    cell: SourceCell
    row: int
    match: Literal["label", "position"]
    unit: str = ""
    blocked: bool = False


class Plan(NamedTuple):
    """What was found of a statutory table: its cells, the rows that hold something but fit nowhere, and what proves the table.

    `proven` says that its words make it the statutory one; `bare` that they do together with what stands before it (a table three
    without heads that goes on one that has them; a table two below a line that names its item); `named` are rows that are no other
    table's.
    """

    placed: list[Placed]
    left: list[int]
    proven: bool = False
    bare: bool = False
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that holds something but could not be given a place on the form."""

    place: Place
    text: str


class Grid:
    """A table spread out on its grid; a merged cell stands in every place it covers, as the same object."""

    def __init__(self, table: Table) -> None:
        self.place = table.place
        height = max((c.row + c.rowspan for c in table.cells), default=0)
        width = max((c.column + c.colspan for c in table.cells), default=0)
        self.rows: list[list[SourceCell | None]] = [[None] * width for _ in range(height)]
        for cell in table.cells:
            for r in range(cell.row, cell.row + cell.rowspan):
                for c in range(cell.column, cell.column + cell.colspan):
                    self.rows[r][c] = self.rows[r][c] or cell

    @cached_property
    def distinct(self) -> list[list[SourceCell]]:
        """The cells of each row from left to right, each once."""
        return [list({id(c): c for c in row if c is not None}.values()) for row in self.rows]

    @cached_property
    def words(self) -> list[list[tuple[int, SourceCell]]]:
        """For each row its cells that hold words, with their position among the distinct cells."""
        return [[(i, c) for i, c in enumerate(row) if is_words(c.text)] for row in self.distinct]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all words in the table, with and without their notes."""
        return frozenset(key for row in self.words for _, cell in row for key in keys_of(cell.text))

    def at(self, cell: SourceCell, row: int) -> Place:
        """Where a cell stands, for a person who has the table before them (counted from 1)."""
        return cell_place(self.place, cell, row)


def cell_place(place: Place, cell: SourceCell, row: int) -> Place:
    """Where a cell of the table at a place stands, counted from 1."""
    return place.of_cell(row, cell.column, cell.box)


def is_text(cell: SourceCell) -> bool:
    """Whether a cell holds words (a label), not a number, a blank or a dash."""
    return is_words(cell.text)


@lru_cache(1 << 16)
def is_words(text: str) -> bool:
    """Whether a text is words, not a number (even one with a mark beside it), a blank or a dash."""
    return read_number(text).state == "unreadable" and not is_spoiled(text)


def trim(cells: list[SourceCell], n: int) -> list[SourceCell]:
    """Drop blanks around exactly n cells, where flattened merges left them; what can be cut in two ways stays as it is."""
    filled = [i for i, c in enumerate(cells) if c.text.strip()]
    if len(cells) <= n or not filled:
        return cells[:n]
    starts = range(max(0, filled[-1] - n + 1), min(filled[0], len(cells) - n) + 1)
    return cells[starts[0] : starts[0] + n] if len(starts) == 1 else cells


def by_header(grid: Grid, r: int, columns: list[int], label: SourceCell) -> list[SourceCell] | None:
    """The cells of row r under the given header columns, in whatever order, if the row stands exactly under its header."""
    right_of = label.column + label.colspan
    row = grid.rows[r]
    if not columns or len(set(columns)) < len(columns) or min(columns) < right_of:
        return None
    picked = [row[c] for c in columns]
    if any(c is None for c in picked):
        return None
    cells = [c for c in picked if c is not None]
    # Anything written beside the picked cells means that the row is shifted against its header.
    others = [c for c in grid.distinct[r] if c.column >= right_of and all(c is not p for p in cells)]
    return None if any(c.text.strip() for c in others) else cells


def without_merged(placed: list[Placed], grid: Grid) -> list[Placed]:
    """The cells with those blocked that stand for two numbers: drawn over two places of the form, or over rows with other labels."""
    codes: dict[int, set[str]] = {}
    for p in placed:
        codes.setdefault(id(p.cell), set()).add(p.code)
    return [p._replace(blocked=True) if len(codes[id(p.cell)]) > 1 or spans_labels(p.cell, p.row, grid) else p for p in placed]


def spans_labels(cell: SourceCell, row: int, grid: Grid) -> bool:
    """Whether a cell is drawn over several rows, and one of the others has a label that this row does not have."""
    if cell.rowspan == 1:
        return False
    own = {id(c) for c in grid.distinct[row]}
    rows = range(cell.row, min(cell.row + cell.rowspan, len(grid.rows)))
    return any(id(c) not in own and c.column < cell.column and is_text(c) for r in rows if r != row for c in grid.distinct[r])
