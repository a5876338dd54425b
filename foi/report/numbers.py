"""Every number of an original: the cell or the count that it became, or that nothing used it; both ways between report and source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from foi.ask.original import original_document
from foi.ask.traced_report import TracedReport
from foi.published.spans import rows_in
from foi.report.cells import Cell
from ingest.home import Home
from ingest.model import Document, Paragraph, SourceCell, Table
from ingest.place import Place
from ingest.privacy import mask, mask_cell
from ingest.prose.contradictions import UNCLASSIFIED
from ingest.tables.drawn import cell_place, is_words
from ingest.words.language import Text
from ingest.words.text import normalize, read_number
from ingest.words.yaml_files import read_yaml

COUNTS = "code, section, amount, unit_word, is_approximate, scope, sentence, place"
# A digit behind a letter is part of a name; full-width digits count.
_NUMBER = re.compile(r"(?<![A-Za-z\d.,])(?:(?<![^\s|(])[+-])?\d+(?:,\d{3})*(?:\.\d+)?(?![A-Za-z])")
LIKE_A_TELEPHONE = 7  # digits
Kind = Literal["text", "cell", "count", "unused"]


@dataclass(frozen=True, slots=True)
class Counted:
    """A number told in prose: what it counts, and its sentence."""

    code: str
    section: str
    amount: Decimal
    unit_word: str
    is_approximate: bool
    scope: str
    sentence: str
    place: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: plain, a number that became a cell or a count, or one that nothing used (its `number`, from 1).

    `codes` are several only where digits that ran together were solved by the printed sums.
    """

    text: str
    kind: Kind = "text"
    codes: tuple[str, ...] = ()
    number: int = 0

    @property
    def code(self) -> str:
        """The cell or the count that it became."""
        return self.codes[0] if self.codes else ""


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell of a table of the source, and where it is drawn."""

    pieces: tuple[Piece, ...]
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (its pieces) or a table (its rows) of the source, with its place."""

    place: Place
    pieces: tuple[Piece, ...] = ()
    rows: tuple[tuple[DrawnCell, ...], ...] = ()

    @property
    def every_piece(self) -> Iterator[Piece]:
        """The pieces of the paragraph, or of all cells."""
        yield from self.pieces
        for row in self.rows:
            for cell in row:
                yield from cell.pieces


@dataclass(frozen=True, slots=True)
class Unused:
    """A number of the source that nothing used: its number, and what stands around it."""

    number: int
    text: str
    before: str
    after: str
    place: Place


@dataclass(frozen=True)
class Source:
    """The original as read, every number marked; where it cannot be read, `note` says why and there are no blocks."""

    blocks: tuple[Block, ...] = ()
    note: Text | None = None
    unused: tuple[Unused, ...] = ()

    @property
    def used(self) -> dict[str, int]:
        """How many numbers of the source became cells, and how many counts."""
        kinds = [p.kind for block in self.blocks for p in block.every_piece if any(map(str.isdigit, p.text))]
        return {kind: kinds.count(kind) for kind in ("cell", "count")}


def counts_of(connection: Any, report_id: str) -> tuple[Counted, ...]:
    """The numbers that were counted in the prose of a report."""
    rows = rows_in("fct_counts", report_id, columns=COUNTS)
    found = connection.execute(f"select * from {rows} order by section, place, sentence, code, amount").fetchall()
    return tuple(Counted(*row) for row in found)


def read_source(home: Home, report: TracedReport, cells: Iterable[Cell], counts: Sequence[Counted]) -> Source:
    """The original of a report, with what became of each of its numbers."""
    document = original_document(home, report)
    if isinstance(document, Text):
        return Source(note=document)
    return source_of(document, cells, counts)


def source_of(document: Document, cells: Iterable[Cell], counts: Sequence[Counted]) -> Source:
    """A document with what became of each of its numbers."""
    at: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.place:
            at.setdefault(cell.place, []).append(cell)
    told: dict[str, list[Counted]] = {}
    for count in counts:
        told.setdefault(count.place, []).append(count)
    blocks = [_block(block, at, told) for block in document.blocks]
    return _numbered(blocks)


def _block(block: Paragraph | Table, at: dict[str, list[Cell]], told: dict[str, list[Counted]]) -> Block:
    if isinstance(block, Table):
        return Block(block.place, rows=_rows(block, at))
    # Of lines that share a place only the first one that holds the numbers takes them.
    mine = at.get(block.place, [])
    return Block(block.place, pieces(_masked(block.text, mine), told.get(block.place, ()), mine))


def _masked(text: str, cells: Sequence[Cell]) -> str:
    """A text without personal data; digits of a row that ran together look like a telephone number and are none."""
    long = {raw for c in cells if len(raw := (c.raw or "").strip()) >= LIKE_A_TELEPHONE}
    if not long:
        return mask(text)
    own = re.compile("|".join(re.escape(raw) for raw in sorted(long, key=len, reverse=True)))
    ends = [0, *(end for found in own.finditer(text) for end in found.span()), len(text)]
    parts = [text[start:end] for start, end in pairwise(ends)]
    return "".join(part if own.fullmatch(part) else mask(part) for part in parts)


def _rows(table: Table, at: dict[str, list[Cell]]) -> tuple[tuple[DrawnCell, ...], ...]:
    """The cells of a table by the row in which they begin."""
    rows: list[list[DrawnCell]] = [[] for _ in range(max((c.row + c.rowspan for c in table.cells), default=0))]
    for cell in sorted(table.cells, key=lambda c: (c.row, c.column)):
        rows[cell.row].append(DrawnCell(_pieces_of_cell(table, cell, at), cell.rowspan, cell.colspan))
    return tuple(map(tuple, rows))


def _pieces_of_cell(table: Table, cell: SourceCell, at: dict[str, list[Cell]]) -> tuple[Piece, ...]:
    """Of a cell over several rows each row is a place; what is no number of the form is looked through for others."""
    for row in range(cell.row, cell.row + cell.rowspan):
        if found := at.get(cell_place(table.place, cell, row)):
            return (Piece(mask_cell(cell.text), "cell", tuple(c.code for c in found)),)
    masked = mask(cell.text)
    if masked != cell.text or is_words(cell.text):
        return pieces(masked, ())
    is_number = read_number(cell.text).state not in ("blank", "dash")
    return (Piece(cell.text, "unused" if is_number else "text"),)


def pieces(text: str, counts: Sequence[Counted], cells: Sequence[Cell] = ()) -> tuple[Piece, ...]:
    """A text in pieces: its numbers, each with what it became, and what stands between them."""
    found = list(_numbers(text))
    kinds: list[tuple[Kind, tuple[str, ...]]] = [("unused", ())] * len(found)
    for k, code in _of_cells(found, cells):
        kinds[k] = "cell", (*kinds[k][1], code)
    for k, code in _of_counts(text, found, counts):
        if kinds[k][0] == "unused":
            kinds[k] = "count", (code,)
    made, end = list[Piece](), 0
    for number, (kind, codes) in zip(found, kinds, strict=True):
        made += [Piece(text[end : number.start()]), Piece(number[0], kind, codes)]
        end = number.end()
    return tuple(p for p in (*made, Piece(text[end:])) if p.text)


def _of_cells(found: list[re.Match[str]], cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    """Which numbers of a text are cells: a run of numbers that reads as the cells do, else each the first one left that does."""
    wanted = [(c.code, normalize(c.raw or "").strip()) for c in cells if any(map(str.isdigit, c.raw or ""))]
    texts = [normalize(number[0]) for number in found]
    starts = range(len(texts) - len(wanted) + 1)
    raws = [raw for _, raw in wanted]
    whole = next((s for s in starts if texts[s : s + len(raws)] == raws), None) if raws else None
    if whole is not None:
        yield from ((whole + k, code) for k, (code, _) in enumerate(wanted))
        return
    taken = set[int]()
    for code, raw in wanted:
        fitting = [k for k, text in enumerate(texts) if text == raw or _begins(raw, text)]
        if fitting:  # where none is left, the digits of several cells ran together
            k = next((k for k in fitting if k not in taken), fitting[0])
            taken.add(k)
            yield k, code


def _begins(raw: str, text: str) -> bool:
    """Whether a raw text is this number with its unit word or a note behind it."""
    return raw.startswith(text) and not raw[len(text) : len(text) + 1].isdigit()


def _of_counts(text: str, found: list[re.Match[str]], counts: Sequence[Counted]) -> Iterator[tuple[int, str]]:
    """Which numbers of a text were counted: the first one left of the sentence with the same value."""
    taken = set[int]()
    for count in counts:
        start = text.find(count.sentence)
        if start < 0 or count.code == UNCLASSIFIED:
            continue
        end = start + len(count.sentence)
        for k, number in enumerate(found):
            if k not in taken and start <= number.start() < end and count.amount in _values(text, number):
                taken.add(k)
                yield k, count.code
                break


def _values(text: str, number: re.Match[str]) -> tuple[Decimal, ...]:
    """What a number may say: itself, and what the word behind it makes of it."""
    value = Decimal(normalize(number[0]).replace(",", ""))
    after = text[number.end() :].lstrip()[:1]
    scale = _beside()[1].get(after)
    return (value, value * scale) if scale else (value,)


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """The numbers of a text but for those that count nothing."""
    if not any(map(str.isdigit, text)):
        return
    nothing = [found.span() for pattern in _beside()[0] for found in pattern.finditer(text)]
    for number in _NUMBER.finditer(text):
        if not any(start <= number.start() < end for start, end in nothing):
            yield number


@cache
def _beside() -> tuple[list[re.Pattern[str]], dict[str, int]]:
    data = read_yaml(Path(__file__).parent / "beside.yaml")
    return [re.compile(pattern) for pattern in data["counts_nothing"]], data["scales"]


AROUND = 24  # characters shown before and after a number


def _numbered(blocks: list[Block]) -> Source:
    """The blocks with the numbers that nothing used counted through, and these with what stands around them."""
    unused: list[Unused] = []
    done: list[Block] = []
    for block in blocks:
        place = block.place
        if block.pieces:
            done.append(replace(block, pieces=_counted(block.pieces, unused, place, "")))
            continue
        rows = []
        for row in block.rows:
            label = next((p.text for cell in row for p in cell.pieces if p.kind == "text" and p.text.strip()), "")
            rows.append(tuple(replace(cell, pieces=_counted(cell.pieces, unused, place, label)) for cell in row))
        done.append(replace(block, rows=tuple(rows)))
    return Source(tuple(done), None, tuple(unused))


def _counted(pieces: tuple[Piece, ...], unused: list[Unused], place: Place, label: str) -> tuple[Piece, ...]:
    made = list(pieces)
    for k, piece in enumerate(pieces):
        if piece.kind == "unused":
            made[k] = replace(piece, number=len(unused) + 1)
            before = "".join(p.text for p in pieces[:k])[-AROUND:] or label
            after = "".join(p.text for p in pieces[k + 1 :])[:AROUND]
            unused.append(Unused(len(unused) + 1, piece.text, before, after, place))
    return tuple(made)
