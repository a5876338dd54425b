"""What is painted on a page of a PDF, object by object in the order of painting: rules, pieces of text, and what may lie over them.

Source: ISO 32000-1 §8.2 (graphics objects), §9.3.6 (rendering mode), §14.6 (marked content).
"""

from __future__ import annotations

import ctypes
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pypdfium2.raw as raw

from ingest.model import IngestError
from ingest.readers.page import pdfium
from ingest.readers.page.pdfium import Box, Matrix
from ingest.readers.page.ruled import Line

THIN = 2.2  # points: a filled box this thin is a line
LEGIBLE = 1.5  # points: a smaller text is not seen
SHORT = 9.0  # points: a thin box shorter than this may be a stroke of a character
WHITE = 0.93  # lighter than this is not to be seen on white paper
SHADE = 0.6  # darker than this a filled box is more than the shade behind a text
MAX_OBJECTS = 60_000  # of one page
MAX_DEPTH = 8
_PATH, _TEXT = raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_TEXT
Turn = Callable[[float, float], tuple[float, float]]
Sides = tuple[float, float, float, float]


def turn_of(quarters: int) -> Turn | None:
    """From the page's own axes (y up) to the reader's (y down), for a page shown turned by quarters clockwise; None: not turned."""
    ways: dict[int, Turn] = {1: lambda x, y: (y, x), 2: lambda x, y: (-x, y), 3: lambda x, y: (-y, -x)}
    return ways.get(quarters)


@dataclass(slots=True)
class Run:
    """A piece of text as it was painted: its place in the order of painting, its box in the reader's axes, and how it looks.

    `size` is the height of its font, `angle` its direction in degrees (counterclockwise), `light` 0 for black and 1 for what
    is not to be seen on white; `is_hidden` says that it is never seen, `is_doubted` that something may keep it from being seen.
    """

    item: pdfium.Handle
    order: int
    box: Box
    size: float
    angle: float
    light: float
    is_hidden: bool
    is_doubted: bool
    is_artifact: bool = False
    mark: int = 0  # the marked content that says other characters in its place


@dataclass(slots=True)
class Cover:
    """A filled area or a picture, which may hide what was painted before it."""

    order: int
    box: Box
    light: float
    is_image: bool


class Painted:
    """Collects what is painted on a page, also inside forms; `has_drawing` says that more than rules, shades and text is there."""

    def __init__(self, turned: Turn | None, has_layers: bool = False) -> None:
        self.has_layers = has_layers  # a form may belong to a layer that is switched off
        self.horizontals: list[Line] = []
        self.verticals: list[Line] = []
        self.pale: list[Sides] = []  # white rules: seen only where areas are shaded
        self.edges: list[Sides] = []  # of shaded areas: they make a table only where no rules do
        self.runs: list[Run] = []
        self.covers: list[Cover] = []
        self.actual: dict[int, str] = {}  # what marked content says in place of its characters
        self.has_shade = self.has_drawing = False
        self.is_note = False  # whether what comes now belongs to a note or a form field, whose frames are no rules
        self.objects = 0
        self.turned = turned
        self._marks: dict[int, str] = {}
        self._point = (ctypes.c_float(), ctypes.c_float())

    def page(self, page: pdfium.Handle, notes_from: int) -> None:
        """Collect a whole page; the objects from number `notes_from` on are notes and form fields."""
        count = pdfium.count_objects(page)
        self._visit(0, min(count, notes_from), partial(pdfium.get_object, page), [], False)
        self.is_note = True  # the frames of notes and form fields are no rules
        self._visit(notes_from, count, partial(pdfium.get_object, page), [], False)
        self.is_note = False
        edges = self.edges if min(len(self.horizontals), len(self.verticals)) < 2 else []
        for line in (*edges, *(self.pale if self.has_shade else ())):
            self._rule(*line)

    def _visit(self, start: int, end: int, get: Callable[[int], pdfium.Handle], outer: list[Matrix], doubted: bool) -> None:
        most = MAX_OBJECTS if len(outer) <= MAX_DEPTH else 0
        for item in map(get, range(start, end)):
            self.objects += 1
            if self.objects > most:
                raise IngestError("too_large", "", f"{self.objects} objects", f"{MAX_OBJECTS} objects")
            kind = pdfium.type_of(item)
            if kind == _PATH:
                self._path(item, outer)
            elif kind == _TEXT:
                self._text(item, outer, doubted)
            elif kind == raw.FPDF_PAGEOBJ_FORM:
                clear = bool(raw.FPDFPageObj_HasTransparency(_pointer(item)))
                hidden = doubted or self.has_layers or pdfium.is_clipped(item) or clear
                inner = [pdfium.matrix(item), *outer]
                self._visit(0, pdfium.count_inner(item), partial(pdfium.get_inner, item), inner, hidden)
            else:  # a picture or a shading
                self.has_drawing = True
                self.covers.append(Cover(self.objects, self._box(pdfium.bounds(item), outer), 0.0, True))

    def _text(self, item: pdfium.Handle, outer: list[Matrix], doubted: bool) -> None:
        mode = pdfium.render_mode(item)
        hidden = mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE
        box = pdfium.bounds(item)
        if box[2] - box[0] < 0.01 and not hidden:
            pdfium.widen(item)
            box = pdfium.bounds(item)
        a, b, c, d, _, _ = pdfium.matrix(item)
        for m in outer:
            a, b, c, d = m[0] * a + m[2] * b, m[1] * a + m[3] * b, m[0] * c + m[2] * d, m[1] * c + m[3] * d
        light = pdfium.fill_lightness(item) if mode != raw.FPDF_TEXTRENDERMODE_STROKE else 1.0
        if mode in (raw.FPDF_TEXTRENDERMODE_STROKE, raw.FPDF_TEXTRENDERMODE_FILL_STROKE):
            light = min(light, pdfium.stroke_lightness(item))
        angle = math.degrees(math.atan2(b, a)) if b else 0.0 if a >= 0 else 180.0
        size = pdfium.font_size(item) * math.hypot(c, d)
        doubted = doubted or light > WHITE or mode > raw.FPDF_TEXTRENDERMODE_INVISIBLE or pdfium.is_clipped(item)
        run = Run(item, self.objects, self._box(box, outer), size, angle, light, hidden or 0 < size < LEGIBLE, doubted)
        if pdfium.count_marks(item):
            self._read_marks(item, run)
        self.runs.append(run)

    def _read_marks(self, item: pdfium.Handle, run: Run) -> None:
        """What the marks round a piece of text say of it; those that put other characters in its place are taken off.

        The library puts such characters at a wrong place inside forms; what was drawn is held against what is said afterwards.
        """
        for k in reversed(range(pdfium.count_marks(item))):
            mark = pdfium.get_mark(item, k)
            if mark not in self._marks:
                self._marks[mark] = pdfium.mark_name(mark)
                said = pdfium.actual_text(mark)
                if said is not None:
                    self.actual[mark] = said
            run.is_artifact |= self._marks[mark] == "Artifact"
            run.is_doubted |= self._marks[mark] == "OC"  # a layer, which may be switched off
            if mark in self.actual:
                run.mark = mark
                pdfium.remove_mark(item, mark)

    def _box(self, box: Box, outer: list[Matrix]) -> Box:
        """A box of the page or a form in the reader's axes: left, top, right, bottom."""
        left, bottom, right, top = _placed(box, outer) if outer else box
        if self.turned is None:
            return left, -top, right, -bottom
        (x0, y0), (x1, y1) = self.turned(left, bottom), self.turned(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if self.is_note:
            return
        if self.turned is None:
            y0, y1 = -y0, -y1
        else:
            (x0, y0), (x1, y1) = self.turned(x0, y0), self.turned(x1, y1)
        if x1 < x0:
            x0, x1 = x1, x0
        if y1 < y0:
            y0, y1 = y1, y0
        if y1 - y0 <= THIN < x1 - x0:
            self.horizontals.append(((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= THIN < y1 - y0:
            self.verticals.append(((x0 + x1) / 2, y0, y1))

    def _path(self, item: pdfium.Handle, outer: list[Matrix]) -> None:
        box, filled, drawn, fill, light = pdfium.path(item)
        if outer:
            box = _placed(box, outer)
        left, bottom, right, top = box
        wide, high = right - left, top - bottom
        if wide <= THIN or high <= THIN:  # the usual case: one thin box or one stroke
            if self.is_note or THIN < (wide if wide > high else high) < SHORT:
                self.has_drawing = True
            if light > WHITE:
                self.pale.append(box)
            else:
                self._rule(*box)
            return
        if drawn and pdfium.stroke_width(item) > THIN:  # a stroke so broad may hide something as well
            self.covers.append(Cover(self.objects, self._box(box, []), pdfium.stroke_lightness(item), False))
        if filled:
            self.covers.append(Cover(self.objects, self._box(box, []), fill, False))
            self.has_shade |= fill <= WHITE
            self.has_drawing |= fill < SHADE
        if light <= WHITE and not self.is_note:  # the edges of a white area are not to be seen
            for sides in self._outline(item, [pdfium.matrix(item), *outer]):
                if drawn:
                    self._rule(*sides)
                else:
                    self.edges.append(sides)

    def _outline(self, path: pdfium.Handle, chain: list[Matrix]) -> Iterator[Sides]:
        """The straight sides of a path."""
        item = _pointer(path)
        segments = raw.FPDFPath_CountSegments(item)
        if not 2 <= segments <= 4000:
            self.has_drawing = True
            return
        part: list[tuple[float, float]] = []
        for k in range(segments):
            segment = raw.FPDFPath_GetPathSegment(item, k)
            raw.FPDFPathSegment_GetPoint(segment, *(ctypes.byref(v) for v in self._point))
            kind = raw.FPDFPathSegment_GetType(segment)
            self.has_drawing |= kind == raw.FPDF_SEGMENT_BEZIERTO
            if kind == raw.FPDF_SEGMENT_MOVETO:
                yield from self._sides(part)
                part = []
            part.append(_at(self._point[0].value, self._point[1].value, chain))
            if raw.FPDFPathSegment_GetClose(segment):
                part.append(part[0])
        yield from self._sides(part)

    def _sides(self, part: list[tuple[float, float]]) -> Iterator[Sides]:
        if len(part) < 2:
            return
        xs, ys = [p[0] for p in part], [p[1] for p in part]
        if max(xs) - min(xs) <= THIN or max(ys) - min(ys) <= THIN:
            yield min(xs), min(ys), max(xs), max(ys)
            return
        for a, b in itertools.pairwise(part):
            self.has_drawing |= abs(a[0] - b[0]) > THIN and abs(a[1] - b[1]) > THIN
            yield *a, *b


def _pointer(item: pdfium.Handle) -> Any:
    return ctypes.cast(item, raw.FPDF_PAGEOBJECT)


def _at(x: float, y: float, chain: list[Matrix]) -> tuple[float, float]:
    for a, b, c, d, e, f in chain:
        x, y = a * x + c * y + e, b * x + d * y + f
    return x, y


def _placed(box: Box, chain: list[Matrix]) -> Box:
    """A box of a form as a box on the page."""
    left, bottom, right, top = box
    points = [_at(x, y, chain) for x in (left, right) for y in (bottom, top)]
    return min(x for x, _ in points), min(y for _, y in points), max(x for x, _ in points), max(y for _, y in points)
