"""Read scans (pictures, PDF pages without text): rules make the tables, each cell is recognized by itself.

Needs the extra `ocr`. A cell that is not certain keeps its confidence; extraction does not use it below its limit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.model import Document, IngestError, Paragraph, SourceCell, Table
from ingest.readers.ocr import model_path, recognizer
from ingest.readers.ruled import RuledTable, find_tables
from ingest.readers.scan_page import rulings, straighten, text_lines

VERSION = 1
DPI = 200
MAX_PIXELS = 60_000_000
MAX_PAGES = 40
LONGEST = 28  # a longer line, measured in its own heights, is cut at gaps: the model reads no more at once
Image = Any


def read_scan_cached(data: bytes, folder: Path) -> Document:
    """As read_scan; what was recognized is kept in `folder` by the hash of the bytes and used again."""
    key = hashlib.sha256(data + model_path().name.encode() + bytes([VERSION])).hexdigest()
    path = folder / f"{key}.json"
    try:
        return _load(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not there yet, or damaged: recognize it
    document = read_scan(data)
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [{"kind": type(b).__name__, **asdict(b)} for b in document.blocks]
    scratch = path.with_suffix(".new")
    scratch.write_text(json.dumps(blocks, ensure_ascii=False), "utf-8")
    scratch.replace(path)
    return document


def _load(blocks: list[dict[str, Any]]) -> Document:
    found: list[Paragraph | Table] = []
    for block in blocks:
        if block["kind"] == "Paragraph":
            found.append(Paragraph(block["text"], block["place"]))
        else:
            found.append(Table(tuple(SourceCell(**c) for c in block["cells"]), block["place"]))
    return Document("scan", tuple(found))


def read_scan(data: bytes) -> Document:
    """The paragraphs and tables of a scan; raises IngestError when the picture is damaged or too large."""
    blocks: list[Paragraph | Table] = []
    for number, (gray, unit) in enumerate(_pages(data), 1):
        blocks += _read_page(gray, unit, number)
    return Document("scan", tuple(blocks))


def _pages(data: bytes) -> Iterator[tuple[Image, float]]:
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
    except pdfium.PdfiumError as error:
        raise IngestError("damaged_pdf", "", str(error)[:200]) from error
    try:
        for index in range(min(len(pdf), MAX_PAGES)):
            page = pdf[index]
            wide, high = page.get_size()
            images = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))
            if (
                len(images) == 1
                and images[0].get_px_size()[0] * images[0].get_px_size()[1] <= MAX_PIXELS
                and not page.get_rotation()
            ):
                pixels = images[0].get_bitmap(render=False).to_numpy()
            else:
                if wide * high * (DPI / 72) ** 2 > MAX_PIXELS:
                    raise IngestError("image_too_large", f"page {index + 1}", f"{wide:.0f} × {high:.0f} pt")
                pixels = page.render(scale=DPI / 72, grayscale=True).to_numpy()
            if pixels.ndim == 3:
                pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if pixels.shape[2] >= 3 else pixels[:, :, 0]
            yield np.ascontiguousarray(pixels), pixels.shape[1] / wide
    except pdfium.PdfiumError as error:
        raise IngestError("damaged_pdf", "", str(error)[:200]) from error
    finally:
        pdf.close()


def _read_page(gray: Image, unit: float, number: int) -> Iterator[Paragraph | Table]:
    gray = straighten(gray, unit)
    horizontals, verticals, ink = rulings(gray, unit)
    tables = [t for t in find_tables(horizontals, verticals, 3 * unit) if len(t.cells) > 3]
    blocks: list[tuple[float, Paragraph | Table]] = []
    for n, table in enumerate(tables, 1):
        cells = _cells(table, gray, ink, unit, number)
        blocks.append((table.ys[0], Table(tuple(cells), f"page {number} table {n}")))
        x0, x1 = int(table.xs[0] - 3 * unit), int(table.xs[-1] + 3 * unit)
        ink[max(0, int(table.ys[0] - 2 * unit)) : int(table.ys[-1] + 2 * unit), max(0, x0) : x1] = 0
    blocks += _prose(gray, ink, unit, number)
    for _, block in sorted(blocks, key=lambda b: b[0]):
        yield block


def _cells(table: RuledTable, gray: Image, ink: Image, unit: float, page: int) -> list[SourceCell]:
    """Each cell with what was recognized in it: its lines one after the other, and the least certain character."""
    crops: list[Image] = []
    of_cell: list[list[int]] = []
    inked: list[bool] = []
    pad = max(1, int(1.5 * unit))
    for k in range(len(table.cells)):
        left, top, right, bottom = (int(v) for v in table.box(k))
        piece = ink[top + pad : bottom - pad, left + pad : right - pad]
        mine = []
        dark = int(cv2.countNonZero(piece)) if piece.size else 0
        inked.append(dark >= 6 * unit)
        for a, b in text_lines(piece, unit) if inked[-1] else []:
            columns = np.flatnonzero(piece[a : b + 1].max(0))
            m = max(1, int(1.2 * unit))
            up, down = max(0, top + pad + a - m), top + pad + b + m
            begin, end = max(0, left + pad + int(columns[0]) - 2 * m), left + pad + int(columns[-1]) + 2 * m
            crop = gray[up:down, begin:end]
            if crop.size and crop.shape[0] > 3 and crop.shape[1] > 3:
                mine.append(len(crops))
                crops.append(crop)
        of_cell.append(mine)
    seen = recognizer().read(crops) if crops else []
    cells = []
    for k, (row, column, high, wide) in enumerate(table.cells):
        x0, y0, x1, y1 = (v / unit for v in table.box(k))
        text, confidence = _text([seen[i] for i in of_cell[k]], inked[k])
        box = f"page {page}, x {x0:.0f}–{x1:.0f}, y {y0:.0f}–{y1:.0f} pt"
        cells.append(SourceCell(text, row, column, high, wide, confidence, box))
    return cells


def _text(lines: list[tuple[str, float, str, float]], inked: bool) -> tuple[str, float]:
    """What a cell says; where there is ink but nothing was recognized, it is not blank."""
    if not lines:
        return ("?", 0.0) if inked else ("", 1.0)
    if len(lines) == 1:
        text, confidence, number, sure = lines[0]
        if text and text == number:
            return text, min(confidence, sure)
        if len(text) <= 2 and number and not any(c.isdigit() for c in text):
            # One sign that may be a zero or a letter: only a number if the digits alone are certain.
            return (number, sure) if sure >= 0.9 and text in ("O", "o", "〇", "○", "Q", "D") else (text or "?", 0.0)
    found = "\n".join(t for t, *_ in lines)
    return (found, min(c for _, c, *_ in lines)) if found.strip() else ("?", 0.0)


def _prose(gray: Image, ink: Image, unit: float, page: int) -> list[tuple[float, Paragraph]]:
    """Lines outside the tables; a line that fills the width goes on in the next one."""
    crops: list[Image] = []
    lines: list[tuple[int, int, int, list[int]]] = []  # top, left, right, crops
    for a, b in text_lines(ink, unit):
        if b - a > 40 * unit:
            continue  # a picture or a seal
        columns = np.flatnonzero(ink[a : b + 1].max(0))
        mine = []
        for x0, x1 in _pieces(columns, (b - a + 1) * LONGEST):
            m = max(1, int(1.5 * unit))
            crop = gray[max(0, a - m) : b + m, max(0, x0 - m) : x1 + m]
            mine.append(len(crops))
            crops.append(crop)
        lines.append((a, int(columns[0]), int(columns[-1]), mine))
    seen = recognizer().read(crops) if crops else []
    texts = [("".join(seen[i][0] for i in mine), a, x0, x1) for a, x0, x1, mine in lines]
    left, right = min((x for _, _, x, _ in texts), default=0), max((x for _, _, _, x in texts), default=0)
    found: list[tuple[float, Paragraph]] = []
    full = False
    for n, (text, top, x0, x1) in enumerate(texts, 1):
        if full and found and x0 < left + 14 * unit:
            y, before = found[-1]
            found[-1] = (y, Paragraph(before.text + text, before.place))
        elif text.strip():
            found.append((float(top), Paragraph(text, f"page {page} line {n}")))
        full = x1 > right - 24 * unit
    return found


def _pieces(columns: Any, longest: int) -> Iterator[tuple[int, int]]:
    """A line of text cut at its widest gaps into pieces the model can read."""
    start = int(columns[0])
    while int(columns[-1]) - start > longest:
        inside = columns[(columns > start + longest // 2) & (columns <= start + longest)]
        gaps = np.diff(inside) if len(inside) > 1 else np.array([])
        if not len(gaps) or gaps.max() < 2:
            break
        at = int(gaps.argmax())
        yield start, int(inside[at])
        start = int(inside[at + 1])
    yield start, int(columns[-1])
