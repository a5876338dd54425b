"""The files that a part of a corpus would have come in: their names, days, addresses, and what was noticed in reading them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ingest.landing.inbox import Input
from ingest.landing.rows import HINT_FIELDS, input_id, read_id
from ingest.model import Hints, Issue
from ingest.units import Unit, load_registry
from ingest.words.issues import issue_texts
from tests.corpus.faults import UNREADABLE
from tests.corpus.numbers import sheet_of
from tests.corpus.part import Part
from tests.corpus.pattern import ENDINGS
from tests.corpus.plan import QUARANTINED, units

UNDATED, LATE, MOVED = 0.02, 0.03, 0.5  # of the reports; MOVED: of the second versions, which then lie at another place
UNREAD_ROW, OTHER_NAMED = 0.02, 0.005  # of the reports, in which that was noticed


@dataclass(frozen=True)
class File:
    """A file that was handed in: its name, what is known of it from outside, and the ids of its bytes and its reading."""

    name: str
    hints: Hints
    document_id: str

    @cached_property
    def input_id(self) -> str:
        return input_id(Input(Path(self.name), self.name, self.hints), self.document_id, load_registry())


def title_of(unit: Unit, year: int) -> str:
    """The title of a report."""
    return f"{unit.name}{year}年政府信息公开工作年度报告"


def files_of(part: Part, rng: np.random.Generator, landed_at: datetime) -> dict[str, list[Any]]:
    """The rows of the tables inputs, candidates and issues."""
    many = len(part.plan)
    days = rng.integers(3, 29, many) + np.where(rng.random(many) < LATE, 60, 0) + 45 * part.plan.version
    undated, moved = rng.random(many) < UNDATED, rng.random(many) < MOVED
    sizes = rng.integers(6_000, 9_500, many)
    noticed = rng.random((many, 2))
    rows: dict[str, list[Any]] = {"inputs": [], "candidates": [], "issues": []}
    for n in part.order.tolist():
        unit, year = units()[part.plan.unit[n]], int(part.plan.year[n])
        day = None if undated[n] else date(year + 1, 1, 1) + timedelta(int(days[n]))
        file = _file(part, n, day, bool(moved[n]))
        whose = {"report_year": year, "unit_code": unit.unit_code, "unit_name": unit.name, "published_on": day}
        rows["inputs"].append(_input(file, part.readings[n], int(sizes[n]), landed_at) | whose)
        rows["candidates"] += [(file.input_id, *one) for one in _candidates(unit, year, file)]
        for issue in _issues(part, n, noticed[n].tolist()):
            base = (file.input_id, part.readings[n], part.documents[n])
            texts = issue_texts(issue)
            found = (issue.code, issue.severity, issue.place, issue.found, issue.expected)
            rows["issues"].append((*base, *found, texts["message_zh"], texts["message_en"]))
    for file in _notices(part):
        rows["inputs"].append(_input(file, read_id(file.document_id), 4_000, landed_at) | _REFUSED)
    return rows


def _file(part: Part, n: int, day: date | None, is_moved: bool) -> File:
    unit, year, version = units()[part.plan.unit[n]], int(part.plan.year[n]), int(part.plan.version[n])
    registry = load_registry()
    codes = dict.fromkeys(code for code in (unit.province_code, unit.city_code, unit.county_code, unit.unit_code) if code)
    folders = tuple(above.name for code in codes if (above := registry.by_code(code)))
    again = "-更正" if version and is_moved else ""
    name = "/".join([*folders, f"{year}{again}.{ENDINGS[part.formats[n]]}"])
    url = f"https://www.{unit.area}.example/xxgk/{year}/{part.documents[n][:12]}.html" if is_moved or not version else None
    return File(name, Hints(folders, unit.unit_code, year, url, day.isoformat() if day else None), part.documents[n])


def _input(file: File, reading: str, size: int, landed_at: datetime) -> dict[str, Any]:
    hints = json.dumps({name: getattr(file.hints, name) for name in HINT_FIELDS}, ensure_ascii=False)
    return {"input_id": file.input_id, "file": file.name, "document_id": file.document_id, "read_id": reading, "size_bytes": size,
            "landed_at": landed_at, "hints": hints, "state": "read", "url": file.hints.url, "is_back": False}  # fmt: skip


def _candidates(unit: Unit, year: int, file: File) -> Iterator[tuple[str, str, str, str, str]]:
    """Every piece of evidence for the unit and the year: kind, value, source, place, words."""
    title, places = title_of(unit, year), ("meta ArticleTitle", "paragraph 4", "meta <title>")
    for kind, value in (("year", str(year)), ("unit", unit.unit_code)):
        yield kind, value, "manifest", "manifest.csv", value
        for place in places:
            yield kind, value, "title", place, title
    yield "year", str(year), "sentence", "paragraph 8", f"{year}年,收到政府信息公开申请"
    yield "unit", unit.unit_code, "maker", "paragraph 5", f"本报告由{unit.name}根据"
    yield "unit", unit.unit_code, "folder", "folder", "/".join(file.hints.folders)


def _issues(part: Part, n: int, noticed: list[float]) -> Iterator[Issue]:
    sheet = sheet_of(int(part.plan.year[n]))
    for cell in np.flatnonzero(part.states[n] == UNREADABLE).tolist():
        yield Issue("cell_unreadable", "warning", "table 3 row 9 column 10", "3?", sheet.codes[cell])
    if noticed[0] < UNREAD_ROW:
        yield Issue("unread_row", "warning", "table 3 row 29", "示例附注")
    if noticed[1] < OTHER_NAMED:
        yield Issue("wrong_unit_named", "warning", "paragraph 5", "示例镇", units()[part.plan.unit[n]].name)


_REFUSED = {"state": "quarantined", "reason_code": "not_a_report", "reason_place": "notice", "reason_found": "示例通知"}


def _notices(part: Part) -> Iterator[File]:
    """Files that are no reports: some of them lie in every folder."""
    for n in range(0, len(part.plan), QUARANTINED):
        document = hashlib.sha256(f"notice {part.documents[n]}".encode()).hexdigest()
        yield File(f"通知/{document[:12]}.html", Hints(("通知",)), document)
