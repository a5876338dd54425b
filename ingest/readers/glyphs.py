"""Characters with their places on a page (of a PDF or OFD) → lines of text, cells of ruled tables, and paragraphs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import NamedTuple

from ingest.model import Paragraph, SourceCell, Table
from ingest.readers.ruled import Line, RuledTable, find_tables


class Glyph(NamedTuple):
    """One character and its box; y grows downward."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass
class Page:
    """What is drawn on one page: characters in the order of the file, ruling lines, and whether it holds a picture."""

    number: int
    glyphs: list[Glyph]
    horizontals: list[Line]
    verticals: list[Line]
    has_image: bool = False
    tolerance: float = 1.6


def read_pages(pages: list[Page], unit: str) -> list[Paragraph | Table]:
    """Paragraphs and tables of all pages in reading order; a table that goes on over the page end is one table."""
    blocks: list[Paragraph | Table] = []
    last: tuple[int, list[float], int] | None = None  # the table that ended the page before: its block, column lines, rows
    for page in pages:
        found, carried = _page_blocks(page, unit)
        for k, (block, xs, rows) in enumerate(found):
            if isinstance(block, Table) and last and _first_table(found, k) and _same(last[1], xs, page.tolerance):
                index, old_xs, height = last
                old = blocks[index]
                assert isinstance(old, Table)
                blocks[index] = Table(old.cells + tuple(_down(c, height) for c in block.cells), old.place)
                last = (index, old_xs, height + rows)
            else:
                blocks.append(block)
                last = (len(blocks) - 1, xs, rows) if isinstance(block, Table) else last if _is_furniture(block) else None
        last = last if carried else None
    return blocks


Found = tuple[Paragraph | Table, list[float], int]


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
    return len(old) == len(new) and all(abs(a - b) <= 2 * tolerance for a, b in zip(old, new, strict=True))


def _down(cell: SourceCell, rows: int) -> SourceCell:
    return SourceCell(cell.text, cell.row + rows, cell.column, cell.rowspan, cell.colspan, cell.confidence, cell.box)


def _page_blocks(page: Page, unit: str) -> tuple[list[Found], bool]:
    """The blocks of one page from the top, and whether its last block of substance is a table."""
    tables = [t for t in find_tables(page.horizontals, page.verticals, page.tolerance) if len(t.xs) > 2 or len(t.ys) > 4]
    inside: list[dict[int, list[Glyph]]] = [{} for _ in tables]
    outside: list[Glyph] = []
    for glyph in page.glyphs:
        x, y = (glyph.left + glyph.right) / 2, glyph.middle
        for table, texts in zip(tables, inside, strict=True):
            cell = table.cell_at(x, y)
            if cell is not None:
                texts.setdefault(cell, []).append(glyph)
                break
        else:
            outside.append(glyph)
    placed: list[tuple[float, Found]] = []
    for n, (table, texts) in enumerate(zip(tables, inside, strict=True), 1):
        drawn = _draw(table, texts, page.number, unit)
        if _is_frame(table):
            paragraphs = [Paragraph(c.text.replace("\n", ""), f"page {page.number}") for c in drawn if c.text.strip()]
            placed += [(table.ys[0], (p, [], 0)) for p in paragraphs]
        else:
            place = f"page {page.number} table {n}"
            placed.append((table.ys[0], (Table(tuple(drawn), place), table.xs, len(table.ys) - 1)))
    placed += [(y, (p, [], 0)) for y, p in _paragraphs(outside, page.number, [t.ys[0] for t in tables])]
    found = [f for _, f in sorted(placed, key=lambda p: p[0])]
    rest = [block for block, _, _ in found if not _is_furniture(block)]
    return found, bool(rest) and isinstance(rest[-1], Table)


def _is_frame(table: RuledTable) -> bool:
    """A frame round prose: one column."""
    return len(table.xs) == 2


def _draw(table: RuledTable, texts: dict[int, list[Glyph]], page: int, unit: str) -> list[SourceCell]:
    cells = []
    for k, (row, column, high, wide) in enumerate(table.cells):
        left, top, right, bottom = table.box(k)
        box = f"page {page}, x {left:.0f}–{right:.0f}, y {top:.0f}–{bottom:.0f} {unit}"
        text = "\n".join(join(line) for line in lines_of(texts.get(k, ())))
        cells.append(SourceCell(text, row, column, high, wide, 1.0, box))
    return cells


def lines_of(glyphs: list[Glyph] | tuple[Glyph, ...]) -> list[list[Glyph]]:
    """Characters as lines from the top, each from left to right; one character a line is vertical writing."""
    if len(glyphs) < 2:
        return [list(glyphs)] if glyphs else []
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.top + g.bottom):
        if lines and abs(lines[-1][0].middle - glyph.middle) < 0.5 * max(lines[-1][0].bottom - lines[-1][0].top, 2.0):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return [sorted(line, key=lambda g: g.left) for line in lines]


def join(line: list[Glyph]) -> str:
    """The text of a line; a gap wider than half a character is a space, so that two numbers never become one."""
    parts: list[str] = []
    before: Glyph | None = None
    for glyph in line:
        if before is not None:
            size = max(before.bottom - before.top, glyph.bottom - glyph.top)
            if glyph.left - before.right > 0.35 * size:
                parts.append(" ")
        parts.append(glyph.text)
        before = glyph
    return "".join(parts)


def _is_tabular(line: list[Glyph]) -> bool:
    """A line with a gap wider than a character: a row of a table without rules, never part of running text."""
    size = max(g.bottom - g.top for g in line)
    return any(b.left - a.right > 1.2 * size for a, b in itertools.pairwise(line))


def _paragraphs(glyphs: list[Glyph], page: int, tops: list[float]) -> list[tuple[float, Paragraph]]:
    """Lines outside tables, joined where a line runs to the right margin and the next one is not indented."""
    lines = lines_of(glyphs)
    if not lines:
        return []
    left, right = min(ln[0].left for ln in lines), max(ln[-1].right for ln in lines)
    found: list[tuple[float, str]] = []
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
            y, text = found[-1]
            found[-1] = (y, text + join(line))
        else:
            found.append((line[0].top, join(line)))
        before = line
    return [(y, Paragraph(text, f"page {page} line {n}")) for n, (y, text) in enumerate(found, 1)]
