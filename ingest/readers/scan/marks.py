"""Count the small marks of a printed number (a minus before it, points in it), which the recognizer overlooks when they are pale.

The marks are not read here. A number that shows more of them than were recognized is in doubt: −4 must never become 4.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

Image = Any
DARK = 0.45  # share of the blackness of the line: a column this dark belongs to a digit
PALE = 0.22  # a stroke this dark before the first digit is a minus
POINT = 0.2  # so much darker is the foot of a gap between digits than its middle where a point stands in it
FLAT = 0.3  # a level stroke is at least this long and less high, measured in the height of a digit
WIDE = 0.95  # no digit is so wide, measured in its height
TALL = 0.5  # share of the height of the line that a digit has at least


@dataclass(frozen=True, slots=True)
class Marks:
    """How many marks a line has, the column where it begins with its minus, and the widths of its digits (height = 1)."""

    count: int
    start: int
    widths: tuple[float, ...] = ()

    def explained_by(self, number: str) -> bool:
        """Whether a number has a sign for each mark, and no digit so wide that a minus may hang on it."""
        digits = sum(c.isdigit() for c in number)
        hanging = len(self.widths) == digits == len(number) and max(self.widths) > WIDE
        return self.count <= len(number) - digits and not hanging


def find_marks(line: Image, first: int, end: int, unit: float) -> Marks:
    """The marks of a line whose ink lies between the columns `first` and `end`."""
    reach = max(0, first - int(5 * unit))
    dark = np.clip(float(np.median(line)) - line[:, reach:end].astype(np.float32), 0, None)
    black = float(np.percentile(dark[:, first - reach :], 98))
    if black <= 0:
        return Marks(0, first)
    dark /= black
    digits, small = _spans(dark)
    if not digits:
        return Marks(small, first)
    sign = _minus(dark, digits[0][0], unit)
    if sign is None and _starts_flat(dark, *digits[0]):
        sign = digits[0][0]
    points = sum(_has_point(dark, a, b) for (_, a), (b, _) in itertools.pairwise(digits))
    start = first if sign is None else min(first, reach + sign)
    return Marks(max(small, points + (sign is not None)), start, tuple((b - a) / len(dark) for a, b in digits))


def _spans(dark: Image) -> tuple[list[tuple[int, int]], int]:
    """First and last column of each digit that stands apart, and how many lower signs stand apart."""
    ink = dark > DARK
    edges = np.flatnonzero(np.diff(np.concatenate([[0], ink.max(0), [0]]).astype(int)))
    spans = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    tall = [np.ptp(np.flatnonzero(ink[:, a:b].max(1))) + 1 >= TALL * len(dark) for a, b in spans]
    return [s for s, t in zip(spans, tall, strict=True) if t], tall.count(False)


def _minus(dark: Image, digit: int, unit: float) -> int | None:
    """The column where a level stroke begins left of the first digit, half way up."""
    quarter = len(dark) // 4
    # What lies nearer than this is the gray edge of the digit itself.
    middle = dark[quarter : len(dark) - quarter, : max(0, digit - round(0.6 * unit))]
    wide = max(2, round(1.4 * unit))
    if middle.shape[0] < 2 or middle.shape[1] <= wide:
        return None
    level = np.stack([middle[:, k : middle.shape[1] - wide + 1 + k] for k in range(wide)]).mean(0).max(0)
    found = np.flatnonzero(level > PALE)
    return max(0, int(found[0])) if len(found) else None


def _starts_flat(dark: Image, left: int, right: int) -> bool:
    """Whether a glyph begins with a level stroke half way up: a minus that touches its digit (the bar of a 4 soon gets company)."""
    high = len(dark)
    begin = dark[:, left : left + max(3, round(FLAT * high))] > DARK
    rows = np.flatnonzero(begin.max(1))
    return right - left > 2 * FLAT * high and np.ptp(rows) < FLAT * high and rows[0] > 0.3 * high and rows[-1] < 0.85 * high


def _has_point(dark: Image, left: int, right: int) -> bool:
    """Whether the gap between two digits is darker at its foot than in its middle."""
    high = len(dark)
    if right - left < 0.2 * high:
        return False
    foot, middle = dark[-max(2, high // 4) :, left:right], dark[high // 4 : high // 2 + 1, left:right]
    return float(foot.mean(0).max() - middle.mean(0).max()) > POINT
