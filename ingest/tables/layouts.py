"""Understand each layout once: tables with the same words in the same places, whatever their numbers, are read alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import repeat
from typing import NamedTuple

from ingest.law.forms import Form, FormTable
from ingest.law.labels import labels_of
from ingest.model import Cell, CellState, Span, Table
from ingest.place import Place
from ingest.tables.challenges_table import find_challenges
from ingest.tables.disclosure_table import find_disclosure
from ingest.tables.drawn import Found, Grid, Placed, Unread, cell_place, is_words
from ingest.tables.requests_table import find_requests
from ingest.words.text import read_number

FINDERS = {"disclosure": find_disclosure, "requests": find_requests, "challenges": find_challenges}
REMEMBERED = 2048  # layouts kept: a batch of reports comes from few templates
PLACES = 64  # places at which tables of one layout stood
Key = tuple[tuple[Span, ...], tuple[str | bool, ...]]
_LAYOUTS: dict[Key, Layout] = {}


@dataclass(slots=True)
class Plan:
    """Which cells of a layout are the numbers of one statutory table of a form, and which rows fit nowhere (row, its cells).

    `index[k]` is the cell that stands for `placed[k]`, `rows` are the numbers of the form's rows that are there. `spread` is the
    same as columns in the order of the form, None where a number must not be read or has two places. `proven`, `bare` and `named`
    say how sure it is that the table is the statutory one.
    """

    placed: list[Placed]
    index: list[int]
    left: list[tuple[int, list[int]]]
    codes: frozenset[str]
    labelled: frozenset[str]
    rows: list[int]
    spread: Spread | None
    proven: bool
    bare: bool
    named: frozenset[str]
    places: dict[Place, list[Place]] = field(default_factory=dict)


class Spread(NamedTuple):
    """The numbers of a plan as columns: the cell, and what is the same in every table of the layout."""

    cell: tuple[int, ...]
    row: tuple[int, ...]
    code: tuple[str, ...]
    unit: tuple[str, ...]
    match: tuple[str, ...]


class Layout:
    """The words of a table and where they stand; `grid` is the first table that was drawn like this."""

    def __init__(self, table: Table) -> None:
        self.grid = Grid(table)
        self._index = {id(cell): i for i, cell in enumerate(table.cells)}
        self._plans: dict[tuple[str, str], Plan] = {}
        self._explained: dict[tuple[str, str], int] = {}

    def explained(self, form: str, table: str) -> int:
        """How many words of the table a form knows."""
        if (form, table) not in self._explained:
            self._explained[form, table] = len(self.grid.keys & labels_of(form, table).known)
        return self._explained[form, table]

    def plan(self, form: Form, table: str) -> Plan:
        """Which cell of the table stands for which number of a form, and the cells of the rows that fit nowhere."""
        if (form.form, table) not in self._plans:
            plan = FINDERS[table](self.grid, labels_of(form.form, table))
            placed = plan.placed
            index = [self._index[id(p.cell)] for p in placed]
            codes, labelled = frozenset(p.code for p in placed), frozenset(p.code for p in placed if p.match == "label")
            left = [(r, [self._index[id(c)] for c in self.grid.distinct[r]]) for r in plan.left]
            order = {code: n for n, code in enumerate(form.tables[table].rows)}
            rows = sorted({order[code.split(".")[0]] for code in codes}) if order else []
            spread = _spread(form.tables[table], placed, index)
            proof = plan.proven, plan.bare, plan.named
            self._plans[form.form, table] = Plan(placed, index, left, codes, labelled, rows, spread, *proof)
        return self._plans[form.form, table]


def _spread(table: FormTable, placed: list[Placed], index: list[int]) -> Spread | None:
    at = {f"{table.name}.{p.code}": (i, p) for i, p in zip(index, placed, strict=True)}
    if not placed or len(at) < len(placed) or any(p.blocked for p in placed):
        return None
    columns = []
    for cell in table.cells:
        if cell.code in at:
            i, p = at[cell.code]
            unit = p.unit or cell.unit
            columns.append((i, p.row, cell.code, "" if unit == "free" else unit, p.match))
    return Spread(*zip(*columns, strict=True))


class Drawn:
    """One drawn table with its own numbers and the layout it shares with others; `lines` stand between it and the table before it."""

    def __init__(self, table: Table, lines: tuple[str, ...] = ()) -> None:
        self.table = table
        self.lines = lines
        key = _key(table)
        if key not in _LAYOUTS:
            if len(_LAYOUTS) >= REMEMBERED:
                _LAYOUTS.clear()
            _LAYOUTS[key] = Layout(table)
        self.layout = _LAYOUTS[key]

    @cached_property
    def grid(self) -> Grid:
        """The table spread out with its own numbers."""
        return Grid(self.table)

    def found(self, form: Form, table: str) -> list[Found]:
        """The numbers of one statutory table of a form."""
        plan, cells, place = self.layout.plan(form, table), self.table.cells, self.table.place
        found = []
        for i, p in zip(plan.index, plan.placed, strict=True):
            cell = cells[i]
            at = cell_place(place, cell, p.row)
            found.append(Found(p.code, cell.text, at, p.match, p.unit, p.blocked, confidence=cell.confidence))
        return found

    def unread(self, form: Form, table: str) -> list[Unread]:
        """The rows that hold something but fit nowhere."""
        texts = self.table.texts
        left = self.layout.plan(form, table).left
        return [Unread(self.table.place.inside(row=row + 1), " | ".join(texts[i] for i in each)) for row, each in left]

    def plain_cells(self, form: Form, table: str, is_wrapped: bool) -> list[Cell] | None:
        """The cells of one statutory table where each says a bare number, nothing, or a dash; None where one is less clear."""
        plan = self.layout.plan(form, table)
        if plan.spread is None:
            return None
        texts = self.table.texts
        raws = [texts[i] for i in plan.spread.cell]
        states, values, printed, said = zip(*map(_told, raws, repeat(is_wrapped)), strict=True)
        if "unreadable" in states or any(said):
            return None
        places = self._places(plan, plan.spread)
        if places is None:
            return None
        _, _, codes, units, matches = plan.spread
        columns = zip(codes, repeat(form.form), states, values, printed, units, raws, places, matches, repeat(""))
        return list(map(tuple.__new__, repeat(Cell), columns))  # half the time of calling Cell

    def _places(self, plan: Plan, spread: Spread) -> list[Place] | None:
        """Where the numbers of a plan stand, remembered for cells without boxes; None where one was not recognized for sure."""
        place = self.table.place
        if not self.table.is_plain:
            sources = [self.table.cells[i] for i in spread.cell]
            if any(c.confidence < 1 for c in sources):
                return None
            if any(c.box for c in sources):
                return [cell_place(place, c, r) for r, c in zip(spread.row, sources, strict=True)]
        places = plan.places.get(place)
        if places is None:
            if len(plan.places) >= PLACES:
                plan.places.clear()
            spans = self.table.spans
            columns = [spans[i][1] for i in spread.cell]
            places = [place.of_cell(row, column) for row, column in zip(spread.row, columns, strict=True)]
            plan.places[place] = places
        return places


@lru_cache(1 << 16)
def _told(raw: str, is_wrapped: bool) -> tuple[CellState, Decimal | None, str | None, str]:
    """What a source cell says: state, value, the number as printed, and a unit written beside it."""
    reading = read_number(raw, is_wrapped)
    return reading.state, None if reading.printed is None else Decimal(reading.printed), reading.printed, reading.unit


def _key(table: Table) -> Key:
    """Where each cell stands, with its words; of a number or a blank only whether something stands there."""
    return table.spans, tuple(map(_words, table.texts))


@lru_cache(1 << 16)
def _words(text: str) -> str | bool:
    return text if is_words(text) else bool(text.strip())
