"""Find the numbers of table two in a drawn table: a row label, then its numbers under the header row that stands above it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ingest.law.forms import FormCell
from ingest.law.labels import Labels, begins_another, unit_in
from ingest.law.statutory import is_alike, is_beside, is_year, marks_table_two, measures
from ingest.model import SourceCell
from ingest.tables.drawn import Grid, Placed, Plan, by_header, is_text, trim, without_merged
from ingest.words.text import label_key


@dataclass
class _Header:
    """A header row of table two: where each column stands, words that are no column of the form, and what makes it unclear."""

    columns: dict[str, SourceCell] = field(default_factory=dict)
    width: int = 0
    others: list[str] = field(default_factory=list)
    is_unclear: bool = False  # a column stands twice, or a second line divides the columns: by years, by kinds
    is_fresh: bool = True  # nothing stands below it yet

    def says(self, keys: list[str]) -> bool:
        """Whether the words that are no column of the form can only be those of these columns that are missing, misspelled."""
        missing = [k for k in keys if k not in self.columns]
        return all(missing and is_alike(text, missing, "alike_in_two") for text in self.others)


def _header(texts: list[SourceCell], labels: Labels) -> _Header | None:
    """The header that a row of words is, None if it names no column of the form."""
    header = _Header()
    for cell in texts:
        if key := labels.column(cell.text):
            header.is_unclear |= key in header.columns
            header.columns[key] = cell
        elif cell.column > 0 and not is_beside(cell.text):
            header.others.append(cell.text)
    header.width = len([c for c in texts if c.column > 0])
    return header if header.columns else None


def _divides(cells: list[SourceCell]) -> bool:
    """Whether a row below a header divides its columns: by words, or by years."""
    behind = [c for c in cells if c.column > 0 and c.text.strip()]
    return len([c for c in behind if is_year(c.text)]) > 1 or any(is_text(c) and not is_beside(c.text) for c in behind)


def _under(
    grid: Grid, r: int, label: SourceCell, keys: list[str], header: _Header
) -> tuple[list[SourceCell], Literal["label", "position"]]:
    """The cells of a row: under its header; else behind its label, if there are as many as the form asks for."""
    known = [header.columns[k].column for k in keys if k in header.columns]
    if header.is_unclear:
        return [], "position"
    if len(known) == len(keys) and (picked := by_header(grid, r, known, label)):
        return picked, "label"
    if known != sorted(known) or not header.says(keys):
        return [], "position"  # not under the header, and the header is not in the order of the form, or another table's
    behind = [c for c in grid.distinct[r] if c.column > label.column]
    if len(known) == len(keys):
        return (behind, "label") if len(behind) == len(keys) else ([], "label")
    behind = trim(behind, len(keys))
    return (behind, "position") if len(behind) == len(keys) == header.width else ([], "position")


def _label(texts: list[SourceCell], labels: Labels) -> tuple[SourceCell | None, tuple[FormCell, ...]]:
    """The label of a row and the cells of the form that it names; none where the row has two, since two tables stand side by side."""
    named = [c for c in texts if labels.cells(c.text)]
    wanted = labels.cells(named[0].text) if named else ()
    apart = [c for c in named[1:] if labels.cells(c.text) == wanted and c.column > named[0].column + named[0].colspan]
    return (named[0] if named else None), () if apart else wanted


def find_disclosure(grid: Grid, labels: Labels) -> Plan:
    """Table two of a drawn table (shape: 10 or 22 numbers); proven by its items and headings, or by rows of several items."""
    header = _Header(is_fresh=False)
    found: list[Placed] = []
    unread: list[int] = []
    items: set[str] = set()
    named: set[str] = set()
    for r, cells in enumerate(grid.distinct):
        texts = [c for _, c in grid.words[r]]
        label, wanted = _label(texts, labels)
        if label is None:
            if any(begins_another(c.text) for c in texts):  # all tables of a report can be drawn as one
                header = _Header(is_fresh=False)
            elif columns := _header(texts, labels):
                header = columns
            elif header.is_fresh and _divides(cells):
                header.is_unclear = True
            elif header.columns and any(c.text.strip() and not is_text(c) for c in cells):
                unread.append(r)
            continue
        header.is_fresh = False
        named.add(labels.cells(label.text)[0].row)
        keys = [label_key(w.column_label) for w in wanted]
        picked, match = _under(grid, r, label, keys, header)
        if not picked:
            if any(c.text.strip() and not is_text(c) for c in cells):
                unread.append(r)
            continue
        for form_cell, key, cell in zip(wanted, keys, picked, strict=True):
            unit = unit_in(header.columns[key].text) if key in header.columns else ""
            found.append(Placed(form_cell.row, cell, r, match, unit))
            items.add(form_cell.item)
    marked = any(marks_table_two(c.text) for row in grid.words for _, c in row)
    is_under_heads = any(p.match == "label" for p in found)
    proven = is_under_heads and (marked or len(items) >= measures()["items"])
    return Plan(without_merged(found, grid), unread, proven, is_under_heads, frozenset(named))
