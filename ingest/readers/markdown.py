"""Read Markdown: pipe tables with their separator row become drawn tables; everything else is text.

Source: GitHub Flavored Markdown §4.10 (tables).
"""

from __future__ import annotations

import re

from ingest.model import Document, Paragraph, SourceCell, Table

_SEPARATOR = re.compile(r"^\s*\|?(?:\s*:?-{3,}:?\s*\|)+(?:\s*:?-{3,}:?\s*)?$")
_SPLIT = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_MARKS = re.compile(r"^#{1,6}\s+|(\*\*|__)")


def looks_like_markdown(text: str) -> bool:
    """Whether a text holds a table with a separator row (|---|---|) of the same width as the row above it."""
    lines = text.split("\n")
    return any(_SEPARATOR.match(line) and k and len(_cells(line)) == len(_cells(lines[k - 1])) > 1 for k, line in enumerate(lines))


def read_markdown(text: str) -> Document:
    """Paragraphs (place: line number) and tables; a row of another width than its table is text, never shifted."""
    blocks: list[Paragraph | Table] = []
    rows: list[list[str]] = []
    start = 0

    def close() -> None:
        if rows:
            cells = tuple(SourceCell(t, r, c) for r, row in enumerate(rows) for c, t in enumerate(row))
            blocks.append(Table(cells, f"line {start}"))
            rows.clear()

    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        cells = _cells(line) if "|" in line else []
        if _SEPARATOR.match(line):
            continue
        if len(cells) > 1 and (not rows or len(cells) == len(rows[0])):
            start = start if rows else number
            rows.append([_plain(c) for c in cells])
            continue
        close()
        if line.strip():
            blocks.append(Paragraph(_plain(line), f"line {number}"))
    close()
    return Document("markdown", tuple(blocks))


def _cells(line: str) -> list[str]:
    return _SPLIT.split(line.strip().removeprefix("|").removesuffix("|"))


def _plain(text: str) -> str:
    return _MARKS.sub("", _BREAK.sub("\n", text.strip())).replace("\\|", "|").strip()
