"""Read Word 97–2003 (.doc) and Kingsoft (.wps) files: the main text with its tables as they are drawn.

Headers, footers, footnotes, comments and text boxes are kept apart in such files and are not read; a cell that holds nothing but a box
or a picture is not called blank. Deleted revisions, hidden and struck text are left out, inserted text stays; raised digits are kept apart
from those before them; of a field the result is read, not the instruction.
Source: [MS-DOC]; 2.4.3 (tables), 2.8.25 (fields), 2.6 (properties).
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import partial

from ingest.model import Document, IngestError
from ingest.readers.row_edges import OBJECT, Down, Shape
from ingest.readers.word.docx import read_docx
from ingest.readers.word.libreoffice import available, convert
from ingest.readers.word.story import Story
from ingest.readers.word.word97_streams import DAMAGE, U16, U32, Piece, Runs, Streams, damaged, open_streams, pieces, runs, sprms

_CONTROL = re.compile("[\x00-\x1f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DELETED_CELL = "\x1d"  # stands for the end of a cell or row that was deleted; no Word file uses it
_ON = (1, 0x81)
_DRAWN = {"\t": " ", "\x0b": "\n", "\x0e": "\n", "\x1e": "-"}  # tab, line break, column break, hyphen that does not break
UNSURE = "\ufffd"
_OBJECTS = "\x01\x08"  # a picture in the line, a drawing anchored here
_LIST = "FORMDROPDOWN"
LIFTED = 5  # half points: less only brings a number to the middle of its cell
# Digits as marks of notes: each keeps its place, and no number has one.
_RAISED = str.maketrans("0123456789", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")


def read_word97(data: bytes) -> Document:
    """The paragraphs and tables of a .doc or .wps; raises IngestError with a reason when it cannot be read."""
    try:
        streams = open_streams(data)
        return Document("doc", tuple(_Text(streams).read().blocks()))
    except IngestError as error:
        if error.issue.code == "word6_not_read" and available():
            return replace(read_docx(convert(data, ".doc")), reader="libreoffice")
        raise
    except DAMAGE as error:
        raise damaged("", str(error)) from error


@dataclass(slots=True)
class _Paragraph:
    """What the mark at the end of a paragraph says of tables."""

    depth: int = 0
    row_end: bool = False
    inner_cell: bool = False
    inner_row: bool = False


@dataclass(frozen=True, slots=True)
class _Character:
    """What is drawn of a stretch of characters: nothing, or another character; None: nothing is said."""

    gone: bool | None = None
    symbol: str | None = None
    raised: bool = False


class _Text:
    """Goes through the main text once, piece by piece."""

    def __init__(self, streams: Streams) -> None:
        self.streams = streams
        self.paragraphs = runs(streams, of_paragraphs=True)
        self.changes = _changes(runs(streams, of_paragraphs=False))
        self.change_ends = [end for _, end, _ in self.changes]
        self.marks: dict[bytes, _Paragraph] = {}
        self.shapes: dict[bytes, Shape] = {}
        self.story = Story()
        self.parts: list[str] = []
        self.drawn = False  # whether something is drawn here that is no text
        self.fields: list[bool] = []  # for each field that is open: whether its instruction is still running

    def read(self) -> Story:
        found = pieces(self.streams)
        for piece in found:
            self._walk(piece, self._drawn(piece))
        last = found[-1]
        if self.streams.word[last.start + last.width * (last.length - 1)] not in b"\r\x0c":
            raise damaged("piece table", "the text does not end with a paragraph")
        return self.story

    def _drawn(self, piece: Piece) -> str:
        """The characters of a piece; those not drawn become \\0, so that each keeps its place."""
        end = piece.start + piece.width * piece.length
        raw = self.streams.word[piece.start : end]
        if piece.width == 1:
            text = raw.decode("cp1252", "replace")
        else:
            text = raw.decode("utf-16-le", "replace")
            if len(text) != piece.length or UNSURE in text:  # pairs of surrogates: count them as two, as Word does
                text = "".join(map(chr, struct.unpack(f"<{piece.length}H", raw)))
        text = text.replace(_DELETED_CELL, "\0")
        over = _character(piece.over)
        if over.gone:
            return "".join(map(_erased, text))
        chars: list[str] = []
        for k in range(bisect_right(self.change_ends, piece.start), len(self.changes)):
            start, stop, change = self.changes[k]
            if start >= end:
                break
            chars = chars or list(text)
            for j in range(
                max(0, -(-(start - piece.start) // piece.width)), min(piece.length, (stop - piece.start) // piece.width)
            ):
                if change.gone and over.gone is None:
                    chars[j] = _erased(chars[j])
                elif change.symbol and chars[j] >= " ":
                    chars[j] = change.symbol
                elif change.raised:
                    chars[j] = chars[j].translate(_RAISED)
        return "".join(chars) if chars else text

    def _walk(self, piece: Piece, text: str) -> None:
        at = 0
        for found in _CONTROL.finditer(text):
            here, mark = found.start(), found[0]
            self._between(text[at:here])
            at = here + 1
            if mark in "\r\x07\x0c" or mark == _DELETED_CELL:
                self._end(piece, here, mark)
            elif mark == "\x13":
                self.fields.append(True)
            elif mark == "\x14" and self.fields:
                self.fields[-1] = False
            elif mark == "\x15" and self.fields:
                self.fields.pop()
            elif mark in _DRAWN and True not in self.fields:
                self.parts.append(_DRAWN[mark])
            elif mark in _OBJECTS and True not in self.fields:
                self.drawn = True
        self._between(text[at:])

    def _between(self, text: str) -> None:
        """Text without marks: drawn, unless it is the instruction of a field."""
        if True not in self.fields:
            if text:
                self.parts.append(text)
        elif _LIST in text:
            self.drawn = True

    def _end(self, piece: Piece, index: int, mark: str) -> None:
        """A paragraph, cell or row ends at this character."""
        runs_ = self.paragraphs
        k = bisect_right(runs_.starts, piece.start + piece.width * index) - 1
        properties = runs_.properties[k] + piece.over if k >= 0 else piece.over
        here = self.marks.get(properties)
        if here is None:
            here = self.marks[properties] = _mark(properties, self.streams.data)
        cell = mark in ("\x07", _DELETED_CELL)
        if cell and True in self.fields:  # a field that never ends: no one can say what this cell shows
            self.fields.clear()
            self.parts.append(UNSURE)
        text = "".join(self.parts)
        self.parts.clear()
        if not text.isascii() and _SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        depth = max(here.depth, 1) if cell else here.depth
        if self.drawn and depth:
            self.story.beside(OBJECT, depth)
        self.drawn = False
        if (cell and here.row_end) or (not cell and here.inner_row):
            if text:
                self.story.paragraph(text, depth)
            self.story.row(depth, self._shape(properties), mark == _DELETED_CELL)
        else:
            self.story.paragraph(text, depth)
            if cell or (here.inner_cell and depth > 1):
                self.story.cell(depth)

    def _shape(self, properties: bytes) -> Shape:
        if properties not in self.shapes:
            self.shapes[properties] = _shape(properties, self.streams.data)
        return self.shapes[properties]


def _erased(char: str) -> str:
    """What is left of a deleted or hidden character: the ends of cells and fields keep their place."""
    return _DELETED_CELL if char == "\x07" else char if char in "\x0c\x13\x14\x15" else "\0"


def _changes(characters: Runs) -> list[tuple[int, int, _Character]]:
    """The stretches of characters that are not drawn as they are stored: (first byte, byte after the last, what is drawn)."""
    known: dict[bytes, _Character] = {}
    found = []
    for k, properties in enumerate(characters.properties[:-1]):
        if properties not in known:
            known[properties] = _character(properties)
        change = known[properties]
        if change.gone or change.symbol or change.raised:
            found.append((characters.starts[k], characters.starts[k + 1], change))
    return found


def _character(properties: bytes) -> _Character:
    deleted = hidden = symbol = struck = None
    raised = False
    for number, operand in sprms(properties) if properties else ():
        if number == 0x0800:  # sprmCFRMarkDel
            deleted = operand[0] in _ON
        elif number == 0x083C:  # sprmCFVanish
            hidden = operand[0] in _ON
        elif number in (0x0837, 0x2A53):  # sprmCFStrike, sprmCFDStrike
            struck = operand[0] in _ON
        elif number == 0x2A48:  # sprmCIss
            raised = operand[0] in (1, 2)
        elif number == 0x4845:  # sprmCHpsPos
            raised = raised or abs(struct.unpack("<h", operand[:2])[0]) >= LIFTED
        elif number == 0x6A09:  # sprmCSymbol: stored as "(", drawn in a symbol font, where "1" need not look like one
            code = U16(operand, 2)[0]
            symbol = chr(0xF000 + code if code < 0x100 else code)
    gone = None if deleted is hidden is struck is None else bool(deleted or hidden or struck)
    return _Character(gone, symbol, raised)


def _mark(properties: bytes, data: bytes) -> _Paragraph:
    mark, in_table = _Paragraph(), False
    for number, operand in sprms(properties, data):
        if number == 0x2416:  # sprmPFInTable
            in_table = operand[0] == 1
        elif number == 0x2417:  # sprmPFTtp
            mark.row_end = operand[0] == 1
        elif number == 0x6649:  # sprmPItap
            mark.depth = U32(operand)[0]
        elif number == 0x664A:  # sprmPDtap
            mark.depth += struct.unpack("<i", operand)[0]
        elif number == 0x244B:  # sprmPFInnerTableCell
            mark.inner_cell = operand[0] == 1
        elif number == 0x244C:  # sprmPFInnerTtp
            mark.inner_row = operand[0] == 1
    mark.depth = max(mark.depth, int(in_table))
    return mark


def _shape(properties: bytes, data: bytes) -> Shape:
    """The edges and merges that the end of a row defines; later properties change what earlier ones said."""
    edges: list[int] = []
    across: list[int] = []
    down: list[int] = []
    for number, operand in sprms(properties, data):
        if number == 0xD608 and operand:  # sprmTDefTable
            count = operand[0]
            edges = list(struct.unpack_from(f"<{count + 1}h", operand, 1))
            at = partial(_flags, operand[1 + 2 * (count + 1) :])
            across, down = [at(k) & 3 for k in range(count)], [at(k) >> 5 & 3 for k in range(count)]
        elif number == 0xD62B and operand[0] < len(down):  # sprmTVertMerge
            down[operand[0]] = operand[1]
        elif number in (0x5624, 0x5625):  # sprmTMerge, sprmTSplit
            first, limit = operand[0], min(operand[1], len(across))
            across[first:limit] = [1 + (k > first) if number == 0x5624 else 0 for k in range(first, limit)]
        elif number in (0x7621, 0x5622, 0x7623):  # sprmTInsert, sprmTDelete, sprmTDxaCol: edges that are not stored
            edges = []
    names: dict[int, Down] = {1: "go", 2: "start", 3: "start"}
    return Shape(edges, _continued(across), [names.get(flag, "") for flag in down])


def _flags(cells: bytes, k: int) -> int:
    """The merge flags of cell k; cells that are not listed have none."""
    return int(U16(cells, 20 * k)[0]) if 20 * k + 2 <= len(cells) else 0


def _continued(flags: list[int]) -> list[bool]:
    """Which cells continue the one to their left.

    Word 97 wrote 1 for the first cell of a merge and 2 for those that follow, [MS-DOC] has it the other way round; in both, a run
    of flags begins with a first cell, and a flag unlike the first one is a cell that follows.
    """
    first, joined = 0, []
    for flag in flags:
        first = flag if not flag or not first else first
        joined.append(flag not in (0, first))
    return joined
