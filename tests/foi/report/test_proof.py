"""A hundred random cells of each format: the original as read holds the quote, and the frame on a page holds the number."""

from __future__ import annotations

import random
from ctypes import byref, c_double, c_int
from dataclasses import replace

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
import pytest

from foi.report.cells import Cell
from foi.report.evidence import evidence_of
from foi.report.locator import around
from foi.report.numbers import Counted, Source, source_of
from foi.report.picture import page_image
from ingest.home import Home
from ingest.model import Cell as ReadCell
from ingest.model import Document, Hints, Report
from ingest.pipeline import ingest_bytes
from ingest.place import Share, pages_text, share_of
from ingest.readers import read_document
from ingest.readers.page.ofd import seen_pages
from ingest.units import load_registry
from ingest.words.text import normalize
from tests.factory.formats import COMPLETE, FORMATS
from tests.factory.pdf import EDGE, _Canvas, _file
from tests.factory.record import Record, random_record
from tests.factory.scan import as_scan
from tests.factory.text import as_text
from tests.foi.conftest import Landed
from tests.ocr import needs_ocr

MANY, ENOUGH = 100, 0.99
FRAMED = [name for name in FORMATS if name.startswith(("pdf", "ofd"))]
DEVICE = 10_000  # a page so many units wide and high


def made(name: str) -> tuple[bytes, Report]:
    """A file of a format and what was read of it."""
    data = FORMATS[name](random_record(random.Random(name)))
    return data, ingest_bytes(data, name, Hints(), load_registry())


def source(document: Document, report: Report) -> Source:
    cells = [Cell(c.code, c.value, c.state, c.unit, c.form, c.raw, str(c.place), None, None) for c in report.cells]
    counts = [
        Counted(c.code, c.section, c.value, c.unit_word, c.is_approximate, c.scope, c.sentence, str(c.place))
        for c in report.counts
    ]
    return source_of(document, cells, counts)


def some(report: Report, name: str) -> list[ReadCell]:
    cells = [c for c in report.cells if c.raw.strip()]
    return random.Random(name).sample(cells, min(MANY, len(cells)))


def plain(text: str) -> str:
    """A text without the blanks that a reader puts between lines."""
    return "".join(normalize(text).split())


def share(report: Report, cell: ReadCell) -> Share:
    found = share_of(cell.place, pages_text(report.pages))
    assert found is not None, cell.place
    return found


@pytest.mark.parametrize("name", COMPLETE)
def test_the_original_holds_the_quote_of_a_cell_and_no_number_of_its_tables_is_left(name: str):
    data, report = made(name)
    read = source(read_document(data), report)
    pieces = {code: p.text for block in read.blocks for p in block.every_piece if p.kind == "cell" for code in p.codes}
    chosen = some(report, name)
    held = [c for c in chosen if plain(pieces.get(c.code, "")) and plain(pieces[c.code]) in plain(c.raw)]
    assert len(held) >= ENOUGH * len(chosen), [(c.code, c.raw, pieces.get(c.code)) for c in chosen if c not in held][:5]
    beside = [around(read, c.code) for c in chosen]
    assert any(before or after for before, after in beside)
    assert not read.unused, read.unused[:5]


def characters(data: bytes) -> dict[int, list[tuple[str, float, float]]]:
    """The characters of a PDF by its pages, each with the middle of its place as shares of the page as shown, by PDFium's own reckoning."""
    found: dict[int, list[tuple[str, float, float]]] = {}
    pdf = pypdfium2.PdfDocument(data)
    for number in range(len(pdf)):
        page = pdf[number]
        text = page.get_textpage()
        for k in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(k)
            x, y = c_int(), c_int()
            at = c_double((left + right) / 2), c_double((bottom + top) / 2)
            raw.FPDF_PageToDevice(page.raw, 0, 0, DEVICE, DEVICE, 0, *at, byref(x), byref(y))
            found.setdefault(number + 1, []).append((text.get_text_range(k, 1), x.value / DEVICE, y.value / DEVICE))
        text.close()
        page.close()
    pdf.close()
    return found


def glyphs(data: bytes, report: Report) -> dict[int, list[tuple[str, float, float]]]:
    """The same of an OFD."""
    found = {}
    for page, shown in zip(seen_pages(data), report.pages, strict=True):
        wide, high = shown.right - shown.left, shown.bottom - shown.top
        found[page.number] = [
            (g.text, ((g.left + g.right) / 2 - shown.left) / wide, (g.middle - shown.top) / high) for g in page.glyphs
        ]
    return found


@pytest.mark.parametrize("name", FRAMED)
def test_the_frame_on_a_page_holds_the_number_and_nothing_else(name: str):
    data, report = made(name)
    there = glyphs(data, report) if name == "ofd" else characters(data)
    chosen = some(report, name)
    held = []
    for cell in chosen:
        box = share(report, cell)
        inside = [text for text, x, y in there[box.page] if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1]
        if plain("".join(inside)) == plain(cell.raw):
            held.append(cell)
    assert len(held) >= ENOUGH * len(chosen), [(c.code, c.raw, c.place) for c in chosen if c not in held][:5]


def lines_on_pages(record: Record) -> bytes:
    """A report as PDF whose tables are lines of text with signs between the numbers, as some programs print them."""
    canvas = _Canvas("boxes")
    for line in as_text(record, "P").decode().splitlines():
        canvas.room(12)
        canvas.text(EDGE, canvas.y + 8, line, 5)
        canvas.y += 12
    return _file(canvas)


def test_the_frame_of_a_line_of_running_text_holds_the_number(landed: Landed):
    data = lines_on_pages(replace(random_record(random.Random(5)), unit="示例甲镇", year=2024))
    report_id, home = landed.report(data, ending="pdf"), Home(landed.path.parent)
    read, there = ingest_bytes(data, "lines.pdf", Hints(), load_registry()), characters(data)
    chosen = [c for c in read.cells if c.code.endswith((".received.total", ".granted.total")) and c.raw.strip()]
    assert chosen and not any(share_of(c.place, pages_text(read.pages)) for c in chosen), "a line has no box of its own"
    for cell in chosen:
        evidence = evidence_of(home, landed.path, report_id, cell.code)
        assert evidence.has_picture and evidence.is_marked and evidence.locator and evidence.locator.share
        box = evidence.locator.share
        inside = [text for text, x, y in there[box.page] if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1]
        assert plain(cell.raw) in plain("".join(inside))
        assert box.y1 - box.y0 < 0.03, "one line, and not the page"


@needs_ocr
@pytest.mark.parametrize(("kind", "hard"), [("PDF", False), ("TIFF", True)])
def test_the_frame_on_a_scan_holds_the_number(kind: str, hard: bool, tmp_path):
    from ingest.readers.scan.ocr import recognizer

    data = as_scan(random_record(random.Random(kind)), 200, hard, kind)
    report = ingest_bytes(data, "scan", Hints(), load_registry(), tmp_path)
    chosen = [c for c in some(report, kind) if c.value is not None]
    images, crops = {}, []
    for cell in chosen:
        box = share(report, cell)
        if box.page not in images:
            images[box.page] = np.array(page_image(data, box.page, 1653, is_scan=True).convert("L"))
        high, wide = images[box.page].shape
        rim = 5  # the rules of the table
        left, top, right, bottom = (round(v) for v in (box.x0 * wide, box.y0 * high, box.x1 * wide, box.y1 * high))
        crop = images[box.page][top + rim : bottom - rim, left + rim : right - rim]
        rows, columns = np.nonzero(crop < 128)
        crops.append(crop[max(0, rows.min() - 4) : rows.max() + 5, max(0, columns.min() - 4) : columns.max() + 5])
    seen = recognizer().read(crops, [1.0] * len(crops))
    held = [c for c, s in zip(chosen, seen, strict=True) if s.number == plain(c.raw)]
    assert len(chosen) > MANY / 2
    assert len(held) >= ENOUGH * len(chosen), [(c.code, c.raw, c.place) for c in chosen if c not in held][:5]


def test_what_ran_together_is_one_piece_for_all_its_cells():
    data, report = made("text-CONCAT")
    read = source(read_document(data), report)
    solved = [c.code for c in report.cells if c.state == "derived"]
    pieces = [p for block in read.blocks for p in block.every_piece if len(p.codes) > 1]
    assert solved and {code for p in pieces for code in p.codes} >= {c for c in solved if c.startswith("requests.received")}
