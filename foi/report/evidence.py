"""The evidence of one number: its way, its place, and the part of the original around it with the number marked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from foi.ask.original import original_document
from foi.ask.trace import Trace, trace_in
from foi.ask.traced_report import TracedReport, report_by_id
from foi.messages import Complaint, bilingual, message
from foi.published import published
from foi.report.cells import cells_of
from foi.report.locator import Locator, locator_of
from foi.report.numbers import Block, Source, counts_of, read_source
from ingest.home import Home
from ingest.model import Document, Table
from ingest.tables.drawn import cell_place
from ingest.words.language import Text

AROUND = 2  # blocks shown before and after the one that holds the number


@dataclass(frozen=True)
class Evidence:
    """The evidence of a cell: `blocks` are those around it in the original, `note` says why there are none, or that it is not there.

    `locator` is None where the source has no such cell; `confidence` (0–1) is of what was recognized from a picture.
    """

    trace: Trace
    locator: Locator | None
    blocks: tuple[Block, ...]
    is_marked: bool
    note: Text | None
    confidence: float | None

    @property
    def has_picture(self) -> bool:
        """Whether the page of the cell can be shown: the original is there, and the cell has a box on a page."""
        return bool(self.trace.report.original and self.locator and self.locator.share)


def evidence_of(home: Home, path: Path, report_id: str, code: str) -> Evidence:
    """The evidence of a cell of a report; a Complaint where there is no such report, or its forms have no such cell."""
    with published(path) as connection:
        report = report_by_id(connection, home, report_id)
        trace = trace_in(connection, home, report, code)
        if trace.code != code:  # the name of a measure, which has no evidence of its own
            raise Complaint(message("report.no_such_cell", cell=code), 3)
        cells, _ = cells_of(connection, report_id)
        counts = counts_of(connection, report_id)
    source = read_source(home, report, cells.values(), counts)
    read = trace.read
    locator = locator_of(code, read.place, read.raw, report, source) if read and read.place else None
    blocks, is_marked = _near(source, code, locator)
    note = source.note
    if note is None and not is_marked:
        note = bilingual("report.not_marked" if locator else "trace.page_no_cell")
    confidence = _confidence(home, report, read.place) if read and report.reader == "scan" else None
    return Evidence(trace, locator, blocks, is_marked, note, confidence)


def _confidence(home: Home, report: TracedReport, place: str) -> float | None:
    """How sure the recognition of the cell at a place was."""
    document = original_document(home, report)
    for block in document.blocks if isinstance(document, Document) else ():
        for cell in block.cells if isinstance(block, Table) else ():
            if any(cell_place(block.place, cell, row) == place for row in range(cell.row, cell.row + cell.rowspan)):
                return cell.confidence
    return None


def _near(source: Source, code: str, locator: Locator | None) -> tuple[tuple[Block, ...], bool]:
    """The block that holds the number with the paragraphs before and after it, and whether the number itself is found in it."""
    for k, block in enumerate(source.blocks):
        if any(piece.kind == "cell" and code in piece.codes for piece in block.every_piece):
            return _with_paragraphs(source.blocks, k), True
    at = next((k for k, block in enumerate(source.blocks) if locator and block.place == locator.place), None)
    return (_with_paragraphs(source.blocks, at) if at is not None else ()), False


def _with_paragraphs(blocks: tuple[Block, ...], at: int) -> tuple[Block, ...]:
    near = range(max(0, at - AROUND), min(len(blocks), at + AROUND + 1))
    return tuple(blocks[k] for k in near if k == at or not blocks[k].rows)
