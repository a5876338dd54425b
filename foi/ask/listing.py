"""The rows of a published table page by page, in the order of its key: for the interface of the portal, where a million rows are no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from foi.published import published
from foi.published.kept import by_itself

COUNTED = 10_000  # rows that are counted; where there are more, it is said that there are
# How a condition is written; {0} stands for its column.
EQUAL, HOLDS = "{0} = ?", "contains({0}, ?)"
IN_AREA = "? in (unit_code, province_code, city_code, county_code)"


@dataclass(frozen=True, slots=True)
class Source:
    """A table whose rows can be listed: what orders them, no two having the same (`key`), and the conditions by their names.

    `is_large`: it has so many columns or rows that several who list it side by side do not fit into memory.
    """

    table: str
    key: tuple[str, ...]
    conditions: Mapping[str, str]
    is_large: bool = False


SOURCES = {
    "areas": Source("area_year", ("area_code", "report_year"), {
        "area": EQUAL.format("area_code"), "year": EQUAL.format("report_year"), "level": EQUAL.format("level"),
    }),
    "units": Source("dim_unit", ("unit_code",), {
        "unit": EQUAL.format("unit_code"), "name": HOLDS.format("unit_name"), "area": IN_AREA, "level": EQUAL.format("level"),
        "kind": EQUAL.format("kind"),
    }),
    "reports": Source("fct_reports", ("report_id",), {
        "report": EQUAL.format("report_id"), "unit": EQUAL.format("unit_code"), "year": EQUAL.format("report_year"),
        "current": EQUAL.format("is_current"),
    }),
    "unit_years": Source("unit_year", ("unit_code", "report_year"), {
        "unit": EQUAL.format("unit_code"), "year": EQUAL.format("report_year"), "area": IN_AREA, "level": EQUAL.format("level"),
        "kind": EQUAL.format("kind"), "quality_state": EQUAL.format("quality_state"),
    }, is_large=True),
    "indicators": Source("indicators", ("unit_code", "report_year", "indicator"), {
        "unit": EQUAL.format("unit_code"), "year": EQUAL.format("report_year"), "area": IN_AREA, "indicator": EQUAL.format("indicator"),
    }),
    "cells": Source("cells_published", ("report_id", "code"), {
        "report": EQUAL.format("report_id"), "unit": EQUAL.format("unit_code"), "year": EQUAL.format("report_year"),
        "code": EQUAL.format("code"), "table": EQUAL.format("table_name"), "state": EQUAL.format("state"),
    }, is_large=True),
    "violations": Source("violations", ("report_id", "rule_id"), {
        "report": EQUAL.format("report_id"), "unit": EQUAL.format("unit_code"), "year": EQUAL.format("report_year"),
        "rule": EQUAL.format("rule"), "severity": EQUAL.format("severity"), "decision": EQUAL.format("decision"),
    }),
    "progress": Source("progress", ("unit_code", "report_year"), {
        "unit": EQUAL.format("unit_code"), "year": EQUAL.format("report_year"), "area": IN_AREA, "state": EQUAL.format("state"),
        "level": EQUAL.format("level"),
    }),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows are asked for: those that meet every condition, so many of them (`limit`), behind a row by its key (`after`)."""

    source: str
    conditions: Mapping[str, Any] = field(default_factory=dict)
    limit: int = 100
    after: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Some rows, how many there are in all (`is_cut`: more than that), and the key behind which the next ones stand, if there are any."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    count: int
    is_cut: bool
    after: tuple[Any, ...] | None


def listing_of(path: Path, question: Question) -> Listing:
    """The rows that are asked for."""
    source = SOURCES[question.source]
    where = " and ".join(["true", *(f"({source.conditions[name]})" for name in question.conditions)])
    values = list(question.conditions.values())
    key = ", ".join(source.key)
    behind = f" and ({key}) > ({', '.join('?' * len(source.key))})" if question.after else ""
    with by_itself() if source.is_large else nullcontext(), published(path) as connection:
        result = connection.execute(
            f"select * from {source.table} where {where}{behind} order by {key} limit {question.limit + 1}",
            [*values, *question.after],
        )
        columns, rows = [d[0] for d in result.description], result.fetchall()
        counted = f"select count(*) from (select 1 from {source.table} where {where} limit {COUNTED + 1})"
        ((count,),) = connection.execute(counted, values).fetchall()
    at = [columns.index(name) for name in source.key]
    shown = rows[: question.limit]
    after = tuple(shown[-1][i] for i in at) if len(rows) > question.limit else None
    return Listing(columns, shown, min(count, COUNTED), count > COUNTED, after)
