"""Read web pages with selectolax: paragraphs and tables with their spans as a browser draws them.

Source: HTML Living Standard §4.9.12 (forming a table), §15.3 (what is not rendered).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from ingest.model import Document, IngestError, Paragraph, Table
from ingest.place import Place
from ingest.readers.spans import place_cells
from ingest.readers.web.html_text import BLOCK, SKIP, Texts, spaced
from ingest.readers.web.plain_table import plain_table

_SPACES = re.compile(r"[ \t\r\n]+")
_HTML = re.compile(r"<(?:!doctype|html|head|body|table|div|p|span|td)\b", re.I)
DEEPEST = 300  # tags inside each other: Python's own stack ends before 1,000
MAX_TAGS = 400_000  # an ordinary report has a hundredth of it; the parser takes up to half a kilobyte for each
MAX_DEPTH = 10_000  # the parser's time grows with the square of the depth: here a tenth of a second
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# Elements that never hold another of their kind: an end tag may be missing as often as it likes.
_CLOSED = {"br", "hr", "img", "meta", "p", "li", "dd", "dt"}
_CLOSED_IN_HTML = _CLOSED | {
    "td",
    "th",
    "tr",
    "tbody",
    "thead",
    "tfoot",
    "col",
    "link",
    "input",
    "option",
    "wbr",
    "area",
    "source",
}
Node = Any


def looks_like_html(text: str) -> bool:
    """Whether a text is a web page."""
    return bool(_HTML.search(text[:20000]))


def read_html(text: str) -> Document:
    """The paragraphs and tables of a page in reading order, and its title and meta tags."""
    if (tags := text.count("<")) > MAX_TAGS:
        raise IngestError("too_large", "", f"{tags} tags", f"{MAX_TAGS} tags")
    _check_depth(text)
    tree = LexborHTMLParser(text)
    meta = {
        str(m.attributes.get("name") or m.attributes.get("property")): str(m.attributes.get("content") or "")
        for m in tree.css("meta[content]")
        if m.attributes.get("name") or m.attributes.get("property")
    }
    if (title := tree.css_first("title")) is not None:
        meta["<title>"] = title.text().strip()
    walk = _Walk(Texts("".join(style.text() for style in tree.css("style")) if "<style" in text else ""))
    if tree.body is not None:
        walk.visit(tree.body, 0)
    walk.flush()
    if not any(isinstance(b, Table) for b in walk.blocks) and (frames := tree.css("frameset frame[src]")):
        raise IngestError("contents_elsewhere", "", ", ".join(str(f.attributes.get("src")) for f in frames[:5])[:200])
    return Document("html", tuple(walk.blocks), meta)


def _check_depth(text: str) -> None:
    """Raise IngestError too_deep before the parser meets a page nested so deeply that it would not come back for hours."""
    if text.count("<") <= 2 * MAX_DEPTH:
        return
    closed = _CLOSED if re.search("<(?:svg|math)", text, re.I) else _CLOSED_IN_HTML
    depth = 0
    still_open: dict[str, int] = {}
    for end, tag in _TAG.findall(text):
        name = tag.lower()
        if name in closed:
            continue
        before = still_open.get(name, 0)
        still_open[name] = max(before - 1, 0) if end else before + 1
        depth += still_open[name] - before
        if depth > MAX_DEPTH:
            raise IngestError("too_deep")


class _Walk:
    """Collects blocks while going through the page once."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.blocks: list[Paragraph | Table] = []
        self.buffer: list[str] = []
        self.paragraphs = self.tables = 0

    def flush(self) -> None:
        if not self.buffer:
            return
        text = spaced("".join(self.buffer))
        self.buffer.clear()
        if text:
            self.paragraphs += 1
            self.blocks.append(Paragraph(text, Place.of(paragraph=self.paragraphs)))

    def visit(self, node: Node, depth: int) -> None:
        for child in node.iter(include_text=True):
            tag = child.tag
            if tag == "-text":
                self.buffer.append(child.text_content or "")
            elif tag in SKIP:
                continue
            elif depth > DEEPEST:
                raise IngestError("too_deep")
            elif tag == "table" and (table := plain_table(child, self.texts, Place.of(table=self.tables + 1))):
                self.flush()
                self.tables += 1
                self.blocks.append(table)
            elif tag == "table" and not _is_layout(child, rows := self.rows(child)):
                self.flush()
                self.table(rows)
            elif tag in BLOCK:
                self.flush()
                self.visit(child, depth + 1)
                self.flush()
            elif (text := self.texts.inline(child)) is not None:
                self.buffer.append(text)
            else:
                self.visit(child, depth + 1)

    def rows(self, table: Node) -> list[list[Node]]:
        """The cells of the rows of this table, not of tables inside it; what is not shown has no place in a row."""
        found = []
        for part in table.iter():
            tag = part.tag
            if tag == "tr":
                found.append(part)
            elif tag in ("tbody", "thead", "tfoot"):
                found += [tr for tr in part.iter() if tr.tag == "tr"]
        hides = self.texts.is_removed
        return [[td for td in tr.iter() if td.tag in ("td", "th") and not hides(td)] for tr in found if not hides(tr)]

    def table(self, rows: list[list[Node]]) -> None:
        self.tables += 1
        drawn = []
        for cells in rows:
            row: list[tuple[str, str | None, str | None]] = []
            plain = not cells or cells[0].parent is None or not cells[0].parent.attributes
            for td in cells:
                child = td.first_child
                text = "" if child is None else child.text_content
                if text is None or (child is not None and child.next is not None):
                    text = self.texts.cell(td)
                elif not text.isalnum():  # the usual cell: one piece of text
                    text = spaced(text)
                spans = td.attributes
                if not spans and plain:
                    row.append((text, None, None))
                    continue
                shown = self.texts.unseen(td, text) if text else text
                row.append((shown, spans.get("rowspan"), spans.get("colspan")))
            drawn.append(row)
        if placed := place_cells(drawn, Place.of(table=self.tables)):
            self.blocks.append(Table(placed, Place.of(table=self.tables)))


def _is_layout(table: Node, rows: list[list[Node]]) -> bool:
    """A table that holds a real table (more than three cells) or long running text only lays out the page."""
    if any(t != table and len(t.css("td")) > 3 for t in table.css("table")):
        return True
    data = (cell for row in rows for cell in row if cell.tag == "td")
    return next(islice(data, 2, None), None) is None and len(table.css("td")) <= 2
