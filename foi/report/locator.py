"""Where a number stands in its source, so that a person or a program finds it again: on a page, in a table, a sheet, or a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from foi.ask.traced_report import TracedReport
from foi.report.lines import share_of_line
from foi.report.numbers import Block, Piece, Source
from ingest.place import Place, Share, share_of

AROUND = 24  # characters of the quote's neighborhood
NEAR = 4  # lines looked at where a number stands in a line of its own


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a number stands: on a page (`share`: its box as a part of it), in a table, in a sheet (`reference`: B4), or in a text.

    `quote` is what stands there, `before` and `after` what is beside it.
    """

    kind: Literal["page", "table", "sheet", "text"]
    place: Place
    page: int | None
    share: Share | None
    table: int | None
    row: int | None
    column: int | None
    sheet: str | None
    reference: str | None
    quote: str
    before: str
    after: str


def without_box(place: str) -> Place:
    """A place as a person is told it who sees the cell framed on its page: without the numbers of its box."""
    where = Place(place)
    return Place(where.removesuffix(f" ({where.shown_inside})")) if where.box else where


def locator_of(code: str, place: str, raw: str, report: TracedReport, source: Source) -> Locator:
    """The locator of a cell, with what stands beside it in the original (nothing where that cannot be read)."""
    where = Place(place)
    before, after = around(source, code)
    page, box = where.number("page"), where.box
    kind: Literal["page", "table", "sheet", "text"] = "text"
    if where.sheet is not None:
        kind = "sheet"
    elif box is not None or page is not None:
        kind = "page"
    elif where.number("row") is not None:
        kind = "table"
    return Locator(
        kind,
        where,
        box.page if box else page,
        share_of(place, report.pages) or share_of_line(report, where),
        where.number("table"),
        where.number("row"),
        where.number("column"),
        where.sheet,
        (where.shown_inside or None) if kind == "sheet" else None,
        raw.strip(),
        before,
        after,
    )


def around(source: Source, code: str) -> tuple[str, str]:
    """What stands before and behind the number of a cell: in its paragraph or its row of a table, or where it stands alone, in the next ones."""
    lines = [line for block in source.blocks for line in _lines(block)]
    for at, line in enumerate(lines):
        for k, piece in enumerate(line):
            if piece.kind == "cell" and code in piece.codes:
                before, after = _joined(line[:k]), _joined(line[k + 1 :])
                if not before and not after:
                    before = _joined([p for other in lines[max(0, at - NEAR) : at] for p in (*other, Piece(" "))])
                    after = _joined([p for other in lines[at + 1 : at + 1 + NEAR] for p in (*other, Piece(" "))])
                return before[-AROUND:], after[:AROUND]
    return "", ""


def _lines(block: Block) -> list[list[Piece]]:
    """A paragraph, or each row of a table, its cells apart."""
    if block.pieces:
        return [list(block.pieces)]
    return [[piece for cell in row for piece in (*cell.pieces, Piece(" "))] for row in block.rows]


def _joined(pieces: list[Piece]) -> str:
    return " ".join("".join(p.text for p in pieces).split())
