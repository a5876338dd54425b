"""Find the official numbers in drawn tables by their labels; a row that does not fit its header is left unread, never shifted."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from ingest.labels import Labels, keys_of, unit_in
from ingest.model import SourceCell, Table
from ingest.text import label_key, read_number


class Found(NamedTuple):
    """The source text of one official number, before it is read.

    `blocked` says that it must not be read. A number that only the printed sums decide (digits run together) comes with its
    `value`, state derived and the `reason` that decided.
    """

    code: str
    raw: str
    place: str
    match: Literal["label", "position"]
    unit: str = ""
    blocked: bool = False
    state: Literal["", "derived"] = ""
    value: str | None = None
    reason: str = ""
    confidence: float = 1.0


class Placed(NamedTuple):
    """A cell that was given its place on the form; `blocked` says that its number must not be read."""

    code: str
    cell: SourceCell
    row: int
    match: Literal["label", "position"]
    unit: str = ""
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that holds something but could not be given a place on the form."""

    place: str
    text: str


class Grid:
    """A table spread out on its grid; a merged cell stands in every place it covers, as the same object."""

    def __init__(self, table: Table) -> None:
        self.place = table.place
        height = max((c.row + c.rowspan for c in table.cells), default=0)
        width = max((c.column + c.colspan for c in table.cells), default=0)
        self.rows: list[list[SourceCell | None]] = [[None] * width for _ in range(height)]
        for cell in table.cells:
            for r in range(cell.row, cell.row + cell.rowspan):
                for c in range(cell.column, cell.column + cell.colspan):
                    self.rows[r][c] = self.rows[r][c] or cell

    @cached_property
    def distinct(self) -> list[list[SourceCell]]:
        """The cells of each row from left to right, each once."""
        return [list({id(c): c for c in row if c is not None}.values()) for row in self.rows]

    @cached_property
    def words(self) -> list[list[tuple[int, SourceCell]]]:
        """For each row its cells that hold words, with their position among the distinct cells."""
        return [[(i, c) for i, c in enumerate(row) if is_words(c.text)] for row in self.distinct]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all words in the table, with and without their notes."""
        return frozenset(key for row in self.words for _, cell in row for key in keys_of(cell.text))

    def at(self, cell: SourceCell, row: int) -> str:
        """Where a cell stands, for a person who has the table before them (counted from 1)."""
        return cell_place(self.place, cell, row)


def cell_place(place: str, cell: SourceCell, row: int) -> str:
    """Where a cell of the table at a place stands, counted from 1."""
    box = f" ({cell.box})" if cell.box else ""
    return f"{place} row {row + 1} column {cell.column + 1}{box}"


def is_text(cell: SourceCell) -> bool:
    """Whether a cell holds words (a label), not a number, a blank or a dash."""
    return is_words(cell.text)


@lru_cache(1 << 16)
def is_words(text: str) -> bool:
    """Whether a text is words, not a number, a blank or a dash."""
    return read_number(text).state == "unreadable"


def _trim(cells: list[SourceCell], n: int) -> list[SourceCell]:
    """Drop blanks around exactly n cells, where flattened merges left them; what can be cut in two ways stays as it is."""
    filled = [i for i, c in enumerate(cells) if c.text.strip()]
    if len(cells) <= n or not filled:
        return cells[:n]
    starts = range(max(0, filled[-1] - n + 1), min(filled[0], len(cells) - n) + 1)
    return cells[starts[0] : starts[0] + n] if len(starts) == 1 else cells


def _by_header(grid: Grid, r: int, columns: list[int], label: SourceCell) -> list[SourceCell] | None:
    """The cells of row r under the given header columns, in whatever order, if the row stands exactly under its header."""
    right_of = label.column + label.colspan
    row = grid.rows[r]
    if not columns or len(set(columns)) < len(columns) or min(columns) < right_of:
        return None
    picked = [row[c] for c in columns]
    if any(c is None for c in picked):
        return None
    cells = [c for c in picked if c is not None]
    # Anything written beside the picked cells means that the row is shifted against its header.
    others = [c for c in grid.distinct[r] if c.column >= right_of and all(c is not p for p in cells)]
    return None if any(c.text.strip() for c in others) else cells


Plan = tuple[list[Placed], list[int]]  # the cells found, and the rows that hold something but fit nowhere


class _Header:
    """The column words above table three, and where each stands: once, nowhere, or in several columns (two years side by side)."""

    def __init__(self, order: list[str]) -> None:
        self._order = order
        self._seen: dict[str, dict[int, int]] = {}  # word → column → row

    def add(self, word: str, cell: SourceCell) -> None:
        """Note that a column word stands here."""
        self._seen.setdefault(word, {}).setdefault(cell.column, cell.row)

    @cached_property
    def is_doubled(self) -> bool:
        """Whether all words are there and some of them more than once: no one can say which of the numbers are meant."""
        return len(self._seen) == len(self._order) and any(len(at) > 1 for at in self._seen.values())

    @cached_property
    def _known(self) -> list[tuple[int, int]]:
        return [next(iter(at.items())) for w in self._order if len(at := self._seen.get(w, {})) == 1]

    @cached_property
    def columns(self) -> list[int]:
        """Where the columns stand, in the order of the form, if each stands in one place: the total behind the others or before them."""
        places = [column for column, _ in self._known]
        is_usual = places == sorted(places) or [places[-1], *places[:-1]] == sorted(places)
        return places if len(places) == len(self._order) and is_usual else []

    @cached_property
    def is_flat(self) -> bool:
        """Whether the columns can be in the order of the form, where wide cells of the header were lost and its words moved."""
        if len(self._known) < len(self._order):
            return sorted(c for c, _ in self._known) == [c for c, _ in self._known]
        (first, top), *inner, (total, row) = self._known
        return [c for c, _ in inner] == sorted(c for c, _ in inner) and first < total and top == row < inner[0][1]

    def cut(self, rest: list[SourceCell]) -> list[SourceCell]:
        """The cells behind a label that does not stand under the header, if they can only be the columns in the order of the form."""
        if self.columns:
            return rest if self.columns == sorted(self.columns) else []
        return _trim(rest, len(self._order)) if self.is_flat else []


def find_requests(grid: Grid, labels: Labels) -> Plan:
    """Table three: a row label, then seven numbers under 自然人 … 总计 (shape: 25 or 23 rows × 7)."""
    order = list(labels.columns.values())
    header = _Header(order)
    rows: list[tuple[str | None, list[SourceCell], int, bool]] = []
    unread: list[int] = []
    heading, first = "", next(iter(labels.rows.values()))
    for r, cells in enumerate(grid.distinct):
        texts = grid.words[r]
        code, at = None, -1
        for i, cell in texts:
            key = labels.keys(cell.text)[0]
            heading = key if key in labels.headings else heading
            named = labels.row(cell.text, heading)
            # Before the first row, words such as 总计 are column headers: a row then needs something to its right.
            if named and (rows or named == first or any(c.text.strip() and not is_text(c) for c in cells[i + 1 :])):
                code, at = named, i
        if code is None and not rows:
            for _, cell in texts:
                if column := labels.column(cell.text):
                    header.add(column, cell)
            continue
        at = at if code else (texts[-1][0] if texts else -1)
        picked = _by_header(grid, r, header.columns, cells[at]) if at >= 0 else None
        by_header = picked is not None
        picked = picked or header.cut(cells[at + 1 :])
        is_row = (len(picked) == len(order) and not any(is_text(c) for c in picked)) or (by_header and code)
        if is_row and not header.is_doubled:
            # A row with a label that is not known counts when the rows between two known ones are told off, blank or not.
            if code or at >= 0 or any(c.text.strip() for c in picked):
                rows.append((code, picked, r, by_header))
        elif any(c.text.strip() and (code or not is_text(c)) for c in cells[at + 1 :]):
            unread.append(r)
    found, lost = _name_rows(rows, labels)
    return found, unread + lost


def _name_rows(rows: list[tuple[str | None, list[SourceCell], int, bool]], labels: Labels) -> Plan:
    """Unnamed rows between two named ones get the missing names only if there are exactly as many and the order is the form's."""
    order = list(labels.rows.values())
    named = [order.index(code) for code, *_ in rows if code]
    names: dict[int, str] = {i: code for i, (code, *_) in enumerate(rows) if code}
    if named == sorted(set(named)):
        known = sorted(names)
        for a, b in itertools.pairwise(known):
            gap = order[order.index(names[a]) + 1 : order.index(names[b])]
            if b - a - 1 == len(gap):
                names.update(zip(range(a + 1, b), gap, strict=True))
    found: list[Placed] = []
    unread: list[int] = []
    for i, (code, picked, r, _by_header) in enumerate(rows):
        if i not in names:
            unread += [r] if any(c.text.strip() for c in picked) else []
            continue
        same = len({id(c) for c in picked}) < len(picked)
        match: Literal["label", "position"] = "label" if code else "position"
        for column, cell in zip(labels.columns.values(), picked, strict=True):
            found.append(Placed(f"{names[i]}.{column}", cell, r, match, "", same))
    return found, unread


def _under(
    grid: Grid, r: int, label: SourceCell, keys: list[str], header: dict[str, SourceCell], width: int
) -> tuple[list[SourceCell], Literal["label", "position"]]:
    """The cells of a row of table two: under its header; else behind its label, if there are as many as the form asks for."""
    known = [header[k].column for k in keys if k in header]
    if len(known) == len(keys) and (picked := _by_header(grid, r, known, label)):
        return picked, "label"
    if known != sorted(known):
        return [], "position"  # not under the header, and the header is not in the order of the form
    behind = [c for c in grid.distinct[r] if c.column > label.column]
    if len(known) == len(keys):
        return (behind, "label") if len(behind) == len(keys) else ([], "label")
    behind = _trim(behind, len(keys))
    return (behind, "position") if len(behind) == len(keys) == width else ([], "position")


def find_disclosure(grid: Grid, labels: Labels) -> Plan:
    """Table two: a row label, then its numbers under the header row above it (shape: 10 or 22 numbers)."""
    header: dict[str, SourceCell] = {}
    width = 0
    found: list[Placed] = []
    unread: list[int] = []
    for r, cells in enumerate(grid.distinct):
        texts = [c for _, c in grid.words[r]]
        label = next((c for c in texts if labels.cells(c.text)), None)
        if label is None:
            columns = {key: c for c in texts for key in [labels.column(c.text)] if key}
            if columns:
                header, width = columns, len([c for c in texts if c.column > 0])
            elif header and any(c.text.strip() and not is_text(c) for c in cells):
                unread.append(r)
            continue
        wanted = labels.cells(label.text)
        keys = [label_key(w.column_label) for w in wanted]
        picked, match = _under(grid, r, label, keys, header, width)
        if not picked:
            if any(c.text.strip() and not is_text(c) for c in cells):
                unread.append(r)
            continue
        same = len({id(c) for c in picked}) < len(picked)
        for form_cell, key, cell in zip(wanted, keys, picked, strict=True):
            unit = unit_in(header[key].text) if key in header else ""
            found.append(Placed(form_cell.row, cell, r, match, unit, same))
    return found, unread


def find_challenges(grid: Grid, labels: Labels) -> Plan:
    """Table four: one row of fifteen numbers under a header of three blocks (review, two kinds of lawsuit) by five outcomes."""
    blocks, outcomes = list(labels.rows.values()), list(labels.columns.values())
    start = next((r for r, cells in enumerate(grid.distinct) if any(labels.block(c.text) == blocks[0] for c in cells)), None)
    if start is None:
        return [], []
    wanted = [f"{b}.{o}" for b in blocks for o in outcomes]
    lines = [r for r in range(start + 1, len(grid.distinct)) if grid.distinct[r] and not any(map(is_text, grid.distinct[r]))]
    full = [r for r in lines if len(grid.distinct[r]) == len(wanted) and any(c.text.strip() for c in grid.distinct[r])]
    if len(full) > 1:  # the row of another year beside the row of this one: no one can say which is meant
        return [], full
    for r in lines:
        cells = grid.distinct[r]
        codes: dict[str, SourceCell] = {}
        for cell in cells:
            stack = [above.text for q in range(start, r) if (above := grid.rows[q][cell.column]) is not None]
            block = next((b for text in reversed(stack) if (b := labels.block(text))), None)
            outcome = next((o for text in reversed(stack) if (o := labels.column(text))), None)
            if block and outcome and f"{block}.{outcome}" not in codes:
                codes[f"{block}.{outcome}"] = cell
        filled = [c for c in cells if c.text.strip()]
        if len(codes) == len(cells) == len(wanted):
            return [Placed(w, codes[w], r, "label") for w in wanted], []
        header = [o for q in range(start, r) for c in grid.distinct[q] if c.row == q and (o := labels.column(c.text))]
        if len(cells) == len(wanted) and header == outcomes * (len(header) // len(outcomes)) and header:
            return [Placed(w, c, r, "position") for w, c in zip(wanted, cells, strict=True)], []
        if filled:
            return [], [r]
    return [], []
