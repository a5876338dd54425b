"""The rows of a page as a file: CSV and JSON with the names that programs know, a workbook in the language of its reader."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import IO, Any

from foi.ask.workbook import Field, Sheet, write_book
from foi.messages import message
from foi.published import as_json, write_csv
from foi.published.no_formula import no_formula
from ingest.words.language import Text

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TOGETHER = 500  # rows of JSON that are made at once
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(ending: str, columns: Mapping[str, Text], rows: Sequence[Sequence[Any]], source: Sequence[tuple[str, Any]]) -> bytes:
    """The rows in a format; texts of two languages are told apart in JSON, and one of them in the others. A workbook says its `source`."""
    texts = [name for at, name in enumerate(columns) if any(isinstance(row[at], Text) for row in rows)]
    content = io.BytesIO()
    write(content, ending, columns, texts, rows, source)
    return content.getvalue()


def write(
    out: IO[bytes], ending: str, columns: Mapping[str, Text], texts: Collection[str], rows: Iterable[Sequence[Any]],
    source: Sequence[tuple[str, Any]],
) -> None:  # fmt: skip
    """Write the rows in a format one after the other; `texts` are the columns that have both languages."""
    if ending == "json":
        _json(out, list(columns), texts, rows)
        return
    plain = ([value.shown if isinstance(value, Text) else value for value in row] for row in rows)
    if ending == "csv":
        text = io.TextIOWrapper(out, "utf-8-sig", newline="")  # with the mark by which Excel takes it for UTF-8
        write_csv(text, list(columns), ([no_formula(value) for value in row] for row in plain))
        text.flush()
        text.detach()
        return
    write_book(out, [Sheet(message("portal.sheet"), [Field(code, text.shown) for code, text in columns.items()], plain)], source)


def _json(out: IO[bytes], columns: Sequence[str], texts: Collection[str], rows: Iterable[Sequence[Any]]) -> None:
    """A list of objects, in which every text is two values, one for each language."""
    names = [part for name in columns for part in ((f"{name}_zh", f"{name}_en") if name in texts else (name,))]
    are_texts = [name in texts for name in columns]
    split = ([part for both, v in zip(are_texts, row, strict=True) for part in (_both(v) if both else (v,))] for row in rows)
    between = b"["
    while some := list(islice(split, TOGETHER)):
        out.write(between + as_json(names, some)[1:-1].encode())
        between = b", "
    out.write(b"[]" if between == b"[" else b"]")


def _both(value: Any) -> tuple[Any, Any]:
    """A value in both languages; a word that is no text of ours is the same in both."""
    return (value.zh, value.en) if isinstance(value, Text) else (value or None, value or None)
