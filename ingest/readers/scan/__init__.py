"""Read scans (pictures, PDF pages without text): rules make the tables, each cell is recognized by itself.

Needs the extra `ocr`. A cell that is not certain keeps its confidence; extraction does not use it below its limit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.model import Document, IngestError, Paragraph, SourceCell, Table
from ingest.place import Place, Shown
from ingest.readers.page.ruled import find_tables
from ingest.readers.scan.cells import read_tables
from ingest.readers.scan.ocr import model_path
from ingest.readers.scan.page import rulings, straighten
from ingest.readers.scan.prose import read_prose

VERSION = 4
DPI = 200
MAX_PIXELS = 60_000_000
MAX_PAGES = 40
Image = Any


def read_scan_cached(data: bytes, folder: Path) -> Document:
    """As read_scan; what was recognized is kept in `folder` by the hash of the bytes and used again."""
    key = hashlib.sha256(data + model_path().name.encode() + bytes([VERSION])).hexdigest()
    path = folder / f"{key}.json"
    try:
        return _load(json.loads(path.read_text("utf-8")), data)
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not there yet, or damaged: recognize it
    document = read_scan(data)
    folder.mkdir(parents=True, exist_ok=True)
    blocks: list[dict[str, Any]] = [
        {"kind": "Paragraph", "text": b.text, "place": b.place}
        if isinstance(b, Paragraph)
        else {"kind": "Table", "cells": b.cells, "place": b.place}
        for b in document.blocks
    ]
    blocks += [{"kind": "Page", "shown": shown} for shown in document.pages]
    scratch = path.with_suffix(".new")
    scratch.write_text(json.dumps(blocks, ensure_ascii=False), "utf-8")
    scratch.replace(path)
    return document


def _load(blocks: list[dict[str, Any]], data: bytes) -> Document:
    found: list[Paragraph | Table] = []
    pages: list[Shown] = []
    for block in blocks:
        if block["kind"] == "Page":
            pages.append(Shown(*block["shown"]))
        elif block["kind"] == "Paragraph":
            found.append(Paragraph(block["text"], Place(block["place"])))
        else:
            cells = tuple(SourceCell(*c.values() if isinstance(c, dict) else c) for c in block["cells"])
            found.append(Table(cells, Place(block["place"])))
    # What was recognized before pages were kept: their sizes cost little, to recognize them again would cost much.
    return Document("scan", tuple(found), pages=tuple(pages or (_shown(gray, unit) for gray, unit in scanned_pages(data))))


def read_scan(data: bytes) -> Document:
    """The paragraphs and tables of a scan; raises IngestError when the picture is damaged or too large."""
    blocks: list[Paragraph | Table] = []
    pages: list[Shown] = []
    for number, (gray, unit) in enumerate(scanned_pages(data), 1):
        blocks += _read_page(gray, unit, number)
        pages.append(_shown(gray, unit))
    return Document("scan", tuple(blocks), pages=tuple(pages))


def _shown(gray: Image, unit: float) -> Shown:
    """The whole picture, in points as its boxes."""
    high, wide = gray.shape
    return Shown(0.0, 0.0, wide / unit, high / unit)


def scanned_pages(data: bytes) -> Iterator[tuple[Image, float]]:
    """Each page as a gray picture, and how many pixels make a point."""
    if b"%PDF-" in data[:1024]:
        yield from _pdf_pages(data)
        return
    try:
        from PIL import Image as Pictures

        Pictures.MAX_IMAGE_PIXELS = None
        import io

        with Pictures.open(io.BytesIO(data)) as picture:
            for index in range(min(getattr(picture, "n_frames", 1), MAX_PAGES)):
                picture.seek(index)
                # The header tells the size before anything is unpacked.
                if picture.width * picture.height > MAX_PIXELS:
                    raise IngestError("image_too_large", "", f"{picture.width} × {picture.height}", f"{MAX_PIXELS // 10**6} M")
                yield np.array(picture.convert("L")), picture.width / 595
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise IngestError("damaged_image", "", str(error)[:200]) from error


def _pdf_pages(data: bytes) -> Iterator[tuple[Image, float]]:
    try:
        pdf = pdfium.PdfDocument(data)
        pdf.init_forms()
    except pdfium.PdfiumError as error:
        raise IngestError("damaged_pdf", "", str(error)[:200]) from error
    try:
        for index in range(min(len(pdf), MAX_PAGES)):
            page = pdf[index]
            wide, high = page.get_size()
            image = _only_picture(page)
            if image is not None:
                pixels = image.get_bitmap(render=False).to_numpy()
            else:
                if wide * high * (DPI / 72) ** 2 > MAX_PIXELS:
                    raise IngestError("image_too_large", Place.of(page=index + 1), f"{wide:.0f} × {high:.0f} pt")
                pixels = page.render(scale=DPI / 72, grayscale=True).to_numpy()
            if pixels.ndim == 3:
                pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if pixels.shape[2] >= 3 else pixels[:, :, 0]
            yield np.ascontiguousarray(pixels), pixels.shape[1] / wide
    except pdfium.PdfiumError as error:
        raise IngestError("damaged_pdf", "", str(error)[:200]) from error
    finally:
        pdf.close()


def _only_picture(page: Any) -> Any:
    """The picture that is all there is to be seen on a page, upright; None where something is drawn over it or beside it."""
    found = None
    if page.get_rotation() or raw.FPDFPage_GetAnnotCount(page.raw):
        return None
    for item in page.get_objects(max_depth=3):
        invisible = item.type == raw.FPDF_PAGEOBJ_TEXT and (
            raw.FPDFTextObj_GetTextRenderMode(item.raw) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
        )
        if item.type == raw.FPDF_PAGEOBJ_FORM or invisible:
            continue
        if item.type != raw.FPDF_PAGEOBJ_IMAGE or found is not None:
            return None
        found = item
    if found is None or found.get_px_size()[0] * found.get_px_size()[1] > MAX_PIXELS:
        return None
    a, b, c, d, _, _ = found.get_matrix().get()
    return found if a > 0 and d > 0 and abs(b) < 0.01 * a and abs(c) < 0.01 * d else None


def _read_page(gray: Image, unit: float, number: int) -> Iterator[Paragraph | Table]:
    gray = straighten(gray, unit)
    horizontals, verticals, ink = rulings(gray, unit)
    tables = [t for t in find_tables(horizontals, verticals, 3 * unit) if len(t.cells) > 3]
    blocks: list[tuple[float, Paragraph | Table]] = []
    for table, read in zip(tables, read_tables(tables, gray, ink, unit, number), strict=True):
        blocks.append((table.ys[0], read))
        x0, x1 = int(table.xs[0] - 3 * unit), int(table.xs[-1] + 3 * unit)
        ink[max(0, int(table.ys[0] - 2 * unit)) : int(table.ys[-1] + 2 * unit), max(0, x0) : x1] = 0
    blocks += read_prose(gray, ink, unit, number)
    for _, block in sorted(blocks, key=lambda b: b[0]):
        yield block
