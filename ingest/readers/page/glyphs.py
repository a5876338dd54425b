"""Characters with their places on a page (of a PDF or OFD) → lines of text."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from ingest.readers.page.ruled import Line

DIGITS = "0123456789.,+-"
UNKNOWN = "\ufffd"  # stands where a character is that cannot be read
APART = 0.35  # a gap wider than this part of a character's height divides words
UNLIKE = 1.35  # digits of one number differ less in height
UNEVEN = 0.15  # gaps between the digits of one number differ by less
CROWDED, SAME = 0.7, 0.2  # characters nearer than this part of their width clash; equal ones this near (in heights) are one


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
    """What is seen on one page: characters in the order of the file, ruling lines, and whether it holds a picture.

    `lost` are places of numbers that stand in the file and are not seen. `has_ink` tells whether a part of the page (left, top,
    right, bottom) is other than empty; where it is None, all that is seen stands in the other fields.
    """

    number: int
    glyphs: list[Glyph]
    horizontals: list[Line]
    verticals: list[Line]
    has_image: bool = False
    tolerance: float = 1.6
    lost: list[Glyph] = field(default_factory=list)
    has_ink: Callable[[tuple[float, float, float, float]], bool] | None = None


_LEFT = itemgetter(1)


def _height(glyph: Glyph) -> float:
    return glyph[2] + glyph[4]


def lines_of(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Characters as lines from the top, each from left to right; one character a line is vertical writing."""
    if len(glyphs) < 2:
        return [glyphs] if glyphs else []
    line: list[Glyph] = []
    lines: list[list[Glyph]] = []
    level, near = 0.0, -1.0  # twice the middle of the first character of the line, and how far the others may be from it
    for glyph in sorted(glyphs, key=_height):
        _, _, top, _, bottom = glyph
        if abs(level - top - bottom) / 2 < near:
            line.append(glyph)
        else:
            lines.append(line := [glyph])
            level, near = top + bottom, 0.5 * max(bottom - top, 2.0)
    for line in lines:
        line.sort(key=_LEFT)
    return [line if len(line) < 2 else _settled(line) for line in lines]


def _settled(line: list[Glyph]) -> list[Glyph]:
    """A line in which equal characters drawn over each other count once (fake bold, a second layer), and of different ones none.

    A digit over which another one is drawn makes its whole number unreadable: no one can say which of them is meant. So does a
    small digit right behind a larger one: it is the mark of a note.
    """
    kept, clashes = line[:1], set[int]()
    before, start, top, end, bottom = line[0]
    old, width = bottom - top, end - start  # height and width of the character before
    for glyph in itertools.islice(line, 1, None):
        text, left, top, right, bottom = glyph
        step, high, wide = left - start, bottom - top, right - left
        if step >= CROWDED * min(wide, width) or step >= 0.42 * high:
            unlike = (high > UNLIKE * old or old > UNLIKE * high) and left - end < APART * max(old, high)
            if unlike and text.isdigit() and before.isdigit():
                clashes |= {len(kept) - 1, len(kept)}
        elif text == before and step < SAME * high:
            continue
        else:
            clashes |= {len(kept) - 1, len(kept)}
        kept.append(glyph)
        before, start, end, old, width = text, left, right, high, wide
    return _unread(kept, clashes) if clashes else kept


def _unread(line: list[Glyph], clashes: set[int]) -> list[Glyph]:
    """A line without the digits of the numbers in which characters clash."""
    found, first = list(line), 0
    for k, glyph in enumerate(line):
        after = line[k + 1] if k + 1 < len(line) else None
        if (
            after is not None
            and glyph.text in DIGITS
            and after.text in DIGITS
            and after.left - glyph.right < APART * _size(glyph)
        ):
            continue
        if any(i in clashes for i in range(first, k + 1)):
            found[first : k + 1] = [g._replace(text=UNKNOWN) if g.text in DIGITS else g for g in line[first : k + 1]]
        first = k + 1
    return found


def _size(glyph: Glyph) -> float:
    return glyph.bottom - glyph.top


def are_alike(lines: list[list[Glyph]]) -> bool:
    """Whether the digits of a cell look like one number's: of one size, and in each line on one level and evenly apart.

    A small raised digit is the mark of a note, and one that stands higher or farther off belongs to something else.
    """
    digits = [[g for g in line if g[0] in DIGITS] for line in lines]
    sizes = [g[4] - g[2] for line in digits for g in line]
    if len(sizes) < 2:
        return True
    high = max(sizes)
    for line in digits:
        levels = [g[2] + g[4] for g in line]
        gaps = [b[1] - a[3] for a, b in itertools.pairwise(line)]
        if levels and (max(levels) - min(levels) > 0.4 * high or max(gaps, default=0.0) - min(gaps, default=0.0) > UNEVEN * high):
            return False
    return high <= UNLIKE * min(sizes)


def goes_on(a: Glyph, b: Glyph) -> bool:
    """Whether two characters drawn one after the other are digits of one number."""
    high = max(a.bottom - a.top, b.bottom - b.top)
    near = -0.5 * high < b.left - a.right < 0.2 * high and abs(a.middle - b.middle) < 0.3 * high
    return near and a.text in DIGITS and b.text in DIGITS


def join(line: list[Glyph]) -> str:
    """The text of a line; a gap wider than half a character is a space, so that two numbers never become one."""
    parts: list[str] = []
    end, before = math.inf, 0.0  # where the character before ends, and its height
    for text, left, top, right, bottom in line:
        high = bottom - top
        if left - end > APART * max(before, high):
            parts.append(" ")
        parts.append(text)
        end, before = right, high
    return "".join(parts)
