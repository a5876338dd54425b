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
_T, _P, _TC, _R, _RPR, _TBL, _TR, _SDT, _RAISED = (W + n for n in ("t", "p", "tc", "r", "rPr", "tbl", "tr", "sdt", "vertAlign"))
_TCPR, _GRID_SPAN, _V_MERGE, _VAL = (W + n for n in ("tcPr", "gridSpan", "vMerge", "val"))
_BREAKS = {W + "tab": " ", W + "br": "\n", W + "cr": "\n"}
# A table without these holds nothing but paragraphs, runs and their text.
_STRUCK = [W + n for n in ("vanish", "strike", "dstrike")]
_UNUSUAL = [*_STRUCK, _RAISED, *(W + n for n in ("del", "moveFrom", "tbl", "txbxContent", "tab", "br", "cr"))]
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
        if element.tag == _P:
            counter[0] += 1
            text = _text(element)
            if text.strip():
                yield Paragraph(text, f"paragraph {counter[0]}")
        elif element.tag == _TBL:
            counter[1] += 1
            yield from _table(element, counter)
        elif element.tag == _SDT or element.tag in _THROUGH:
            yield from _blocks(element, counter)


def _text(element: Element) -> str:
    parts: list[str] = []
    for child in element:
        tag = child.tag
        if tag == _T:
            parts.append(child.text or "")
        elif tag in _GONE or (tag == _R and _is_hidden(child)):
            continue
        elif tag == _R and _is_raised(child):  # the mark of a note is no digit of the number before it
            parts.append("^" + _text(child))
        elif tag in _BREAKS:
            parts.append(_BREAKS[tag])
        elif tag == _P:
            text = _text(child)
            parts.append(("\n" if parts and text else "") + text)
        elif tag == _TBL:  # a small table in a cell: its cells stay apart
            parts.append(" | ".join(_text(tc) for tr in _inside(child, _TR) for tc in _inside(tr, _TC)))
        elif isinstance(tag, str):
            parts.append(_text(child))
    return "".join(parts)


def _texts(cells: list[Element], tr: Element, usual: bool) -> list[str]:
    """The texts of the cells of a row, in one go where nothing in the table is unusual."""
    found: list[list[str]] = []
    for element in tr.iter(_TC, _P, _T) if usual else ():
        tag = element.tag
        if tag == _TC:
            found.append([])
        elif found and (tag == _P or not found[-1]):
            found[-1].append("" if tag == _P else element.text or "")
        elif found:
            found[-1][-1] += element.text or ""
    if len(found) != len(cells):
        return [_text(tc) for tc in cells]
    return [p[0] if len(p) == 1 else "\n".join([*p[:1], *filter(None, p[1:])]) for p in found]


def _is_hidden(run: Element) -> bool:
    """Whether a run is formatted as hidden text (vanish) or struck out."""
    properties = next(run.iterchildren(_RPR), None)
    found = () if properties is None else properties.iterchildren(*_STRUCK)
    return any(e.get(_VAL) not in ("0", "false", "off") for e in found)


def _is_raised(run: Element) -> bool:
    properties = next(run.iterchildren(_RPR), None)
    raised = None if properties is None else next(properties.iterchildren(_RAISED), None)
    return raised is not None and raised.get(_VAL) in ("superscript", "subscript")


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """Children of one kind, also inside content controls and tracked insertions."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag == _SDT or element.tag in _THROUGH:
            yield from _inside(element, tag)


def _number(value: str | None) -> int:
    return min(int(value), 200) if value and value.isdigit() else 0


def _spans(tc: Element) -> tuple[int, str | None]:
    """How many columns a cell covers, and whether it begins or continues a merge downward."""
    span, merge = 1, None
    properties = next(tc.iterchildren(_TCPR), None)  # a fifth of the time of find
    for setting in properties.iterchildren(_GRID_SPAN, _V_MERGE) if properties is not None else ():
        if setting.tag == _GRID_SPAN:
            span = _number(setting.get(_VAL)) or 1
        elif setting.tag == _V_MERGE:
            merge = setting.get(_VAL) or "continue"
    return span, merge


def _table(table: Element, counter: list[int]) -> Iterator[Paragraph | Table]:
    place = f"table {counter[1]}"
    rows = [tr for tr in _inside(table, _TR) if (pr := tr.find(W + "trPr")) is None or pr.find(W + "del") is None]
    if any(len(list(t.iter(_TC))) > 3 for t in table.iterdescendants(_TBL)):  # a table that only lays out other tables
        for tr in rows:
            for tc in _inside(tr, _TC):
                yield from _blocks(tc, counter)
        return
    usual = next(table.iterdescendants(*_UNUSUAL), None) is None
    cells: list[SourceCell] = []
    above: dict[int, int] = {}
    for r, tr in enumerate(rows):
        properties = tr.find(W + "trPr")
        before = None if properties is None else properties.find(W + "gridBefore")
        column = 0 if before is None else _number(before.get(_VAL))
        here: dict[int, int] = {}
        inside = list(_inside(tr, _TC))
        for tc, text in zip(inside, _texts(inside, tr, usual), strict=True):
            span, merge = _spans(tc)
            if merge and merge != "restart" and column in above:
                index = above[column]
                old = cells[index]
                cells[index] = SourceCell(old.text, old.row, old.column, r - old.row + 1, old.colspan)
            else:
                index = len(cells)
                cells.append(SourceCell(text, r, column, 1, span))
            if merge:
                here[column] = index
            column += span
        above = here
    if cells:
        yield Table(tuple(cells), place)
