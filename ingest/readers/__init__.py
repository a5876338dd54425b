"""Choose a reader by what the bytes are, never by the file's name; a reader is a function bytes → Document."""

from __future__ import annotations

import re

from ingest.model import Document, IngestError
from ingest.readers.markup import decode, looks_like_html, read_html
from ingest.readers.office import read_docx
from ingest.readers.plain import read_text

_REFUSED = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "word97"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
MAX_BYTES = 64 * 1024 * 1024


def read_document(data: bytes) -> Document:
    """The paragraphs and tables of a file; raises IngestError with a reason when it cannot be read."""
    if not data.strip():
        raise IngestError("empty_file", "", f"{len(data)} bytes")
    if len(data) > MAX_BYTES:
        raise IngestError("too_large", "", f"{len(data)} bytes", f"{MAX_BYTES} bytes")
    for magic, kind in _REFUSED:
        if data.startswith(magic):
            raise IngestError(f"{kind}_not_read")
    if data.startswith(b"PK"):
        return read_docx(data)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in data:
        text = decode(data)
        if len(_CONTROL.findall(text[:4000])) * 10 <= len(text[:4000]):
            return read_html(text) if looks_like_html(text) else read_text(text)
    raise IngestError("unknown_format", "", data[:8].hex(" "))
