"""Digits that look alike in one table are read a few times only; a glyph that is like no other is left to the recognizer.

Printed digits of one table are copies of each other. Turned to a common size and place, two copies of a digit differ nowhere by
more than 0.14 of their blackness (0.31 in a noisy scan), two different digits somewhere by 0.53 or more (5,000 digits measured).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import cv2
import numpy as np

from ingest.readers.scan.ocr import Seen

LIKE = 0.28
SCALE, SIZE = 2.5, 30  # pixels per point, and width and height, of the picture in which glyphs are compared
DARK, FAINT = 0.45, 0.3  # share of the blackness of a line: a column this dark is part of a glyph; outside, nothing is darker
FAINTEST = 60  # gray levels between paper and ink, below which a line is too pale to compare
WITNESSES = 4
CERTAIN = 0.95
Image = Any


def group_glyphs(crops: list[Image], unit: float) -> list[list[int]]:
    """For each line the groups its glyphs belong to, from the left; empty where the glyphs do not stand clearly apart."""
    leaders = np.zeros((0, SIZE * SIZE), np.float32)
    found: list[list[int]] = []
    for crop in crops:
        groups = []
        for glyph in _glyphs(crop, unit) if crop.size else []:
            far = np.abs(leaders - glyph).max(1) if len(leaders) else np.array([])
            if not len(far) or far.min() > LIKE:
                leaders = np.vstack([leaders, glyph])
                groups.append(len(leaders) - 1)
            else:
                groups.append(int(far.argmin()))
        found.append(groups)
    return found


def _glyphs(crop: Image, unit: float) -> list[Any]:
    gray = crop.astype(np.float32)
    paper = float(np.median(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])))
    dark = np.clip(paper - gray, 0, None)
    black = float(np.percentile(dark, 98))
    if black < FAINTEST:
        return []
    dark /= black
    columns = dark.max(0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], columns > DARK, [0]]).astype(int)))
    spans = [(max(0, int(a) - 1), min(len(columns), int(b) + 1)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    outside = np.ones(len(columns), bool)
    for a, b in spans:
        outside[a:b] = False
    # Ink that belongs to no glyph may be a pale sign or digit: such a line is not compared.
    if any(columns[outside] > FAINT):
        return []
    return [_normal(dark[:, a:b], unit) for a, b in spans]


def _normal(dark: Image, unit: float) -> Any:
    """A glyph with its center of mass in the middle, at a common size."""
    mass, scale = float(dark.sum()), SCALE / unit
    y = float(dark.sum(1) @ np.arange(dark.shape[0])) / mass
    x = float(dark.sum(0) @ np.arange(dark.shape[1])) / mass
    place = np.array([[scale, 0, SIZE / 2 - scale * x], [0, scale, SIZE / 2 - scale * y]], np.float32)
    how = cv2.INTER_CUBIC if scale >= 1 else cv2.INTER_LINEAR
    return cv2.blur(cv2.warpAffine(dark, place, (SIZE, SIZE), flags=how), (2, 2)).reshape(1, -1)


class Witnesses:
    """What each line was read as, and each group of glyphs in it; from that, what the lines like it say."""

    def __init__(self, crops: list[Image], unit: float) -> None:
        self.groups = group_glyphs(crops, unit)
        self.count: Counter[int] = Counter()
        self.digits: dict[int, list[tuple[str, float]]] = defaultdict(list)
        self.words: dict[tuple[int, ...], Seen] = {}

    def choose(self, pending: list[int], enough: int) -> list[int]:
        """Which of these lines must be read so that each group of glyphs is seen often enough."""
        chosen = []
        for k in sorted(pending, key=lambda k: len(self.groups[k])):
            if not self.groups[k] or any(self.count[g] < enough for g in self.groups[k]):
                self.count.update(self.groups[k])
                chosen.append(k)
        return chosen

    def add(self, line: int, seen: Seen) -> None:
        """Take note of a line that was read with certainty: as many digits as glyphs, or a word."""
        groups = self.groups[line]
        if seen.sure >= CERTAIN and seen.number.isdigit() and len(seen.number) == len(groups):
            for group, digit in zip(groups, seen.number, strict=True):
                self.digits[group].append((digit, seen.sure))
        elif seen.confidence >= CERTAIN and seen.text.isalpha() and groups:
            self.words[tuple(groups)] = seen

    def tell(self, line: int) -> Seen | None:
        """The word a line like this one was read as, or the number its glyphs make: each read several times, never differently."""
        text, sure = "", 1.0
        for group in self.groups[line]:
            read = self.digits[group]
            if len(read) < WITNESSES - 1 or len({digit for digit, _ in read}) > 1:
                return self.words.get(tuple(self.groups[line]))
            text, sure = text + read[0][0], min(sure, *(s for _, s in read))
        return Seen(text, sure, text, sure) if text else None
