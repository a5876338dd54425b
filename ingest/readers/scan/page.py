"""Straighten a scanned page and find its ruling lines.

The slope is fitted to the rules themselves: methods on a reduced picture lost the thin ones at 150 dpi.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from ingest.readers.page.ruled import Line

Image = Any
WHITE = 255
LEVEL = 0.5  # pixels: rules that rise by less over the width of the page are level


def straighten(gray: Image, unit: float) -> Image:
    """Turn the page until its long horizontal rules are level; `unit` is pixels per point."""
    binary = cv2.adaptiveThreshold(gray, WHITE, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    rules = cv2.morphologyEx(binary, cv2.MORPH_OPEN, np.ones((1, max(3, int(9 * unit))), np.uint8))
    rules = cv2.dilate(rules, np.ones((3, max(3, int(4 * unit))), np.uint8))
    slopes = []
    for outline in _outlines(rules):
        x, y, w, h = cv2.boundingRect(outline)
        if w > 100 * unit and h < 0.1 * w:
            own = cv2.drawContours(np.zeros((h, w), np.uint8), [outline], -1, 1, cv2.FILLED, offset=(-x, -y))
            ys, xs = np.nonzero(own & binary[y : y + h, x : x + w])
            if len(xs) > 50:
                slopes.append(float(np.polyfit(xs, ys, 1)[0]))
    if not slopes:
        return gray
    slope = sorted(slopes)[len(slopes) // 2]
    high, wide = gray.shape
    if abs(slope) * wide < LEVEL:
        return gray
    angle = float(np.degrees(np.arctan(slope)))
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1)
    return cv2.warpAffine(gray, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=WHITE)


def _outlines(binary: Image) -> Any:
    return cv2.findContours(binary, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]


def rulings(gray: Image, unit: float) -> tuple[list[Line], list[Line], Image]:
    """Horizontal and vertical rules, and the ink that is no rule (a picture of letters alone)."""
    binary = cv2.adaptiveThreshold(gray, WHITE, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    marks: dict[str, Image] = {}
    found: dict[str, list[Line]] = {"h": [], "v": []}
    for kind, shape, bridge in (
        ("h", (int(14 * unit), 1), (int(6 * unit), 1)),
        ("v", (1, int(11 * unit)), (1, int(6 * unit))),
    ):
        lines = cv2.morphologyEx(binary, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, shape))
        lines = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, bridge))
        marks[kind] = lines
        for outline in _outlines(cv2.dilate(lines, np.ones((3, 3), np.uint8))):
            x, y, w, h = cv2.boundingRect(outline)
            if kind == "h" and w > 18 * unit and h < 6 * unit:
                found["h"].append((y + h / 2, float(x), float(x + w)))
            elif kind == "v" and h > 10 * unit and w < 6 * unit:
                found["v"].append((x + w / 2, float(y), float(y + h)))
    near = 3 * unit

    def meets(x: float, y: float) -> bool:
        return any(abs(h[0] - y) <= near and h[1] - near <= x <= h[2] + near for h in found["h"])

    # A vertical rule ends on horizontal ones; the stroke of a letter does not.
    verticals = [v for v in found["v"] if v[2] - v[1] > 60 * unit or (meets(v[0], v[1]) and meets(v[0], v[2]))]
    # Smoothed, the grain of a bad scan does not count as ink; the rules are found without, since thin ones would fade.
    smooth = cv2.GaussianBlur(gray, (3, 3), 0)
    binary = cv2.adaptiveThreshold(smooth, WHITE, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    mask = _near_rules(marks["h"], found["h"], near) | _near_rules(marks["v"].T, verticals, near).T
    ink = cv2.subtract(binary, cv2.dilate(mask, np.ones((3, 3), np.uint8)))
    return found["h"], verticals, cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))


def _near_rules(lines: Image, rules: list[Line], near: float) -> Image:
    """The straight pieces of a picture that lie along a level rule; a stroke of a character may be as long and does not."""
    kept = np.zeros_like(lines)
    for at, start, end in rules:
        band = slice(max(0, int(at - near)), int(at + near) + 1), slice(max(0, int(start - near)), int(end + near) + 1)
        kept[band] = lines[band]
    return kept


def text_lines(ink: Image, unit: float) -> list[tuple[int, int]]:
    """First and last row of each line of text in a piece of the page."""
    rows = np.flatnonzero(ink.max(1)) if ink.size else np.array([])
    if not len(rows):
        return []
    lines: list[tuple[int, int]] = []
    for part in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
        first, last = int(part[0]), int(part[-1])
        # Lines can stand as close as the strokes of one character; whole lines are tall, a stroke is not.
        near = 1.2 if lines and min(last - first, lines[-1][1] - lines[-1][0]) > 4 * unit else 2.2
        if lines and first - lines[-1][1] <= near * unit:
            lines[-1] = (lines[-1][0], last)
        else:
            lines.append((first, last))
    return [(a, b) for a, b in lines if b - a > 2.5 * unit]


def is_grainy(gray: Image) -> bool:
    """Whether the paper itself is speckled: half of all pixels differ from those around them."""
    return bool(np.median(cv2.absdiff(gray, cv2.GaussianBlur(gray, (5, 5), 0))) >= 2)
