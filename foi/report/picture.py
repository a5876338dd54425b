"""A page of an original as a picture with a cell framed: of a PDF by PDFium, of a scan the scan itself, of an OFD drawn from its characters."""

from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

from foi.ask.original import PDFIUM, original_document
from foi.ask.traced_report import TracedReport
from foi.messages import Complaint, message
from foi.report.covered import Seen, seen_of
from ingest.home import Home
from ingest.home.placing import placed
from ingest.model import IngestError
from ingest.place import Share, shown_of
from ingest.readers.abilities import can
from ingest.words.issues import issue_text, why
from ingest.words.language import Text

VERSION = b"2"
WIDE = 1000  # pixels of a whole page
CLOSE = 1800  # pixels of a whole page of which only a part is shown
BEYOND = (0.32, 0.05)  # of the page, shown at each side of a cell: across and down
RED, PAPER = (179, 38, 30), (236, 236, 236)
TYPES = {"png": "image/png", "svg": "image/svg+xml"}
KEPT = 4000  # pictures that are kept on disk


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and its media type."""

    data: bytes
    type: str


def page_picture(home: Home, report: TracedReport, share: Share, close: bool = False) -> Picture:
    """The page with the cell framed, or (`close`) only what stands around the cell; a Complaint where the original is gone or unreadable."""
    if report.original is None:
        raise Complaint(message("trace.original_gone", document=report.document_id[:16]), 3)
    try:
        return Picture(_kept(home, report, report.original, share, close), TYPES[_ending(report)])
    except IngestError as error:
        raise Complaint(message("trace.page_unreadable", reason=issue_text(error.issue)), 3) from error
    except (OSError, ValueError) as error:
        raise Complaint(
            message("trace.page_unreadable", reason=why(error) if isinstance(error, OSError) else error), 3
        ) from error


def _ending(report: TracedReport) -> str:
    return "svg" if report.reader == "ofd" else "png"


def _kept(home: Home, report: TracedReport, original: Path, share: Share, close: bool) -> bytes:
    """The picture as it lies on disk, made if it is not there; where nothing can be written it is made each time."""
    document = original_document(home, report)
    if isinstance(document, Text):
        raise Complaint(document, 3)
    seen = seen_of(document, report.pages, share)
    told = [VERSION, report.document_id.encode(), repr(share).encode(), repr(seen).encode(), b"close" if close else b""]
    path = home.pictures / f"{hashlib.sha256(b'|'.join(told)).hexdigest()[:32]}.{_ending(report)}"
    with suppress(OSError):
        return path.read_bytes()
    made = original.read_bytes()
    data = (
        _drawn(made, report.pages, share, seen, close)
        if report.reader == "ofd"
        else _framed(made, share, seen, close, report.reader == "scan")
    )
    with suppress(OSError):
        with placed(path) as scratch:
            scratch.write_bytes(data)
        _cleared(home.pictures)
    return data


def _cleared(folder: Path) -> None:
    """Take away the oldest quarter where there are too many."""
    there = sorted(folder.glob("[!.]*"), key=lambda path: path.stat().st_mtime)
    for path in there[: len(there) // 4] if len(there) > KEPT else ():
        path.unlink(missing_ok=True)


def _framed(data: bytes, share: Share, seen: Seen, close: bool, is_scan: bool) -> bytes:
    """The PNG of a page, or of what stands around its cell, with the cell framed."""
    from PIL import ImageDraw

    image = _covered(page_image(data, share.page, CLOSE if close else WIDE, is_scan).convert("RGB"), seen)
    wide, high = image.size
    pen = max(2, round(wide / 450))
    box = share.x0 * wide - pen, share.y0 * high - pen, share.x1 * wide + pen, share.y1 * high + pen
    ImageDraw.Draw(image).rectangle(box, outline=RED, width=pen)
    if close:
        x0, y0, x1, y1 = _around(share)
        image = image.crop((round(x0 * wide), round(y0 * high), round(x1 * wide), round(y1 * high)))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _covered(image: Any, seen: Seen) -> Any:
    """A page with what may not be seen of it left out."""
    from PIL import Image

    def corners(part: Share) -> tuple[int, int, int, int]:
        return (
            round(part.x0 * image.width),
            round(part.y0 * image.height),
            round(part.x1 * image.width),
            round(part.y1 * image.height),
        )

    shown = image
    if seen.parts is not None:
        shown = Image.new("RGB", image.size, PAPER)
        for part in seen.parts:
            shown.paste(image.crop(corners(part)), corners(part)[:2])
    for part in seen.covered:
        shown.paste(PAPER, corners(part))
    return shown


def _around(share: Share) -> tuple[float, float, float, float]:
    across, down = BEYOND
    return max(0, share.x0 - across), max(0, share.y0 - down), min(1, share.x1 + across), min(1, share.y1 + down)


def page_image(data: bytes, number: int, wide: int, is_scan: bool) -> Any:
    """A page (from 1) of a PDF or of a scan as a picture so many pixels wide, as its reader saw it."""
    with PDFIUM:
        image = _scanned(data, number, wide) if is_scan else _rendered(data, number, wide)
    return image if image.width == wide else image.resize((wide, round(image.height * wide / image.width)))


def _rendered(data: bytes, number: int, wide: int) -> Any:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
        try:
            pdf.init_forms()
            page = pdf[number - 1]
            return page.render(scale=wide / max(page.get_width(), 1.0)).to_pil()
        finally:
            pdf.close()
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise IngestError("damaged_pdf", "", str(error)[:200]) from error


def _scanned(data: bytes, number: int, wide: int) -> Any:
    """The page of a scan, straightened as it was when it was read; as it is where this installation cannot read scans."""
    from PIL import Image

    if can("ocr"):
        from ingest.readers.scan import scanned_pages
        from ingest.readers.scan.page import straighten

        found = next(islice(scanned_pages(data), number - 1, None), None)
        if found is None:
            raise IngestError("damaged_image", "", f"page {number}")
        return Image.fromarray(straighten(*found))
    if b"%PDF-" in data[:1024]:
        return _rendered(data, number, wide)
    with Image.open(io.BytesIO(data)) as picture:
        picture.seek(number - 1)
        return picture.convert("L")


def _drawn(data: bytes, pages: str | None, share: Share, seen: Seen, close: bool) -> bytes:
    """The characters and rules of a page of an OFD as SVG, which the reader's own fonts fill in."""
    from ingest.readers.page.glyphs import lines_of
    from ingest.readers.page.ofd import seen_pages

    page, shown = seen_pages(data)[share.page - 1], shown_of(share.page, pages)
    assert shown is not None  # else the cell had no share
    wide, high = shown.right - shown.left, shown.bottom - shown.top
    x0, y0, x1, y1 = _around(share) if close else (0.0, 0.0, 1.0, 1.0)
    view = shown.left + x0 * wide, shown.top + y0 * high, (x1 - x0) * wide, (y1 - y0) * high
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(f"{v:.2f}" for v in view)}">',
        f'<rect x="{shown.left}" y="{shown.top}" width="{wide}" height="{high}" fill="#fff"/>',
        *(f'<path d="M{a:.2f} {y:.2f}H{b:.2f}" stroke="#333" stroke-width=".2"/>' for y, a, b in page.horizontals),
        *(f'<path d="M{x:.2f} {a:.2f}V{b:.2f}" stroke="#333" stroke-width=".2"/>' for x, a, b in page.verticals),
    ]
    glyphs = [g for g in page.glyphs if seen.holds(((g.left + g.right) / 2 - shown.left) / wide, (g.middle - shown.top) / high)]
    for line in lines_of(glyphs):
        size = max(g.bottom - g.top for g in line)
        across, text = " ".join(f"{g.left:.2f}" for g in line), escape("".join(g.text for g in line))
        parts.append(f'<text x="{across}" y="{line[0].bottom - 0.14 * size:.2f}" font-size="{size:.2f}">{text}</text>')
    parts.append(
        f'<rect x="{shown.left + share.x0 * wide - 0.5:.2f}" y="{shown.top + share.y0 * high - 0.5:.2f}"'
        f' width="{(share.x1 - share.x0) * wide + 1:.2f}" height="{(share.y1 - share.y0) * high + 1:.2f}"'
        ' fill="none" stroke="#b3261e" stroke-width=".8"/>'
    )
    return "\n".join([*parts, "</svg>"]).encode()
