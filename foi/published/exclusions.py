"""Which tables of which reports stand in no sum of an area, and why; the other tables of the same report count."""

from __future__ import annotations

from typing import Any

from foi.messages import message, template
from foi.published.namesakes import namesakes, told_apart

COLUMNS = ("unit_code", "unit_name", "report_year", "table", "reasons", "rule_ids")
QUERY = """
select unit_code, unit_name, report_year, table_name, reasons, rule_ids from exclusions
where unit_code is not null and report_year is not null order by unit_code, report_year, table_name
"""


def read_exclusions(connection: Any) -> list[dict[str, Any]]:
    """A row for each table that is left out of the sums."""
    shared, rows = namesakes(connection), [dict(zip(COLUMNS, row, strict=True)) for row in connection.execute(QUERY).fetchall()]
    return [{**row, "unit_name": told_apart(row["unit_name"], row["unit_code"], shared)} for row in rows]


def exclusion_lines(excluded: list[dict[str, Any]]) -> list[str]:
    """A line for each report: the tables that are left out and why; a unit that was not there is told elsewhere."""
    reports: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in excluded:
        if row["reasons"] != "not_there":
            reports.setdefault((row["unit_code"], row["report_year"]), []).append(row)
    lines = []
    for (code, year), rows in reports.items():
        parts = tuple(_words("gap.comma")[at].join(_table(row, at) for row in rows) for at in (0, 1))
        lines.append(
            "  " + message("status.excluded_line", unit=rows[0]["unit_name"] or code, code=code, year=year, tables=parts)
        )
    return ["", message("status.excluded", n=len(lines)), *lines] if lines else []


def _table(row: dict[str, Any], at: int) -> str:
    reasons = _words("gap.comma")[at].join(_words(f"exclusion.{reason}")[at] for reason in row["reasons"].split(", "))
    return _words("status.excluded_table")[at].format(table=_words(f"gap.{row['table']}")[at], reasons=reasons)


def _words(key: str) -> tuple[str, str]:
    return template(key) or (key, key)
