"""What was read, as columns of the raw tables (shapes: ingest/landing/reference.py): built where a file is read, written as one batch."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.landing.inbox import Input
from ingest.landing.schemas import NUMBER, SCHEMAS, fingerprint
from ingest.model import Candidate, Cell, Hints, Issue, Report
from ingest.place import pages_text
from ingest.units import Registry
from ingest.words.issues import issue_texts

if TYPE_CHECKING:
    import polars as pl

CANDIDATE_FIELDS = tuple(f.name for f in fields(Candidate))
HINT_FIELDS = tuple(f.name for f in fields(Hints))
ISSUE_FIELDS = tuple(f.name for f in fields(Issue))
COUNT_FIELDS = ("code", "section", "value", "unit_word", "is_approximate", "scope", "sentence", "place")


def read_id(document_id: str) -> str:
    """The id of one reading of one document by this version of forms and readers."""
    return hashlib.sha256(f"{document_id}{fingerprint()}".encode()).hexdigest()[:16]


def input_id(item: Input, document_id: str, registry: Registry) -> str:
    """The id of an input: same file, same bytes, same hints and same readers are the same input."""
    hints = json.dumps({name: getattr(item.hints, name) for name in HINT_FIELDS}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{item.file}|{document_id}|{hints}|{fingerprint()}|{registry.fingerprint}".encode()).hexdigest()[:16]


CODE_PARTS = ("table_name", "row_code", "column_code")


@lru_cache(256)  # most reports have the same codes
def _parts(codes: tuple[str, ...]) -> list[tuple[str | None, ...]]:
    """The tables, the rows and the columns of codes."""
    return list(zip(*((*code.split("."), None)[:3] for code in codes), strict=True))


class Rows:
    """Rows of the raw tables, column by column; `pack` turns them into bytes that travel cheaply between processes."""

    def __init__(self) -> None:
        self._columns: dict[str, dict[str, list[Any]]] = {t: {c: [] for c in schema} for t, schema in SCHEMAS.items()}
        self._packed: list[dict[str, bytes]] = []
        self._tables: dict[str, pl.DataFrame] | None = None  # all that is packed; years of one reading are written one by one

    def add(self, item: Input, size_bytes: int, report: Report, registry: Registry) -> None:
        """Add one input and all that was read of it."""
        key, read = input_id(item, report.document_id, registry), read_id(report.document_id)
        base = {"read_id": read, "document_id": report.document_id}
        self._append("inputs", _input_row(item, size_bytes, report, key, read))
        for candidate in report.candidates:
            self._append("candidates", {"input_id": key, **{name: getattr(candidate, name) for name in CANDIDATE_FIELDS}})
        for issue in report.issues:
            found = {name: getattr(issue, name) for name in ISSUE_FIELDS}
            self._append("issues", {"input_id": key, **base, **found, **issue_texts(issue)})
        if report.state != "loaded":
            return
        forms = {f"form_{t}": report.forms.get(t) for t in ("disclosure", "requests", "challenges", "statistics")}
        marks = {"content_id": report.content_id, "numbers_id": report.numbers_id, "clauses": list(report.clauses)}
        marks["pages"] = pages_text(report.pages)
        self._append("documents", {**base, "reader": report.reader, "title": report.title, **forms, **marks})
        cells, many = self._columns["cells"], len(report.cells)
        for name, values in zip(Cell._fields, zip(*report.cells, strict=True), strict=False):
            cells[name] += values
        for name, values in zip(CODE_PARTS, _parts(tuple([c[0] for c in report.cells])), strict=False):
            cells[name] += values
        for name, value in base.items():
            cells[name] += [value] * many
            self._columns["counts"][name] += [value] * len(report.counts)
        for name in COUNT_FIELDS:
            self._columns["counts"][name] += [getattr(c, name) for c in report.counts]
        for section, text in report.sections.items():
            self._append("sections", {**base, "section": section, "text": text})

    def _append(self, table: str, row: dict[str, Any]) -> None:
        for name, column in self._columns[table].items():
            column.append(row.get(name))

    def pack(self) -> None:
        """Freeze what was added so far."""
        packed = {}
        for name, frame in self._frames().items():
            buffer = io.BytesIO()
            # The one is fast with many rows, the other with few.
            (frame.write_ipc if name == "cells" else frame.write_ipc_stream)(buffer)
            packed[name] = buffer.getvalue()
        self._packed.append(packed)
        self._tables = None
        self._columns = {t: {c: [] for c in schema} for t, schema in SCHEMAS.items()}

    def _frames(self) -> dict[str, pl.DataFrame]:
        import polars as pl

        frames = {}
        for name, schema in SCHEMAS.items():
            columns: dict[str, Any] = self._columns[name]
            if schema.get("value") == NUMBER:
                columns = {**columns, "value": _numbers(columns["value"], columns.get("printed"))}
            frames[name] = pl.DataFrame(columns, schema=schema, strict=False)
        return frames

    def extend(self, other: Rows) -> None:
        """Take over the packed rows of another one."""
        self._packed += other._packed
        self._tables = None

    def write(self, folder: Path, keep: set[str] | None, landed_at: datetime) -> None:
        """Write one parquet file a table, with the inputs named in `keep` (None: all); a document that came twice is written once.

        `landed_at` is the moment at which they land (UTC).
        """
        import polars as pl

        tables = dict(self._all())
        keep = set(tables["inputs"]["input_id"]) if keep is None else keep
        inputs = tables["inputs"].filter(pl.col("input_id").is_in(keep)).with_columns(pl.lit(landed_at).alias("landed_at"))
        is_part = inputs.height < tables["inputs"].height
        reads = inputs["read_id"].unique()
        # The same document under two names was read twice, with the same result.
        is_twice = tables["documents"]["read_id"].n_unique() < tables["documents"].height
        tables["inputs"] = inputs
        for name, frame in tables.items():
            if is_part and name != "inputs":
                by_input = "input_id" in frame.columns
                frame = frame.filter(pl.col("input_id").is_in(keep) if by_input else pl.col("read_id").is_in(reads.implode()))
            if name == "counts" or (is_twice and "input_id" not in frame.columns):
                frame = frame.unique(maintain_order=True)
            frame.write_parquet(folder / f"{name}.parquet")

    def _all(self) -> dict[str, pl.DataFrame]:
        """Everything added so far, one frame a table."""
        import polars as pl

        if any(self._columns["inputs"].values()):
            self.pack()
        if self._tables is None:
            parts = {
                name: [(pl.read_ipc if name == "cells" else pl.read_ipc_stream)(io.BytesIO(p[name])) for p in self._packed]
                for name in SCHEMAS
            }
            self._tables = {name: pl.concat(frames) for name, frames in parts.items()}
        return self._tables


def _numbers(values: list[Decimal | None], printed: list[str | None] | None) -> pl.Series:
    """Decimals as a column, by way of their digits, which is ten times as fast."""
    import polars as pl

    digits = pl.Series(printed or [None if v is None else f"{v:f}" for v in values], dtype=pl.String)
    column = digits.cast(NUMBER, strict=False)
    if printed and column.null_count() != digits.null_count():  # printed in digits of another script
        return _numbers(values, None)
    return column


def _input_row(item: Input, size_bytes: int, report: Report, key: str, read: str) -> dict[str, Any]:
    reason = report.reason
    return {
        "input_id": key,
        "file": item.file,
        "document_id": report.document_id,
        "read_id": read,
        "size_bytes": size_bytes,
        "hints": json.dumps({name: getattr(item.hints, name) for name in HINT_FIELDS}, ensure_ascii=False),
        "state": "read" if report.state == "loaded" else "quarantined",
        "reason_code": reason.code if reason else None,
        "reason_place": reason.place if reason else None,
        "reason_found": reason.found if reason else None,
        "reason_expected": reason.expected if reason else None,
        "report_year": report.report_year,
        "unit_code": report.unit_code,
        "unit_name": report.unit_name,
        "published_on": _date(report.published_on),
        "url": report.url,
        "is_back": item.is_back,
    }


def _date(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y-%m-%d").date()
    except ValueError:
        return None
