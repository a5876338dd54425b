"""From a file to the cells, counts and issues of a report, each with its place in the source."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.identity import Page, identify
from ingest.identity.kind import left_in, not_a_report
from ingest.identity.likeness import clauses, content_id, numbers_id
from ingest.identity.told import of_another_year
from ingest.model import Hints, IngestError, Issue, Report
from ingest.privacy import mask_report
from ingest.prose.counts import counts_among, split_sections, told_in
from ingest.readers import read_document
from ingest.tables import extract
from ingest.units import Registry, load_registry


def ingest_file(path: Path, hints: Hints | None = None, registry: Registry | None = None, name: str | None = None) -> Report:
    """What a file holds; a file that cannot be read comes back quarantined with the reason, never as an error."""
    return ingest_bytes(path.read_bytes(), name or str(path), hints or Hints(), registry or load_registry())


def ingest_bytes(data: bytes, name: str, hints: Hints, registry: Registry, ocr: Path | None = None) -> Report:
    """The pipeline: read → extract the three tables → identify unit and year → split the prose → count → mask personal data.

    Scans are only read when `ocr` names the folder in which what was recognized is kept.
    """
    return mask_report(_understood(data, name, hints, registry, ocr))


def _understood(data: bytes, name: str, hints: Hints, registry: Registry, ocr: Path | None) -> Report:
    report = Report(name, hashlib.sha256(data).hexdigest(), "", "quarantined", url=hints.url)
    try:
        document = read_document(data, ocr)
    except IngestError as error:
        return replace(report, reason=error.issue, issues=(error.issue,))
    except RecursionError:
        too_deep = Issue("too_deep", "error")
        return replace(report, reason=too_deep, issues=(too_deep,))
    forms, cells, issues = extract(document)
    page = Page(document)
    identity = identify(page, hints, registry, name)
    known: dict[str, Any] = {
        "reader": document.reader,
        "pages": document.pages,
        "title": identity.title,
        "report_year": identity.report_year,
        "unit_code": identity.unit_code,
        "unit_name": identity.unit_name,
        "published_on": identity.published_on,
        "candidates": tuple(identity.candidates),
    }
    if reason := not_a_report(page, cells, identity):
        return replace(report, **known, reason=reason, issues=(reason,))
    sections, doubts = split_sections(document)
    joined = {key: "\n".join(p.text for p in sections.get(key, [])) for key in ("overview", "problems", "other")}
    texts = {key: text for key, text in joined.items() if text}
    told = told_in(sections)
    old = of_another_year(told, identity.report_year, identity.issues, page.is_recognized)
    return replace(
        report,
        **known,
        state="loaded",
        forms=forms,
        cells=tuple(cells),
        counts=tuple(counts_among(told, sections)),
        sections=texts,
        issues=(*issues, *identity.issues, *old, *left_in(page), *doubts),
        content_id=content_id(cells, texts),
        numbers_id=numbers_id(cells),
        clauses=clauses(texts),
    )
