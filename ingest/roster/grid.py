"""Open a roster as rows of text with their line numbers: CSV as any office writes it, or a workbook."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import olefile

from ingest.handed_in.folder import read_file, why_unreadable
from ingest.handed_in.lists import ListError, Row, csv_rows
from ingest.model import IngestError, Issue
from ingest.readers.sheet import text_of
from ingest.readers.sheet.workbook import open_sheets
from ingest.roster import RosterError


def open_roster(path: Path) -> tuple[str, list[Row]]:
    """The hash of a roster's bytes and its rows that hold something; RosterError when it is no readable table."""
    try:
        data = read_file(path)
    except OSError as error:
        raise RosterError([Issue("list_not_text", "error", path.name, why_unreadable(path, error).found)]) from error
    roster_id = hashlib.sha256(data).hexdigest()[:16]
    try:
        is_workbook = data.startswith(olefile.MAGIC) or zipfile.is_zipfile(io.BytesIO(data))
        rows = _sheet_rows(data) if is_workbook else csv_rows(data, path.name)
        return roster_id, [(n, row) for n, row in rows if any(row)]
    except ListError as error:
        raise RosterError(error.issues) from error
    except IngestError as error:
        raise RosterError([Issue(error.issue.code, "error", path.name, error.issue.found, error.issue.expected)]) from error


def _sheet_rows(data: bytes) -> Iterator[Row]:
    """The rows of the first sheet."""
    for sheet in open_sheets(data)[:1]:
        for number, row in enumerate(sheet.rows, sheet.top + 1):
            yield number, [text_of(value).strip() for value in row]
