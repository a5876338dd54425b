"""Read plain text: a word processor's export with tabs as cells (as the seed), rows copied from Word or Excel, or lines in any style."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ingest.law.statutory import marks_table_two
from ingest.model import Document, IngestError, Paragraph, SourceCell, Table
from ingest.place import Place
from ingest.readers.spans import MAX_COLUMNS, check_cut
from ingest.words.headings import heading_keys
from ingest.words.text import is_spoiled, label_key, read_number

MAX_TEXT, MAX_LINES = 4_000_000, 50_000  # a report has some ten thousand characters; the largest one seen has 6,000 lines
MAX_ROWS = 5_000  # of one table
SEPARATORS = ("\t", ",", ";")
FEWEST = 5  # rows with numbers, by which the separator is known
ROW = 3  # fields of a row with numbers, at least; half of them numbers or blank
PROSE = 60  # characters; longer than any label with its note
Row = tuple[int, list[str]]  # the line it begins at, and its fields


def read_text(text: str) -> Document:
    """Lines become paragraphs (place: line number), rows of fields the cells of tables; a text of more than 50,000 lines is refused."""
    check_size(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    lines = text.split("\n")
    if separator := _separator(lines):
        return Document("text", tuple(_separated(text, lines, separator)))
    if any(line.startswith("\t") for line in lines):
        return Document("text", tuple(_tabbed(lines)))
    return Document("text", tuple(Paragraph(line, Place.of(line=n)) for n, line in enumerate(lines, 1) if line.strip()))


def check_size(text: str) -> None:
    """Raise IngestError too_large for a text that no report fills, before it is taken apart."""
    if len(text) > MAX_TEXT:
        raise IngestError("too_large", "", f"{len(text)} characters", f"{MAX_TEXT} characters")
    if (lines := text.count("\n") + 1) > MAX_LINES:
        raise IngestError("too_large", "", f"{lines} lines", f"{MAX_LINES} lines")


def table_of(rows: list[list[str]], place: Place) -> Table:
    """A table of rows of texts; raises IngestError too_large where it has more rows or columns than any report has."""
    if len(rows) > MAX_ROWS:
        raise IngestError("too_large", place, f"{len(rows)} rows", f"{MAX_ROWS} rows")
    check_cut(place, (t for row in rows for t in row[MAX_COLUMNS:]), max(map(len, rows), default=0), "columns", MAX_COLUMNS)
    cells = (SourceCell(text, r, c) for r, row in enumerate(rows) for c, text in enumerate(row[:MAX_COLUMNS]))
    return Table(tuple(cells), place)


def _separator(lines: list[str]) -> str:
    """The character between the fields of a text copied from a table, "" if it is none: enough rows hold numbers between it."""
    for separator in SEPARATORS:
        rows = ([f.strip().strip('"') for f in line.split(separator)] for line in lines if line.count(separator) >= ROW - 1)
        if sum(_has_numbers(fields) for fields in rows) >= FEWEST:
            return separator
    return ""


def _has_numbers(fields: list[str]) -> bool:
    values = [f for f in fields if read_number(f).state != "unreadable" or is_spoiled(f)]
    return any(f.strip() for f in values) and len(values) * 2 >= len(fields)


def _records(text: str, lines: list[str], separator: str) -> list[Row]:
    """The rows of fields; a field in quotes may go over several lines. Where quotes do not pair, they are characters like others."""
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    start = 1
    try:
        for fields in reader:
            rows.append((start, fields))
            if any(f.count("\n") > len(fields) + 2 for f in fields):
                raise csv.Error
            start = reader.line_num + 1
    except csv.Error:
        return [(n, line.split(separator)) for n, line in enumerate(lines, 1)]
    return rows


def _separated(text: str, lines: list[str], separator: str) -> Iterator[Paragraph | Table]:
    """Rows with several texts are a table, up to a blank row, a heading or prose; a merged cell left blank fields behind."""
    block: list[Row] = []
    for start, fields in _records(text, lines, separator):
        filled = [f for f in fields if f.strip()]
        is_prose = len(filled) == 1 and (len(fields) == 1 or len(filled[0]) > PROSE or label_key(filled[0]) in heading_keys())
        # A sentence with the separator in it, where the sentences of the others are fields of their own.
        is_prose = is_prose or (
            len(filled) > 1 and not any(map(_is_value, filled)) and sum(map(len, filled)) > PROSE and "。" in filled[-1]
        )
        if filled and not is_prose:
            block.append((start, fields))
            continue
        yield from _block(block)
        block = []
        if filled:
            yield from (
                Paragraph(line.strip(), Place.of(line=start)) for line in separator.join(filled).split("\n") if line.strip()
            )
    yield from _block(block)


def _is_value(field: str) -> bool:
    return read_number(field).state in ("reported", "dash")


def _block(rows: list[Row]) -> Iterator[Paragraph | Table]:
    """A table, without the titles before it: rows with one text before the first full row."""
    while rows and len(texts := [f for f in rows[0][1] if f.strip()]) == 1:
        if marks_table_two(texts[0]) and len(rows) > 1:
            break
        yield Paragraph(texts[0].strip(), Place.of(line=rows[0][0]))
        rows = rows[1:]
    if rows:
        yield table_of([fields for _, fields in rows], Place.of(line=rows[0][0]))


def _tabbed(lines: list[str]) -> list[Paragraph | Table]:
    """The tab style: a cell begins with a tab, a line without one goes on in the same cell, a blank line ends a row; two end the table."""
    blocks: list[Paragraph | Table] = []
    rows: list[list[str]] = []
    row: list[str] | None = None
    start = empty = 0

    def close() -> None:
        if rows:
            blocks.append(table_of(rows, Place.of(line=start)))
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
            blocks.append(Paragraph(line, Place.of(line=number)))
            empty = 0
    close()
    return blocks
