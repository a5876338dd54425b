"""Paragraph, cell and row ends in reading order → blocks; tables inside cells become text of the cell or blocks of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.model import IngestError, Paragraph, Table
from ingest.place import Place
from ingest.readers.row_edges import OBJECT, Row, Shape, place_rows, said, side_by_side

MAX_DEPTH = 12


@dataclass(slots=True)
class _Rows:
    """A table while it is read: rows of cells, a cell being a list of paragraphs and tables."""

    rows: list[tuple[list[_Content], Shape]] = field(default_factory=list)
    cells: list[_Content] = field(default_factory=list)
    cell: _Content = field(default_factory=list)

    def count(self) -> int:
        """How many cells it has."""
        return sum(len(cells) for cells, _ in self.rows)

    def lays_out(self) -> bool:
        """Whether it only lays out other tables (one of them with more than three cells)."""
        inner = [part for cells, _ in self.rows for cell in cells for part in cell if isinstance(part, _Rows)]
        return any(table.count() > 3 or table.lays_out() for table in inner)

    def text(self) -> str:
        """All of it as text of the cell it stands in; two numbers side by side stay apart."""
        texts = [_text(cell) for cells, _ in self.rows for cell in cells]
        return texts[0] if len(texts) == 1 else side_by_side(texts)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is anchored in a cell beside its text: a text box, or something drawn that is no text."""

    text: str


_Content = list[str | _Rows | _Beside]


def _text(content: _Content) -> str:
    if len(content) == 1 and isinstance(content[0], str):  # the usual cell
        return content[0]
    parts, beside = [], [part.text for part in content if isinstance(part, _Beside)]
    for part in content:
        if not isinstance(part, _Beside) and (text := part if isinstance(part, str) else part.text()):
            parts.append(text)
    tables = any(isinstance(part, _Rows) for part in content)
    whole = side_by_side(parts) if tables and len(parts) > 1 else "\n".join(parts)
    return said(whole, [text for text in beside if text != OBJECT], OBJECT in beside) if beside else whole


class Story:
    """Gathers the main text of a file. `depth` is 0 in running text, 1 in a table, 2 in a table inside a cell."""

    def __init__(self) -> None:
        self._items: _Content = []
        self._open: list[_Rows] = []
        self._paragraphs = self._tables = 0

    def paragraph(self, text: str, depth: int) -> None:
        """A paragraph ended."""
        (self._at(depth).cell if depth else self._body()).append(text)

    def beside(self, text: str, depth: int) -> None:
        """A text box, or something drawn (OBJECT), is anchored here: in running text its lines are paragraphs of their own."""
        if depth:
            self._at(depth).cell.append(_Beside(text))
        elif text != OBJECT:
            self._body().extend(text.split("\n"))

    def cell(self, depth: int) -> None:
        """A cell ended, after its last paragraph."""
        table = self._at(depth)
        table.cells.append(table.cell)
        table.cell = []

    def row(self, depth: int, shape: Shape, deleted: bool = False) -> None:
        """A row ended; text after its last cell makes it a row that does not fit."""
        table = self._at(depth)
        if any(part for part in table.cell if not isinstance(part, _Beside)):
            self.cell(depth)
        if table.cells and not deleted:
            table.rows.append((table.cells, shape))
        table.cells, table.cell = [], []

    def blocks(self) -> Iterator[Paragraph | Table]:
        """Paragraphs and tables in reading order, counted from 1 as the .docx reader counts them."""
        return self._blocks(self._body())

    def _body(self) -> _Content:
        self._close(0)
        return self._items

    def _at(self, depth: int) -> _Rows:
        if depth == len(self._open):
            return self._open[-1]
        if depth > MAX_DEPTH:
            raise IngestError("too_deep")
        self._close(depth)
        while len(self._open) < depth:
            self._open.append(_Rows())
        return self._open[-1]

    def _close(self, depth: int) -> None:
        while len(self._open) > depth:
            table = self._open[-1]
            self.row(len(self._open), Shape())  # a row without an end has no edges
            self._open.pop()
            if table.rows:
                (self._open[-1].cell if self._open else self._items).append(table)

    def _blocks(self, content: _Content) -> Iterator[Paragraph | Table]:
        for part in content:
            if isinstance(part, _Beside):
                continue
            if isinstance(part, str):
                self._paragraphs += 1
                if part.strip():
                    yield Paragraph(part, Place.of(paragraph=self._paragraphs))
                continue
            self._tables += 1
            place = Place.of(table=self._tables)
            if part.lays_out():
                for cells, _ in part.rows:
                    for cell in cells:
                        yield from self._blocks(cell)
            else:
                for cells_placed in place_rows([Row([_text(cell) for cell in cells], shape) for cells, shape in part.rows]):
                    yield Table(cells_placed, place)
