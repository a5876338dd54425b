"""Where something stands in a source: one type for every format, kept in the tables as its own English text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

# A name may hold anything, so that its end is known only from the end of the whole.
_SHEETS = tuple(
    re.compile(rf"sheet (?P<name>.+) (?P<rows>{rows})", re.DOTALL)
    for rows in (r"rows \d+–\d+(?: row \d+(?: column \d+)?)?", r"row \d+")
)
_NUMBER = re.compile(r"\b(?P<kind>page|table|paragraph|line|byte|rows?|column) (?P<first>\d+)(?:–(?P<last>\d+))?")
_BOX = re.compile(
    r"page (?P<page>\d+), x (?P<left>[\d.-]+)–(?P<right>[\d.-]+), y (?P<top>[\d.-]+)–(?P<bottom>[\d.-]+) (?P<unit>\w+)"
)
_INSIDE = re.compile(r"^(?P<place>.*?)(?: \((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\))?$", re.DOTALL)


class Box(NamedTuple):
    """A rectangle on a page (from 1), measured from its upper left corner in `unit` (pt, mm or px)."""

    page: int
    left: float
    right: float
    top: float
    bottom: float
    unit: str


class Shown(NamedTuple):
    """What is shown of a page, in the unit and the axes of the boxes on it."""

    left: float
    top: float
    right: float
    bottom: float


class Share(NamedTuple):
    """A rectangle on a page (from 1) as shares of its width and height (0–1), from the upper left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class Part(NamedTuple):
    """One step of the way to a place: the third table, rows 4 to 9 (both from 1)."""

    kind: str
    first: int
    last: int


class Place(str):
    """A place in a source as the tables keep it: “page 2 table 1 row 4 column 3 (page 2, x 10–20, y 30–40 pt)”.

    The text is the whole of it, so that a place goes into a column and comes back as it was; what is no place of this kind
    (a path, the line of a list) is kept as it stands and has no parts.
    """

    __slots__ = ()

    @classmethod
    def of(cls, **numbers: int) -> Place:
        """A place by its parts in order, from the whole to the part: of(page=2, table=1)."""
        return cls(" ".join(f"{kind} {number}" for kind, number in numbers.items()))

    @classmethod
    def of_rows(cls, sheet: str, first: int, last: int | None = None) -> Place:
        """A row of a sheet, or its rows from first to last (from 1)."""
        return cls(f"sheet {sheet} row {first}" if last is None else f"sheet {sheet} rows {first}–{last}")

    def inside(self, box: str = "", **numbers: int) -> Place:
        """A place inside this one: its row and column, and the box it has on a page."""
        steps = " ".join(f"{kind} {number}" for kind, number in numbers.items())
        return Place(f"{self} {steps} ({box})" if box else f"{self} {steps}")

    def of_cell(self, row: int, column: int, box: str = "") -> Place:
        """A cell of the table that stands here: its row and column (from 0), and the box it has on a page."""
        at = f"{self} row {row + 1} column {column + 1}"
        return Place(f"{at} ({box})" if box else at)

    @property
    def sheet(self) -> str | None:
        """The name of the sheet; None for what is no sheet."""
        found = _sheet(_INSIDE.sub(r"\g<place>", self))
        return found["name"] if found else None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The steps from the whole to the part; none for what is no place of this kind."""
        text = _INSIDE.sub(r"\g<place>", self)
        sheet = _sheet(text)
        at, found = sheet.start("rows") if sheet else 0, []
        while step := _NUMBER.match(text, at):
            found.append(Part(step["kind"].rstrip("s"), int(step["first"]), int(step["last"] or step["first"])))
            at = step.end() + 1
        return tuple(found) if at > len(text) else ()

    @property
    def shown_inside(self) -> str:
        """What stands in the brackets: the box, or the name that a sheet gives the cell (B4)."""
        found = _INSIDE.match(self)
        return (found["inside"] or "") if found else ""

    @property
    def box(self) -> Box | None:
        """The rectangle on its page; None where the format has no pages, or the place is larger than a cell."""
        found = _BOX.fullmatch(self.shown_inside)
        if not found:
            return None
        left, right, top, bottom = (float(found[side]) for side in ("left", "right", "top", "bottom"))
        return Box(int(found["page"]), left, right, top, bottom, found["unit"])

    def number(self, kind: str) -> int | None:
        """The last number of a kind, so that the row of a cell is its row in the table; None where there is none."""
        return next((part.first for part in reversed(self.parts) if part.kind == kind), None)


def pages_text(pages: Sequence[Shown | None]) -> str | None:
    """What is shown of the pages of a document as the tables keep it: “0,-842,595,0 …”, “-” for a page of unknown size."""
    return " ".join(",".join(f"{side + 0.0:.4g}" for side in page) if page else "-" for page in pages) or None


def share_of(place: str, pages: str | None) -> Share | None:
    """Where on its page a place lies; None where it has no box, or the size of its page is not known."""
    box = Place(place).box
    return share_of_box(box, pages) if box else None


def shown_of(number: int, pages: str | None) -> Shown | None:
    """What is shown of a page (from 1); None where that is not known."""
    shown = (pages or "").split()
    if not 0 < number <= len(shown) or shown[number - 1] == "-":
        return None
    return Shown(*map(float, shown[number - 1].split(",")))


def share_of_box(box: Box, pages: str | None) -> Share | None:
    """The part of its page that a box is; None where the size of the page is not known."""
    page = shown_of(box.page, pages)
    if page is None:
        return None
    wide, high = page.right - page.left, page.bottom - page.top
    if wide <= 0 or high <= 0:
        return None
    x0, x1 = (min(1.0, max(0.0, (x - page.left) / wide)) for x in (box.left, box.right))
    y0, y1 = (min(1.0, max(0.0, (y - page.top) / high)) for y in (box.top, box.bottom))
    return Share(box.page, round(x0, 4), round(y0, 4), round(x1, 4), round(y1, 4))


def _sheet(text: str) -> re.Match[str] | None:
    return next((found for pattern in _SHEETS if (found := pattern.fullmatch(text))), None)
