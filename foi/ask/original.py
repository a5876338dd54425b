"""The original of a report as its reader reads it again, kept for the next who asks; PDFium is asked by one at a time."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path

from foi.ask.traced_report import TracedReport
from foi.messages import bilingual
from ingest.home import Home
from ingest.model import Document, IngestError
from ingest.readers import read_document
from ingest.words.issues import issue_text, why
from ingest.words.language import Text

KEPT = 32  # originals that are kept as read
PDFIUM = threading.RLock()  # the library is not made for several threads at once


def original_document(home: Home, report: TracedReport) -> Document | Text:
    """The original of a report as it is read now; where it is gone, or cannot be read any more, the reason in words."""
    if report.original is None:
        return bilingual("trace.original_gone", document=report.document_id[:16])
    try:
        return _read(report.original, home.recognized, report.document_id)
    except IngestError as error:
        return bilingual("trace.page_unreadable", reason=issue_text(error.issue))
    except OSError as error:
        return bilingual("trace.page_unreadable", reason=why(error))


@lru_cache(KEPT)
def _read(path: Path, recognized: Path, document_id: str) -> Document:
    """What the reader makes of the bytes; the id in the key says which bytes these are."""
    with PDFIUM:
        return read_document(path.read_bytes(), recognized)
