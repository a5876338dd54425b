"""A page of a PDF as it is seen: a small gray picture, asked whether there is ink at a place or whether two pictures differ there."""

from __future__ import annotations

import math
import zlib
from functools import lru_cache
from typing import Any

from ingest.readers.page.painted import Turn

SCALE = 1.5  # pixels per point: enough to see whether a full stop is there
MOST_PIXELS = 2_000_000
SEEN = 24  # of 255: a smaller difference is not seen on paper
INK = 48
Box = tuple[float, float, float, float]  # left, top, right, bottom, in the reader's axes (y down)


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> bytes:
    return zlib.decompress(packed)


class Picture:
    """The gray pixels of a page, kept packed, addressed in the reader's axes."""

    def __init__(self, page: Any, turned: Turn | None) -> None:
        wide, high = page.get_size()
        scale = min(SCALE, math.sqrt(MOST_PIXELS / max(wide * high, 1.0)))
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        self.width, self.height, self.stride = bitmap.width, bitmap.height, bitmap.stride
        self.packed = zlib.compress(bytes(bitmap.buffer), 1)
        self.left, self.top, right, bottom = visible_box(page, turned)
        self.across = self.width / max(right - self.left, 1.0)
        self.down = self.height / max(bottom - self.top, 1.0)

    def rows(self, box: Box, margin: float = 0.0) -> list[bytes]:
        """The pixels inside a box, row by row; `margin` (points) is left out at each side."""
        x0 = max(0, int((box[0] + margin - self.left) * self.across))
        x1 = min(self.width, math.ceil((box[2] - margin - self.left) * self.across))
        y0 = max(0, int((box[1] + margin - self.top) * self.down))
        y1 = min(self.height, math.ceil((box[3] - margin - self.top) * self.down))
        pixels = _unpacked(self.packed)
        return [pixels[y * self.stride + x0 : y * self.stride + x1] for y in range(y0, y1)] if x0 < x1 else []

    def has_ink(self, box: Box, margin: float) -> bool:
        """Whether anything stands out from the ground inside a box."""
        rows = [row for row in self.rows(box, margin) if row]
        return bool(rows) and max(map(max, rows)) - min(map(min, rows)) > INK

    def ground(self, box: Box) -> float:
        """How light most of the inside of a box is: 0 black, 1 white."""
        pixels = sorted(b"".join(self.rows(box)))
        return pixels[len(pixels) // 2] / 255 if pixels else 1.0

    def differs(self, other: Picture, box: Box) -> bool:
        """Whether two pictures of the same page differ inside a box."""
        pairs = zip(self.rows(box), other.rows(box), strict=True)
        return any(a != b and any(abs(x - y) > SEEN for x, y in zip(a, b, strict=True)) for a, b in pairs)


def visible_box(page: Any, turned: Turn | None) -> Box:
    """The part of a page that is shown, in the reader's axes."""
    left, bottom, right, top = page.get_bbox()
    if turned is None:
        return left, -top, right, -bottom
    (x0, y0), (x1, y1) = turned(left, bottom), turned(right, top)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
