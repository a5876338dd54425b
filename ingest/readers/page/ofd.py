"""Read OFD, the national layout format: a zip of XML pages with characters and paths; tables from the ruling lines.

Source: GB/T 33190-2016 §8 (pages), §9 (paths), §11 (text). Lengths are millimeters, y grows downward.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ingest.model import Document, IngestError
from ingest.readers.page.blocks import read_pages
from ingest.readers.page.glyphs import Page
from ingest.readers.page.ofd_page import NS, OfdPage

MAX_OBJECTS = 200_000  # characters and pieces of paths, of all pages
MAX_PARTS, MAX_PAGES = 2000, 200
MAX_BYTES, MAX_PART = 48 * 1024 * 1024, 12 * 1024 * 1024  # unpacked, of all parts and of one
Element = Any


def read_ofd(data: bytes) -> Document:
    """The paragraphs and tables of an OFD; raises IngestError when it holds only pictures or outlines, or is damaged."""
    read, pages = _seen(data)
    if sum(len(p.glyphs) for p in pages) < 5:
        if any(p.has_image for p in pages):
            raise IngestError("ofd_outlines_only", "page 1")
        raise IngestError("damaged_ofd", "", "no text")
    told = {
        "watermark": [p.page.number for p in read if p.has_watermark],
        "hidden_text": [p.page.number for p in read if p.has_hidden],
    }
    meta = {name: ", ".join(map(str, numbers)) for name, numbers in told.items() if numbers}
    return Document("ofd", tuple(read_pages(pages, "mm")), meta, tuple(p.shown for p in read))


def seen_pages(data: bytes) -> list[Page]:
    """What is seen on each page of an OFD: its characters and its rules."""
    return _seen(data)[1]


def _seen(data: bytes) -> tuple[list[OfdPage], list[Page]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            read = list(_pages(_Parts(archive)))
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
    looks = set().union(*(p.looks for p in read)) if read else set()
    return read, [p.seen(looks) for p in read]


class _Parts:
    """The files inside, with a limit on what is unpacked."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.left = archive, MAX_BYTES
        self.names = {name.lstrip("/").lower(): name for name in archive.namelist()[:MAX_PARTS]}

    def xml(self, name: str) -> Element:
        info = self.archive.getinfo(self.names[posixpath.normpath(name).lstrip("/").lower()])
        with self.archive.open(info) as handle:
            data = handle.read(min(self.left, MAX_PART) + 1)
        if len(data) > min(self.left, MAX_PART):
            raise IngestError("too_large", name, f"> {len(data) - 1} bytes", f"{min(self.left, MAX_PART)} bytes")
        self.left -= len(data)
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _pages(parts: _Parts) -> Iterator[OfdPage]:
    count = objects = 0
    for root in parts.xml("OFD.xml").iter(NS + "DocRoot"):
        path = (root.text or "").strip().lstrip("/")
        document = parts.xml(path)
        area = document.find(f"{NS}CommonData/{NS}PageArea")
        for page in document.iter(NS + "Page"):
            count += 1
            if count > MAX_PAGES:
                raise IngestError("too_large", "", f"> {MAX_PAGES} pages", f"{MAX_PAGES} pages")
            location = page.get("BaseLoc") or ""
            name = location if location.startswith("/") else posixpath.join(posixpath.dirname(path), location)
            read = OfdPage(parts.xml(name), count, area)
            objects += read.objects
            if objects > MAX_OBJECTS:
                raise IngestError("too_large", "", f"{objects} objects", f"{MAX_OBJECTS} objects")
            yield read
