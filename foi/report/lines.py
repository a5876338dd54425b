"""Where a line of running text stands on its page: it has no box of its own until somebody wants to see it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from foi.ask.original import PDFIUM
from foi.ask.traced_report import TracedReport
from ingest.model import IngestError
from ingest.place import Box, Place, Share, share_of_box

KEPT = 16  # originals of which the lines are kept


def share_of_line(report: TracedReport, place: Place) -> Share | None:
    """The part of its page that a line is; None where the original has no pages with text, or is not there any more."""
    if report.original is None or report.reader not in ("pdf", "ofd"):
        return None
    try:
        box = _boxes(report.original, report.reader).get(place)
    except (IngestError, OSError):
        return None
    return share_of_box(box, report.pages) if box else None


@lru_cache(KEPT)
def _boxes(path: Path, reader: str) -> dict[Place, Box]:
    from ingest.readers.page import ofd, pdf
    from ingest.readers.page.blocks import boxes_of_lines

    seen, unit = (ofd.seen_pages, "mm") if reader == "ofd" else (pdf.seen_pages, "pt")
    with PDFIUM:
        return boxes_of_lines(seen(path.read_bytes()), unit)
