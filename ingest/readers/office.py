"""Read .docx with zipfile and lxml: tracked insertions and content controls are read, tracked deletions are not.

Source: ECMA-376 part 1, §17 (WordprocessingML). Every library tried lost or shifted cells on such files.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ingest.model import Document, IngestError, Paragraph, SourceCell, Table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_THROUGH = {W + n for n in ("ins", "moveTo", "smartTag", "customXml", "hyperlink", "sdtContent", "fldSimple")}
_GONE = {W + n for n in ("del", "moveFrom", "pPr", "rPr", "tblPr", "tcPr", "trPr", "instrText", "delText", "sdtPr")}
_T, _P, _TC, _R, _RPR = (W + n for n in ("t", "p", "tc", "r", "rPr"))
_TCPR, _GRID_SPAN, _V_MERGE, _VAL = (W + n for n in ("tcPr", "gridSpan", "vMerge", "val"))
_BREAKS = {W + "tab": " ", W + "br": "\n", W + "cr": "\n"}
MAX_XML = 64 * 1024 * 1024
Element = Any


def read_docx(data: bytes) -> Document:
    """The paragraphs and tables of a .docx; raises IngestError when the file is damaged, encrypted or something else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" not in names:
                raise IngestError("archive_not_read", "", ", ".join(sorted(names)[:3]), "word/document.xml")
            with archive.open("word/document.xml") as part:
                xml = part.read(MAX_XML + 1)  # counted while it comes: the size told in advance may be a lie
            if len(xml) > MAX_XML:
                raise IngestError("too_large", "word/document.xml", f"> {MAX_XML} bytes", f"{MAX_XML} bytes")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        body = etree.fromstring(xml, parser).find(W + "body")
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        etree.XMLSyntaxError,
        RuntimeError,
        NotImplementedError,
        ValueError,
    ) as error:
        raise IngestError("damaged_docx", "", str(error)) from error
    if body is None:
        raise IngestError("damaged_docx", "word/document.xml", "no body")
    return Document("docx", tuple(_blocks(body, [0, 0])))


def _blocks(parent: Element, counter: list[int]) -> Iterator[Paragraph | Table]:
    for element in parent:
        if element.tag == W + "p":
            counter[0] += 1
            text = _text(element)
            if text.strip():
                yield Paragraph(text, f"paragraph {counter[0]}")
        elif element.tag == W + "tbl":
            counter[1] += 1
            yield from _table(element, counter)
        elif element.tag == W + "sdt" or element.tag in _THROUGH:
            yield from _blocks(element, counter)


def _text(element: Element) -> str:
    parts: list[str] = []
    for child in element:
        tag = child.tag
        if tag in _GONE or (tag == _R and _is_hidden(child)):
            continue
        elif tag == _T:
            parts.append(child.text or "")
        elif tag == _R and _is_raised(child):  # the mark of a note is no digit of the number before it
            parts.append("^" + _text(child))
        elif tag in _BREAKS:
            parts.append(_BREAKS[tag])
        elif tag == _P:
            text = _text(child)
            parts.append(("\n" if parts and text else "") + text)
        elif tag == W + "tbl":  # a small table in a cell: its cells stay apart
            parts.append(" | ".join(_text(tc) for tr in _inside(child, W + "tr") for tc in _inside(tr, _TC)))
        elif isinstance(tag, str):
            parts.append(_text(child))
    return "".join(parts)


def _is_hidden(run: Element) -> bool:
    """Whether a run is formatted as hidden text (vanish) or struck out."""
    properties = run.find(_RPR)
    if properties is None or not len(properties):
        return False
    found = (properties.find(W + name) for name in ("vanish", "strike", "dstrike"))
    return any(e is not None and e.get(_VAL) not in ("0", "false", "off") for e in found)


def _is_raised(run: Element) -> bool:
    properties = run.find(_RPR)
    raised = None if properties is None else properties.find(W + "vertAlign")
    return raised is not None and raised.get(_VAL) in ("superscript", "subscript")


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """Children of one kind, also inside content controls and tracked insertions."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag == W + "sdt" or element.tag in _THROUGH:
            yield from _inside(element, tag)


def _number(value: str | None) -> int:
    return min(int(value), 200) if value and value.isdigit() else 0


def _spans(tc: Element) -> tuple[int, str | None]:
    """How many columns a cell covers, and whether it begins or continues a merge downward."""
    span, merge = 1, None
    properties = tc.find(_TCPR)
    for setting in properties if properties is not None else ():
        if setting.tag == _GRID_SPAN:
            span = _number(setting.get(_VAL)) or 1
        elif setting.tag == _V_MERGE:
            merge = setting.get(_VAL) or "continue"
    return span, merge


def _table(table: Element, counter: list[int]) -> Iterator[Paragraph | Table]:
    place = f"table {counter[1]}"
    rows = [tr for tr in _inside(table, W + "tr") if (pr := tr.find(W + "trPr")) is None or pr.find(W + "del") is None]
    if any(len(list(t.iter(W + "tc"))) > 3 for t in table.iterdescendants(W + "tbl")):  # a table that only lays out other tables
        for tr in rows:
            for tc in _inside(tr, W + "tc"):
                yield from _blocks(tc, counter)
        return
    cells: list[SourceCell] = []
    above: dict[int, int] = {}
    for r, tr in enumerate(rows):
        properties = tr.find(W + "trPr")
        before = None if properties is None else properties.find(W + "gridBefore")
        column = 0 if before is None else _number(before.get(_VAL))
        here: dict[int, int] = {}
        for tc in _inside(tr, _TC):
            span, merge = _spans(tc)
            if merge and merge != "restart" and column in above:
                index = above[column]
                old = cells[index]
                cells[index] = SourceCell(old.text, old.row, old.column, r - old.row + 1, old.colspan)
            else:
                index = len(cells)
                cells.append(SourceCell(_text(tc), r, column, 1, span))
            if merge:
                here[column] = index
            column += span
        above = here
    if cells:
        yield Table(tuple(cells), place)
