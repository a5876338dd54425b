"""Read the cells of a ruled table in a scan: a quick look at a reduced width first, a careful one where that was not certain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ingest.model import SourceCell
from ingest.readers.ocr import Seen, recognizer
from ingest.readers.ruled import RuledTable
from ingest.readers.scan_page import text_lines

Image = Any
SHORT = 5  # a line at most this many times as wide as high may be a number
NUMBERS, LABELS, FULL = 0.7, 0.4, 1.0  # share of the width at which lines are read first, and the doubtful ones again
CERTAIN = 0.95  # a number above this is not read a second time
LIMIT = 0.9  # so is a text above this
DOUBT = 0.5  # a number whose digits do not fill its ink is given no more than this


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell: its picture, and how many times its ink is as wide as high."""

    crop: Image
    shape: float


def read_cells(table: RuledTable, gray: Image, ink: Image, unit: float, page: int) -> list[SourceCell]:
    """Each cell with what was recognized in it: its lines one after the other, and the least certain character."""
    lines: list[Line] = []
    of_cell: list[list[int]] = []
    inked: list[bool] = []
    pad = max(1, int(1.5 * unit))
    for k in range(len(table.cells)):
        left, top, right, bottom = (int(v) for v in table.box(k))
        inner = slice(top + pad, bottom - pad), slice(left + pad, right - pad)
        inked.append(bool(ink[inner].size) and int(cv2.countNonZero(ink[inner])) >= 6 * unit)
        mine = list(_lines(gray[inner], ink[inner], unit)) if inked[-1] else []
        of_cell.append(list(range(len(lines), len(lines) + len(mine))))
        lines += mine
    seen = _look(lines)
    cells = []
    for k, (row, column, high, wide) in enumerate(table.cells):
        x0, y0, x1, y1 = (v / unit for v in table.box(k))
        text, confidence = _text([seen[i] for i in of_cell[k]], inked[k])
        box = f"page {page}, x {x0:.0f}–{x1:.0f}, y {y0:.0f}–{y1:.0f} pt"
        cells.append(SourceCell(text, row, column, high, wide, confidence, box))
    return cells


def _lines(gray: Image, ink: Image, unit: float) -> list[Line]:
    lines = []
    side, above = round(1.2 * unit), max(1, round(0.8 * unit))
    for a, b in text_lines(ink, unit):
        columns = np.flatnonzero(ink[a : b + 1].max(0))
        x0, x1 = int(columns[0]), int(columns[-1]) + 1
        shape = (x1 - x0) / (b + 1 - a)
        if shape <= SHORT:
            x0 = _with_sign(gray[a : b + 1], x0, unit)
        crop = gray[max(0, a - above) : b + 1 + above, max(0, x0 - side) : x1 + side]
        if min(crop.shape) > 3:
            lines.append(Line(crop, shape))
    return lines


def _with_sign(line: Image, start: int, unit: float) -> int:
    """Where a number begins if a minus stands before its first digit: the stroke is so thin that it may not count as ink."""
    reach = max(0, start - int(5 * unit))
    middle = line[len(line) // 4 : -(len(line) // 4) or None, reach:start]
    if middle.shape[0] < 2 or middle.shape[1] < 2 * unit:
        return start
    stroke = cv2.blur(middle, (max(2, round(1.4 * unit)), 1), borderType=cv2.BORDER_REPLICATE)
    dark = float(np.median(middle)) - stroke.min(0).astype(float)
    found = np.flatnonzero(dark > 45)
    return reach + max(0, int(found[0]) - round(unit)) if len(found) else start


def _look(lines: list[Line]) -> list[Seen]:
    seen = recognizer().read([n.crop for n in lines], [NUMBERS if n.shape <= SHORT else LABELS for n in lines])
    seen = [_fits(s, n) for s, n in zip(seen, lines, strict=True)]
    again = [k for k, s in enumerate(seen) if (s.sure < CERTAIN and s.confidence < LIMIT) or s.sure == DOUBT]
    careful = recognizer().read([lines[k].crop for k in again], [FULL] * len(again))
    for k, full in zip(again, careful, strict=True):
        seen[k] = _both(seen[k], _fits(full, lines[k]))
    return seen


def _fits(seen: Seen, line: Line) -> Seen:
    """A number of n digits is about as wide as n digits; one that is wider may have lost a digit."""
    digits = sum(c.isdigit() for c in seen.number)
    if digits and digits == len(seen.number) and not (digits - 1) * 0.55 + 0.2 <= line.shape <= (digits - 1) * 0.9 + 1:
        return replace(seen, sure=min(seen.sure, DOUBT))
    return seen


def _both(quick: Seen, full: Seen) -> Seen:
    """Two looks at the same line: they must agree on a number; of a text the more certain one counts."""
    number, sure = full.number, max(quick.sure, full.sure) if quick.number == full.number else min(quick.sure, full.sure, DOUBT)
    best = max(quick, full, key=lambda s: s.confidence)
    return Seen(best.text, best.confidence, number, sure)


def _text(lines: list[Seen], inked: bool) -> tuple[str, float]:
    """What a cell says; where there is ink but nothing was recognized, it is not blank."""
    if not lines:
        return ("?", 0.0) if inked else ("", 1.0)
    if len(lines) == 1:
        seen = lines[0]
        if seen.number and (seen.sure >= DOUBT or seen.text == seen.number):
            return seen.number, seen.sure
        if len(seen.text) == 1 and ord(seen.text) < 0x3100:
            return seen.number or "?", 0.0  # one sign that is neither a digit nor a Chinese character: a digit in doubt
    found = "\n".join(s.text for s in lines)
    return (found, min(s.confidence for s in lines)) if found.strip() else ("?", 0.0)
