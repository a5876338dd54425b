"""Read PDFs with a text layer through PDFium: ruling lines make the tables, characters fall into their cells.

Source: ISO 32000-1 §8.5 (paths), §9.10 (text extraction). Ready-made table finders lost or invented cells on such files.
"""

from __future__ import annotations

import re
import zlib

import pypdfium2

from ingest.model import Document, IngestError
from ingest.place import Place
from ingest.readers.page.blocks import read_pages
from ingest.readers.page.glyphs import UNKNOWN, Page
from ingest.readers.page.pdf_page import Sight, read_page, without_watermarks

# What Chinese documents are written with; a font without a map to Unicode gives anything else.
_SENSE = re.compile(r"[\x21-\x7e\xa0-\xff\u2000-\u27bf\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
MAX_PAGES = 200
MAX_OBJECTS = 200_000  # of all pages
MAX_GROUP = 1 << 20


def read_pdf(data: bytes) -> Document:
    """The paragraphs and tables of a PDF; raises IngestError when it is a scan, protected, damaged or without readable text."""
    sights, meta = _seen(data)
    return Document("pdf", tuple(read_pages([s.page for s in sights], "pt")), meta, tuple(s.shown for s in sights))


def seen_pages(data: bytes) -> list[Page]:
    """What is seen on each page of a PDF: its characters and its rules."""
    return [sight.page for sight in _seen(data)[0]]


def _seen(data: bytes) -> tuple[list[Sight], dict[str, str]]:
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise IngestError("encrypted" if "password" in str(error).lower() else "damaged_pdf", "", str(error)[:200]) from error
    try:
        pdf.init_forms()
        if len(pdf) > MAX_PAGES:
            raise IngestError("too_large", "", f"{len(pdf)} pages", f"{MAX_PAGES} pages")
        sights: list[Sight] = []
        layers = _has_layers(data)
        for number in range(len(pdf)):
            sights.append(read_page(pdf, number, layers))
            if (many := sum(s.objects for s in sights)) > MAX_OBJECTS:
                raise IngestError("too_large", "", f"{many} objects", f"{MAX_OBJECTS} objects")
    except (pypdfium2.PdfiumError, ValueError, RecursionError) as error:
        raise IngestError("damaged_pdf", "", str(error)[:200]) from error
    finally:
        pdf.close()
    without_watermarks(sights)
    return sights, _checked(sights)


def _has_layers(data: bytes) -> bool:
    """Whether a PDF has layers, which may be switched off; newer files hold what says so in packed groups of objects."""
    if b"/OCProperties" in data:
        return True
    for packed in re.finditer(rb"/ObjStm\b.{0,200}?stream\r?\n", data, re.DOTALL):
        try:
            if b"/OCProperties" in zlib.decompressobj().decompress(data[packed.end() : packed.end() + MAX_GROUP], MAX_GROUP):
                return True
        except zlib.error:
            continue
    return False


def _checked(sights: list[Sight]) -> dict[str, str]:
    """What must be known before the text is believed: is there any, is it seen, and does it mean what is drawn."""
    layered = [s.page.number for s in sights if s.is_layered]
    if layered and len(layered) * 2 >= sum(len(s.page.glyphs) >= 5 or s.is_layered for s in sights):
        raise IngestError(
            "scan_needs_ocr", Place.of(page=layered[0])
        )  # the text was recognized by a program that no one here knows
    for sight in sights:
        if sight.is_layered:
            sight.page.glyphs = []
    glyphs = [g for s in sights for g in s.page.glyphs]
    scans = [s.page.number for s in sights if len(s.page.glyphs) < 5 and (s.page.has_image or s.has_drawing)]
    if len(glyphs) < 5:
        if scans:
            raise IngestError("scan_needs_ocr", Place.of(page=scans[0]))
        raise IngestError("damaged_pdf", "", "no text")
    text = "".join([g.text for g in glyphs if g.text != UNKNOWN])
    nonsense = len(_SENSE.sub("", text))
    if nonsense * 10 > len(glyphs) or not (_IDEOGRAPH.search(text) or _is_western(text)):
        sample = "".join(g.text for g in glyphs[:12] if g.text.isprintable())
        raise IngestError("pdf_no_unicode", Place.of(page=sights[0].page.number), sample)
    pages: dict[str, list[int]] = {
        "scan_pages": scans,
        "hidden_text": [s.page.number for s in sights if s.has_hidden and not s.is_layered],
        "watermark": [s.page.number for s in sights if s.has_watermark],
    }
    return {name: ", ".join(map(str, numbers)) for name, numbers in pages.items() if numbers}


def _is_western(text: str) -> bool:
    """Whether a text without a Chinese character is one: letters and digits of the plain alphabet, with little else."""
    return sum(c.isalnum() and c.isascii() for c in text) * 10 >= 7 * len(text)
