"""One page of a PDF: its characters as they are seen, its rules, and what is there without being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as raw

from ingest.model import IngestError
from ingest.place import Shown
from ingest.readers.page import pdfium
from ingest.readers.page.actual_text import replaced
from ingest.readers.page.glyphs import DIGITS, UNKNOWN, Glyph, Page, goes_on
from ingest.readers.page.notes import flattened, with_values
from ingest.readers.page.painted import Painted, Run, Turn, turn_of
from ingest.readers.page.picture import Box, Picture, visible_box
from ingest.readers.page.seen import Sights, doubt_covered
from ingest.readers.page.watermark import Look, is_oblique, is_oblique_at, look_of, odd_looks, watermarks

_BLANKS = frozenset((0xA0, 0x3000, 0xFFFE))
MAX_CHARACTERS = 200_000  # of one page
LAYER = 5  # hidden characters on a picture are a text layer
LARGE = 0.2  # share of the page that a scanned picture covers at least
MARGIN = 2.0  # points inside the border of a cell that may be its rule's


@dataclass
class Sight:
    """A page as it is seen, and what was left out: a hidden text, a watermark, a text layer under a picture.

    `suspects` are characters that look like a watermark may look; they are one where the same look is one on another page.
    """

    page: Page
    objects: int
    shown: Shown
    has_drawing: bool = False
    is_layered: bool = False
    has_hidden: bool = False
    looks: set[Look] = field(default_factory=set)
    has_watermark: bool = False
    suspects: list[tuple[Look, Glyph]] = field(default_factory=list)


def read_page(pdf: Any, index: int, has_layers: bool = False) -> Sight:
    """One page of a document, as it is seen."""
    page, notes, own = flattened(pdf, index)
    try:
        painted = Painted(turn_of(raw.FPDFPage_GetRotation(page.raw)), has_layers)
        painted.page(pdfium.handle(page.raw), own)
        doubt_covered(painted)
        images = any(c.is_image for c in painted.covers)
        seen = Page(index + 1, [], painted.horizontals, painted.verticals, images)
        shown = visible_box(page, painted.turned)
        sight = Sight(seen, painted.objects, Shown(*shown), painted.has_drawing)
        if _is_plain(painted, shown):
            seen.glyphs = _all_characters(page, painted.turned)
        else:
            _sort_out(sight, page, painted, shown)
        seen.glyphs = with_values(notes, seen.glyphs, painted.turned)
        if painted.has_drawing and len(seen.horizontals) > 1 and len(seen.verticals) > 1:
            picture = Picture(page, painted.turned)
            seen.has_ink = lambda box: picture.has_ink(box, MARGIN)
        return sight
    finally:
        page.close()


def _is_plain(painted: Painted, shown: Box) -> bool:
    """Whether all text of a page is simply there to be read."""
    if painted.actual or odd_looks(painted.runs) or any(is_oblique_at(angle) for angle in {r.angle for r in painted.runs}):
        return False
    return all([not (r.is_hidden or r.is_doubted) and _inside(r.box, shown) for r in painted.runs])


def _all_characters(page: Any, turned: Turn | None) -> list[Glyph]:
    """The characters of a page whose text is simply there to be read."""
    text = raw.FPDFText_LoadPage(page.raw)
    try:
        return read_glyphs(pdfium.handle(text), turned)[0]
    finally:
        raw.FPDFText_ClosePage(text)


def _characters(page: Any, painted: Painted) -> list[tuple[Glyph, Run | None]]:
    """The characters of a page, replaced where the file says so, each with the piece of text it belongs to."""
    text = raw.FPDFText_LoadPage(page.raw)
    try:
        handle = pdfium.handle(text)
        glyphs, numbers = read_glyphs(handle, painted.turned)
        runs = {run.item.value: run for run in painted.runs}
        owners = [runs.get(pdfium.text_object(handle, i)) for i in numbers]
        return replaced(list(zip(glyphs, owners, strict=True)), painted.runs, painted.actual)
    finally:
        raw.FPDFText_ClosePage(text)


def _sort_out(sight: Sight, page: Any, painted: Painted, shown: Box) -> None:
    """Keep of a page's characters those that are seen and are no watermark.

    The library leaves out a character that is drawn a second time at the same place. So that none that is seen is left out for
    one that is not, the text is read again when what is not seen is put aside.
    """
    sights = Sights(page, painted)
    owned = _characters(page, painted)
    kept = _kept(sight, painted, sights, owned, shown)
    aside = {id(run): run for _, run in owned if run is not None and id(run) not in kept}
    for run in aside.values():
        pdfium.put_aside(run.item)
    before: tuple[Glyph, Run | None, bool] = Glyph(" ", 0.0, 0.0, 0.0, 0.0), None, True
    for glyph, owner in _characters(page, painted) if aside else owned:
        is_seen = _holds(shown, glyph) and sights.is_seen(glyph, owner)
        if is_seen:
            sight.page.glyphs.append(glyph)
        elif glyph.text in DIGITS and any(_holds(r.box, glyph) for r in painted.runs if r is not owner and id(r) in kept):
            sight.page.glyphs.append(glyph._replace(text=UNKNOWN))  # one that is seen may have been left out for it
        if is_seen != before[2] and owner is before[1] and goes_on(before[0], glyph):
            cut = before[0] if is_seen else glyph
            sight.page.glyphs.append(cut._replace(text=UNKNOWN))  # a part of a number is seen
        before = glyph, owner, is_seen


def _kept(sight: Sight, painted: Painted, sights: Sights, owned: list[tuple[Glyph, Run | None]], shown: Box) -> set[int]:
    """The pieces of text (by identity) that are seen and no watermark, in part at least; what is not is noted in `sight`."""
    odd = set(odd_looks(painted.runs))
    sight.looks = watermarks(painted.runs, painted.verticals)
    large = [c.box for c in painted.covers if c.is_image and _area(c.box) > LARGE * _area(shown)]
    under, kept = 0, set[int]()
    for glyph, run in owned:
        if run is not None and is_oblique(run):
            sight.has_watermark = True
        elif not _holds(shown, glyph):
            sight.has_hidden = True
        elif not sights.is_seen(glyph, run):
            sight.has_hidden = True
            under += any(_holds(box, glyph) for box in large)
            if glyph.text in DIGITS:
                sight.page.lost.append(glyph._replace(text=UNKNOWN))
        elif run is not None:
            look = look_of(run)
            if look in odd:
                sight.suspects.append((look, glyph))
            if look not in sight.looks:
                kept.add(id(run))
    sight.is_layered = under >= LAYER
    return kept


def _holds(box: Box, glyph: Glyph) -> bool:
    """Whether the middle of a character lies in a box."""
    return box[0] <= (glyph.left + glyph.right) / 2 <= box[2] and box[1] <= glyph.middle <= box[3]


def without_watermarks(sights: list[Sight]) -> None:
    """Leave out the characters that look like the watermark of any page; where nothing else stands in a cell, it is not called empty."""
    looks = set().union(*(s.looks for s in sights)) if sights else set()
    for sight in sights:
        marks = [g for look, g in sight.suspects if look in looks]
        if marks:
            gone = set(marks)  # by place, not by identity: the text may have been read twice
            sight.page.glyphs = [g for g in sight.page.glyphs if g not in gone]
            sight.page.lost += [g._replace(text=UNKNOWN) for g in marks if g.text in DIGITS]
            sight.has_watermark = True


def _inside(box: Box, shown: Box) -> bool:
    return box[0] >= shown[0] and box[1] >= shown[1] and box[2] <= shown[2] and box[3] <= shown[3]


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def read_glyphs(text: pdfium.Handle, turned: Turn | None) -> tuple[list[Glyph], list[int]]:
    """The characters of a page in the order of the file, and the number by which the library knows each."""
    if pdfium.count_characters(text) > MAX_CHARACTERS:
        raise IngestError("too_large", "", f"{pdfium.count_characters(text)} characters", f"{MAX_CHARACTERS} characters")
    new = tuple.__new__
    found: list[Glyph] = []
    numbers: list[int] = []
    first = 0
    codes = pdfium.codes(text)
    for i, (code, (x0, y1, x1, y0)) in enumerate(zip(codes, pdfium.boxes(text, len(codes)), strict=True)):
        if code <= 32 or code in _BLANKS:
            continue
        if 0xD800 <= code < 0xE000:  # rare characters come in two halves
            first, code = (code, 0xFFFD) if code < 0xDC00 else (0, _joined(first, code))
            if first:
                continue
        first = 0
        if turned is None:
            y0, y1 = -y0, -y1
        else:
            (x0, y0), (x1, y1) = turned(x0, y0), turned(x1, y1)
        if x1 < x0:
            x0, x1 = x1, x0
        if y1 < y0:
            y0, y1 = y1, y0
        found.append(new(Glyph, (chr(code), x0, y0, x1, y1)))
        numbers.append(i)
    return found, numbers


def _joined(first: int, second: int) -> int:
    """The character of two halves (surrogates), or the sign for an unknown one if the first half was lost."""
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00) if first else 0xFFFD
