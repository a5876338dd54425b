"""Choose a reader by what the bytes are, never by the file's name; a reader is a function bytes → Document."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from ingest.model import Document, IngestError
from ingest.readers.abilities import can
from ingest.readers.decoding import decode, wide_encoding
from ingest.readers.kinds import UTF16, looks_like_sheet, office_kind
from ingest.readers.markdown import looks_like_markdown, read_markdown
from ingest.readers.plain import read_text
from ingest.readers.web.html import looks_like_html, read_html

MAX_BYTES = 64 * 1024 * 1024
MIN_BETWEEN_ZEROS = 200  # a zero byte here and there is a lost character; a file of another kind is full of them
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
# A reader is imported when its first file comes: a web page does not wait for the PDF library.
READERS = {
    "docx": ("word.docx", "read_docx"),
    "doc": ("word.word97", "read_word97"),
    "rtf": ("word.rtf", "read_rtf"),
    "pdf": ("page.pdf", "read_pdf"),
    "sheet": ("sheet", "read_sheet"),
    "ofd": ("page.ofd", "read_ofd"),
    "mht": ("web.mht", "read_mht"),
}


def read_document(data: bytes, ocr: Path | None = None) -> Document:
    """The paragraphs and tables of a file; raises IngestError with a reason when it cannot be read.

    A scan is only read when `ocr` names the folder in which what was recognized is kept; else it is refused as scan_needs_ocr.
    """
    if not data.strip():
        raise IngestError("empty_file", "", f"{len(data)} bytes")
    if len(data) > MAX_BYTES:
        raise IngestError("too_large", "", f"{len(data)} bytes", f"{MAX_BYTES} bytes")
    try:
        return _read_text(data) if (kind := kind_of(data)) == "text" else _reader(kind)(data)
    except IngestError as error:
        if error.issue.code != "scan_needs_ocr":
            raise
        if not can("ocr"):
            raise IngestError("ocr_not_installed", error.issue.place) from error
        if ocr is None:
            raise
    scan: Document = import_module("ingest.readers.scan").read_scan_cached(data, ocr)
    return scan


def kind_of(data: bytes) -> str:
    """Which reader a file needs, by its first bytes; raises IngestError when there is none."""
    head = data[:1024].lstrip()
    if data[:1024].find(b"%PDF-") >= 0:
        return "pdf"
    if data.startswith(b"PK"):
        return _zip_kind(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _ole_kind(data)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(_IMAGES):
        raise IngestError("scan_needs_ocr")
    if data.startswith(_ARCHIVES):
        raise IngestError("archive_not_read", "", data[:4].hex(" "))
    from ingest.readers.web.mht import looks_like_mht

    if looks_like_mht(data[:4096]):
        return "mht"
    if kind := office_kind(data):
        return kind
    if data.startswith(UTF16) or data.count(0) <= len(data) // MIN_BETWEEN_ZEROS or wide_encoding(data):
        return "text"
    raise IngestError("unknown_format", "", data[:8].hex(" "))


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError):
        return "docx"  # damaged: its reader says so
    if any(name.endswith("OFD.xml") for name in names):
        return "ofd"
    return "sheet" if looks_like_sheet(names) else "docx"


def _ole_kind(data: bytes) -> str:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return "sheet" if looks_like_sheet(["/".join(e) for e in ole.listdir()]) else "doc"
    except Exception:  # whatever a broken container makes the library raise, the reader will say it in words
        return "doc"


def _reader(kind: str) -> Callable[[bytes], Document]:
    module, function = READERS[kind]
    reader: Callable[[bytes], Document] = getattr(import_module(f"ingest.readers.{module}"), function)
    return reader


def _read_text(data: bytes) -> Document:
    text = decode(data)
    if len(_CONTROL.findall(text[:4000])) * 10 > len(text[:4000]):
        raise IngestError("unknown_format", "", data[:8].hex(" "))
    if looks_like_html(text):
        return read_html(text)
    return read_markdown(text) if looks_like_markdown(text) else read_text(text)
