"""Read Markdown: pipe tables with a separator row become tables, everything else paragraphs; marks of bold and headings go.

Source: GitHub Flavored Markdown §4.10 (tables). A row shorter than its header stays short: no blank is added to it.
"""

from __future__ import annotations

import re

from ingest.model import Document, Paragraph, Table
from ingest.place import Place
from ingest.readers.plain import MAX_TEXT, check_size, table_of

_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_SPLIT = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_STRONG = re.compile(r"(?<![\\*])(\*{1,3})(?=\S)([^*\n]*[^*\s\\])\1(?!\*)")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
MAX_LINE = 100_000


def looks_like_markdown(text: str) -> bool:
    """Whether a text holds a pipe table with its separator row (|---|---|) under a row of as many cells."""
    if len(text) > MAX_TEXT:
        return False  # refused by the reader of plain text
    lines = text.splitlines()
    return any(_is_table(lines, n) for n in range(len(lines) - 1))


def read_markdown(text: str) -> Document:
    """The paragraphs (place: line number) and pipe tables (place: line of the header row) of a Markdown text."""
    check_size(text)
    lines = text.splitlines()
    blocks: list[Paragraph | Table] = []
    n = 0
    while n < len(lines):
        if _is_table(lines, n):
            rows, end = [_cells(lines[n])], n + 2
            while end < len(lines) and "|" in lines[end] and not _is_table(lines, end):
                rows.append(_cells(lines[end]))
                end += 1
            blocks.append(table_of(rows, Place.of(line=n + 1)))
            n = end
            continue
        found = _HEADING.fullmatch(lines[n]) if len(lines[n]) < MAX_LINE else None
        if line := _plain(found[1] if found else lines[n]).strip():
            blocks += [Paragraph(part.strip(), Place.of(line=n + 1)) for part in line.split("\n") if part.strip()]
        n += 1
    return Document("markdown", tuple(blocks))


def _is_table(lines: list[str], n: int) -> bool:
    """Whether a table begins at line n: a row of cells, then a separator row of as many."""
    if n + 1 >= len(lines) or "|" not in lines[n] or "-" not in lines[n + 1] or "|" not in lines[n + 1]:
        return False
    if len(lines[n]) > MAX_LINE or len(lines[n + 1]) > MAX_LINE or not _RULE.fullmatch(lines[n + 1]):
        return False
    return not _RULE.fullmatch(lines[n]) and len(_cells(lines[n])) == len(_cells(lines[n + 1]))


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [_plain(cell).strip() for cell in _SPLIT.split(inner)]


def _plain(text: str) -> str:
    """Text without the marks of bold and italics; an escaped character stands for itself."""
    if len(text) < MAX_LINE:
        text = _STRONG.sub(r"\2", text)
    return _ESCAPED.sub(r"\1", _BREAK.sub("\n", text))
