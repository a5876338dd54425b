"""Reports as OFD: the drawing of the PDF factory, written as GB/T 33190 pages in millimeters."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from tests.factory.layout import HEADINGS, draw
from tests.factory.pdf import HIGH, WIDE, _Canvas, _paragraph, _table, columns_of
from tests.factory.prose import after, before
from tests.factory.record import Record

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
MM = 25.4 / 72


class _Sheet(_Canvas):
    """The same page, its commands as OFD objects."""

    def __init__(self, outlines: bool) -> None:
        super().__init__("boxes")
        self.outlines = outlines

    def text(self, x: float, y: float, text: str, size: float = 7) -> None:
        if not text:
            return
        if self.outlines:
            letter = "<ofd:AbbreviatedData>M 0 0 B 1 0 1 1 2 2 C</ofd:AbbreviatedData>"
            box = f"{x * MM:.2f} {y * MM - 3:.2f} 3 3"
            self.pages[-1].append(f'<ofd:PathObject Boundary="{box}">{letter}</ofd:PathObject>')
            return
        steps = [size * MM * (1 if ord(c) > 0x2E80 else 0.5) for c in text[:-1]]
        one = len(set(steps)) == 1
        same = f"g {len(steps)} {steps[0]:.3f}" if one else " ".join(f"{s:.3f}" for s in steps)
        self.pages[-1].append(
            f'<ofd:TextObject Boundary="{x * MM:.2f} {(y - size) * MM:.2f} 200 {size * MM:.2f}" Size="{size * MM:.3f}">'
            f'<ofd:TextCode X="0" Y="{size * MM:.3f}" DeltaX="{same}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
        )

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        box = f"{x0 * MM:.3f} {y0 * MM:.3f} {(x1 - x0) * MM + 0.1:.3f} {(y1 - y0) * MM + 0.1:.3f}"
        end = f"{(x1 - x0) * MM:.3f} {(y1 - y0) * MM:.3f}"
        self.pages[-1].append(
            f'<ofd:PathObject Boundary="{box}"><ofd:AbbreviatedData>M 0 0 L {end}</ofd:AbbreviatedData></ofd:PathObject>'
        )


def as_ofd(record: Record, outlines: bool = False) -> bytes:
    """A record as OFD; with outlines its letters are drawings, as some printers make them."""
    sheet = _Sheet(outlines)
    for paragraph in before(record):
        _paragraph(sheet, paragraph)
    for name, heading in HEADINGS.items():
        _paragraph(sheet, heading)
        _table(sheet, drawn := draw(record, name), columns_of(name, drawn), False)
    for paragraph in after(record):
        _paragraph(sheet, paragraph)
    pages = "".join(f'<ofd:Page ID="{k}" BaseLoc="Pages/Page_{k}/Content.xml"/>' for k in range(len(sheet.pages)))
    files = {
        "OFD.xml": f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 {WIDE * MM:.0f} {HIGH * MM:.0f}"
        f"</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
    }
    for k, page in enumerate(sheet.pages):
        files[f"Doc_0/Pages/Page_{k}/Content.xml"] = (
            f"<ofd:Page {NS}><ofd:Content><ofd:Layer>{''.join(page)}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), text)
    return out.getvalue()
