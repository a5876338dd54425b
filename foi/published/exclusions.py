"""Which tables of which reports stand in no sum of an area, and why; the other tables of the same report count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foi.messages import bilingual, joined, message, word_of
from foi.published import published
from foi.published.areas import inside
from foi.published.namesakes import namesakes, told_apart
from ingest.words.language import Text

COLUMNS = ("unit_code", "unit_name", "report_year", "table", "reasons", "rule_ids")
QUERY = """
select unit_code, unit_name, report_year, table_name, reasons, rule_ids from exclusions
where unit_code is not null and report_year is not null order by unit_code, report_year, table_name
"""
OF_AREA = """
select e.unit_code, e.unit_name, e.report_id, e.table_name, e.reasons from exclusions as e join unit_year as y using (report_id)
where e.report_year = $2 and {inside} and y.level in ('township', 'department') order by 1, 4
"""


def read_exclusions(connection: Any) -> list[dict[str, Any]]:
    """A row for each table that is left out of the sums."""
    shared, rows = namesakes(connection), [dict(zip(COLUMNS, row, strict=True)) for row in connection.execute(QUERY).fetchall()]
    return [{**row, "unit_name": told_apart(row["unit_name"], row["unit_code"], shared)} for row in rows]


def exclusions_of(path: Path, area: str, year: int) -> list[dict[str, Any]]:
    """The tables that stand in no sum of an area and year, each with its unit and the reasons in words."""
    with published(path) as connection:
        rows = connection.execute(OF_AREA.format(inside=inside(connection, area, "y.")), [area, year]).fetchall()
    names = ("unit_code", "unit_name", "report_id", "table", "reasons")
    return [{**(row := dict(zip(names, found, strict=True))), "words": _table(row)} for found in rows]


def exclusion_lines(excluded: list[dict[str, Any]]) -> list[str]:
    """A line for each report: the tables that are left out and why; a unit that was not there is told elsewhere."""
    reports: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in excluded:
        if row["reasons"] != "not_there":
            reports.setdefault((row["unit_code"], row["report_year"]), []).append(row)
    lines = []
    for (code, year), rows in reports.items():
        tables = joined(_table(row) for row in rows)
        lines.append(
            "  " + message("status.excluded_line", unit=rows[0]["unit_name"] or code, code=code, year=year, tables=tables)
        )
    return ["", message("status.excluded", n=len(lines)), *lines] if lines else []


def _table(row: dict[str, Any]) -> Text:
    reasons = joined(word_of("exclusion", reason) for reason in row["reasons"].split(", "))
    return bilingual("status.excluded_table", table=word_of("gap", row["table"]), reasons=reasons)
