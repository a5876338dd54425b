"""Reports as PDF with a text layer, written by hand: rules as thin boxes or strokes, or none; fonts that need no font file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.factory.boxfont import box_font, glyph_of_every_character
from tests.factory.layout import HEADINGS, Drawn, draw, width
from tests.factory.prose import after, before
from tests.factory.record import Record

STYLES = ("boxes", "strokes", "continued", "vertical", "framed", "split", "bare", "garbage", "turned")
WIDE, HIGH, EDGE, SIZE, ROW = 595, 842, 45, 7, 17
_LEFT = {"disclosure": [155], "requests": [30, 60, 135], "challenges": []}  # the widths of the columns of labels
_NUMBERS = {"disclosure": 345, "requests": 280, "challenges": 510}  # what the columns of numbers share


class _Canvas:
    """Pages of drawing commands; y counts down from the top."""

    def __init__(self, style: str) -> None:
        self.style, self.pages, self.y = style, [[]], EDGE
        self.used: set[str] = set()
        self.starts: dict[int, bool] = {}  # for each column: does a cell of the row above begin there
        self.embedded = style in ("turned", "bare")
        # What else goes into the file: entries of the catalog, of every page and its resources, notes by page, and whole objects,
        # which are named @0@, @1@ … until they have their numbers.
        self.catalog = self.entries = self.resources = ""
        self.notes: dict[int, list[str]] = {}
        self.extras: list[str] = []

    def extra(self, body: str) -> str:
        """Add an object to the file; gives the reference to it."""
        self.extras.append(body)
        return f"@{len(self.extras) - 1}@"

    def finish(self) -> None:
        """What is drawn when everything else is."""

    def room(self, height: float) -> None:
        if self.y + height > HIGH - EDGE:
            self.page()

    def page(self) -> None:
        if self.style == "continued":
            self.text(WIDE / 2, HIGH - 30, f"- {len(self.pages)} -")
        self.pages.append([])
        self.y = EDGE

    def text(self, x: float, y: float, text: str, size: float = SIZE) -> None:
        if not text:
            return
        self.used |= set(text)
        hidden = 0xA000 if self.style == "garbage" else 0  # codes that mean nothing without the map back to Unicode
        codes = "".join(f"{(ord(c) + hidden) % 0x10000:04x}" for c in text)
        self.pages[-1].append(f"BT /F1 {size} Tf 1 0 0 1 {x:.1f} {HIGH - y:.1f} Tm <{codes}> Tj ET")

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if self.style == "bare":
            return
        if self.style == "strokes":
            self.pages[-1].append(f"0.5 w {x0:.1f} {HIGH - y0:.1f} m {x1:.1f} {HIGH - y1:.1f} l S")
        else:
            self.pages[-1].append(f"{x0:.2f} {HIGH - y1 - 0.5:.2f} {x1 - x0 + 0.5:.2f} {y1 - y0 + 0.5:.2f} re f")


def as_pdf(record: Record, style: str = "boxes") -> bytes:
    """A record as PDF in one of the styles."""
    return drawn(_Canvas(style), record)


def drawn(canvas: _Canvas, record: Record) -> bytes:
    """A record as PDF, drawn on this canvas."""
    for paragraph in before(record):
        _paragraph(canvas, paragraph)
    for name, heading in HEADINGS.items():
        _paragraph(canvas, heading)
        _table(canvas, rows := draw(record, name), columns_of(name, rows), canvas.style == "continued")
    for paragraph in after(record):
        _paragraph(canvas, paragraph)
    canvas.finish()
    return _file(canvas)


def columns_of(name: str, drawn: Drawn) -> list[int]:
    """The width of each column of a table on the page."""
    numbers = width(drawn) - len(_LEFT[name])
    return [*_LEFT[name], *[_NUMBERS[name] // numbers] * numbers]


def _paragraph(canvas: _Canvas, text: str) -> None:
    per_line, top = 48, canvas.y
    for k in range(0, max(len(text), 1), per_line):
        canvas.room(14)
        canvas.text(EDGE + 4, canvas.y + 10, text[k : k + per_line], 10)
        canvas.y += 14
    if canvas.style == "framed" and len(text) > per_line and canvas.y > top:
        for y in (top - 1, canvas.y + 1):
            canvas.line(EDGE, y, WIDE - EDGE, y)
        for x in (EDGE, WIDE - EDGE):
            canvas.line(x, top - 1, x, canvas.y + 1)
    canvas.y += 4


def _table(canvas: _Canvas, drawn: Drawn, widths: list[int], may_break: bool) -> None:
    heights = [_height(row, widths) for row in drawn]
    if not may_break:
        canvas.room(sum(heights) + 8)
    elif canvas.y + 6 * ROW > HIGH - EDGE:
        canvas.page()
    xs = [EDGE + sum(widths[:k]) for k in range(len(widths) + 1)]
    hanging: dict[int, int] = {}  # column → rows that a merged cell above still covers
    top = canvas.y
    canvas.line(xs[0], top, xs[-1], top)
    for row, tall in zip(drawn, heights, strict=True):
        if may_break and canvas.y + tall > HIGH - EDGE:
            canvas.page()  # no rule at the end of the page, as word processors leave it
            canvas.line(xs[0], canvas.y, xs[-1], canvas.y)
        column, queue = 0, list(row)
        while column < len(widths):
            if hanging.get(column):
                text, high, wide = "", hanging[column], 1
                while column + wide < len(widths) and hanging.get(column + wide) == high and not canvas.starts[column + wide]:
                    wide += 1
            else:
                text, high, wide = queue.pop(0)
                canvas.starts |= {column + k: k == 0 for k in range(wide)}
                _cell_text(canvas, text, xs[column], xs[column + wide], high)
            for k in range(column, column + wide):
                hanging[k] = high - 1
            canvas.line(xs[column], canvas.y, xs[column], canvas.y + tall)
            if high == 1:
                canvas.line(xs[column], canvas.y + tall, xs[column + wide], canvas.y + tall)
            column += wide
        canvas.line(xs[-1], canvas.y, xs[-1], canvas.y + tall)
        canvas.y += tall
    canvas.y += 8


def _height(row: list[tuple[str, int, int]], widths: list[int]) -> float:
    """As high as the lines of its cells need; a cell over several rows has room below."""
    wide = min(widths) if len(set(widths)) == 1 else widths[-1]
    lines = max(
        (sum(len(list(_wrap(part, (widths[2] if k == 0 or len(text) > 8 else wide) - 4, SIZE))) for part in text.split("\n"))
         for k, (text, high, _) in enumerate(row) if high == 1),
        default=1,
    )  # fmt: skip
    return max(ROW, lines * (SIZE + 2) + 6)


def _cell_text(canvas: _Canvas, text: str, left: float, right: float, high: int) -> None:
    if canvas.style == "vertical" and text.startswith("三、"):
        for k, char in enumerate(text):
            canvas.text(left + 2, canvas.y + 8 + 9 * k, char)
        return
    for k, line in enumerate(part for piece in text.split("\n") for part in _wrap(piece, right - left - 4, SIZE)):
        y = canvas.y + 2 + (SIZE + 2) * (k + 1)
        if canvas.style == "split" and line.isdigit():
            for i, char in enumerate(line):
                canvas.text(left + 2 + i * SIZE / 2, y, char, SIZE)
        else:
            canvas.text(left + 2, y, line, SIZE)


def _wrap(text: str, width: float, size: float) -> Iterator[str]:
    line, used = "", 0.0
    for char in text:
        step = size if ord(char) > 0x2E80 else size / 2
        if used + step > width and line and not char.isdigit():
            yield line
            line, used = "", 0.0
        line, used = line + char, used + step
    yield line


def _file(canvas: _Canvas) -> bytes:
    """Objects, cross references and trailer. Fonts: Identity-H by code point, with or without the map back to Unicode."""
    narrow = " ".join(f"{ord(c)} [500]" for c in sorted(canvas.used) if ord(c) <= 0x2E80)
    mapping = "".join(f"<{ord(c) % 0x10000:04x}> <{c.encode('utf-16-be').hex()}>\n" for c in sorted(canvas.used))
    unicode_map = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange"
        f" {len(canvas.used)} beginbfchar\n{mapping}endbfchar endcmap end end"
    )
    pages = ["\n".join(page) for page in canvas.pages]
    turn, box = "", f"{WIDE} {HIGH}"
    if canvas.style == "turned":  # drawn on its side and shown upright
        pages = [f"0 1 -1 0 {HIGH} 0 cm\n{page}" for page in pages]
        turn, box = " /Rotate 90", f"{HIGH} {WIDE}"
    to_unicode = "" if canvas.style == "garbage" else " /ToUnicode 5 0 R"
    # Without a font file PDFium leaves out a piece of text that is one Chinese character long: it has no width.
    embedded = " /CIDToGIDMap 6 0 R" if canvas.embedded else ""
    file = " /FontFile2 7 0 R" if embedded else ""
    first = 8 if embedded else 6
    kids = " ".join(f"{first + 2 * k} 0 R" for k in range(len(pages)))
    objects: list[bytes | str] = [
        f"<< /Type /Catalog /Pages 2 0 R{canvas.catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        f"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R]{to_unicode} >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        f"{embedded} /DW 1000 /W [{narrow}] /FontDescriptor << /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -140 1000 860]"
        " /ItalicAngle 0 /Ascent 860 /Descent -140 /CapHeight 700 /StemV 80" + file + " >> >>",
        f"<< /Length {len(unicode_map.encode())} >>\nstream\n{unicode_map}\nendstream",
    ]
    if embedded:
        glyphs, font = glyph_of_every_character(), box_font()
        objects.append(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(glyphs), glyphs))
        objects.append(b"<< /Length %d /Length1 %d >>\nstream\n%s\nendstream" % (len(font), len(font), font))
    for k, page in enumerate(pages):
        notes = f" /Annots [{' '.join(canvas.notes[k])}]" if k in canvas.notes else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {box}]{turn}{canvas.entries}{notes}"
            f" /Resources << /Font << /F1 3 0 R >>{canvas.resources} >> /Contents {first + 1 + 2 * k} 0 R >>"
        )
        objects.append(f"<< /Length {len(page.encode())} >>\nstream\n{page}\nendstream")
    objects += canvas.extras
    first = len(objects) - len(canvas.extras) + 1
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        text = body if isinstance(body, bytes) else re.sub(r"@(\d+)@", lambda m: f"{first + int(m[1])} 0 R", body).encode()
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    xref = len(out)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        out
        + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF".encode()
    )
