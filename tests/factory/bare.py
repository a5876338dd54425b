"""Reports as PDF without ruling lines, or with few of them, laid out as word processors do: any size, alignment and wrapping."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.factory.layout import HEADINGS, Drawn, draw, width
from tests.factory.pdf import EDGE, HIGH, WIDE, _Canvas, _file, _paragraph, _wrap
from tests.factory.prose import after, before
from tests.factory.record import Record

Across = Literal["left", "center", "right"]
Down = Literal["top", "center", "bottom"]


@dataclass(frozen=True)
class Layout:
    """How the tables are set; lengths in points, `labels` is the share of the width that the three label columns take."""

    size: float = 8
    leading: float = 1.2
    padding: float = 3
    side: float = 3
    labels: float = 0.45
    numbers: Across = "center"
    words: Across = "left"
    down: Down = "center"
    upright: bool = False  # the first label of table three is written downwards
    breaks: bool = True  # a table may go on over the page end
    page_numbers: bool = True
    overflow: bool = False  # a number wider than its cell runs into the next one; else it goes on in the next line
    rules: tuple[str, ...] = ()  # tables that are ruled all the same
    levels: bool = False  # horizontal rules only
    frame: bool = False  # a rule round each table


def random_layout(rng: random.Random) -> Layout:
    """Any layout an office might choose."""
    return Layout(
        size=rng.choice((6.5, 7, 8, 9, 10.5)), leading=rng.choice((1.15, 1.3, 1.5)), padding=rng.choice((0, 0, 1.5, 4, 7)),
        side=rng.choice((2, 3, 5.4)), labels=rng.choice((0.4, 0.5, 0.58)), numbers=rng.choice(("left", "center", "right")),
        words=rng.choice(("left", "center")), down=rng.choice(("top", "center", "bottom")), upright=rng.random() < 0.4,
        breaks=rng.random() < 0.7, page_numbers=rng.random() < 0.6, overflow=rng.random() < 0.1,
        rules=tuple(t for t in HEADINGS if rng.random() < 0.15), levels=rng.random() < 0.15, frame=rng.random() < 0.15,
    )  # fmt: skip


@dataclass
class _Box:
    """One cell: its text in lines, its first row and column, and how many it covers."""

    lines: list[str]
    row: int
    column: int
    high: int
    wide: int
    is_number: bool


def as_bare(record: Record, layout: Layout) -> bytes:
    """A record as PDF in a layout."""
    canvas = _Canvas("boxes")
    for paragraph in before(record):
        _paragraph(canvas, paragraph)
    for name, heading in HEADINGS.items():
        _paragraph(canvas, heading)
        _table(canvas, draw(record, name), name, layout)
    for paragraph in after(record):
        _paragraph(canvas, paragraph)
    if layout.page_numbers:
        for number, page in enumerate(canvas.pages, 1):
            canvas.pages.append([])
            canvas.text(WIDE / 2, HIGH - 25, f"- {number} -", 9)
            page += canvas.pages.pop()
    canvas.style = "bare"
    return _file(canvas)


def _widths(name: str, layout: Layout, columns: int) -> list[float]:
    room = WIDE - 2 * EDGE
    if name == "requests":
        upright = layout.size + 2 * layout.side + 1 if layout.upright else 0.07 * room
        left = layout.labels * room - upright
        return [upright, 0.35 * left, 0.65 * left, *[(1 - layout.labels) * room / (columns - 3)] * (columns - 3)]
    return [room / columns] * columns


def _boxes(drawn: Drawn, widths: list[float], layout: Layout) -> list[_Box]:
    boxes: list[_Box] = []
    hanging = [0] * len(widths)
    for row, cells in enumerate(drawn):
        column = 0
        for text, high, wide in cells:
            while hanging[column]:
                column += 1
            number = text.replace(".", "").replace("-", "").isdigit()
            room = sum(widths[column : column + wide]) - 2 * layout.side
            boxes.append(_Box(list(_lines(text, room, layout, number)), row, column, high, wide, number))
            hanging[column : column + wide] = [high] * wide
            column += wide
        hanging = [max(0, h - 1) for h in hanging]
    return boxes


def _lines(text: str, room: float, layout: Layout, number: bool) -> Iterator[str]:
    if layout.upright and text.startswith("三、"):
        yield from text
    elif number and not layout.overflow:
        per_line = max(1, int(room / (layout.size / 2)))
        yield from (text[k : k + per_line] for k in range(0, len(text), per_line))
    else:
        for piece in text.replace("\n", "" if room > 5 * layout.size else "\n").split("\n"):
            yield from _wrap(piece, room, layout.size)


def _table(canvas: _Canvas, drawn: Drawn, name: str, layout: Layout) -> None:
    widths, line = _widths(name, layout, width(drawn)), layout.size * layout.leading
    boxes = _boxes(drawn, widths, layout)
    heights = [2 * layout.padding + line] * len(drawn)
    for box in sorted(boxes, key=lambda b: b.high):
        need = 2 * layout.padding + line * len(box.lines)
        rows = slice(box.row, box.row + box.high)
        heights[rows.stop - 1] += max(0.0, need - sum(heights[rows]))
    if not layout.breaks:
        canvas.room(min(sum(heights), HIGH - 2 * EDGE - 1))
    starts: list[tuple[int, float]] = []  # page and height of each row
    for height in heights:
        canvas.room(height)
        starts.append((len(canvas.pages) - 1, canvas.y))
        canvas.y += height
    last = canvas.pages[-1]
    for box in boxes:
        page, top = starts[box.row]
        rows = [r for r in range(box.row, box.row + box.high) if starts[r][0] == page]
        canvas.pages.append(canvas.pages[page])
        _draw(canvas, box, widths, (top, starts[rows[-1]][1] + heights[rows[-1]]), layout, name)
        canvas.pages.pop()
    assert canvas.pages[-1] is last
    canvas.y += 8


def _draw(canvas: _Canvas, box: _Box, widths: list[float], rows: tuple[float, float], layout: Layout, name: str) -> None:
    left, right = EDGE + sum(widths[: box.column]), EDGE + sum(widths[: box.column + box.wide])
    top, bottom = rows
    line = layout.size * layout.leading
    spare = bottom - top - 2 * layout.padding - line * len(box.lines)
    y = top + layout.padding + {"top": 0.0, "center": spare / 2, "bottom": spare}[layout.down]
    for k, text in enumerate(box.lines):
        wide = sum(layout.size if ord(c) > 0x2E80 else layout.size / 2 for c in text)
        free = right - left - 2 * layout.side - wide
        how = layout.numbers if box.is_number else layout.words
        x = left + layout.side + {"left": 0.0, "center": free / 2, "right": free}[how]
        canvas.text(x, y + k * line + (line - layout.size) / 2 + 0.86 * layout.size, text, layout.size)
    ruled = name in layout.rules
    if ruled or layout.levels:
        canvas.line(left, top, right, top)
        canvas.line(left, bottom, right, bottom)
    if ruled:
        canvas.line(left, top, left, bottom)
        canvas.line(right, top, right, bottom)
    if layout.frame and not layout.rules:
        last = EDGE + sum(widths)
        for x in {EDGE, last} & {left, right}:
            canvas.line(x, top, x, bottom)


LAYOUTS = {
    "wrapped": Layout(labels=0.42, padding=1.5),
    "top": Layout(labels=0.42, numbers="left", down="top", padding=1, breaks=False),
    "upright": Layout(size=7, labels=0.5, numbers="right", words="center", down="bottom", upright=True),
    "levels": Layout(levels=True, padding=0, numbers="right", breaks=False),
    "framed": Layout(frame=True, labels=0.5),
    "mixed": Layout(rules=("disclosure",), labels=0.5),
}
