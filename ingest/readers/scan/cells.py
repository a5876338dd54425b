"""Read the cells of a ruled table in a scan: a quick look at a reduced width first, a careful one where that was not certain."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ingest.model import SourceCell, Table
from ingest.place import Place
from ingest.readers.page.ruled import RuledTable
from ingest.readers.page.words import is_part_of_label
from ingest.readers.scan.digits import CERTAIN, WITNESSES, Witnesses
from ingest.readers.scan.marks import Marks, find_marks
from ingest.readers.scan.ocr import Seen, recognizer
from ingest.readers.scan.page import is_grainy, text_lines

Image = Any
SHORT = 5  # a line at most this many times as wide as high may be a number
NUMBERS, LABELS, FULL = 0.7, 0.29, 1.0  # share of the width at which lines are read first, and the doubtful ones again
LIMIT, WORDS = 0.9, 0.75  # a short text, and a long one that is no label, above this is not read a second time
COARSE = 1.8  # pixels per point (130 dpi): below it, in a grainy picture, a minus and a point are not to be seen
SPOT, SPOT_AREA = 30, 0.8  # a spot is so much darker than its paper (of 255), and so large (square points)
DOUBT = 0.5  # a number that does not explain all of its ink is given no more than this
# A point before all digits was a minus; with three digits after it, it may be the comma of thousands.
COMMA = re.compile(r"^[^,]*[,\uff0c](?!\d{3}(\D|$))")  # a comma that does not divide thousands
ODD = re.compile(r"^\D*\.|\.\d{3}$|\d[-+]|[.+-]{2}|\.$|\..*\.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell: its picture, how many times its ink is as wide as high, and the small marks beside its digits."""

    crop: Image
    shape: float
    marks: Marks


def read_tables(tables: list[RuledTable], gray: Image, ink: Image, unit: float, page: int) -> list[Table]:
    """The tables of a page; each cell has its lines one after the other, and the certainty of its weakest character."""
    lines: list[Line] = []
    found: list[list[tuple[bool, int, int]]] = []  # for each cell: is there ink, its first line, the line after its last
    pad = max(1, int(1.5 * unit))
    for table in tables:
        found.append([])
        for k in range(len(table.cells)):
            left, top, right, bottom = (int(v) for v in table.box(k))
            inner = slice(top + pad, bottom - pad), slice(left + pad, right - pad)
            inked = bool(ink[inner].size) and int(cv2.countNonZero(ink[inner])) >= 6 * unit
            inked = inked or _is_marked(gray[top + 2 * pad : bottom - 2 * pad, left + 2 * pad : right - 2 * pad], unit)
            mine = _lines(gray[inner[0], left : right - pad], ink[inner], pad, unit) if inked else []
            found[-1].append((inked, len(lines), len(lines) + len(mine)))
            lines += mine
    seen = _look(lines, unit)
    most = DOUBT if unit < COARSE and is_grainy(gray) else 1.0
    read = []
    for n, (table, places) in enumerate(zip(tables, found, strict=True), 1):
        cells = []
        for k, (inked, first, end) in enumerate(places):
            x0, y0, x1, y1 = (v / unit for v in table.box(k))
            text, confidence = _text(seen[first:end], inked)
            box = f"page {page}, x {x0:.0f}–{x1:.0f}, y {y0:.0f}–{y1:.0f} pt"
            cells.append(SourceCell(text, *table.cells[k], min(confidence, most) if text else confidence, box))
        read.append(Table(tuple(cells), Place.of(page=page, table=n)))
    return read


def _is_marked(gray: Image, unit: float) -> bool:
    """Whether a cell shows a spot that is larger and darker than the grain of its paper: it is not seen to be empty then."""
    if min(gray.shape) < 3:
        return False
    smooth = cv2.GaussianBlur(gray, (3, 3), 0)
    return int(np.count_nonzero(smooth < float(np.median(smooth)) - SPOT)) >= SPOT_AREA * unit * unit


def _lines(gray: Image, ink: Image, pad: int, unit: float) -> list[Line]:
    """The lines of a cell; `gray` reaches `pad` columns further left, up to the rule, where a minus may stand."""
    lines = []
    rule = max(1, round(0.9 * unit))
    side, above = round(1.2 * unit), max(1, round(0.8 * unit))
    for a, b in text_lines(ink, unit):
        columns = np.flatnonzero(ink[a : b + 1].max(0))
        x0, x1 = pad + int(columns[0]), pad + int(columns[-1]) + 1
        shape, marks = (x1 - x0) / (b + 1 - a), Marks(0, 0)
        if shape <= 2 * SHORT:
            marks = find_marks(gray[a : b + 1, rule:], x0 - rule, x1 - rule, unit)
            x0 = rule + marks.start
        crop = gray[max(0, a - above) : b + 1 + above, max(rule, x0 - side) : x1 + side]
        if min(crop.shape) > 3:
            lines.append(Line(crop, shape, marks))
    return lines


def _look(lines: list[Line], unit: float) -> list[Seen]:
    """What each line says: labels and a few of the digits are read, what looks like them is known, the doubtful are read again."""
    witnesses = Witnesses([n.crop if n.shape <= SHORT else n.crop[:0] for n in lines], unit)
    seen: dict[int, Seen] = {}
    told: dict[int, Seen] = {}
    for enough in (1, WITNESSES, len(lines) + 1):
        pending = [k for k in range(len(lines)) if k not in seen and k not in told]
        which = witnesses.choose(pending, enough)
        share = [NUMBERS if lines[k].shape <= SHORT else LABELS for k in which]
        for k, s in zip(which, recognizer().read([lines[k].crop for k in which], share), strict=True):
            seen[k] = _fits(s, lines[k])
            witnesses.add(k, seen[k])
        told = {k: _fits(known, lines[k]) for k in range(len(lines)) if (known := witnesses.tell(k))}
    again = [k for k, s in seen.items() if _doubtful(s, lines[k])]
    for k, full in zip(again, recognizer().read([lines[k].crop for k in again], [FULL] * len(again)), strict=True):
        seen[k] = _both(seen[k], _fits(full, lines[k]), told.get(k))
    return [seen.get(k) or told[k] for k in range(len(lines))]


def _doubtful(seen: Seen, line: Line) -> bool:
    """Whether a line is read a second time; a long number always is, since its first look was a label's."""
    if line.shape > SHORT:
        unsure = seen.confidence < WORDS and not is_part_of_label(seen.text)
        return unsure or (seen.text == seen.number or seen.sure > 1 - CERTAIN)
    return seen.sure < CERTAIN and (seen.confidence < LIMIT or seen.text == seen.number)


def _fits(seen: Seen, line: Line) -> Seen:
    """A number as wide as its digits, with as many signs as there are marks; else a digit, a minus or a point may be lost."""
    digits = len(_digits(seen.number))
    if not digits:
        return seen
    wide = digits == len(seen.number) and not (digits - 1) * 0.55 + 0.2 <= line.shape <= (digits - 1) * 0.83 + 0.87
    odd = ODD.search(seen.number) is not None
    return replace(seen, sure=min(seen.sure, DOUBT)) if wide or odd or not line.marks.explained_by(seen.number) else seen


def _both(quick: Seen, full: Seen, told: Seen | None) -> Seen:
    """Two looks at the same line: they must agree on a number, one of them with certainty; of a text the better one counts."""
    best = max(quick, full, key=lambda s: s.confidence)
    sure = max(quick.sure, full.sure)
    if quick.number != full.number or sure < CERTAIN:
        return Seen(best.text, best.confidence, full.number, min(quick.sure, full.sure, DOUBT))
    if told and told.number == full.number:
        return told  # the glyphs one by one say the same
    return Seen(best.text, best.confidence, full.number, sure)


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
        if _digits(seen.text) != _digits(seen.number) or COMMA.search(seen.text):
            return seen.text or "?", min(seen.confidence, DOUBT)  # with and without letters, other digits were seen
    found, confidence = "\n".join(s.text for s in lines), min(s.confidence for s in lines)
    if not any(c.isalpha() for c in found):
        confidence = min(confidence, DOUBT)  # a number in two lines may be two numbers, or one and a speck
    return (found, confidence) if found.strip() else ("?", 0.0)


def _digits(text: str) -> str:
    return "".join(c for c in text if c in "0123456789")
