"""Read plain text: a word processor's export with tabs as cells (as the seed), or lines in any other style."""

from __future__ import annotations

from ingest.model import Document, Paragraph, SourceCell, Table


def read_text(text: str) -> Document:
    """Lines become paragraphs (place: line number); lines that begin with a tab become the cells of a table.

    In the tab style a cell starts with a tab, a line without one goes on in the same cell, a blank line ends a row, and
    two blank lines or a line after a finished row end the table.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    if not any(line.startswith("\t") for line in lines):
        return Document("text", tuple(Paragraph(line, f"line {n}") for n, line in enumerate(lines, 1) if line.strip()))
    return Document("text", tuple(_tabbed(lines)))


def _tabbed(lines: list[str]) -> list[Paragraph | Table]:
    blocks: list[Paragraph | Table] = []
    rows: list[list[str]] = []
    row: list[str] | None = None
    start = empty = 0

    def close() -> None:
        if rows:
            cells = tuple(SourceCell(t, r, c) for r, cells in enumerate(rows) for c, t in enumerate(cells))
            blocks.append(Table(cells, f"line {start}"))
            rows.clear()

    for number, line in enumerate(lines, 1):
        if line.startswith("\t"):
            if row is None:
                row = []
                start = start if rows else number
                rows.append(row)
            row.append(line[1:])
            empty = 0
        elif not line.strip():
            empty += 1
            row = None
            if empty >= 2:
                close()
        elif row is not None:
            row[-1] += "\n" + line
        else:
            close()
            blocks.append(Paragraph(line, f"line {number}"))
            empty = 0
    close()
    return blocks
