"""Read the lines of a scanned page that stand outside its tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ingest.model import Paragraph
from ingest.place import Place
from ingest.readers.scan.ocr import recognizer
from ingest.readers.scan.page import text_lines

Image = Any
LONGEST = 28  # a longer line, measured in its own heights, is cut at gaps: the model reads no more at once
QUICK, FULL, LIMIT = 0.4, 0.7, 0.6


def read_prose(gray: Image, ink: Image, unit: float, page: int) -> list[tuple[float, Paragraph]]:
    """Lines outside the tables; one that reaches the right margin goes on in the next."""
    crops: list[Image] = []
    lines: list[tuple[int, int, int, list[int]]] = []  # top, left, right, crops
    for a, b in text_lines(ink, unit):
        if b - a > 40 * unit:
            continue  # a picture or a seal
        columns = np.flatnonzero(ink[a : b + 1].max(0))
        mine = []
        for x0, x1 in _pieces(columns, (b - a + 1) * LONGEST):
            m = max(1, int(1.5 * unit))
            crop = gray[max(0, a - m) : b + m, max(0, x0 - m) : x1 + m]
            mine.append(len(crops))
            crops.append(crop)
        lines.append((a, int(columns[0]), int(columns[-1]), mine))
    seen = _look(crops)
    texts = [("".join(seen[i] for i in mine), a, x0, x1) for a, x0, x1, mine in lines]
    left, right = min((x for _, _, x, _ in texts), default=0), max((x for _, _, _, x in texts), default=0)
    margin = max(right - 24 * unit, 0.75 * gray.shape[1])  # where all lines are short, none of them goes on
    found: list[tuple[float, Paragraph]] = []
    full = False
    for n, (text, top, x0, x1) in enumerate(texts, 1):
        if full and found and x0 < left + 14 * unit:
            y, before = found[-1]
            found[-1] = (y, Paragraph(before.text + text, before.place))
        elif text.strip():
            found.append((float(top), Paragraph(text, Place.of(page=page, line=n))))
        full = x1 > margin
    return found


def _look(crops: list[Image]) -> list[str]:
    """A quick look at half the width is enough for words; lines with digits, and doubtful ones, are read in full."""
    seen = recognizer().read(crops, [QUICK] * len(crops))
    again = [k for k, s in enumerate(seen) if s.confidence < LIMIT or any(c.isdigit() for c in s.text)]
    for k, full in zip(again, recognizer().read([crops[k] for k in again], [FULL] * len(again)), strict=True):
        seen[k] = full
    return [s.text for s in seen]


def _pieces(columns: Any, longest: int) -> Iterator[tuple[int, int]]:
    """A line of text cut at its widest gaps into pieces the model can read."""
    start = int(columns[0])
    while int(columns[-1]) - start > longest:
        inside = columns[(columns > start + longest // 2) & (columns <= start + longest)]
        gaps = np.diff(inside) if len(inside) > 1 else np.array([])
        if not len(gaps) or gaps.max() < 2:
            break
        at = int(gaps.argmax())
        yield start, int(inside[at])
        start = int(inside[at + 1])
    yield start, int(columns[-1])
