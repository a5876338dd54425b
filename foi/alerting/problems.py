"""What is wrong now in the published file, and what was wrong once and is proven right now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foi.published import published

# Faults of the program (states, keys) are for its operator; a whole year (no report_id) is for the person who loads.
FAILING = """
select r.unit_code, r.report_year, r.rule_id, r.left_sum, r.right_sum, r.severity, r.message_zh, r.message_en
from expectation_results as r join fct_reports as p using (report_id)
where r.status = 'failed' and p.is_current and r.suite not in ('sets', 'keys') and r.unit_code is not null
and r.report_year is not null and r.rule_id is not null
order by case r.severity when 'error' then 0 else 1 end, abs(coalesce(r.difference, 0)) desc, r.unit_code, r.report_year, r.rule_id
"""
# A sum is right again when it is assessed and holds: a total that was blanked out is not fixed.
HOLDING = """
select concat_ws('|', unit_code, report_year, rule_id) as place from rule_results
where is_current and result = 'pass' and place in (select unnest($1::varchar[]))
"""
# A number is right again when its checks ran and its cell still holds a number; such a rule ends in the code of the cell.
READABLE = """
with cells as (
    select report_id, code from fct_disclosure where amount is not null
    union all select report_id, code from fct_requests where requests is not null
    union all select report_id, code from fct_challenges where cases is not null
),
told as (
    select place, split_part(place, '|', 1) as unit_code, split_part(place, '|', 2)::integer as report_year,
    substr(split_part(place, '|', 3), strpos(split_part(place, '|', 3), '.') + 1) as code
    from (select unnest($1::varchar[]) as place)
)
select place from told join fct_reports as p using (unit_code, report_year) join cells using (report_id, code)
where p.is_current and not exists (select 1 from expectation_results where status = 'broken' and suite = 'numbers')
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """A failing rule of one report: `place` says which (unit, year, rule), `values_hash` which numbers."""

    place: str
    values_hash: str
    unit_code: str | None
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class State:
    """All that fails now, the worst first; and the places, among those asked for, that are right now."""

    failing: tuple[Problem, ...]
    right: frozenset[str]


def read_state(path: Path, places: list[str]) -> State:
    """The state of the published file; `places` are those that recipients were told of."""
    with published(path) as connection:
        failing = tuple(_problem(row) for row in connection.execute(FAILING).fetchall())
        right = _right(connection, places) - {p.place for p in failing} if places else set()
    return State(failing, frozenset(right))


def _problem(row: tuple[Any, ...]) -> Problem:
    unit, year, rule, left, right, severity, zh, en = row
    return Problem(f"{unit}|{year}|{rule}", f"{left}|{right}", unit, severity, f"{zh} / {en}")


def _right(connection: Any, places: list[str]) -> set[str]:
    return {place for query in (HOLDING, READABLE) for (place,) in connection.execute(query, [places]).fetchall()}
