"""The rows of a page as a file: CSV and JSON with the names that programs know, a workbook in the language of its reader."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from foi.ask.workbook import Field, Sheet, write_book
from foi.messages import message
from foi.published import as_csv, as_json
from foi.published.no_formula import no_formula
from ingest.words.language import Text

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(ending: str, columns: Mapping[str, Text], rows: Sequence[Sequence[Any]], source: Sequence[tuple[str, Any]]) -> bytes:
    """The rows in a format; texts of two languages are told apart in JSON, and one of them in the others. A workbook says its `source`."""
    if ending == "json":
        return as_json(*_bilingual(columns, rows)).encode()
    plain = [[value.shown if isinstance(value, Text) else value for value in row] for row in rows]
    if ending == "csv":
        return ("\ufeff" + as_csv(list(columns), [[no_formula(value) for value in row] for row in plain]) + "\n").encode()
    content = io.BytesIO()
    write_book(
        content, [Sheet(message("portal.sheet"), [Field(code, text.shown) for code, text in columns.items()], plain)], source
    )
    return content.getvalue()


def _bilingual(columns: Mapping[str, Text], rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows in which every text is two columns, one for each language."""
    texts = {at for row in rows for at, value in enumerate(row) if isinstance(value, Text)}
    names = [
        name for at, column in enumerate(columns) for name in ((f"{column}_zh", f"{column}_en") if at in texts else (column,))
    ]
    split = [[part for at, value in enumerate(row) for part in (_both(value) if at in texts else (value,))] for row in rows]
    return names, split


def _both(value: Any) -> tuple[Any, Any]:
    """A value in both languages; a word that is no text of ours is the same in both."""
    return (value.zh, value.en) if isinstance(value, Text) else (value or None, value or None)
