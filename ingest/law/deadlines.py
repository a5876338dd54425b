"""Who owes a report until when by law, which bodies owe an area nothing, and since when and until when a unit was there.

The days are data: rules/duties.yaml. Source: 政府信息公开条例 第四十九条 (2019), 第三十一条 (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ingest.law.forms import RULES
from ingest.words.yaml_files import FormError, read_yaml

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
    """The file rules/duties.yaml as it stands."""
    return read_yaml(RULES / "duties.yaml")


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
