"""Characters with their places on a page (of a PDF or OFD) → lines of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ingest.readers.ruled import Line


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
