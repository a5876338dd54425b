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


Cells = dict[str, tuple[str, Decimal]]  # form and number by code
OF_REPORTS = f"""
with asked as (select unnest($1::varchar[]) as unit_code, unnest($2::integer[]) as report_year),
wanted as (
    select a.unit_code, a.report_year, false as is_last, r.report_id
    from asked as a join fct_reports as r on r.unit_code = a.unit_code and r.report_year = a.report_year where r.is_current
    union all
    select a.unit_code, a.report_year, true, r.report_id
    from asked as a left join last_units as l on l.unit_code = a.unit_code and l.report_year = a.report_year
    join fct_reports as r on r.report_year = a.report_year - 1
        and r.unit_code = case when l.unit_code is null then a.unit_code else l.last_unit_code end
    where r.is_current
)
{
    " union all ".join(
        f"select unit_code, report_year, is_last, code, form, {number} from wanted join {table} using (report_id)"
        f" where {number} is not null"
        for table, number in FACTS
    )
}
"""


def numbers_of(connection: Any, asked: list[tuple[str, int]]) -> dict[tuple[str, int], tuple[Cells, Cells]]:
    """The numbers of several reports (unit and year) and those of the year before, in one pass over the tables."""
    found: dict[tuple[str, int], tuple[Cells, Cells]] = {}
    units, years = [unit for unit, _ in asked], [year for _, year in asked]
    rows = connection.execute(OF_REPORTS, [units, years]).fetchall() if asked else []
    for unit, year, is_last, code, form, number in rows:
        found.setdefault((unit, year), ({}, {}))[is_last][code] = (form, number)
    return found
