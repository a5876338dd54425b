"""`foi trace --open`: the original as it was read, as one page without network, with the traced cell marked in it."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from foi.ask.original import original_document
from foi.ask.show_trace import steps
from foi.ask.trace import Trace
from foi.messages import Complaint, bilingual, message
from ingest.home import Home
from ingest.home.placing import placed
from ingest.model import Document, SourceCell, Table
from ingest.place import Place
from ingest.privacy import mask, mask_cell
from ingest.tables.drawn import cell_place
from ingest.words.issues import why
from ingest.words.language import Text, language
from ingest.words.places import place_text


@dataclass(frozen=True, slots=True)
class Marked:
    """An original as it was read: its blocks with what is marked in them, and what is to be said of the mark."""

    blocks: tuple[dict[str, Any], ...]
    note: Text


def marked(home: Home, trace: Trace) -> Marked:
    """The original of a trace with its cell marked; where it cannot be read, or has no such cell, the note says so."""
    document = original_document(home, trace.report)
    if isinstance(document, Text):
        return Marked((), document)
    if trace.read is None:
        return Marked(_blocks(document, frozenset(), ""), bilingual("trace.page_no_cell"))
    place, raw = trace.read.place, trace.read.raw.strip()
    at = frozenset(i for i, block in enumerate(document.blocks) if _holds(block, place))
    # Prose and lines with numbers side by side have no cells, and all paragraphs of a page of a PDF have the place of their page.
    is_cell = len(at) == 1 and all(isinstance(document.blocks[i], Table) for i in at)
    key = "trace.page_marked" if is_cell else "trace.page_near" if at else "trace.page_not_found"
    return Marked(_blocks(document, at, place), bilingual(key, place=place_text(place), raw=raw))


def _holds(block: Any, place: str) -> bool:
    if isinstance(block, Table):
        return any(_is_at(block.place, cell, place) for cell in block.cells)
    return bool(block.place == place)


def _is_at(table: Place, cell: SourceCell, place: str) -> bool:
    """Whether a drawn cell is the one at a place; of a cell over several rows each row is a place."""
    return any(cell_place(table, cell, row) == place for row in range(cell.row, cell.row + cell.rowspan))


def _blocks(document: Document, at: frozenset[int], place: str) -> tuple[dict[str, Any], ...]:
    """Paragraphs and tables for the page, each with its place in words; personal data stays in the original alone."""
    blocks = []
    for i, block in enumerate(document.blocks):
        found: dict[str, Any] = {"place": place_text(block.place).shown, "marked": i in at}
        if isinstance(block, Table):
            found["rows"] = _rows(block, place if i in at else "")
        else:
            found["text"] = mask(block.text)
        blocks.append(found)
    return tuple(blocks)


def _rows(table: Table, place: str) -> list[list[dict[str, Any]]]:
    """The cells by the row in which they begin, in the order of their columns."""
    rows: list[list[dict[str, Any]]] = [[] for _ in range(max((c.row + c.rowspan for c in table.cells), default=0))]
    for cell in sorted(table.cells, key=lambda c: (c.row, c.column)):
        is_marked = bool(place) and _is_at(table.place, cell, place)
        text = mask_cell(cell.text) if is_marked else mask(cell.text)
        rows[cell.row].append({"text": text, "rowspan": cell.rowspan, "colspan": cell.colspan, "marked": is_marked})
    return rows


def write_page(home: Home, trace: Trace, target: Path | None = None) -> Path:
    """Write the page, into a temporary folder unless told where; an existing file that is no page is left as it is."""
    if target is not None and target.exists() and target.suffix.lower() not in (".html", ".htm"):
        raise Complaint(message("trace.page_taken", path=target))
    path = target or Path(tempfile.mkdtemp(prefix="foi-trace-")) / f"{trace.unit_code}-{trace.report_year}-{trace.code}.html"
    source = marked(home, trace)
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
    page = templates.get_template("trace.html").render(
        lang={"zh": "zh-CN", "en": "en"}[language()],
        title=message("trace.page_title", unit=trace.unit_name, year=trace.report_year, cell=trace.cell),
        code=trace.code,
        why=trace.why_empty.shown if trace.why_empty else "",
        steps=[(step.shown, [line.shown for line in lines]) for step, lines in steps(trace)],
        note=source.note.shown,
        is_marked=any(block["marked"] for block in source.blocks),
        to_mark=message("trace.page_to_mark"),
        source_title=message("trace.page_source"),
        blocks=source.blocks,
    )
    try:
        with placed(path) as scratch:
            scratch.write_text(page, "utf-8")
    except OSError as error:
        raise Complaint(message("error.cannot_open", path=path, reason=why(error)), 3) from error
    return path.resolve()


def open_page(path: Path, opened: bool) -> str:
    """Say where the page is, and open it in the browser if that is wished and there is a display."""
    lines = [message("trace.page_written", path=path)]
    if opened and not (_has_display() and webbrowser.open(path.as_uri())):
        lines.append(message("trace.page_no_display"))
    return "\n".join(lines)


def _has_display() -> bool:
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
