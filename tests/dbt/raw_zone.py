"""Writes a raw zone (parquet, typed as the contract says) from a few plain records, without reading any document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from expectations.decisions import write_decisions
from ingest.home import Home
from ingest.landing.corrections import load_corrections, write_corrections
from ingest.landing.reference import write_reference
from ingest.landing.schemas import SCHEMAS
from ingest.law.forms import every_form
from ingest.model import Issue
from ingest.roster.store import keep_rosters_of
from ingest.units import load_registry
from ingest.words.issues import issue_texts

TABLES = ("disclosure", "requests", "challenges", "statistics")
COUNT = {
    "section": "overview",
    "unit_word": "件",
    "is_approximate": False,
    "scope": "this_year",
    "sentence": "示例",
    "place": "段",
}
LANDED = datetime(2025, 4, 1, 3, 0)


@dataclass(frozen=True)
class Filing:
    """One input file: whose report it is and what stands in its cells.

    Every cell of the form is a reported 0 unless `cells` gives another number, or a state (blank, dash, unreadable, absent).
    Two filings with the same `document` hold the same bytes. A filing with a `reason` is quarantined; `given` is what a manifest says of it. `counts` are those of
    its prose, `marks` those by which similar reports are found, `issues` (code, found, expected) what was noticed in reading.
    """

    file: str
    unit_code: str | None = None
    report_year: int | None = None
    form: str = "2021"
    cells: dict[str, int | float | str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str | None] = field(default_factory=dict)
    unit_name: str | None = None
    published_on: date | None = None
    document: str | None = None
    reason: str | None = None
    candidates: tuple[str, ...] = ()
    counts: tuple[dict[str, Any], ...] = ()
    marks: dict[str, Any] = field(default_factory=dict)
    landed_at: datetime = LANDED
    url: str | None = None
    overview: str = "示例"
    issues: tuple[tuple[str, str, str], ...] = ()
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def document_id(self) -> str:
        return hashlib.sha256((self.document or self.file).encode()).hexdigest()

    @property
    def report_id(self) -> str:
        return self.document_id[:16]

    @property
    def read_id(self) -> str:
        return hashlib.sha256(f"{self.document_id}reader".encode()).hexdigest()[:16]

    @property
    def input_id(self) -> str:
        words = f"{self.file}|{self.document_id}|{self.unit_code}|{self.report_year}|{self.landed_at}|{self.given}"
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    @property
    def name(self) -> str | None:
        unit = load_registry().by_code(self.unit_code) if self.unit_code else None
        return self.unit_name or (unit.name if unit else None)

    def form_of(self, table: str) -> str | None:
        """The form of a table; a form before 2019 has only the statistics table, the later ones only the other three."""
        form = self.forms.get(table, self.form)
        return form if form and table in every_form()[form].tables else None


def write_raw_zone(
    folder: Path, batches: dict[str, Sequence[Filing]], corrections: str = "", units: Sequence[dict[str, str]] = ()
) -> Path:
    """Write the batches, the reference tables (with these lines of units.csv) and corrections.yaml; returns the folder."""
    registry = load_registry().extended(units) if units else load_registry()
    write_reference(folder / "reference", registry)
    keep_rosters_of(Home(folder.parent), folder / "no-inbox", registry)
    write_decisions(folder.parent / "decisions.jsonl", folder / "reference")
    given = folder / "corrections.yaml"
    given.write_text(corrections, "utf-8")
    write_corrections(folder / "reference", load_corrections(given))
    for batch_id, filings in batches.items():
        write_batch(folder, batch_id, filings)
    return folder


def write_batch(folder: Path, batch_id: str, filings: Sequence[Filing]) -> None:
    """Land filings as one batch of a raw zone."""
    target = folder / "batches" / batch_id
    target.mkdir(parents=True)
    rows = _rows(filings)
    for name, schema in SCHEMAS.items():
        pl.DataFrame(rows[name], schema=schema, orient="row").write_parquet(target / f"{name}.parquet")


def _rows(filings: Sequence[Filing]) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    seen: set[str] = set()
    for filing in filings:
        rows["inputs"].append(_input(filing))
        rows["candidates"] += [
            {"input_id": filing.input_id, "kind": "unit", "value": c, "source": "title", "evidence": "示例"}
            for c in filing.candidates
        ]
        base = {"read_id": filing.read_id, "document_id": filing.document_id}
        rows["issues"] += [
            {"input_id": filing.input_id, **base, "code": code, "severity": "warning", "found": found, "expected": expected}
            | issue_texts(Issue(code, "warning", "", found, expected))
            for code, found, expected in filing.issues
        ]
        if filing.reason or filing.document_id in seen:
            continue
        seen.add(filing.document_id)
        forms = {f"form_{table}": filing.form_of(table) for table in TABLES}
        rows["documents"].append({**base, "reader": "html", "title": filing.document or filing.file, **forms, **filing.marks})
        rows["cells"] += [{**base, **cell} for cell in _cells(filing)]
        rows["counts"] += [{**base, **COUNT, **count} for count in filing.counts]
        rows["sections"].append({**base, "section": "overview", "text": filing.overview})
    return rows


def _input(filing: Filing) -> dict[str, Any]:
    found = {"reason_place": "第1页", "reason_found": "空文件", "reason_expected": "年度报告"} if filing.reason else {}
    return {
        **dict.fromkeys(SCHEMAS["inputs"]),
        "input_id": filing.input_id,
        "file": filing.file,
        "document_id": filing.document_id,
        "read_id": filing.read_id,
        "size_bytes": len(filing.file),
        "landed_at": filing.landed_at,
        "hints": json.dumps(filing.given),
        "state": "quarantined" if filing.reason else "read",
        "reason_code": filing.reason,
        **found,
        "report_year": filing.report_year,
        "unit_code": filing.unit_code,
        "unit_name": filing.name,
        "published_on": filing.published_on,
        "url": filing.url,
    }


def _cells(filing: Filing) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    asked: set[str] = set()
    for table in TABLES:
        form = filing.form_of(table)
        for cell in every_form()[form].tables[table].cells if form else ():
            asked.add(cell.code)
            given = filing.cells.get(cell.code, 0)
            if given == "absent":
                continue
            value = Decimal(str(given)) if isinstance(given, (int, float)) else None
            rows.append(
                {
                    "code": cell.code,
                    "table_name": table,
                    "row_code": cell.row,
                    "column_code": cell.column,
                    "form": form,
                    "state": given if isinstance(given, str) else "reported",
                    "value": value,
                    "printed": None if value is None else str(value),
                    "unit": filing.units.get(cell.code, cell.unit),
                    "raw": "" if value is None else str(value),
                    "place": "表",
                    "match": "label",
                }
            )
    if unknown := set(filing.cells) - asked:
        raise ValueError(f"{filing.file}: no such cells in its forms: {sorted(unknown)}")
    return rows
