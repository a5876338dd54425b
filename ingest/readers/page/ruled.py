"""From ruling lines to tables: lines that touch are one table, and a border that is not drawn makes two places one cell."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

Line = tuple[float, float, float]  # a horizontal: (y, x from, x to); a vertical: (x, y from, y to); y grows downward
MAX_PLACES = 6000
MAX_LINES = 4000


@dataclass(frozen=True)
class RuledTable:
    """A table as ruled: its column lines, its row lines (top first) and its cells (row, column, rowspan, colspan)."""

    xs: list[float]
    ys: list[float]
    cells: list[tuple[int, int, int, int]]
    number: list[list[int]]  # for each place (row, column): which cell covers it

    def cell_at(self, x: float, y: float) -> int | None:
        """The cell that covers a point, None outside the table."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        return self.number[bisect_left(self.ys, y, 1) - 1][bisect_left(self.xs, x, 1) - 1]

    def box(self, cell: int) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of a cell."""
        row, column, high, wide = self.cells[cell]
        return self.xs[column], self.ys[row], self.xs[column + wide], self.ys[row + high]


def find_tables(horizontals: list[Line], verticals: list[Line], tolerance: float) -> list[RuledTable]:
    """The tables on a page, from the top; lines nearer to each other than `tolerance` are one line."""
    horizontals, verticals = _joined(horizontals, tolerance), _joined(verticals, tolerance)
    if len(horizontals) + len(verticals) > MAX_LINES:
        return []
    tables = []
    for hs, vs in _groups(horizontals, verticals, tolerance):
        table = _table(hs, vs, tolerance)
        if table and len(table.cells) > 1:
            tables.append(table)
    return sorted(tables, key=lambda t: (t.ys[0], t.xs[0]))


def _joined(lines: list[Line], tolerance: float) -> list[Line]:
    """Pieces of one rule, drawn cell by cell, as one line."""
    joined: list[Line] = []
    place: list[Line] = []
    for line in sorted(lines):
        if place and line[0] - place[0][0] > tolerance:
            joined += _runs(place, tolerance)
            place = []
        place.append(line)
    return joined + _runs(place, tolerance)


def _runs(place: list[Line], tolerance: float) -> list[Line]:
    runs: list[Line] = []
    for at, start, end in sorted(place, key=lambda p: p[1]):
        if runs and start <= runs[-1][2] + tolerance:
            runs[-1] = (runs[-1][0], runs[-1][1], max(runs[-1][2], end))
        else:
            runs.append((at, start, end))
    return runs


def _groups(horizontals: list[Line], verticals: list[Line], tolerance: float) -> list[tuple[list[Line], list[Line]]]:
    """Lines that meet, directly or through others."""
    parent = list(range(len(horizontals) + len(verticals)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    order = sorted(range(len(horizontals)), key=lambda i: horizontals[i][0])
    heights = [horizontals[i][0] for i in order]
    for j, (x, y0, y1) in enumerate(verticals, len(horizontals)):
        for i in order[bisect_left(heights, y0 - tolerance) : bisect_right(heights, y1 + tolerance)]:
            _, x0, x1 = horizontals[i]
            if x0 - tolerance <= x <= x1 + tolerance:
                parent[find(i)] = find(j)
    groups: dict[int, tuple[list[Line], list[Line]]] = {}
    for i in range(len(parent)):
        group = groups.setdefault(find(i), ([], []))
        if i < len(horizontals):
            group[0].append(horizontals[i])
        else:
            group[1].append(verticals[i - len(horizontals)])
    return [g for g in groups.values() if len(g[0]) > 1 and len(g[1]) > 1]


def snap(values: list[float], tolerance: float) -> list[float]:
    """Positions with those that lie close together made one, in order."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= tolerance:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(g) / len(g) for g in groups]


def _nearest(lines: list[float], value: float) -> int:
    at = bisect_left(lines, value)
    if at == len(lines) or (at and value - lines[at - 1] < lines[at] - value):
        at -= 1
    return at


def _table(hs: list[Line], vs: list[Line], tolerance: float) -> RuledTable | None:
    xs = snap([x for x, _, _ in vs], tolerance)
    ys = snap([y for y, _, _ in hs], tolerance)
    bottom, top = max(y1 for _, _, y1 in vs), min(y0 for _, y0, _ in vs)
    open_edges = []
    # A table that goes on over the page end has no rule there: its verticals hang over the last horizontal.
    if bottom > ys[-1] + 3 * tolerance:
        open_edges.append(bottom)
    if top < ys[0] - 3 * tolerance:
        open_edges.append(top)
    hs = [*hs, *((y, xs[0], xs[-1]) for y in open_edges)]
    ys = sorted([*ys, *open_edges])
    wide, high = len(xs) - 1, len(ys) - 1
    if wide < 1 or high < 1 or wide * high > MAX_PLACES:
        return None
    left = [[False] * (wide + 1) for _ in range(high)]  # is the line at the left of a place drawn
    above = [[False] * wide for _ in range(high + 1)]
    middles = [(a + b) / 2 for a, b in itertools.pairwise(ys)]
    for x, y0, y1 in vs:
        column = _nearest(xs, x)
        for row in range(bisect_left(middles, y0 - tolerance), bisect_right(middles, y1 + tolerance)):
            left[row][column] = True
    middles = [(a + b) / 2 for a, b in itertools.pairwise(xs)]
    for y, x0, x1 in hs:
        row = _nearest(ys, y)
        for column in range(bisect_left(middles, x0 - tolerance), bisect_right(middles, x1 + tolerance)):
            above[row][column] = True
    return _merge(xs, ys, left, above)


def _merge(xs: list[float], ys: list[float], left: list[list[bool]], above: list[list[bool]]) -> RuledTable:
    """Rectangles of places with no line between them; a region that is no rectangle falls into rows of places."""
    wide, high = len(xs) - 1, len(ys) - 1
    number = [[-1] * wide for _ in range(high)]
    cells: list[tuple[int, int, int, int]] = []
    for row in range(high):
        for column in range(wide):
            if number[row][column] >= 0:
                continue
            right = column + 1
            while right < wide and not left[row][right] and number[row][right] < 0:
                right += 1
            bottom = row + 1
            while bottom < high and _goes_on(bottom, column, right, left, above, number):
                bottom += 1
            for r in range(row, bottom):
                for c in range(column, right):
                    number[r][c] = len(cells)
            cells.append((row, column, bottom - row, right - column))
    return RuledTable(xs, ys, cells, number)


def _goes_on(row: int, column: int, right: int, left: list[list[bool]], above: list[list[bool]], number: list[list[int]]) -> bool:
    """Whether a cell over these columns covers the row too: no line above it, none inside, and lines at both ends."""
    if any(above[row][c] or number[row][c] >= 0 for c in range(column, right)):
        return False
    if any(left[row][c] for c in range(column + 1, right)):
        return False
    ends = (column == 0 or left[row][column]) and (right == len(above[0]) or left[row][right])
    return ends
