"""Rows whose cells are given by the x of their edges → cells on one grid; a row that does not fit its edges is never shifted.

Word 97 and RTF know no columns: each row lists its own cell edges (in twips, 1/1440 inch) and merge flags.
Source: [MS-DOC] 2.9.321 (TDefTableOperand), 2.9.317 (TCGRF); RTF 1.9.1, table definitions.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Literal

from ingest.model import SourceCell
from ingest.readers.spans import MAX_ROWS, check_cut

OBJECT = "\ufffc"  # stands for something drawn that is no text: what it shows was not read
Down = Literal["", "start", "go"]
Span = tuple[int, int]
TOLERANCE = 80  # twips (1.4 mm): edges of different rows this near are drawn as one line
MAX_CELLS = 64  # in one row, as in Word
MAX_LINES = 200


@dataclass(slots=True)
class Shape:
    """How one row is drawn: the x of its edges (one more than cells, rising) and its merge flags.

    `across[k]` is true where cell k continues the cell to its left; `down[k]` says whether it starts or continues a merge.
    """

    edges: list[int] = field(default_factory=list)
    across: list[bool] = field(default_factory=list)
    down: list[Down] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """The texts of one drawn row, and its shape."""

    texts: list[str]
    shape: Shape

    def fits(self) -> bool:
        """Whether texts and edges belong together, so that each text has one sure place."""
        n, shape = len(self.texts), self.shape
        return (
            0 < n <= MAX_CELLS
            and len(shape.edges) == n + 1
            and len(shape.across) == len(shape.down) == n
            and all(a < b for a, b in itertools.pairwise(shape.edges))
            and not any(joined and text.strip() for joined, text in zip(shape.across, self.texts, strict=True))
        )


def place_rows(rows: list[Row]) -> list[tuple[SourceCell, ...]]:
    """The cells of a table, each once; a cell that continues a merge hides its own text, as in Word.

    A row that does not fit becomes one cell with all its texts, which nobody takes for a number, and cuts the table in parts:
    what stands below it is not explained by what stands above. Rows are counted through all parts. Raises IngestError too_large.
    """
    check_cut("", (text for row in rows[MAX_ROWS:] for text in row.texts), len(rows), "rows", MAX_ROWS)
    fits = [row.fits() for row in rows[:MAX_ROWS]]
    lines = _lines([row.shape.edges for row, good in zip(rows, fits, strict=False) if good])
    if max(lines.values(), default=0) > MAX_LINES:
        fits = [False] * len(fits)
    parts: list[list[SourceCell]] = [[]]
    above: dict[Span, int] = {}
    for r, (row, good) in enumerate(zip(rows, fits, strict=False)):
        if good:
            above = _place(row, r, lines, parts[-1], above)
        else:
            parts += [[SourceCell(side_by_side(row.texts), r, 0)], []]
            above = {}
    return [tuple(part) for part in parts if part]


def said(text: str, beside: list[str], drawn: bool) -> str:
    """What a cell says with what is anchored in it: a box counts where nothing else stands there, and never runs together with what does.

    Something drawn that is no text (a picture, a formula) makes a cell that holds nothing else one that was not read.
    """
    beside = [other for other in beside if other.strip() and other.strip() != text.strip()]
    if beside and any(c.isalpha() for c in text):  # a label: a remark beside it does not change it, a number does
        beside = [other for other in beside if any(c.isdigit() for c in other)]
    if not beside:
        return OBJECT if drawn and not text.strip() else text
    return beside[0] if len(beside) == 1 and not text.strip() else side_by_side([t for t in (text, *beside) if t.strip()])


def side_by_side(texts: list[str]) -> str:
    """Texts of several cells in one string that cannot be read as a number."""
    return " | ".join([*texts, ""]) if any(texts) else ""


def _place(row: Row, r: int, lines: dict[int, int], cells: list[SourceCell], above: dict[Span, int]) -> dict[Span, int]:
    """Append the cells of one row or lengthen those above; (left, right) → cell of the merges open above, and of those open now."""
    here: dict[Span, int] = {}
    starts = [k for k, joined in enumerate(row.shape.across) if not joined or k == 0]
    for k, after in itertools.pairwise([*starts, len(row.texts)]):
        span = lines[row.shape.edges[k]], lines[row.shape.edges[after]]
        down = row.shape.down[k]
        if down == "go" and span in above:
            here[span] = above[span]
            old = cells[above[span]]
            cells[above[span]] = SourceCell(old.text, old.row, old.column, r - old.row + 1, old.colspan)
            continue
        if down == "start":
            here[span] = len(cells)
        cells.append(SourceCell(row.texts[k], r, span[0], 1, span[1] - span[0]))
    return here


def _lines(rows: list[list[int]]) -> dict[int, int]:
    """The column line of each x. Near edges of different rows are one line; two edges of the same row never are."""
    used: dict[int, set[int]] = {}
    for r, edges in enumerate(rows):
        for x in edges:
            used.setdefault(x, set()).add(r)
    lines: dict[int, int] = {}
    line, first = -1, 0
    taken: set[int] = set()
    for x in sorted(used):
        if line < 0 or x - first > TOLERANCE or taken & used[x]:
            line, first, taken = line + 1, x, set()
        taken |= used[x]
        lines[x] = line
    return lines
