"""Tables without ruling lines: known labels and the places of the numbers make the rows and columns.

Each cell of a table lies in a box of its own even where the box is not drawn: numbers whose extents overlap stand in one
column, a number that stands at the height of a label belongs to it. Where this leaves a doubt, a row gets a cell that no reader
takes for a number, and a column that no header stands over leaves its table to the readers of running text.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.model import SourceCell, Table
from ingest.place import Place
from ingest.readers.page.glyphs import Glyph
from ingest.readers.page.words import LEVEL, PAGE, Block, Word, find_labels, is_number, known_labels, words_of
from ingest.readers.row_edges import side_by_side

HEADING, LABEL, DOUBT, FIRST = 0, 1, 2, 3  # columns of the table that is made; the numbers begin at FIRST
NEAR = 1.7  # lines nearer than this, in heights, may be one cell wrapped over two lines
HEADER = 12.0  # the words over the columns of one table stand within this height


class Unruled(NamedTuple):
    """A table, the page (from 0) and the height where it begins, and the characters it used."""

    page: int
    top: float
    table: Table
    glyphs: tuple[Glyph, ...]


@dataclass
class Line:
    """The numbers on one line, and the labels beside them."""

    y: float
    high: float
    numbers: list[Word]
    labels: list[Block] = field(default_factory=list)
    between: list[Word] = field(default_factory=list)  # unknown words between label and numbers
    is_named: bool = False  # its last label is its own and no other line's
    doubtful: bool = False


@dataclass
class Part:
    """A header and the lines of numbers below it, down to the next header; `columns` are their extents, from the left."""

    header: list[Block]
    above: list[Block]  # known labels over the header: they name groups of columns
    lines: list[Line]
    columns: list[tuple[float, float]] = field(default_factory=list)
    order: list[Block] = field(default_factory=list)  # the label of each column


def find_unruled(pages: list[list[Glyph]], unit: str) -> list[Unruled]:
    """The tables among the characters outside ruled ones, page by page; places are given in `unit`."""
    words = sorted((w for number, glyphs in enumerate(pages) for w in words_of(glyphs, number)), key=lambda w: w.y)
    blocks = find_labels(words)
    taken = {id(w) for b in blocks for w in b.words}
    plain = [w for w in words if id(w) not in taken]
    lines = _number_lines(plain, words)
    found: list[Unruled] = []
    for part in _parts(blocks, lines, plain):
        if _find_columns(part):
            _find_labels(part, blocks, plain)
            found.append(_table(part, unit, len(found) + 1))
    return found


def _level(a: Word, b: Word) -> bool:
    return abs(a.y - b.y) < LEVEL * max(a.high, b.high)


def _number_lines(plain: list[Word], words: list[Word]) -> list[Line]:
    """Lines on which numbers stand with nothing right of them but numbers; the number of a page is none."""
    found: list[Line] = []
    rows: list[list[Word]] = []
    for word in plain:
        if rows and _level(rows[-1][0], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        row = sorted(row, key=lambda w: w.left)
        numbers = list(itertools.takewhile(lambda w: is_number(w.text), reversed(row)))[::-1]
        if numbers and not any(is_number(w.text) for w in row[: -len(numbers)]) and not _is_page_number(row, words):
            found.append(Line(sum(w.y for w in numbers) / len(numbers), max(w.high for w in numbers), numbers))
    return found


def _is_page_number(row: list[Word], words: list[Word]) -> bool:
    """A short number at an end of its page, between dashes or far from everything else."""
    dashed = len(row) == 3 and not row[0].text.isdigit() and not row[2].text.isdigit()
    if not (dashed or len(row) == 1) or sum(len(w.text) for w in row) > 6:
        return False
    y, far = row[0].y, NEAR * row[0].high
    above, below = bisect_left(words, y - far, key=lambda w: w.y), bisect_right(words, y + far, key=lambda w: w.y)
    ends = above == 0 or words[above - 1].page != row[0].page or below == len(words) or words[below].page != row[0].page
    return ends and (dashed or below - above == 1)


def _parts(blocks: list[Block], lines: list[Line], plain: list[Word]) -> list[Part]:
    """Headers with the lines below them; a part ends where words stand among the numbers."""
    heights = [line.y for line in lines]

    def is_header(block: Block) -> bool:
        high = block.words[0].high
        return not any(block.covers(line.y, high) for line in lines)

    headers = [b for b in blocks if b.key in known_labels().columns and is_header(b)]
    above = [b for b in blocks if b.key in known_labels().rows and is_header(b)]
    ends = [bisect_left(heights, b.bottom) for b in headers]  # the first line of numbers below each header
    parts = []
    for first, group in itertools.groupby(range(len(headers)), key=lambda k: ends[k]):
        header = _leaves([headers[k] for k in group])
        lowest = max(b.bottom for b in header)
        until = next((line for line in sorted({*ends, len(lines)}) if line > first), first)
        mine = _before_prose(lines[first:until], header, plain)
        reach = HEADER * header[0].words[0].high
        over = [b for b in above if 0 <= lowest - b.bottom <= reach and not any(b is h for h in header)]
        start = lines[first - 1].y if first else 0.0
        if mine and mine[0].y - lowest < 2 * reach:
            parts.append(Part(header, [b for b in over if b.top > start], mine))
    return parts


def _leaves(headers: list[Block]) -> list[Block]:
    """The lowest labels over each other, from the left, near enough to be one header."""
    leaves: list[Block] = []
    for block in sorted(headers, key=lambda b: -b.bottom):
        near = not leaves or leaves[0].bottom - block.bottom < HEADER * block.words[0].high
        if near and not any(block.left < o.right and o.left < block.right for o in leaves):
            leaves.append(block)
    return sorted(leaves, key=lambda b: b.left)


def _before_prose(lines: list[Line], header: list[Block], plain: list[Word]) -> list[Line]:
    """The lines down to the first one that is not of this table: words reach in among the numbers there."""
    if not lines:
        return []
    left, right = header[0].left, header[-1].right
    start, end = (
        bisect_left(plain, max(b.bottom for b in header), key=lambda w: w.y),
        bisect_right(plain, lines[-1].y, key=lambda w: w.y),
    )
    for i in range(start, end):
        word = plain[i]
        reaches_in = word.left < right and word.right > left + word.high and not is_number(word.text)
        edge = i in (0, len(plain) - 1) or any(plain[k].page != word.page for k in (i - 1, i + 1))
        if reaches_in and not edge:
            kept = [line for line in lines if line.y < word.y - LEVEL * word.high]
            for line in kept[-1:]:  # what comes so soon may be the rest of its numbers
                line.doubtful = word.y - line.y < NEAR * line.high
            return kept
    return lines


def _find_columns(part: Part) -> bool:
    """Give each column its label; False where a column of numbers has none or may have two.

    A header that overlaps numbers is theirs. Where they stand beside each other (one centered, the others at an edge) both are
    counted off from the left, if there are as many of both and one row has a number in each column.
    """
    columns: list[tuple[float, float]] = []
    for left, right in sorted((w.left, w.right) for line in part.lines for w in line.numbers):
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    over = [[h for h in part.header if h.left < right and left < h.right] for left, right in columns]
    if all(len(h) == 1 for h in over):
        part.order = part.header
        for label in part.header:
            mine = [c for c, o in zip(columns, over, strict=True) if o[0] is label]
            part.columns.append((min([label.left, *(a for a, _ in mine)]), max([label.right, *(b for _, b in mine)])))
    elif (
        len(columns) == len(part.header)
        and all(h in ([], [label]) for h, label in zip(over, part.header, strict=True))
        and any(len(line.numbers) == len(columns) for line in part.lines)
    ):
        part.order, part.columns = part.header, columns
    else:
        return False
    places = [[_column(part, w) for w in line.numbers] for line in part.lines]
    return all(len(set(p)) == len(p) for p in places)


def _column(part: Part, word: Word) -> int:
    return next(k for k, (left, right) in enumerate(part.columns) if word.left < right and left < word.right)


def _find_labels(part: Part, blocks: list[Block], plain: list[Word]) -> None:
    """Give each line of numbers its label; what may belong to two lines, or not to this line alone, makes both doubtful."""
    left = min(a for a, _ in part.columns)
    beside = [b for b in blocks if b.left < left and not any(b is h for h in (*part.header, *part.above))]
    levels = [(line.y, line.high) for line in part.lines]
    for line in part.lines:
        line.labels = sorted((b for b in beside if b.covers(line.y, line.high)), key=lambda b: b.left)
        ends = line.labels[-1].right if line.labels else 0.0
        line.between = [
            w for w in _around(plain, line.y, NEAR * line.high) if _on(w, line) and ends <= w.left < line.numbers[0].left and not is_number(w.text)
        ]  # fmt: skip
        line.doubtful |= any(a.right > b.left for a, b in itertools.pairwise(line.labels))
        for block in line.labels[-1:]:
            line.is_named = sum(block.covers(y, high) for y, high in levels) == 1 and not _is_heading(block, line, beside)
            line.doubtful |= not line.is_named or block.right > line.numbers[0].left or _has_more(block, plain, part.lines)
    if not any(line.labels for line in part.lines):
        for line in part.lines:
            line.doubtful |= len(part.lines) > 1
        return
    for a, b in itertools.pairwise(part.lines):  # a line without a label may be the rest of the numbers of its neighbor
        if b.y - a.y < NEAR * max(a.high, b.high) and not (a.is_named and b.is_named):
            a.doubtful = b.doubtful = True


def _is_heading(block: Block, line: Line, beside: list[Block]) -> bool:
    """Whether a label names several rows: it is no row of any form, or a label right of it is too near to be another row's."""
    if block.key not in known_labels().rows:
        return True
    return any(
        other.left >= block.right and other.top - line.high < line.y < other.bottom + line.high
        for other in beside
        if other is not block
    )


def _on(word: Word, line: Line) -> bool:
    return abs(word.y - line.y) < 0.4 * max(word.high, line.high)


def _has_more(block: Block, plain: list[Word], lines: list[Line]) -> bool:
    """Whether an unknown word right above or below a label may be a part of it."""
    near = NEAR * block.words[0].high
    return any(
        w.left < block.right and block.left < w.right and not is_number(w.text) and not any(_on(w, line) for line in lines)
        for w in _around(plain, (block.top + block.bottom) / 2, (block.bottom - block.top) / 2 + near)
    )


def _around(words: list[Word], y: float, far: float) -> list[Word]:
    """The words, sorted by line, that stand no farther than this above or below a height."""
    start, end = (bisect_left(words, at, key=lambda w: w.y) for at in (y - far, y + far))
    return words[start:end]


def _table(part: Part, unit: str, number: int) -> Unruled:
    cells: list[SourceCell] = []
    used: list[Word] = [w for b in (*part.header, *part.above) for w in b.words]
    groups = _groups(part)
    cells += [_cell(b.text, 0, FIRST + at, b.words, unit, wide) for b, at, wide in groups]
    cells += [_cell(b.text, 1, FIRST + k, b.words, unit) for k, b in enumerate(part.order)]
    named = any(line.labels for line in part.lines)
    for row, line in enumerate(part.lines, 2):
        used += line.numbers
        used += [w for b in line.labels for w in b.words]
        for block in line.labels:
            at = LABEL if block is line.labels[-1] else HEADING
            if at == LABEL or block is line.labels[0]:
                cells.append(_cell(block.text, row, at, block.words, unit))
        if line.between or line.doubtful:
            words = (*line.between, *line.numbers)
            cells.append(_cell(side_by_side([w.text for w in words]), row, DOUBT, words, unit))
            continue
        placed = {_column(part, w): w for w in line.numbers}
        for k, (left, right) in enumerate(part.columns):
            if word := placed.get(k):
                cells.append(_cell(word.text, row, FIRST + k, (word,), unit))
            elif line.is_named or not named:  # a blank says something only in a row that is known
                empty = Word("", left, right, line.y, line.high, line.numbers[0].page, ())
                cells.append(_cell("", row, FIRST + k, (empty,), unit))
    first = min(used, key=lambda w: w.y)
    table = Table(tuple(cells), Place.of(page=first.page + 1, table=number))
    return Unruled(first.page, first.y - PAGE * first.page, table, tuple(g for w in used for g in w.glyphs))


def _groups(part: Part) -> list[tuple[Block, int, int]]:
    """The labels over equally wide groups of columns, each with its first column and how many it names."""
    above = sorted(part.above, key=lambda b: b.left)
    if not above or len(part.columns) % len(above):
        return []
    wide = len(part.columns) // len(above)
    places = [(b, k * wide, wide) for k, b in enumerate(above)]
    inside = all(
        part.columns[at][0] - b.words[0].high < (b.left + b.right) / 2 < part.columns[at + wide - 1][1] + b.words[0].high
        for b, at, _ in places
    )
    return places if inside else []


def _cell(text: str, row: int, column: int, words: tuple[Word, ...], unit: str, wide: int = 1) -> SourceCell:
    page = words[0].page
    left, right = min(w.left for w in words), max(w.right for w in words)
    top, bottom = (min(w.y - w.high / 2 for w in words), max(w.y + w.high / 2 for w in words))
    box = f"page {page + 1}, x {left:.0f}–{right:.0f}, y {top - PAGE * page:.0f}–{bottom - PAGE * page:.0f} {unit}"
    return SourceCell(text, row, column, 1, wide, 1.0, box)
