"""Read OFD, the national layout format: a zip of XML pages with characters and paths; tables from the ruling lines.

Source: GB/T 33190-2016 §8 (pages), §9 (paths), §11 (text). Lengths are millimeters, y grows downward.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ingest.model import Document, IngestError
from ingest.readers.glyphs import Glyph, Page
from ingest.readers.pages import read_pages

NS = "{http://www.ofdspec.org/2016}"
THIN = 0.8
MAX_PARTS, MAX_BYTES, MAX_PAGES = 2000, 64 * 1024 * 1024, 200
MAX_REPEAT = 10_000
_ARITY = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7}
Element = Any


def read_ofd(data: bytes) -> Document:
    """The paragraphs and tables of an OFD; raises IngestError when it holds only pictures or outlines, or is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            pages = list(_pages(_Parts(archive)))
    except (
        zipfile.BadZipFile,
        zlib.error,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
        OSError,
        RuntimeError,
        IndexError,
    ) as error:
        raise IngestError("damaged_ofd", "", f"{type(error).__name__}: {error}"[:200]) from error
    if sum(len(p.glyphs) for p in pages) < 5:
        if any(p.has_image for p in pages):
            raise IngestError("ofd_outlines_only", "page 1")
        raise IngestError("damaged_ofd", "", "no text")
    return Document("ofd", tuple(read_pages(pages, "mm")))


class _Parts:
    """The files inside, with a limit on what is unpacked."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.left = archive, MAX_BYTES
        self.names = {name.lstrip("/").lower(): name for name in archive.namelist()[:MAX_PARTS]}

    def xml(self, name: str) -> Element:
        info = self.archive.getinfo(self.names[posixpath.normpath(name).lstrip("/").lower()])
        with self.archive.open(info) as handle:
            data = handle.read(self.left + 1)
        self.left -= len(data)
        if self.left < 0:
            raise IngestError("too_large", name, "", f"{MAX_BYTES} bytes")
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _pages(parts: _Parts) -> Iterator[Page]:
    for root in parts.xml("OFD.xml").iter(NS + "DocRoot"):
        path = (root.text or "").strip().lstrip("/")
        pages = list(parts.xml(path).iter(NS + "Page"))
        if len(pages) > MAX_PAGES:
            raise IngestError("too_large", "", f"{len(pages)} pages", f"{MAX_PAGES} pages")
        for number, page in enumerate(pages, 1):
            location = page.get("BaseLoc") or ""
            name = location if location.startswith("/") else posixpath.join(posixpath.dirname(path), location)
            yield _page(parts.xml(name), number)


def _floats(text: str | None) -> list[float]:
    return [float(x) for x in (text or "").split()]


def _steps(text: str | None) -> list[float]:
    """DeltaX and DeltaY: numbers, with “g n v” for n times v."""
    found: list[float] = []
    words = iter((text or "").split())
    for word in words:
        if word == "g":
            times = int(next(words, "0"))
            if times > MAX_REPEAT:
                raise ValueError(f"g {times}")
            found += [float(next(words, "0"))] * times
        else:
            found.append(float(word))
    return found


class _Place:
    """Where an object's own axes lie on the page: its boundary and its matrix."""

    def __init__(self, element: Element) -> None:
        box = _floats(element.get("Boundary"))
        self.x, self.y = (box[0], box[1]) if len(box) == 4 else (0.0, 0.0)
        matrix = _floats(element.get("CTM"))
        self.matrix = matrix if len(matrix) == 6 else [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]

    def at(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.matrix
        return self.x + a * x + c * y + e, self.y + b * x + d * y + f


def _page(root: Element, number: int) -> Page:
    page = Page(number, [], [], [], tolerance=0.6)
    for element in root.iter(NS + "TextObject", NS + "PathObject", NS + "ImageObject"):
        place = _Place(element)
        if element.tag == NS + "TextObject":
            page.glyphs += _glyphs(element, place)
        elif element.tag == NS + "ImageObject":
            page.has_image = True
        else:
            _path(element.findtext(NS + "AbbreviatedData") or "", place, page)
    return page


def _glyphs(element: Element, place: _Place) -> Iterator[Glyph]:
    size = float(element.get("Size") or 3.0)
    for code in element.iter(NS + "TextCode"):
        x, y = float(code.get("X") or 0), float(code.get("Y") or 0)
        across, down = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
        for k, char in enumerate(code.text or ""):
            if k:
                x += across[k - 1] if k <= len(across) else (0.0 if down else size)
                y += down[k - 1] if k <= len(down) else 0.0
            if not char.isspace():
                left, base = place.at(x, y)
                wide = size if ord(char) > 0x2E80 else size / 2
                yield Glyph(char, left, base - 0.86 * size, left + wide, base + 0.14 * size)


def _path(data: str, place: _Place, page: Page) -> None:
    words = data.split()
    part: list[tuple[float, float]] = []
    k = 0
    curved = False
    while k < len(words):
        operation = words[k]
        many = _ARITY.get(operation, 0)
        values = [float(v) for v in words[k + 1 : k + 1 + many]]
        k += 1 + many
        if operation in "MS":
            _sides(part, page, curved)
            part, curved = [place.at(*values[:2])], False
        elif many:
            part.append(place.at(values[-2], values[-1]))
            curved = curved or operation in "QBA"
        elif operation == "C" and part:
            part.append(part[0])
    _sides(part, page, curved)


def _sides(part: list[tuple[float, float]], page: Page, curved: bool) -> None:
    if len(part) < 2:
        return
    if curved:
        page.has_image = True  # outlines of letters
        return
    xs, ys = [p[0] for p in part], [p[1] for p in part]
    pairs = [((min(xs), min(ys)), (max(xs), max(ys)))]
    if max(xs) - min(xs) > THIN and max(ys) - min(ys) > THIN:
        pairs = list(itertools.pairwise(part))
    for (x0, y0), (x1, y1) in pairs:
        if abs(y1 - y0) <= THIN < abs(x1 - x0):
            page.horizontals.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= THIN < abs(y1 - y0):
            page.verticals.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
