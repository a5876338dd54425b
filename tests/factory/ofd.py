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

# What is added to the object of a number that is not seen: attributes and elements.
WAYS = {
    "twice": ("", ""),
    "covered": ("", ""),
    "struck": ("", ""),
    "invisible": (' Visible="false"', ""),
    "transparent": (' Alpha="0"', ""),
    "white": ("", '<ofd:FillColor Value="255 255 255"/>'),
    "unfilled": (' Fill="false"', ""),
    "clipped": ("", '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="150 0 1 1"/></ofd:Area></ofd:Clip></ofd:Clips>'),
    "outlined": ("", ""),
}
MARKS = ("oblique", "level", "small")


class _Sheet(_Canvas):
    """The same page, its commands as OFD objects."""

    def __init__(self, outlines: bool, way: str = "") -> None:
        super().__init__("boxes")
        self.outlines, self.way = outlines, way

    def text(self, x: float, y: float, text: str, size: float = 7) -> None:
        if not text:
            return
        if self.way in WAYS and size == 7 and text.replace(".", "").isdigit():
            self.overdrawn(x, y, text)
        elif self.outlines:
            self.letters(x, y)
        else:
            self.plain(x, y, text, size)

    def letters(self, x: float, y: float) -> None:
        """Something drawn in the place of a text."""
        letter = "<ofd:AbbreviatedData>M 0 0 B 1 0 1 1 2 2 C</ofd:AbbreviatedData>"
        box = f"{x * MM:.2f} {y * MM - 3:.2f} 3 3"
        self.pages[-1].append(f'<ofd:PathObject Boundary="{box}">{letter}</ofd:PathObject>')

    def overdrawn(self, x: float, y: float, text: str) -> None:
        """A number in one of WAYS: what else stands in its place is not seen."""
        if self.way == "outlined":
            self.letters(x, y)
        elif self.way == "struck":
            self.plain(x, y, text + "9")
            white = '<ofd:StrokeColor Value="255 255 255"/><ofd:AbbreviatedData>M 0 1.5 L 10 1.5</ofd:AbbreviatedData>'
            self.pages[-1].append(
                f'<ofd:PathObject Boundary="{x * MM - 0.3:.2f} {y * MM - 2.6:.2f} 10 3" LineWidth="3.4">{white}</ofd:PathObject>'
            )
            self.plain(x, y, text)
        elif self.way == "covered":
            self.plain(x, y, text + "9")
            box = f"{x * MM - 0.3:.2f} {y * MM - 2.6:.2f} 10 3"
            white = '<ofd:FillColor Value="255 255 255"/><ofd:AbbreviatedData>M 0 0 L 10 0 L 10 3 L 0 3 C</ofd:AbbreviatedData>'
            self.pages[-1].append(f'<ofd:PathObject Boundary="{box}" Stroke="false" Fill="true">{white}</ofd:PathObject>')
            self.plain(x, y, text)
        else:
            self.plain(x, y, text if self.way == "twice" else "9" + text, more=WAYS[self.way])
            self.plain(x + 0.2, y, text)

    def mark(self) -> None:
        """A watermark on every page, oblique or level."""
        for page in self.pages:
            for k in range(5):
                at = f'Boundary="10 {20 + 50 * k} 190 40" Size="{14 if self.way == "level" else 3}"'
                turn = ' CTM="0.707 -0.707 0.707 0.707 0 30"' if self.way == "oblique" else ""
                gray = '<ofd:FillColor Value="200 200 200"/>'
                text = f'<ofd:TextCode X="20" Y="14" DeltaX="g 3 {7 if self.way == "level" else 1.5}">2024</ofd:TextCode>'
                page.append(f"<ofd:TextObject {at}{turn}>{gray}{text}</ofd:TextObject>")

    def plain(self, x: float, y: float, text: str, size: float = 7, more: tuple[str, str] = ("", "")) -> None:
        """A text as it is; `more` are attributes and elements of its object."""
        steps = [size * MM * (1 if ord(c) > 0x2E80 else 0.5) for c in text[:-1]]
        one = len(set(steps)) == 1
        same = f"g {len(steps)} {steps[0]:.3f}" if one else " ".join(f"{s:.3f}" for s in steps)
        self.pages[-1].append(
            f'<ofd:TextObject Boundary="{x * MM:.2f} {(y - size) * MM:.2f} 200 {size * MM:.2f}" Size="{size * MM:.3f}"{more[0]}>{more[1]}'
            f'<ofd:TextCode X="0" Y="{size * MM:.3f}" DeltaX="{same}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
        )

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        box = f"{x0 * MM:.3f} {y0 * MM:.3f} {(x1 - x0) * MM + 0.1:.3f} {(y1 - y0) * MM + 0.1:.3f}"
        end = f"{(x1 - x0) * MM:.3f} {(y1 - y0) * MM:.3f}"
        self.pages[-1].append(
            f'<ofd:PathObject Boundary="{box}"><ofd:AbbreviatedData>M 0 0 L {end}</ofd:AbbreviatedData></ofd:PathObject>'
        )


def as_ofd(record: Record, outlines: bool = False, way: str = "") -> bytes:
    """A record as OFD; with outlines its letters are drawings, as some printers make them; its numbers may be drawn in one of WAYS."""
    sheet = _Sheet(outlines, way)
    for paragraph in before(record):
        _paragraph(sheet, paragraph)
    for name, heading in HEADINGS.items():
        _paragraph(sheet, heading)
        _table(sheet, drawn := draw(record, name), columns_of(name, drawn), False)
    for paragraph in after(record):
        _paragraph(sheet, paragraph)
    if way in MARKS:
        sheet.mark()
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
