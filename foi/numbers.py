"""The numbers of a report as they count, with the corrections that apply: what the tables of facts hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

# The report of a unit and year that counts.
IN_YEAR = "report_id in (select report_id from fct_reports where is_current and unit_code = $1 and report_year = $2)"
FACTS = (("fct_disclosure", "amount"), ("fct_requests", "requests"), ("fct_challenges", "cases"), ("fct_statistics", "amount"))


def numbers(connection: Any, where: str, *values: Any) -> list[tuple[str, str, Decimal]]:
    """Code, form and number of every cell that holds one, of the reports that a condition picks."""
    parts = [f"select code, form, {number} from {table} where {number} is not null and {where}" for table, number in FACTS]
    found: list[tuple[str, str, Decimal]] = connection.execute(" union all ".join(parts), list(values)).fetchall()
    return found


def last_numbers(connection: Any, unit_code: str, year: int) -> list[tuple[str, str, Decimal]]:
    """The cells of the report of the year before: of the unit itself or, where it changed since, of the one it was; else none."""
    found = connection.execute(
        "select last_unit_code from last_units where unit_code = ? and report_year = ?", [unit_code, year]
    ).fetchone()
    last = found[0] if found else unit_code
    return numbers(connection, IN_YEAR, last, year - 1) if last else []
