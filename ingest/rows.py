"""What was read, as columns of the raw tables (shapes: ingest/tables.py): built where a file is read, written as one batch."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.inbox import Input
from ingest.issues import issue_texts
from ingest.model import Candidate, Cell, Issue, Report
from ingest.tables import SCHEMAS, fingerprint
from ingest.units import Registry

if TYPE_CHECKING:
    import polars as pl

CANDIDATE_FIELDS = tuple(f.name for f in fields(Candidate))
ISSUE_FIELDS = tuple(f.name for f in fields(Issue))
COUNT_FIELDS = ("code", "section", "value", "unit_word", "is_approximate", "scope", "sentence", "place")


def read_id(document_id: str) -> str:
    """The id of one reading of one document by this version of forms and readers."""
    return hashlib.sha256(f"{document_id}{fingerprint()}".encode()).hexdigest()[:16]


def input_id(item: Input, document_id: str, registry: Registry) -> str:
    """The id of an input: same file, same bytes, same hints and same readers are the same input."""
    hints = json.dumps(asdict(item.hints), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{item.file}|{document_id}|{hints}|{fingerprint()}|{registry.fingerprint}".encode()).hexdigest()[:16]


CODE_PARTS = ("table_name", "row_code", "column_code")


@cache
def _parts(code: str) -> tuple[str, str, str | None]:
    """Table, row and column of a code."""
    table, row, *column = code.split(".")
    return table, row, column[0] if column else None


class Rows:
    """Rows of the raw tables, column by column; `pack` turns them into bytes that travel cheaply between processes."""

    def __init__(self) -> None:
        self._columns: dict[str, dict[str, list[Any]]] = {t: {c: [] for c in schema} for t, schema in SCHEMAS.items()}
        self._packed: list[dict[str, bytes]] = []

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
        self._append("documents", {**base, "reader": report.reader, "title": report.title, **forms, **marks})
        cells, many = self._columns["cells"], len(report.cells)
        for name, values in zip(Cell._fields, zip(*report.cells, strict=True), strict=False):
            cells[name] += values
        for name, values in zip(CODE_PARTS, zip(*(_parts(c.code) for c in report.cells), strict=True), strict=False):
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
            frame.write_ipc(buffer)
            packed[name] = buffer.getvalue()
        self._packed.append(packed)
        self._columns = {t: {c: [] for c in schema} for t, schema in SCHEMAS.items()}

    def _frames(self) -> dict[str, pl.DataFrame]:
        import polars as pl

        return {name: pl.DataFrame(self._columns[name], schema=schema, strict=False) for name, schema in SCHEMAS.items()}

    def extend(self, other: Rows) -> None:
        """Take over the packed rows of another one."""
        self._packed += other._packed

    def write(self, folder: Path, keep: set[str]) -> None:
        """Write one parquet file a table, with the inputs named in `keep`; a document that came twice is written once."""
        import polars as pl

        self.pack()
        tables = {name: pl.concat([pl.read_ipc(io.BytesIO(p[name])) for p in self._packed]) for name in SCHEMAS}
        landed_at = datetime.now(UTC).replace(tzinfo=None)
        inputs = tables["inputs"].filter(pl.col("input_id").is_in(keep)).with_columns(pl.lit(landed_at).alias("landed_at"))
        reads = inputs["read_id"].unique()
        tables["inputs"] = inputs
        for name, frame in tables.items():
            if name == "inputs":
                pass
            elif "input_id" in frame.columns:
                frame = frame.filter(pl.col("input_id").is_in(keep))
            else:
                # The same document under two names was read twice, with the same result.
                frame = frame.filter(pl.col("read_id").is_in(reads.implode())).unique(maintain_order=True)
            frame.write_parquet(folder / f"{name}.parquet")


def _input_row(item: Input, size_bytes: int, report: Report, key: str, read: str) -> dict[str, Any]:
    reason = report.reason
    return {
        "input_id": key,
        "file": item.file,
        "document_id": report.document_id,
        "read_id": read,
        "size_bytes": size_bytes,
        "hints": json.dumps(asdict(item.hints), ensure_ascii=False),
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
    }


def _date(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y-%m-%d").date()
    except ValueError:
        return None
