"""Who owes a report until when by law, which bodies owe an area nothing, and since when and until when a unit was there.

The days are data: forms/duties.yaml. Source: 政府信息公开条例 第四十九条 (2019), 第三十一条 (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ingest.forms import FORMS, FormError, read_yaml
from ingest.units import Registry
from ingest.units.areas import load_changes
from ingest.units.succession import given_successions

ANNUAL_REPORT = "annual_report"


@dataclass(frozen=True, slots=True)
class DueDate:
    """The day by which a level owes a kind of report, in the year after the report year; `last_year` None: still so."""

    kind: str
    level: str
    first_year: int
    last_year: int | None
    month: int
    day: int
    law: str


@cache
def duty_words() -> dict[str, Any]:
    """The file forms/duties.yaml as it stands."""
    return read_yaml(FORMS / "duties.yaml")


@cache
def due_dates() -> tuple[DueDate, ...]:
    """All days of the law; FormError names an entry that is no day."""
    found = []
    for entry in duty_words()["due"]:
        try:
            day = date.fromisoformat(f"2001-{entry['day']}")
        except ValueError as error:
            raise FormError(f"duties.yaml: day “{entry['day']}” is no day of every year, e.g. 01-31") from error
        for level in entry["levels"]:
            years = entry["first_year"], entry.get("last_year")
            found.append(DueDate(entry["kind"], level, *years, day.month, day.day, entry["law"]))
    return tuple(found)


def due_by_law(level: str, report_year: int, kind: str = ANNUAL_REPORT) -> date | None:
    """The day by which a unit of a level owes its report of a year; None where the law names none."""
    for due in due_dates():
        if (due.kind, due.level) == (kind, level) and due.first_year <= report_year <= (due.last_year or report_year):
            return date(report_year + 1, due.month, due.day)
    return None


def unit_spans(registry: Registry) -> list[dict[str, Any]]:
    """The first and last report year of units that were not always there; a report belongs to the unit as of 31 December.

    From the changes of areas (a code that stood for another area before, which was merged into today's), and from the columns
    first_year, last_year and successor_code of units.csv. A renamed unit lives on, so it has no limit. A successor whose own first year
    nobody gave is assumed to begin with the change, unless it filed before (is_assumed).
    """
    spans: dict[str, dict[str, Any]] = {}
    for change in load_changes():
        if change.kind == "merged" and registry.by_code(change.old_code):
            spans[change.old_code] = {"unit_code": change.old_code, "first_year": change.year, "last_year": None}
    for row in registry.extra:
        first, last = row.get("first_year") or None, row.get("last_year") or None
        if first or last:
            years = {"first_year": int(first) if first else None, "last_year": int(last) if last else None}
            spans[row["unit_code"]] = {"unit_code": row["unit_code"], **years}
    for given in sorted(given_successions(registry), key=lambda s: -s.report_year):
        span = spans.get(given.successor_code, {"unit_code": given.successor_code, "first_year": None, "last_year": None})
        if span["first_year"] is None or span.get("is_assumed"):
            spans[given.successor_code] = {**span, "first_year": given.report_year, "is_assumed": True}
    return [{"is_assumed": False, **spans[code]} for code in sorted(spans)]
