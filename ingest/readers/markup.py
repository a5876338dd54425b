"""Read web pages with selectolax: decode first, then paragraphs and tables with their spans as a browser draws them.

Source: HTML Living Standard §4.9.12 (forming a table), §13.2.3 (encoding).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from ingest.model import Document, IngestError, Paragraph, Table
from ingest.readers.spans import place_cells

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([-\w]+)", re.I)
_GB = {"gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936"}
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SPACES = re.compile(r"[ \t\r\n]+")
_HTML = re.compile(r"<(?:!doctype|html|head|body|table|div|p|span|td)\b", re.I)
_SKIP = {
    "script",
    "style",
    "noscript",
    "template",
    "select",
    "option",
    "textarea",
    "iframe",
    "object",
    "-comment",
    "del",
    "s",
    "strike",
}
_RAISED = {"sup", "sub"}
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|text-decoration[a-z-]*\s*:\s*line-through", re.I)
_BLOCK = {
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "tr",
    "td",
    "th",
    "hr",
    "dd",
    "dt",
    "center",
}
DEEPEST = 300  # tags inside each other: Python's own stack ends before 1,000
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


def decode(data: bytes) -> str:
    """Text of the bytes: byte order mark, then the declared charset if it fits, then UTF-8, then GB18030 (any gb* is GB18030)."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    declared = _CHARSET.search(data[:4096])
    name = declared[1].decode().lower() if declared else "utf-8"
    for encoding in ("gb18030" if name in _GB else name, "utf-8"):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("gb18030", "replace")


def looks_like_html(text: str) -> bool:
    """Whether a text is a web page."""
    return bool(_HTML.search(text[:20000]))


def read_html(text: str) -> Document:
    """The paragraphs and tables of a page in reading order, and its title and meta tags."""
    _check_depth(text)
    tree = LexborHTMLParser(text)
    meta = {
        str(m.attributes.get("name") or m.attributes.get("property")): str(m.attributes.get("content") or "")
        for m in tree.css("meta[content]")
        if m.attributes.get("name") or m.attributes.get("property")
    }
    if (title := tree.css_first("title")) is not None:
        meta["<title>"] = title.text().strip()
    walk = _Walk()
    if tree.body is not None:
        walk.visit(tree.body, 0)
    walk.flush()
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

    def __init__(self) -> None:
        self.blocks: list[Paragraph | Table] = []
        self.buffer: list[str] = []
        self.paragraphs = self.tables = 0

    def flush(self) -> None:
        if not self.buffer:
            return
        text = _spaced("".join(self.buffer))
        self.buffer.clear()
        if text:
            self.paragraphs += 1
            self.blocks.append(Paragraph(text, f"paragraph {self.paragraphs}"))

    def visit(self, node: Node, depth: int) -> None:
        for child in node.iter(include_text=True):
            tag = child.tag
            if tag == "-text":
                self.buffer.append(child.text_content or "")
            elif tag in _SKIP:
                continue
            elif depth > DEEPEST:
                raise IngestError("too_deep")
            elif tag == "table" and not _is_layout(child, rows := _rows(child)):
                self.flush()
                self.table(rows)
            elif tag in _BLOCK:
                self.flush()
                self.visit(child, depth + 1)
                self.flush()
            else:
                self.visit(child, depth + 1)

    def table(self, rows: list[list[Node]]) -> None:
        self.tables += 1
        drawn = []
        for cells in rows:
            row = []
            for td in cells:
                child = td.first_child
                text = "" if child is None else child.text_content
                if text is None or (child is not None and child.next is not None):
                    text = _cell_text(td)
                elif not text.isalnum():  # the usual cell: one piece of text
                    text = _spaced(text)
                row.append((text, spans.get("rowspan"), spans.get("colspan")) if (spans := td.attributes) else (text, None, None))
            drawn.append(row)
        if placed := place_cells(drawn):
            self.blocks.append(Table(placed, f"table {self.tables}"))


def _rows(table: Node) -> list[list[Node]]:
    """The cells of the rows of this table, not of tables inside it."""
    found = []
    for part in table.iter():
        tag = part.tag
        if tag == "tr":
            found.append(part)
        elif tag in ("tbody", "thead", "tfoot"):
            found += [tr for tr in part.iter() if tr.tag == "tr"]
    return [[td for td in tr.iter() if td.tag in ("td", "th")] for tr in found]


def _is_layout(table: Node, rows: list[list[Node]]) -> bool:
    """A table that holds a real table (more than three cells) or long running text only lays out the page."""
    if any(t != table and len(t.css("td")) > 3 for t in table.css("table")):
        return True
    data = (cell for row in rows for cell in row if cell.tag == "td")
    return next(islice(data, 2, None), None) is None and len(table.css("td")) <= 2


def _spaced(text: str) -> str:
    """A text without the spaces at its ends, each stretch of spaces and line breaks one space."""
    if "\n" in text or "  " in text or "\t" in text or "\r" in text:
        text = _SPACES.sub(" ", text)
    return text.strip()


def _cell_text(td: Node) -> str:
    parts: list[str] = []
    _gather(td, parts)
    return "\n".join(line for piece in "".join(parts).split("\v") if (line := _spaced(piece)))


def _is_hidden(node: Node) -> bool:
    """Whether a piece of a cell is not shown; whole parts of a page may be hidden until they are asked for, and are read."""
    style = node.attributes.get("style") if node.tag == "span" else None
    return bool(style and _HIDDEN.search(style))


def _gather(node: Node, parts: list[str]) -> None:
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            parts.append(child.text_content or "")
        elif child.tag not in _SKIP and not _is_hidden(child):
            # \v marks a drawn line break; line breaks of the source text are only spaces.
            block = child.tag in _BLOCK
            # The mark of a note is no digit of the number before it.
            parts.append("\v" if block else "^" if child.tag in _RAISED else "")
            _gather(child, parts)
            parts.append("\v" if block and child.tag != "br" else "")
