"""Open a roster as rows of text with their line numbers: CSV as any office writes it, or a workbook."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import olefile

from ingest.model import IngestError, Issue
from ingest.readers.sheet import text_of
from ingest.readers.workbook import open_sheets
from ingest.roster import RosterError

Row = tuple[int, list[str]]


def open_roster(path: Path) -> tuple[str, list[Row]]:
    """The hash of a roster's bytes and its rows that hold something; RosterError when it is no readable table."""
    data = path.read_bytes()
    roster_id = hashlib.sha256(data).hexdigest()[:16]
    try:
        is_workbook = data.startswith(olefile.MAGIC) or zipfile.is_zipfile(io.BytesIO(data))
        rows = _sheet_rows(data) if is_workbook else _csv_rows(data)
        return roster_id, [(n, row) for n, row in rows if any(row)]
    except IngestError as error:
        raise RosterError([Issue(error.issue.code, "error", path.name, error.issue.found, error.issue.expected)]) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise RosterError([Issue("roster_not_text", "error", path.name, str(error)[:100])]) from error


def _csv_rows(data: bytes) -> Iterator[Row]:
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")  # what Excel in Chinese Windows writes
    # Excel writes “Unicode text” with tabs.
    delimiter = max((",", "\t", ";"), key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in reader:
        yield reader.line_num, [cell.strip() for cell in row]


def _sheet_rows(data: bytes) -> Iterator[Row]:
    """The rows of the first sheet."""
    for sheet in open_sheets(data)[:1]:
        for number, row in enumerate(sheet.rows, sheet.top + 1):
            yield number, [text_of(value).strip() for value in row]
