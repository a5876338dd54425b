"""One page of an OFD: its characters as they are seen and its rules, in the order in which they are painted.

Source: GB/T 33190-2016 §7.7 (pages), §8.5 (graphic units: boundary, visible, alpha), §9 (paths), §11 (text).
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from ingest.model import IngestError
from ingest.place import Place, Shown
from ingest.readers.page.glyphs import DIGITS, UNKNOWN, Glyph, Page
from ingest.readers.page.painted import WHITE, Run
from ingest.readers.page.pdfium import Handle
from ingest.readers.page.watermark import Look, is_oblique, look_of, odd_looks, watermarks

NS = "{http://www.ofdspec.org/2016}"
THIN = 0.8  # millimeters: a path this thin is a line
POINTS = 72 / 25.4
MAX_OBJECTS = 100_000  # characters and pieces of paths of one page
MAX_COVERS = 5_000
MAX_REPEAT = 10_000
TILE = 10.0  # millimeters
SEAL = (25.0, 60.0)  # millimeters: a picture of this size, as wide as high, is a seal, through which the text is seen
_ARITY = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7}
_CLEAR = 13  # of 255: less is not seen
Element = Any
Box = tuple[float, float, float, float]


class Cover(NamedTuple):
    """A filled area or a picture: it hides what was painted before it, or makes it doubtful where it may let something through."""

    order: int
    box: Box
    light: float
    is_certain: bool


class Text(NamedTuple):
    """A piece of text: how it looks, and its characters."""

    run: Run
    glyphs: list[Glyph]


class OfdPage:
    """What is painted on a page; `looks` are those of its watermarks."""

    def __init__(self, root: Element, number: int, area: Element) -> None:
        self.page = Page(number, [], [], [], tolerance=0.6)
        self.texts: list[Text] = []
        self.covers: dict[tuple[int, int], list[Cover]] = {}  # by the tiles of the page they lie on, in order
        self.many = 0
        self.ink: list[tuple[float, float]] = []  # the middles (y, x) of outlines and pictures
        self.has_watermark = self.has_hidden = False
        self.objects = 0
        own = root.find(NS + "Area")
        shown = floats((area if own is None else own).findtext(NS + "PhysicalBox")) if own is not None or area is not None else []
        self.shown = Shown(shown[0], shown[1], shown[0] + shown[2], shown[1] + shown[3]) if len(shown) == 4 else None
        for element in root.iter(NS + "TextObject", NS + "PathObject", NS + "ImageObject"):
            self._count(1)
            if element.get("Visible", "").lower() == "false":
                self.has_hidden |= element.tag == NS + "TextObject"
            elif element.tag == NS + "TextObject":
                self._text(element)
            elif element.tag == NS + "PathObject":
                self._path(element)
            else:
                self._image(element)
        runs = [t.run for t in self.texts]
        rules = [(x * POINTS, y0 * POINTS, y1 * POINTS) for x, y0, y1 in self.page.verticals]
        self.odd = set(odd_looks(runs))
        self.looks: set[Look] = watermarks(runs, rules)

    def _count(self, many: int) -> None:
        self.objects += many
        if self.objects > MAX_OBJECTS:
            raise IngestError("too_large", Place.of(page=self.page.number), f"{self.objects} objects", f"{MAX_OBJECTS} objects")

    def seen(self, looks: set[Look]) -> Page:
        """The page with the characters that are seen; `looks` are those of the watermarks of the whole document."""
        for run, glyphs in self.texts:
            is_mark = look_of(run) in looks and look_of(run) in self.odd
            if is_oblique(run):
                self.has_watermark = True
            elif is_mark:
                self.has_watermark = True
                self.page.lost += [g._replace(text=UNKNOWN) for g in glyphs if g.text in DIGITS]
            else:
                for glyph in glyphs:
                    self._place(glyph, run)
        if self.ink:
            self.ink.sort()
            self.page.has_ink = self._has_ink
        return self.page

    def _has_ink(self, box: Box) -> bool:
        near = self.ink[bisect_left(self.ink, (box[1],)) : bisect_right(self.ink, (box[3],))]
        return any(box[0] < x < box[2] for _, x in near)

    def _place(self, glyph: Glyph, run: Run) -> None:
        x, y = (glyph.left + glyph.right) / 2, glyph.middle
        over = [
            c
            for c in self.covers.get((int(x // TILE), int(y // TILE)), ())
            if c.box[0] <= x <= c.box[2] and c.box[1] <= y <= c.box[3]
        ]
        if self.shown and not _holds(self.shown, x, y):
            self.has_hidden = True
        elif run.is_hidden or any(c.order > run.order and c.is_certain for c in over) or _is_lost_in(run, over):
            self.has_hidden = True
            if glyph.text in DIGITS:
                self.page.lost.append(glyph._replace(text=UNKNOWN))
        elif glyph.text in DIGITS and any(c.order > run.order for c in over):
            self.page.glyphs.append(glyph._replace(text=UNKNOWN))  # a picture may hide it
        else:
            self.page.glyphs.append(glyph)

    def _text(self, element: Element) -> None:
        place = Frame(element)
        size = float(element.get("Size") or 3.0) * place.scale
        glyphs: list[Glyph] = []
        for code in element.iter(NS + "TextCode"):
            glyphs += _glyphs(code, place, float(element.get("Size") or 3.0))
            self._count(len(code.text or ""))
        if not glyphs:
            return
        light = 1.0
        if element.get("Fill", "true").lower() != "false":
            light = lightness(element.find(NS + "FillColor"), element)
        if element.get("Stroke", "false").lower() == "true":
            light = min(light, lightness(element.find(NS + "StrokeColor"), element))
        box = min(g.left for g in glyphs), min(g.top for g in glyphs), max(g.right for g in glyphs), max(g.bottom for g in glyphs)
        left, top, right, bottom = (v * POINTS for v in box)
        is_clear = int(element.get("Alpha") or 255) < _CLEAR
        run = Run(Handle(), self.objects, (left, top, right, bottom), size * POINTS, place.angle, light, is_clear, False)
        inside = [g for g in glyphs if place.holds((g.left + g.right) / 2, g.middle, size)]
        self.has_hidden |= len(inside) < len(glyphs)
        self.texts.append(Text(run, inside))

    def _cover(self, cover: Cover) -> None:
        self.many += 1
        left, top, right, bottom = (max(-50, min(200, int(v // TILE))) for v in cover.box)
        if self.many > MAX_COVERS:
            raise IngestError("too_large", Place.of(page=self.page.number), f"{self.many} objects", f"{MAX_COVERS} objects")
        for tile in itertools.product(range(left, right + 1), range(top, bottom + 1)):
            self.covers.setdefault(tile, []).append(cover)

    def _image(self, element: Element) -> None:
        self.page.has_image = True
        box = Frame(element).boundary
        if box is None:
            return
        wide, high = box[2] - box[0], box[3] - box[1]
        self.ink.append(((box[1] + box[3]) / 2, (box[0] + box[2]) / 2))
        if not (SEAL[0] <= high <= SEAL[1] and 0.8 <= wide / high <= 1.25):
            self._cover(Cover(self.objects, box, 0.0, False))

    def _path(self, element: Element) -> None:
        place = Frame(element)
        filled, drawn = element.get("Fill", "false").lower() == "true", element.get("Stroke", "true").lower() != "false"
        fill = lightness(element.find(NS + "FillColor"), element) if filled else 1.0
        light = min(fill, lightness(element.find(NS + "StrokeColor"), element)) if drawn else fill
        parts = list(self._parts(element.findtext(NS + "AbbreviatedData") or "", place))
        for part in parts:
            if light <= WHITE:
                self._sides(part)
        broad = float(element.get("LineWidth") or 0) * place.scale if drawn else 0.0
        if len(parts) == 1 and len(parts[0]) == 2 and broad > THIN:
            (x0, y0), (x1, y1) = parts[0]
            box = min(x0, x1), min(y0, y1) - broad / 2, max(x0, x1), max(y0, y1) + broad / 2
            self._cover(Cover(self.objects, box, light, _opacity(element) > 250 and abs(y1 - y0) < THIN))
        if filled and len(parts) == 1 and len(parts[0]) > 2:
            xs, ys = [p[0] for p in parts[0]], [p[1] for p in parts[0]]
            box = min(xs), min(ys), max(xs), max(ys)
            if min(box[2] - box[0], box[3] - box[1]) > THIN:
                self._cover(Cover(self.objects, box, fill, _opacity(element) > 250))

    def _parts(self, data: str, place: Frame) -> Iterator[list[tuple[float, float]]]:
        """The straight pieces of a path; a curve is an outline of a letter."""
        words = data.split()
        self._count(len(words) // 3)
        part: list[tuple[float, float]] = []
        k, curved = 0, False
        while k <= len(words):
            operation = words[k] if k < len(words) else "M"
            many = _ARITY.get(operation, 0)
            values = [float(v) for v in words[k + 1 : k + 1 + many]]
            k += 1 + many
            if operation in "MS":
                if part and not curved:
                    yield part
                if curved:
                    self._outline(part)
                part, curved = [place.at(values[0], values[1])] if len(values) == 2 else [], False
            elif many:
                part.append(place.at(values[-2], values[-1]))
                curved = curved or operation in "QBA"
            elif operation == "C" and part:
                part.append(part[0])

    def _outline(self, part: list[tuple[float, float]]) -> None:
        self.page.has_image = True
        xs, ys = [p[0] for p in part], [p[1] for p in part]
        self.ink.append(((min(ys) + max(ys)) / 2, (min(xs) + max(xs)) / 2))

    def _sides(self, part: list[tuple[float, float]]) -> None:
        if len(part) < 2:
            return
        xs, ys = [p[0] for p in part], [p[1] for p in part]
        pairs = [((min(xs), min(ys)), (max(xs), max(ys)))]
        if max(xs) - min(xs) > THIN and max(ys) - min(ys) > THIN:
            pairs = list(itertools.pairwise(part))
        for (x0, y0), (x1, y1) in pairs:
            if abs(y1 - y0) <= THIN < abs(x1 - x0):
                self.page.horizontals.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) <= THIN < abs(y1 - y0):
                self.page.verticals.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


class Frame:
    """Where an object's own axes lie on the page: its boundary and its matrix; what lies outside the boundary is not painted."""

    def __init__(self, element: Element) -> None:
        box = floats(element.get("Boundary"))
        self.x, self.y = (box[0], box[1]) if len(box) == 4 else (0.0, 0.0)
        self.boundary = (box[0], box[1], box[0] + box[2], box[1] + box[3]) if len(box) == 4 else None
        matrix = floats(element.get("CTM"))
        self.matrix = matrix if len(matrix) == 6 else [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
        a, b, c, d, _, _ = self.matrix
        self.scale = math.hypot(c, d) or 1.0
        self.angle = math.degrees(math.atan2(-b, a))
        self.clips = [floats(p.get("Boundary")) for p in element.iterfind(f"{NS}Clips/{NS}Clip/{NS}Area/{NS}Path")]

    def at(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.matrix
        return self.x + a * x + c * y + e, self.y + b * x + d * y + f

    def holds(self, x: float, y: float, slack: float) -> bool:
        """Whether something at a point of the page is painted: inside the boundary (programs set it tight) and the clips."""
        if self.boundary is not None:
            left, top, right, bottom = self.boundary
            if not _holds((left - slack, top - slack, right + slack, bottom + slack), x, y):
                return False
        return all(
            len(c) != 4 or _holds((self.x + c[0], self.y + c[1], self.x + c[0] + c[2], self.y + c[1] + c[3]), x, y)
            for c in self.clips
        )


def _is_lost_in(run: Run, over: list[Cover]) -> bool:
    """Whether a text has the color of its ground: the last area painted before it, or the white paper."""
    ground = [c.light for c in over if c.order < run.order and c.is_certain]
    return abs(run.light - (ground[-1] if ground else 1.0)) < 1 - WHITE


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def floats(text: str | None) -> list[float]:
    """The numbers of an attribute."""
    return [float(x) for x in (text or "").split()]


def _opacity(element: Element) -> float:
    """How much a graphic unit hides, of 255: its own and its color's."""
    color = element.find(NS + "FillColor")
    return min(float(element.get("Alpha") or 255), float(color.get("Alpha") or 255) if color is not None else 255)


def lightness(color: Element | None, element: Element) -> float:
    """How light a color is on white paper: 0 black, 1 not to be seen; a color that is not given is black."""
    values = floats(color.get("Value")) if color is not None else []
    share = float(element.get("Alpha") or 255) * float((color.get("Alpha") if color is not None else None) or 255) / 255**2
    if len(values) == 3:
        tone = (0.3 * values[0] + 0.59 * values[1] + 0.11 * values[2]) / 255
    elif len(values) == 4:  # cyan, magenta, yellow, black
        tone = max(0.0, 1 - values[3] / 255) * (1 - (0.3 * values[0] + 0.59 * values[1] + 0.11 * values[2]) / 255)
    else:
        tone = values[0] / 255 if values else 0.0
    return 1 - share + share * tone


def _steps(text: str | None, most: int) -> list[float]:
    """DeltaX and DeltaY, as many as there are characters: numbers, with “g n v” for n times v."""
    found: list[float] = []
    words = iter((text or "").split())
    for word in words:
        if len(found) >= most:
            break
        if word == "g":
            times = int(next(words, "0"))
            if times > MAX_REPEAT:
                raise ValueError(f"g {times}")
            found += [float(next(words, "0"))] * min(times, most)
        else:
            found.append(float(word))
    return found


def _glyphs(code: Element, place: Frame, size: float) -> Iterator[Glyph]:
    text = code.text or ""
    x, y = float(code.get("X") or 0), float(code.get("Y") or 0)
    across, down = _steps(code.get("DeltaX"), len(text)), _steps(code.get("DeltaY"), len(text))
    high = size * place.scale
    for k, char in enumerate(text):
        if k:
            x += across[k - 1] if k <= len(across) else (0.0 if down else size)
            y += down[k - 1] if k <= len(down) else 0.0
        if not char.isspace():
            left, base = place.at(x, y)
            wide = high if ord(char) > 0x2E80 else high / 2
            yield Glyph(char, left, base - 0.86 * high, left + wide, base + 0.14 * high)
