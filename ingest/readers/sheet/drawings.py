"""What is drawn over the cells of a sheet: a text box in a cell is its text, and a number under a box is not the number one sees.

Source: ECMA-376 part 1, §20.5 (drawings of a sheet).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.readers.package import Package
from ingest.readers.row_edges import OBJECT, side_by_side
from ingest.readers.sheet.formula import Place
from ingest.words.text import read_number

_D = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
EDGE = 40_000  # EMU (1 mm): a box that reaches so little into a cell does not cover it
MAX_BOXES, MAX_COVERED = 2000, 2000
Element = Any


@dataclass(frozen=True, slots=True)
class Box:
    """Something drawn over cells: its first and last cell, and its text ("" for a picture)."""

    first: Place
    last: Place
    text: str


def boxes_over(package: Package, sheet: str) -> list[Box]:
    """What is drawn over the cells of the sheet in a part."""
    found: list[Box] = []
    for relation in package.relations(sheet).values():
        if relation.kind == "drawing" and not relation.outside:
            root = package.xml(relation.target)
            found += [box for anchor in (root if root is not None else ()) for box in _boxes(anchor)]
    return found[:MAX_BOXES]


def _boxes(anchor: Element) -> Iterator[Box]:
    if anchor.tag == _ALTERNATE:  # two ways to draw the same
        for way in list(anchor)[:1]:
            for inner in way:
                yield from _boxes(inner)
        return
    start, end = (_corner(anchor.find(_D + name)) for name in ("from", "to"))
    if start is None:
        return
    first = start[0], start[2]
    last = first if end is None else (max(end[0] - (end[1] <= EDGE), first[0]), max(end[2] - (end[3] <= EDGE), first[1]))
    lines = ["".join(t.text or "" for t in p.iter(_A + "t")) for p in anchor.iter(_A + "p")]
    drawn = any(next(anchor.iter(_D + name), None) is not None for name in ("pic", "graphicFrame"))
    if text := "\n".join(line for line in lines if line.strip()):
        yield Box(first, last, text)
    elif drawn:
        yield Box(first, last, "")


def _corner(element: Element | None) -> tuple[int, int, int, int] | None:
    """Row, how far into it, column, how far into it."""
    if element is None:
        return None
    try:
        row, down, column, across = (int(element.findtext(_D + name) or 0) for name in ("row", "rowOff", "col", "colOff"))
    except ValueError:
        return None
    return row, down, column, across


def lay_over(rows: list[list[Any]], corner: Place, boxes: list[Box]) -> dict[Place, str]:
    """The cells that boxes lie over, with what can be said of them."""
    found: dict[Place, str] = {}

    def at(place: Place) -> str:
        row, column = place[0] - corner[0], place[1] - corner[1]
        inside = 0 <= row < len(rows) and 0 <= column < len(rows[row])
        return found.get(place) or (str(rows[row][column]) if inside else "")

    for box in boxes:
        (top, left), (bottom, right) = box.first, box.last
        if (bottom - top + 1) * (right - left + 1) > MAX_COVERED:
            continue
        places = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
        if not box.text:  # a picture: what it shows in a cell of its own was not read; a seal over the table says nothing
            found |= {p: OBJECT for p in places if len(places) == 1 and not at(p)}
        elif not any(at(p) for p in places) and (len(places) == 1 or read_number(box.text).state != "reported"):
            found[box.first] = box.text
        else:
            behind = _last(rows, top - corner[0] - 1, bottom - corner[0] + 1) + corner[1]
            taken = [p for p in places if _is_number(at(p)) and (at(p) or p[1] <= behind)]
            found |= {p: side_by_side([at(p), box.text]) if at(p) else OBJECT for p in taken}
    return found


def _last(rows: list[list[Any]], top: int, bottom: int) -> int:
    """The last column in which something stands in these rows: behind it no table has a place."""
    return max((c for row in rows[max(top, 0) : bottom + 1] for c, value in enumerate(row) if value != ""), default=-1)


def _is_number(text: str) -> bool:
    """Whether a box over a cell takes from it what can be said: a number or a blank, not a label."""
    return read_number(text).state != "unreadable"
