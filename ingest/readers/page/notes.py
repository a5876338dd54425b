"""Notes and form fields of a PDF, painted into their page; a value that is not shown as such makes its place unreadable.

Source: ISO 32000-1 §12.5 (annotations), §12.7 (interactive forms).
"""

from __future__ import annotations

import ctypes
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as raw

from ingest.model import IngestError
from ingest.readers.page import pdfium
from ingest.readers.page.glyphs import DIGITS, UNKNOWN, Glyph
from ingest.readers.page.painted import Turn

MAX_NOTES = 20_000  # of one page
LONGEST = 1024  # bytes of a value
_NOT_SHOWN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_KEYS = {raw.FPDF_ANNOT_WIDGET: b"V", raw.FPDF_ANNOT_FREETEXT: b"Contents"}


class Note(NamedTuple):
    """The place of a note or form field on the page's own axes (left, bottom, right, top), and its value."""

    box: tuple[float, float, float, float]
    value: str


def flattened(pdf: Any, index: int) -> tuple[Any, list[Note], int]:
    """A page with its notes and form fields painted into it, their values, and from which object on they are painted."""
    page = pdf[index]
    count = raw.FPDFPage_GetAnnotCount(page.raw)
    if count > MAX_NOTES:
        page.close()
        raise IngestError("too_large", "", f"{count} objects", f"{MAX_NOTES} objects")
    kinds, notes = set(), []
    for kind, annotation in _annotations(page.raw, count):
        kinds.add(kind)
        if kind in _KEYS and not raw.FPDFAnnot_GetFlags(annotation) & _NOT_SHOWN:
            notes.append(_note(pdf, annotation, kind))
    if kinds <= {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}:
        return page, [], sys.maxsize
    own = pdfium.count_objects(pdfium.handle(page.raw))
    raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
    page.close()
    return pdf[index], notes, own


def _annotations(page: Any, count: int) -> Iterator[tuple[int, Any]]:
    for k in range(count):
        annotation = raw.FPDFPage_GetAnnot(page, k)
        if annotation:
            try:
                yield raw.FPDFAnnot_GetSubtype(annotation), annotation
            finally:
                raw.FPDFPage_CloseAnnot(annotation)


def _note(pdf: Any, annotation: Any, kind: int) -> Note:
    rectangle, buffer = raw.FS_RECTF(), (ctypes.c_ushort * (LONGEST // 2))()
    raw.FPDFAnnot_GetRect(annotation, rectangle)
    size = raw.FPDFAnnot_GetStringValue(annotation, _KEYS[kind], buffer, LONGEST)
    if kind == raw.FPDF_ANNOT_WIDGET and pdf.formenv:  # a field may have its value from its parent
        size = raw.FPDFAnnot_GetFormFieldValue(pdf.formenv.raw, annotation, buffer, LONGEST)
    value = bytes(buffer)[: max(0, min(size, LONGEST) - 2)].decode("utf-16-le", "replace")
    return Note((rectangle.left, rectangle.bottom, rectangle.right, rectangle.top), value)


def with_values(notes: list[Note], glyphs: list[Glyph], turned: Turn | None) -> list[Glyph]:
    """The characters of a page in which each value with digits is one number (in a comb its digits stand apart).

    Where something else is seen in the place of a value, a character stands there that nobody can read.
    """
    wanted = [(note, digits) for note in notes if (digits := _digits(note.value))]
    if not wanted:
        return glyphs
    by_height = sorted(glyphs, key=lambda g: g.middle)
    heights = [g.middle for g in by_height]
    moved: dict[Glyph, Glyph] = {}
    unread: list[Glyph] = []
    for note, digits in wanted:
        x0, y0, x1, y1 = note.box
        (x0, y0), (x1, y1) = turned(x0, y0) if turned else (x0, -y0), turned(x1, y1) if turned else (x1, -y1)
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        inside = by_height[bisect_left(heights, top) : bisect_right(heights, bottom)]
        inside = sorted((g for g in inside if left <= (g.left + g.right) / 2 <= right), key=lambda g: g.left)
        text = "".join(g.text for g in inside)
        if text == note.value.strip() == digits:
            moved |= _together(inside)
        elif _digits(text) != digits:
            x, y = (left + right) / 2, (top + bottom) / 2
            unread.append(Glyph(UNKNOWN, x - 2, y - 4, x + 2, y + 4))
    return [moved.get(g, g) for g in glyphs] + unread


def _together(digits: list[Glyph]) -> dict[Glyph, Glyph]:
    """The digits of one number without the gaps between them."""
    moved: dict[Glyph, Glyph] = {}
    end = digits[0].left
    for glyph in digits:
        end, start = end + glyph.right - glyph.left, end
        moved[glyph] = glyph._replace(left=start, right=end)
    return moved


def _digits(text: str) -> str:
    return "".join(c for c in text if c in DIGITS)
