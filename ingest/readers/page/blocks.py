"""Pages of characters and ruling lines → paragraphs and tables in reading order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.model import Paragraph, SourceCell, Table
from ingest.place import Box, Place
from ingest.readers.page.glyphs import APART, DIGITS, UNKNOWN, Glyph, Page, are_alike, goes_on, join, lines_of
from ingest.readers.page.ruled import RuledTable, find_tables
from ingest.readers.page.unruled import find_unruled
from ingest.readers.page.words import is_number
from ingest.readers.row_edges import side_by_side


@dataclass
class _Sheet:
    """One page: its ruled tables, the characters in each of their cells, and the lines of text outside them.

    `torn` holds (by identity) the lists of characters among which a number runs over the border of its cell.
    """

    page: Page
    tables: list[RuledTable]
    inside: list[dict[int, list[Glyph]]]
    lines: list[list[Glyph]]
    torn: set[int]
    unruled: list[tuple[float, Table]] = field(default_factory=list)


Found = tuple[Paragraph | Table, list[float], int]  # a block, and the column lines and number of rows of a ruled table


def read_pages(pages: list[Page], unit: str) -> list[Paragraph | Table]:
    """Paragraphs and tables of all pages in reading order; a table that goes on over the page end is one table."""
    sheets = [_sheet(page) for page in pages]
    if any(_is_tabular(line) for sheet in sheets for line in sheet.lines):
        _take_unruled(sheets, unit)
    blocks: list[Paragraph | Table] = []
    last: tuple[int, list[float], int] | None = None  # the table that ended the page before: its block, column lines, rows
    for sheet in sheets:
        found, carried = _page_blocks(sheet, unit)
        for k, (block, xs, rows) in enumerate(found):
            if isinstance(block, Table) and last and _first_table(found, k) and _same(last[1], xs, sheet.page.tolerance):
                index, old_xs, height = last
                old = blocks[index]
                assert isinstance(old, Table)
                blocks[index] = Table(old.cells + tuple(_down(c, height) for c in block.cells), old.place)
                last = (index, old_xs, height + rows)
            else:
                blocks.append(block)
                last = (len(blocks) - 1, xs, rows) if isinstance(block, Table) else last if _is_furniture(block) else None
        last = last if carried else None
    return list(_kept_apart(blocks))


def _kept_apart(blocks: list[Paragraph | Table]) -> Iterator[Paragraph | Table]:
    """Numbers on a line of their own below a line of numbers may be the rest of those, or the number of the page: no row's."""
    after_number = False
    for block in blocks:
        words = block.text.split() if isinstance(block, Paragraph) else []
        if after_number and words and isinstance(block, Paragraph) and all(is_number(w) for w in words):
            block = Paragraph(side_by_side(words), block.place)
        elif words:
            after_number = is_number(words[-1])
        yield block


def _take_unruled(sheets: list[_Sheet], unit: str) -> None:
    """Take the tables without rules out of the lines of text."""
    glyphs = [[g for line in sheet.lines for g in line] for sheet in sheets]
    used: set[int] = set()
    for page, top, table, mine in find_unruled(glyphs, unit):
        sheets[page].unruled.append((top, table))
        used.update(map(id, mine))
    if used:
        for sheet, own in zip(sheets, glyphs, strict=True):
            sheet.lines = lines_of([g for g in own if id(g) not in used])


def _first_table(found: list[Found], k: int) -> bool:
    return all(_is_furniture(block) for block, _, _ in found[:k])


def _is_furniture(block: Paragraph | Table) -> bool:
    """A page number or the like: short, and hardly anything but digits and dashes."""
    return (
        isinstance(block, Paragraph)
        and len(block.text) <= 12
        and sum(c.isdigit() or not c.isalpha() for c in block.text) * 2 >= len(block.text)
    )


def _same(old: list[float], new: list[float], tolerance: float) -> bool:
    """Whether two tables are ruled alike; one without rules has no column lines and is like no other."""
    return len(old) == len(new) > 0 and all(abs(a - b) <= 2 * tolerance for a, b in zip(old, new, strict=True))


def _down(cell: SourceCell, rows: int) -> SourceCell:
    return SourceCell(cell.text, cell.row + rows, cell.column, cell.rowspan, cell.colspan, cell.confidence, cell.box)


def _sheet(page: Page) -> _Sheet:
    """Each character of a page in its cell, or outside."""
    tables = [t for t in find_tables(page.horizontals, page.verticals, page.tolerance) if len(t.xs) > 2 or len(t.ys) > 4]
    inside: list[dict[int, list[Glyph]]] = [{} for _ in tables]
    outside: list[Glyph] = []
    left, top, right, bottom = 0.0, 0.0, 0.0, 0.0  # the cell of the character before: the next one mostly stands in it, too
    mine, torn = outside, set[int]()
    before = Glyph(" ", 0.0, 0.0, 0.0, 0.0)
    for glyph in page.glyphs:
        text, start, above, end, below = glyph
        x, y = (start + end) / 2, (above + below) / 2
        if not (left < x <= right and top < y <= bottom):
            old, mine, left, right = mine, outside, 0.0, 0.0
            for table, texts in zip(tables, inside, strict=True):
                cell = table.cell_at(x, y)
                if cell is not None:
                    mine = texts.setdefault(cell, [])
                    left, top, right, bottom = table.box(cell)
                    break
            if mine is not old and goes_on(before, glyph):
                torn |= {id(old), id(mine)}
        mine.append(glyph)
        before = glyph
        if mine is not outside and text in DIGITS:
            quarter = (below - above) / 4
            if not (top + quarter <= y <= bottom - quarter):
                torn.add(id(mine))  # a rule runs through it: it stands in two rows
    lost = _lost(page, tables, inside)
    # A frame round a table without inner rules is no table: what stands in it is read as if it stood free.
    for k, (table, texts) in reversed(list(enumerate(zip(tables, inside, strict=True)))):
        if _is_frame(table) and any(_is_tabular(line) for glyphs in texts.values() for line in lines_of(glyphs)):
            outside += [g for glyphs in texts.values() for g in glyphs]
            del tables[k], inside[k]
    return _Sheet(page, tables, inside, [_with_lost(line, lost) for line in lines_of(outside)], torn)


def _lost(page: Page, tables: list[RuledTable], inside: list[dict[int, list[Glyph]]]) -> list[Glyph]:
    """Put what is lost into the cells where nothing else stands; gives back what lies outside the tables."""
    outside: list[Glyph] = []
    filled = [set(texts) for texts in inside]
    for glyph in page.lost:
        for table, texts, full in zip(tables, inside, filled, strict=True):
            cell = table.cell_at((glyph.left + glyph.right) / 2, glyph.middle)
            if cell is not None:
                if cell not in full:
                    texts.setdefault(cell, []).append(glyph)
                break
        else:
            outside.append(glyph)
    return outside


def _with_lost(line: list[Glyph], lost: list[Glyph]) -> list[Glyph]:
    """A line of a table without rules, with what is lost on it where nothing else stands."""
    if not lost or not _is_tabular(line):
        return line
    level, high = line[0].middle, line[0].bottom - line[0].top
    parts: list[list[Glyph]] = []
    for glyph in sorted((g for g in lost if abs(g.middle - level) < 0.4 * high), key=lambda g: g.left):
        if parts and glyph.left - parts[-1][-1].right < APART * high:
            parts[-1].append(glyph)
        else:
            parts.append([glyph])
    near = APART * high
    free = [p for p in parts if not any(p[0].left < g.right + near and g.left < p[-1].right + near for g in line)]
    return sorted([*line, *itertools.chain(*free)], key=lambda g: g.left)


def _page_blocks(sheet: _Sheet, unit: str) -> tuple[list[Found], bool]:
    """The blocks of one page from the top, and whether its last block of substance is a table."""
    page = sheet.page
    placed: list[tuple[float, Found]] = [(top, (table, [], 0)) for top, table in sheet.unruled]
    for n, (table, texts) in enumerate(zip(sheet.tables, sheet.inside, strict=True), 1):
        drawn = _draw(table, texts, sheet, unit)
        if _is_frame(table):
            paragraphs = [Paragraph(c.text.replace("\n", ""), Place.of(page=page.number)) for c in drawn if c.text.strip()]
            placed += [(table.ys[0], (p, [], 0)) for p in paragraphs]
        else:
            place = Place.of(page=page.number, table=n)
            placed.append((table.ys[0], (Table(tuple(drawn), place), table.xs, len(table.ys) - 1)))
    placed += [(y, (p, [], 0)) for y, p in _paragraphs(sheet.lines, page.number, [t.ys[0] for t in sheet.tables])]
    found = [f for _, f in sorted(placed, key=lambda p: p[0])]
    rest = [block for block, _, _ in found if not _is_furniture(block)]
    return found, bool(rest) and isinstance(rest[-1], Table)


def _is_frame(table: RuledTable) -> bool:
    """A frame round prose: one column."""
    return len(table.xs) == 2


def _draw(table: RuledTable, texts: dict[int, list[Glyph]], sheet: _Sheet, unit: str) -> list[SourceCell]:
    page, torn, has_ink = sheet.page.number, sheet.torn, sheet.page.has_ink
    cells = []
    new = tuple.__new__  # a third of the time of calling SourceCell
    xs, ys = [f"{x:.0f}" for x in table.xs], [f"{y:.0f}" for y in table.ys]
    for k, (row, column, high, wide) in enumerate(table.cells):
        box = f"page {page}, x {xs[column]}–{xs[column + wide]}, y {ys[row]}–{ys[row + high]} {unit}"
        glyphs = texts.get(k)
        text = _text(glyphs, id(glyphs) in torn, table.box(k)) if glyphs else ""
        if not text and has_ink is not None and has_ink(table.box(k)):
            text = UNKNOWN  # something stands there that is no text: blank is only what is seen to be empty
        cells.append(new(SourceCell, (text, row, column, high, wide, 1.0, box)))
    return cells


def _text(glyphs: list[Glyph], is_torn: bool, box: tuple[float, float, float, float]) -> str:
    """The text of a cell; where a number runs over its border or its digits cannot be one number, none that a reader takes for one."""
    if len(glyphs) == 1 and not is_torn:  # most cells of most reports: one digit
        return glyphs[0].text
    lines = lines_of(glyphs)
    text = "\n".join([join(line) for line in lines])
    return side_by_side([text]) if is_torn or not _is_one(lines, text, box) else text


def _is_one(lines: list[list[Glyph]], text: str, box: tuple[float, float, float, float]) -> bool:
    """Whether the digits of a cell can be one number; of a cell that holds words nothing is asked."""
    if len(text) < 2 or text[0].isalpha() or any(map(str.isalpha, text)):
        return True
    for line in lines[:-1]:  # a number is wrapped where no digit more had found room
        high, right = line[-1][4] - line[-1][2], box[2] - line[-1][3]
        if right > 1.5 * high or right > line[0][1] - box[0] + 0.6 * high:
            return False
    return are_alike(lines)


def _is_tabular(line: list[Glyph]) -> bool:
    """A line with a gap wider than a character: a row of a table without rules, never part of running text."""
    gap = max([b[1] - a[3] for a, b in itertools.pairwise(line)], default=0.0)
    return gap > 0 and gap > 1.2 * max([g[4] - g[2] for g in line])


def _paragraphs(lines: list[list[Glyph]], page: int, tops: list[float]) -> list[tuple[float, Paragraph]]:
    """Lines outside tables as paragraphs."""
    joined = _joined(lines, tops)
    return [(y, Paragraph(text, Place.of(page=page, line=n))) for n, (y, text, _) in enumerate(joined, 1)]


def _joined(lines: list[list[Glyph]], tops: list[float]) -> list[tuple[float, str, list[list[Glyph]]]]:
    """Lines joined where one runs to the right margin and the next one is not indented: where it begins, its text, its lines."""
    if not lines:
        return []
    left, right = min(ln[0].left for ln in lines), max(ln[-1].right for ln in lines)
    found: list[tuple[float, str, list[list[Glyph]]]] = []
    before: list[Glyph] | None = None
    for line in lines:
        size = line[0].bottom - line[0].top
        goes_on = (
            before is not None
            and not _is_tabular(before)
            and not _is_tabular(line)
            and before[-1].right > right - 2.2 * size
            and line[0].left < left + 1.2 * size
            and line[0].top - before[0].bottom < 1.6 * size
            and not any(before[0].top < t < line[0].bottom for t in tops)
        )
        if goes_on:
            y, text, mine = found[-1]
            found[-1] = (y, text + join(line), [*mine, line])
        else:
            found.append((line[0].top, join(line), [line]))
        before = line
    return found


def boxes_of_lines(pages: list[Page], unit: str) -> dict[Place, Box]:
    """Where the paragraphs outside tables stand, by their places: asked only where one is shown, so that reading does not pay for it."""
    sheets = [_sheet(page) for page in pages]
    if any(_is_tabular(line) for sheet in sheets for line in sheet.lines):
        _take_unruled(sheets, unit)
    found = {}
    for sheet in sheets:
        joined = _joined(sheet.lines, [t.ys[0] for t in sheet.tables])
        for n, (_, _, lines) in enumerate(joined, 1):
            left, right = min(line[0].left for line in lines), max(line[-1].right for line in lines)
            top, bottom = min(g.top for line in lines for g in line), max(g.bottom for line in lines for g in line)
            found[Place.of(page=sheet.page.number, line=n)] = Box(sheet.page.number, left, right, top, bottom, unit)
    return found
