"""Find the numbers of table four in a drawn table: one row of fifteen under a header of three blocks by five outcomes."""

from __future__ import annotations

from ingest.law.labels import Labels
from ingest.law.statutory import is_beside, is_year, names_another_period
from ingest.model import SourceCell
from ingest.tables.drawn import Grid, Placed, Plan, is_text, without_merged


def find_challenges(grid: Grid, labels: Labels) -> Plan:
    """Table four of a drawn table; proven by the words of its three blocks and five outcomes, which stand above every number."""
    blocks, outcomes = list(labels.rows.values()), list(labels.columns.values())
    start = next((r for r, cells in enumerate(grid.distinct) if any(labels.block(c.text) == blocks[0] for c in cells)), None)
    if start is None:
        return Plan([], [])
    wanted = [f"{b}.{o}" for b in blocks for o in outcomes]
    lines = {r: cells for r in range(start + 1, len(grid.distinct)) if (cells := _numbers(grid, labels, start, r))}
    full = [r for r, cells in lines.items() if len(cells) == len(wanted) and any(c.text.strip() for c in cells)]
    if len(full) > 1:  # the row of another year beside the row of this one: no one can say which is meant
        return Plan([], full)
    for r, cells in lines.items():
        picked, match = _picked(grid, labels, start, r, cells)
        if picked:
            placed = [Placed(w, c, r, "label" if match else "position") for w, c in zip(wanted, picked, strict=True)]
            return Plan(without_merged(placed, grid), [], True)
        if any(c.text.strip() for c in cells):
            return Plan([], [r])
    return Plan([], [])


def _numbers(grid: Grid, labels: Labels, start: int, r: int) -> list[SourceCell]:
    """The cells of a row that holds no words, without the blanks beside the header that fill up a wider table."""
    cells = grid.distinct[r]
    if any(map(is_text, cells)):
        return []
    heads = [c for q in range(start, r) for c in grid.distinct[q] if labels.block(c.text) or labels.column(c.text)]
    right = max(c.column + c.colspan for c in heads)
    return [c for c in cells if c.column < right or c.text.strip()]


def _picked(grid: Grid, labels: Labels, start: int, r: int, cells: list[SourceCell]) -> tuple[list[SourceCell], bool]:
    """The fifteen cells in the order of the form, and whether each stands under its own words; none where that is not clear."""
    blocks, outcomes = list(labels.rows.values()), list(labels.columns.values())
    wanted = [f"{b}.{o}" for b in blocks for o in outcomes]
    above = [c for q in range(start, r) for c in grid.distinct[q] if c.row == q and is_text(c)]
    if len(cells) != len(wanted) or any(names_another_period(c.text) or is_year(c.text) for c in above):
        return [], False
    codes: dict[str, SourceCell] = {}
    for cell in cells:
        stack = [head.text for q in range(start, r) if (head := grid.rows[q][cell.column]) is not None]
        block = next((b for text in reversed(stack) if (b := labels.block(text))), None)
        outcome = next((o for text in reversed(stack) if (o := labels.column(text))), None)
        if block and outcome:
            codes.setdefault(f"{block}.{outcome}", cell)
    if len(codes) == len(wanted):
        return [codes[w] for w in wanted], True
    # Where the merges of the header were lost, its words still stand in the order of the form, and no others between them.
    said = [b for c in above if (b := labels.block(c.text))]
    heads = [o for c in above if (o := labels.column(c.text))]
    strange = [c for c in above if not (labels.block(c.text) or labels.column(c.text) or is_beside(c.text))]
    strange = [c for c in strange if labels.keys(c.text)[0] not in labels.headings]
    in_order = said == blocks and heads and heads == outcomes * (len(heads) // len(outcomes))
    return (cells, False) if in_order and not strange else ([], False)
