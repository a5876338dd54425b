"""Characters with their places on a page (of a PDF or OFD) → lines of text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import itemgetter
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


_LEFT = itemgetter(1)


def _height(glyph: Glyph) -> float:
    return glyph[2] + glyph[4]


def lines_of(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Characters as lines from the top, each from left to right; one character a line is vertical writing."""
    if len(glyphs) < 2:
        return [glyphs] if glyphs else []
    lines: list[list[Glyph]] = []
    level, near = 0.0, -1.0  # twice the middle of the first character of the line, and how far the others may be from it
    for glyph in sorted(glyphs, key=_height):
        _, _, top, _, bottom = glyph
        if lines and abs(level - top - bottom) / 2 < near:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
            level, near = top + bottom, 0.5 * max(bottom - top, 2.0)
    for line in lines:
        line.sort(key=_LEFT)
    return lines


def join(line: list[Glyph]) -> str:
    """The text of a line; a gap wider than half a character is a space, so that two numbers never become one."""
    parts: list[str] = []
    end, before = math.inf, 0.0  # where the character before ends, and its height
    for text, left, top, right, bottom in line:
        high = bottom - top
        if left - end > 0.35 * max(before, high):
            parts.append(" ")
        parts.append(text)
        end, before = right, high
    return "".join(parts)
