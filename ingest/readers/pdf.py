"""Read PDFs with a text layer through PDFium: ruling lines make the tables, characters fall into their cells.

Source: ISO 32000-1 §8.5 (paths), §9.10 (text extraction). Ready-made table finders lost or invented cells on such files.
"""

from __future__ import annotations

import ctypes
import itertools
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from ingest.model import Document, IngestError
from ingest.readers import pdfium
from ingest.readers.glyphs import Glyph, Page
from ingest.readers.pages import read_pages
from ingest.readers.ruled import Line

# What Chinese documents are written with; a font without a map to Unicode gives anything else.
_SENSE = re.compile(r"[\x21-\x7e\xa0-\xff\u2000-\u27bf\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
THIN = 2.2  # points: a filled box this thin is a line
MAX_PAGES = 200
_BLANKS = frozenset((0xA0, 0x3000, 0xFFFE))
MAX_OBJECTS = 60_000
MAX_DEPTH = 8
Matrix = tuple[float, float, float, float, float, float]


def read_pdf(data: bytes) -> Document:
    """The paragraphs and tables of a PDF; raises IngestError when it is a scan, protected, damaged or without readable text."""
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise IngestError("encrypted" if "password" in str(error).lower() else "damaged_pdf", "", str(error)[:200]) from error
    try:
        if len(pdf) > MAX_PAGES:
            raise IngestError("too_large", "", f"{len(pdf)} pages", f"{MAX_PAGES} pages")
        pages = [_page(pdf, number) for number in range(len(pdf))]
    except (pypdfium2.PdfiumError, ValueError, RecursionError) as error:
        raise IngestError("damaged_pdf", "", str(error)[:200]) from error
    finally:
        pdf.close()
    return Document("pdf", tuple(read_pages(pages, "pt")), _checked(pages))


def _checked(pages: list[Page]) -> dict[str, str]:
    """What must be known before the text is believed: is there any, and does it mean what is drawn."""
    glyphs = [g for p in pages for g in p.glyphs]
    scans = [p.number for p in pages if p.has_image and len(p.glyphs) < 5]
    if len(glyphs) < 5:
        if scans:
            raise IngestError("scan_needs_ocr", f"page {scans[0]}")
        raise IngestError("damaged_pdf", "", "no text")
    text = "".join([g.text for g in glyphs])
    nonsense = len(_SENSE.sub("", text))
    if nonsense * 10 > len(glyphs) or not _IDEOGRAPH.search(text):
        sample = "".join(g.text for g in glyphs[:12] if g.text.isprintable())
        raise IngestError("pdf_no_unicode", f"page {pages[0].number}", sample)
    return {"scan_pages": ", ".join(map(str, scans))} if scans else {}


def _page(pdf: Any, index: int) -> Page:
    page = pdf[index]
    try:
        turned = _turned(raw.FPDFPage_GetRotation(page.raw))
        walk = _Lines(turned)
        own = pdfium.address(page.raw)
        walk.visit(pdfium.count_objects(own), partial(pdfium.get_object, own), [])
        text = raw.FPDFText_LoadPage(page.raw)
        try:
            glyphs = _glyphs(pdfium.address(text), turned)
        finally:
            raw.FPDFText_ClosePage(text)
        return Page(index + 1, glyphs, walk.horizontals, walk.verticals, walk.images > 0)
    finally:
        page.close()


Turn = Callable[[float, float], tuple[float, float]]


def _turned(turn: int) -> Turn | None:
    """From the page's own axes (y up) to the reader's (y down), for a page shown turned by quarters clockwise; None: not turned."""
    ways: dict[int, Turn] = {1: lambda x, y: (y, x), 2: lambda x, y: (-x, y), 3: lambda x, y: (-y, -x)}
    return ways.get(turn)


def _glyphs(text: int, turned: Turn | None) -> list[Glyph]:
    box, unpack, four, place, new = pdfium.get_box, pdfium.unpack, pdfium.four, pdfium.FOUR, tuple.__new__
    found: list[Glyph] = []
    first = 0
    for i, code in enumerate(pdfium.codes(text)):
        if code <= 32 or code in _BLANKS:
            continue
        if 0xD800 <= code < 0xE000:  # rare characters come in two halves
            first, code = (code, 0xFFFD) if code < 0xDC00 else (0, _joined(first, code))
            if first:
                continue
        first = 0
        box(text, i, place)
        x0, y1, x1, y0 = unpack(four)
        if turned is None:
            y0, y1 = -y0, -y1
        else:
            (x0, y0), (x1, y1) = turned(x0, y0), turned(x1, y1)
        if x1 < x0:
            x0, x1 = x1, x0
        if y1 < y0:
            y0, y1 = y1, y0
        found.append(new(Glyph, (chr(code), x0, y0, x1, y1)))
    return found


def _joined(first: int, second: int) -> int:
    """The character of two halves (surrogates), or the sign for an unknown one if the first half was lost."""
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00) if first else 0xFFFD


def _handle(address: int) -> Any:
    return ctypes.cast(address, raw.FPDF_PAGEOBJECT)


class _Lines:
    """Collects the ruling lines of a page: thin boxes, strokes and the sides of rectangles, also inside forms."""

    def __init__(self, turned: Turn | None) -> None:
        self.horizontals: list[Line] = []
        self.verticals: list[Line] = []
        self.images = self.objects = 0
        self.turned = turned
        self.point = (ctypes.c_float(), ctypes.c_float())
        self.matrix = raw.FS_MATRIX()

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if self.turned is None:
            y0, y1 = -y0, -y1
        else:
            (x0, y0), (x1, y1) = self.turned(x0, y0), self.turned(x1, y1)
        wide, high = abs(x1 - x0), abs(y1 - y0)
        if high <= THIN < wide:
            self.horizontals.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif wide <= THIN < high:
            self.verticals.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))

    def visit(self, count: int, get: Callable[[int], int], outer: list[Matrix]) -> None:
        type_of = pdfium.type_of
        for i in range(count):
            self.objects += 1
            if self.objects > MAX_OBJECTS or len(outer) > MAX_DEPTH:
                raise IngestError("too_large", "", f"{self.objects} objects", f"{MAX_OBJECTS} objects")
            item = get(i)
            kind = type_of(item)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self.path(item, outer)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self.images += 1
            elif kind == raw.FPDF_PAGEOBJ_FORM:
                inner = self.matrix_of(_handle(item))
                self.visit(pdfium.count_inner(item), partial(pdfium.get_inner, item), [inner, *outer])

    def matrix_of(self, item: Any) -> Matrix:
        raw.FPDFPageObj_GetMatrix(item, self.matrix)
        m = self.matrix
        return (m.a, m.b, m.c, m.d, m.e, m.f)

    def path(self, address: int, outer: list[Matrix]) -> None:
        if not outer:
            left, bottom, right, top = pdfium.bounds(address)
            if right - left <= THIN or top - bottom <= THIN:  # the usual case: one thin box or one stroke
                self.line(left, bottom, right, top)
                return
        item = _handle(address)
        segments = raw.FPDFPath_CountSegments(item)
        if not 2 <= segments <= 4000:
            return
        chain = [self.matrix_of(item), *outer]
        part: list[tuple[float, float]] = []
        for k in range(segments):
            segment = raw.FPDFPath_GetPathSegment(item, k)
            raw.FPDFPathSegment_GetPoint(segment, *(ctypes.byref(v) for v in self.point))
            x, y = self.point[0].value, self.point[1].value
            for a, b, c, d, e, f in chain:
                x, y = a * x + c * y + e, b * x + d * y + f
            if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
                self.sides(part)
                part = []
            part.append((x, y))
            if raw.FPDFPathSegment_GetClose(segment):
                part.append(part[0])
        self.sides(part)

    def sides(self, part: list[tuple[float, float]]) -> None:
        if len(part) < 2:
            return
        xs, ys = [p[0] for p in part], [p[1] for p in part]
        if max(xs) - min(xs) <= THIN or max(ys) - min(ys) <= THIN:
            self.line(min(xs), min(ys), max(xs), max(ys))
            return
        for a, b in itertools.pairwise(part):
            self.line(*a, *b)
