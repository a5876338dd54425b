"""Read the cells of a ruled table in a scan: a quick look at a reduced width first, a careful one where that was not certain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ingest.model import SourceCell
from ingest.readers.ocr import Seen, recognizer
from ingest.readers.ruled import RuledTable
from ingest.readers.scan_digits import Witnesses, group_glyphs, to_read
from ingest.readers.scan_page import text_lines

Image = Any
SHORT = 5  # a line at most this many times as wide as high may be a number
NUMBERS, LABELS, FULL = 0.7, 0.35, 1.0  # share of the width at which lines are read first, and the doubtful ones again
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
    seen = _look(lines, unit)
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


def _look(lines: list[Line], unit: float) -> list[Seen]:
    """What each line says: labels and a few of the digits are read, digits like them are known, the doubtful are read again."""
    short = [k for k, n in enumerate(lines) if n.shape <= SHORT]
    groups = dict(zip(short, group_glyphs([lines[k].crop for k in short], unit), strict=True))
    chosen = [short[i] for i in to_read([groups[k] for k in short])]
    seen: dict[int, Seen] = {}
    witnesses = Witnesses()
    _read(lines, [k for k in range(len(lines)) if k not in groups] + chosen, seen)
    for k in chosen:
        witnesses.add(groups[k], seen[k], CERTAIN)
    known = {k: told for k in short if k not in seen and (told := witnesses.tell(groups[k]))}
    _read(lines, [k for k in short if k not in seen and k not in known], seen)
    again = [k for k, s in seen.items() if s.sure < CERTAIN and (s.confidence < LIMIT or s.text == s.number)]
    for k, full in zip(again, recognizer().read([lines[k].crop for k in again], [FULL] * len(again)), strict=True):
        told = witnesses.tell(groups.get(k, []))
        seen[k] = _both(seen[k], _fits(full, lines[k]), told)
    return [known.get(k) or seen[k] for k in range(len(lines))]


def _read(lines: list[Line], which: list[int], seen: dict[int, Seen]) -> None:
    found = recognizer().read([lines[k].crop for k in which], [NUMBERS if lines[k].shape <= SHORT else LABELS for k in which])
    seen.update((k, _fits(s, lines[k])) for k, s in zip(which, found, strict=True))


def _fits(seen: Seen, line: Line) -> Seen:
    """A number of n digits is about as wide as n digits; one that is wider may have lost a digit."""
    digits = sum(c.isdigit() for c in seen.number)
    if digits and digits == len(seen.number) and not (digits - 1) * 0.55 + 0.2 <= line.shape <= (digits - 1) * 0.9 + 1:
        return replace(seen, sure=min(seen.sure, DOUBT))
    return seen


def _both(quick: Seen, full: Seen, told: Seen | None) -> Seen:
    """Two looks at the same line: they must agree on a number; of a text the more certain one counts."""
    best = max(quick, full, key=lambda s: s.confidence)
    if quick.number != full.number:
        return Seen(best.text, best.confidence, full.number, min(quick.sure, full.sure, DOUBT))
    if told and told.number == full.number:
        return told  # the glyphs one by one say the same
    return Seen(best.text, best.confidence, full.number, max(quick.sure, full.sure))


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
