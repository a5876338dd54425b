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
