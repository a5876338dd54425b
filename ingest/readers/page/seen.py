"""Which characters of a PDF's page are seen: not those in invisible mode, outside the page, cut off, covered or white on white.

What may be hidden is found by what is painted over it; whether it is, by two pictures of the page, with and without it. A mark
that hides nothing (a seal, a highlighter) therefore hides nothing here, either.
"""

from __future__ import annotations

from typing import Any

from ingest.readers.page import pdfium
from ingest.readers.page.glyphs import Glyph
from ingest.readers.page.painted import WHITE, Cover, Painted, Run
from ingest.readers.page.picture import Box, Picture

TILE = 40.0  # points
MOST_TRIES = 400_000  # pairs of a text and what may lie over it; beyond, every text is looked at
ALIKE = 0.2  # a text is not seen on a ground whose lightness differs less
CHINESE = 0x2E80  # from here on a font is needed that not every machine has
EDGE = 0.15  # share of a character's width that its neighbor may reach into


def doubt_covered(painted: Painted) -> None:
    """Mark the pieces of text that something painted later may hide, and those painted on a ground of their own color."""
    if not painted.runs:
        return
    first = painted.runs[0].order
    covers = [c for c in painted.covers if c.order > first or c.is_image or c.light < WHITE]
    tiles: dict[tuple[int, int], list[Run]] = {}
    for run in painted.runs if covers else ():
        for tile in _tiles(run.box):
            tiles.setdefault(tile, []).append(run)
    tries = 0
    for cover in covers:
        own = painted.runs if _area(cover.box) > len(tiles) else [r for t in _tiles(cover.box) for r in tiles.get(t, ())]
        tries += len(own)
        for run in own if tries < MOST_TRIES else painted.runs:
            run.is_doubted = run.is_doubted or tries >= MOST_TRIES or _may_hide(cover, run)
        if tries >= MOST_TRIES:
            return


def _area(box: Box) -> float:
    """How many tiles a box lies on, at least."""
    return (box[2] - box[0]) * (box[3] - box[1]) / TILE**2


def _tiles(box: Box) -> list[tuple[int, int]]:
    left, top, right, bottom = (int(v // TILE) for v in box)
    return [(x, y) for x in range(left, min(right, left + 200) + 1) for y in range(top, min(bottom, top + 200) + 1)]


def _may_hide(cover: Cover, run: Run) -> bool:
    if not (cover.order > run.order or (not cover.is_image and abs(cover.light - run.light) < ALIKE)):
        return False
    a, b = cover.box, run.box
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


class Sights:
    """Tells of each character whether it is seen, from what is known of its piece of text and from two pictures of the page."""

    def __init__(self, page: Any, painted: Painted) -> None:
        doubted = [r for r in painted.runs if r.is_doubted and not r.is_hidden]
        self.whole = self.bare = None
        if doubted:
            self.whole = Picture(page, painted.turned)
            for run in doubted:
                pdfium.set_active(run.item, 0)
            self.bare = Picture(page, painted.turned)
            for run in doubted:
                pdfium.set_active(run.item, 1)

    def is_seen(self, glyph: Glyph, run: Run | None) -> bool:
        """Whether a character of a piece of text is seen; what belongs to none is."""
        if run is None or not (run.is_hidden or run.is_doubted):
            return True
        if run.is_hidden or self.whole is None or self.bare is None:
            return False
        if ord(glyph.text) > CHINESE and not pdfium.is_embedded(run.item):
            return True  # it may be that only the font is missing here
        edge = EDGE * (glyph.right - glyph.left)
        box = glyph.left + edge, glyph.top, glyph.right - edge, glyph.bottom
        if run.light > WHITE and self.bare.ground(box) > WHITE:
            return False  # where it lies over the black of its neighbor it changes the picture and is seen all the less
        return self.whole.differs(self.bare, box)
