"""Find the numbers of table three in a drawn table: a row label, then seven numbers under 自然人 … 总计, as the words above them say."""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import Literal, NamedTuple

from ingest.law.labels import Labels, begins_four, known_in
from ingest.law.statutory import is_alike, is_beside, is_year, measures, names_another_period
from ingest.model import SourceCell
from ingest.tables.drawn import Grid, Placed, Plan, by_header, is_text, trim, without_merged


class _Row(NamedTuple):
    """A row with seven numbers: its code (None where its label is not known), and where it stands."""

    code: str | None
    picked: list[SourceCell]
    row: int


class _Header:
    """The words above table three: where each column stands (once, nowhere, or in several places), and what is no column's."""

    def __init__(self, labels: Labels) -> None:
        self._order = list(labels.columns.values())
        self._labels = labels
        self._seen: dict[str, dict[int, int]] = {}  # word → column → row
        self._others: list[SourceCell] = []

    def add(self, cell: SourceCell, first: int) -> None:
        """Note what stands above the numbers, which begin at column `first`."""
        if column := self._labels.column(cell.text):
            self._seen.setdefault(column, {}).setdefault(cell.column, cell.row)
        elif cell.column + cell.colspan > first and self._labels.keys(cell.text)[0] not in self._labels.headings:
            self._others.append(cell)

    @cached_property
    def strange(self) -> bool:
        """Whether words of another table stand above the numbers, of another year, or of two years."""
        missing = [key for key, code in self._labels.columns.items() if code not in self._seen]
        years = {c.text for c in self._others if is_year(c.text) and c.colspan >= len(self._order)}
        if len(years) > 1 or any(names_another_period(c.text) for c in self._others):
            return True
        others = [c for c in self._others if c.text not in years and not is_beside(c.text)]
        return any(not is_alike(c.text, missing) for c in others)

    @cached_property
    def is_doubled(self) -> bool:
        """Whether columns stand more than once: no one can say which of the numbers are meant. One in another's place is misprinted."""
        twice = sum(len(at) > 1 for at in self._seen.values())
        return twice > 1 or (twice == 1 and len(self._seen) == len(self._order))

    @cached_property
    def is_proven(self) -> bool:
        """Whether the words are those of table three: enough of its columns, each once, and nothing else; or all of them."""
        many = len(self._known)
        return not self.is_doubled and many >= measures()["heads"] and (not self.strange or many == len(self._order))

    @property
    def is_bare(self) -> bool:
        """Whether no word stands above the numbers."""
        return not self._seen and not self.strange

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
        if self.strange:
            return []
        if self.columns:
            return rest if self.columns == sorted(self.columns) else []
        return trim(rest, len(self._order)) if self.is_flat else []


def find_requests(grid: Grid, labels: Labels) -> Plan:
    """Table three of a drawn table (shape: 25 or 23 rows × 7); proven by its column heads and rows, or by many rows without heads."""
    begins = _begins(grid, labels)
    if begins is None:
        return Plan([], [])
    header = _header(grid, labels, *begins)
    rows: list[_Row] = []
    unread: list[int] = []
    heading = ""
    for r in range(begins[0], len(grid.distinct)):
        cells, texts = grid.distinct[r], grid.words[r]
        if any(begins_four(cell.text) for _, cell in texts):
            break
        heading, code, at, is_twice = _named(texts, labels, heading)
        at = at if code else (texts[-1][0] if texts else -1)
        picked = by_header(grid, r, header.columns, cells[at]) if at >= 0 else None
        is_under = picked is not None
        picked = picked or header.cut(cells[at + 1 :])
        is_row = (len(picked) == len(labels.columns) and not any(is_text(c) for c in picked)) or (is_under and code)
        if is_row and not header.is_doubled and not is_twice:
            # A row with a label that is not known counts when the rows between two known ones are told off, blank or not.
            if code or at >= 0 or any(c.text.strip() for c in picked):
                rows.append(_Row(code, picked, r))
        elif any(c.text.strip() and (code or not is_text(c)) for c in cells[at + 1 :]):
            unread.append(r)
    found, lost = _name_rows(rows, labels)
    named = frozenset(row.code for row in rows if row.code and row.code in labels.own)
    proven = bool(named) and header.is_proven
    enough = not header.strange and not header.is_doubled and len(named) >= measures()["rows_without_heads"]
    return Plan(
        without_merged(found, grid), unread + lost, proven or enough, header.is_bare, _named_at_all(grid, labels, begins[0])
    )


def _named(texts: list[tuple[int, SourceCell]], labels: Labels, heading: str) -> tuple[str, str | None, int, bool]:
    """The heading that holds after a row, the row's code, where its label stands, and whether that label stands there twice."""
    found: list[tuple[str, int]] = []
    for i, cell in texts:
        key = labels.keys(cell.text)[0]
        heading = key if key in labels.headings else heading
        if code := labels.row(cell.text, heading):
            found.append((code, i))
    # A merged label that was filled into each of its places stands side by side with itself; with numbers between, it is two tables.
    words = {i for i, _ in texts}
    is_twice = any(
        code == other and not words.issuperset(range(i, j)) for (code, i), (other, j) in itertools.combinations(found, 2)
    )
    return heading, *(found[-1] if found else (None, -1)), is_twice


def _named_at_all(grid: Grid, labels: Labels, begins: int) -> frozenset[str]:
    """The rows that a table names and no other kind of table would, read or not."""
    texts = (cell.text for row in grid.words[begins:] for _, cell in row)
    return frozenset(code for text in texts if (code := labels.row(text, "")) in labels.own)


def _begins(grid: Grid, labels: Labels) -> tuple[int, int] | None:
    """The first row of the table and the column at which its numbers begin; before it words such as 总计 are column heads."""
    heading, first = "", next(iter(labels.rows.values()))
    for r, cells in enumerate(grid.distinct):
        heading, code, at, _ = _named(grid.words[r], labels, heading)
        behind = [c.column for c in cells[at + 1 :] if c.text.strip() and not is_text(c)]
        # A row needs something to its right, or to be the form's first one.
        if code and (behind or code == first):
            return r, min(behind, default=cells[at].column + cells[at].colspan)
    return None


def _header(grid: Grid, labels: Labels, begins: int, first: int) -> _Header:
    """The words between the first row and the caption, the other table or the prose above it."""
    header = _Header(labels)
    for r in range(begins - 1, -1, -1):
        filled = [c for c in grid.distinct[r] if c.text.strip()]
        years = [c for c in filled if is_year(c.text)]
        known = [c for c in filled if labels.column(c.text) or labels.keys(c.text)[0] in labels.headings]
        if (len(filled) == 1 and not known) or any(known_in("disclosure", c.text) for c in filled):
            break
        for cell in filled:
            # Numbers above the first row stand in a row whose label is not known; only years are heads.
            if is_text(cell) or len(years) > 1:
                header.add(cell, first)
    return header


def _name_rows(rows: list[_Row], labels: Labels) -> tuple[list[Placed], list[int]]:
    """Unnamed rows between two named ones get the missing names only if there are exactly as many and the order is the form's."""
    order = list(labels.rows.values())
    named = [order.index(row.code) for row in rows if row.code]
    names: dict[int, str] = {i: row.code for i, row in enumerate(rows) if row.code}
    if named == sorted(set(named)):
        known = sorted(names)
        for a, b in itertools.pairwise(known):
            gap = order[order.index(names[a]) + 1 : order.index(names[b])]
            if b - a - 1 == len(gap):
                names.update(zip(range(a + 1, b), gap, strict=True))
    found: list[Placed] = []
    unread: list[int] = []
    for i, (code, picked, r) in enumerate(rows):
        if i not in names:
            unread += [r] if any(c.text.strip() for c in picked) else []
            continue
        match: Literal["label", "position"] = "label" if code else "position"
        for column, cell in zip(labels.columns.values(), picked, strict=True):
            found.append(Placed(f"{names[i]}.{column}", cell, r, match))
    return found, unread
