"""Read .docx with zipfile and lxml: tracked insertions and content controls are read, tracked deletions are not.

Also the same in one XML file (flat), in the strict variant, and as Word 2003 wrote it; what another file brings in (altChunk) is read by
the reader of its kind. Source: ECMA-376 part 1, §17 (WordprocessingML). Every library tried lost or shifted cells on such files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ingest.model import Document, IngestError, Paragraph, SourceCell, Table
from ingest.place import Place
from ingest.readers.decoding import decode
from ingest.readers.kinds import office_kind, other_format
from ingest.readers.package import BROKEN, Package, Relation, open_package
from ingest.readers.row_edges import OBJECT
from ingest.readers.web.html import looks_like_html, read_html
from ingest.readers.web.mht import looks_like_mht, read_mht
from ingest.readers.word.rtf import read_rtf
from ingest.readers.word.wording import ALTERNATE, CHUNK, SDT, TBL, TC, THROUGH, TR, P, W, Wording, alternative, inside

_TCPR, _GRID_SPAN, _V_MERGE, _H_MERGE, _VAL = (W + n for n in ("tcPr", "gridSpan", "vMerge", "hMerge", "val"))
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_2003 = b"http://schemas.microsoft.com/office/word/2003/wordml"
_AML, _HINT = "{http://schemas.microsoft.com/aml/2001/core}", "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_DELETED_ROW = (W + "del", W + "hidden")
MAX_PLACES = 1_000_000  # rows times columns of one table
MAX_CHUNKS = 4  # files brought in by files that were brought in
Element = Any


def read_docx(data: bytes) -> Document:
    """The paragraphs and tables of a .docx; raises IngestError when the file is damaged, encrypted or something else."""
    return Document("docx", tuple(_Reader(data, 0).blocks()))


class _Reader:
    """Goes through the main part of a file once; `depth` is how many files it was brought in by."""

    def __init__(self, data: bytes, depth: int) -> None:
        try:
            self._package = open_package(data)
            self._main = self._package.main("word/document.xml")
            root = self._package.xml(self._main)
            self._relations = self._package.relations(self._main)
            styles = next((r.target for r in self._relations.values() if r.kind == "styles"), "word/styles.xml")
            self._wording = Wording(_root_of_styles(self._package, styles), self._chunk_text)
        except BROKEN as error:
            raise IngestError("damaged_docx", "", str(error)) from error
        if root is None or (not root.tag.startswith(W) and _2003.decode() not in root.tag):
            raise _other(self._package, root)
        if _2003.decode() in root.tag:
            root = _modern(root)
        self._body = root.find(W + "body")
        if self._body is None:
            raise IngestError("damaged_docx", "word/document.xml", "no body")
        self._depth = depth
        self._paragraphs = self._tables = 0

    def blocks(self) -> Iterator[Paragraph | Table]:
        return self._blocks(self._body)

    def _blocks(self, parent: Element) -> Iterator[Paragraph | Table]:
        for element in parent:
            tag = element.tag
            if tag == P:
                line = self._wording.line(element)
                yield from self._paragraph(line.text())
                for box in line.boxes:
                    yield from self._blocks(box)
            elif tag == TBL:
                self._tables += 1
                yield from self._table(element)
            elif tag == SDT or tag in THROUGH:
                yield from self._blocks(element)
            elif tag == ALTERNATE:
                for chosen in alternative(element):
                    yield from self._blocks(chosen)
            elif tag == CHUNK:
                yield from self._chunk(element)
            elif tag == W + "subDoc":
                raise IngestError("contents_elsewhere", "", self._relation(element).target)

    def _paragraph(self, text: str) -> Iterator[Paragraph]:
        self._paragraphs += 1
        if text.strip():
            yield Paragraph(text, Place.of(paragraph=self._paragraphs))

    def _relation(self, element: Element) -> Relation:
        return self._relations.get(element.get(_ID) or "", Relation("", element.get(_ID) or "", False))

    def _chunk(self, element: Element) -> Iterator[Paragraph | Table]:
        """What a file that was brought in holds, counted on from what stands before it."""
        relation = self._relation(element)
        if relation.outside:
            raise IngestError("contents_elsewhere", "", relation.target)
        if self._depth >= MAX_CHUNKS:
            raise IngestError("too_deep")
        try:
            data = self._package.read(relation.target)
        except BROKEN as error:
            raise IngestError("damaged_docx", relation.target, str(error)) from error
        if data is None:
            raise IngestError("damaged_docx", relation.target, "no such part")
        for block in _brought_in(data, self._depth + 1):
            if isinstance(block, Paragraph):
                yield from self._paragraph(block.text)
            else:
                self._tables += 1
                yield Table(block.cells, Place.of(table=self._tables))

    def _chunk_text(self, element: Element) -> str:
        """A file that was brought into a cell; of its tables nothing is made there."""
        found = list(self._chunk(element))
        return "\n".join(b.text for b in found if isinstance(b, Paragraph)) + (
            OBJECT if any(isinstance(b, Table) for b in found) else ""
        )

    def _table(self, table: Element) -> Iterator[Paragraph | Table]:
        place = Place.of(table=self._tables)
        rows = [tr for tr in inside(table, TR) if (pr := tr.find(W + "trPr")) is None or not _is_deleted(pr)]
        if any(len(list(t.iter(TC))) > 3 for t in table.iterdescendants(TBL)):  # a table that only lays out other tables
            for tr in rows:
                for tc in inside(tr, TC):
                    yield from self._blocks(tc)
            return
        if cells := self._cells(table, rows):
            yield Table(tuple(cells), place)

    def _cells(self, table: Element, rows: list[Element]) -> list[SourceCell]:
        """The cells of the rows, one that is merged downward once."""
        usual = self._wording.is_usual(table)
        cells: list[SourceCell] = []
        above: dict[int, int] = {}
        width = 0
        for r, tr in enumerate(rows):
            properties = tr.find(W + "trPr")
            before = None if properties is None else properties.find(W + "gridBefore")
            column = 0 if before is None else _number(before.get(_VAL))
            here: dict[int, int] = {}
            drawn = list(inside(tr, TC))
            for tc, text in zip(drawn, self._wording.cells(drawn, tr, usual), strict=True):
                span, merge, across = _spans(tc)
                if across and cells and cells[-1].row == r:  # a cell that goes on the one to its left, whose text alone is drawn
                    old = cells[-1]
                    cells[-1] = SourceCell(old.text, r, old.column, 1, old.colspan + span)
                    column += span
                    continue
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
            width = max(width, column)
            if width * len(rows) > MAX_PLACES:
                raise IngestError("too_large", Place.of(table=self._tables), f"{width * len(rows)} cells", f"{MAX_PLACES} cells")
        return cells


def _root_of_styles(package: Package, name: str) -> Element | None:
    """The styles of a file where some of them hide or raise their text; most files have none, and need not wait for them."""
    data = package.read(name)
    said = data is not None and any(word in data for word in (b"vanish", b"strike", b"vertAlign", b"\0"))
    return package.xml(name) if said else None


def _other(package: Package, root: Element | None) -> IngestError:
    """Why a zip that holds no text of Word cannot be read."""
    names = list(package.names.values())
    if root is not None and "opendocument" in root.tag:
        return IngestError("document_not_read", "", "OpenDocument (.fodt, .fods)")
    if said := other_format(names):
        return IngestError("document_not_read", "", said)
    return IngestError("archive_not_read", "", ", ".join(sorted(names)[:3]), "word/document.xml")


def _modern(root: Element) -> Element:
    """The XML of Word 2003 as later versions write it: the same elements, but for how revisions and sections stand round them."""
    root = etree.fromstring(etree.tostring(root, encoding="utf-8").replace(_2003, W[1:-1].encode()))
    for note in list(root.iter(_AML + "annotation")):
        kind, parent = note.get(W + "type") or "", note.getparent()
        if parent.tag == W + "trPr" and kind == "Word.Deletion":
            note.tag = W + "del"
        elif kind in ("Word.Deletion", "Word.Comment", "Word.Formatting"):
            note.tag = W + "delText"
    for merge in root.iter(W + "vmerge", W + "hmerge"):
        merge.tag = _V_MERGE if merge.tag == W + "vmerge" else _H_MERGE
    etree.strip_tags(root, _AML + "annotation", _AML + "content", _HINT + "*", W + "hlink")
    return root


def _brought_in(data: bytes, depth: int) -> Iterator[Paragraph | Table]:
    """The blocks of a file that another one brings in, by the reader of its kind."""
    head = data.lstrip()
    if data.startswith(b"PK") or office_kind(data) == "docx":
        yield from _Reader(data, depth).blocks()
    elif head.startswith(b"{\\rtf"):
        yield from read_rtf(data).blocks
    elif looks_like_mht(data[:4096]):
        yield from read_mht(data).blocks
    elif looks_like_html(text := decode(data)):
        yield from read_html(text).blocks
    else:
        yield from (Paragraph(line, Place()) for line in text.splitlines())


def _is_deleted(properties: Element) -> bool:
    """Whether a row was deleted or is hidden."""
    return any(e.get(_VAL) not in ("0", "false", "off") for e in properties.iterchildren(*_DELETED_ROW))


def _number(value: str | None) -> int:
    return min(int(value), 200) if value and value.isdigit() else 0


def _spans(tc: Element) -> tuple[int, str | None, bool]:
    """How many columns a cell covers, whether it begins or continues a merge downward, and whether it continues the cell to its left."""
    span, merge, across = 1, None, False
    properties = tc[0] if len(tc) else None  # where they always stand, but in files that no word processor wrote
    if properties is not None and properties.tag != _TCPR:
        properties = next(tc.iterchildren(_TCPR), None)
    for setting in properties.iterchildren(_GRID_SPAN, _V_MERGE, _H_MERGE) if properties is not None else ():
        if setting.tag == _GRID_SPAN:
            span = _number(setting.get(_VAL)) or 1
        elif setting.tag == _V_MERGE:
            merge = setting.get(_VAL) or "continue"
        else:
            across = setting.get(_VAL) != "restart"
    return span, merge, across
