"""What is wrong now in the published file, and what was wrong once and is proven right now."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any

from expectations.decisions import SETTLED, Ledger
from expectations.incomplete import RULE
from expectations.messages import plain
from foi.alerts.who.subscriptions import RANK, Entry
from ingest.words.language import Text

# How places begin that are no problems of reports: faults of the program, letters without an answer, changes in closed years.
APART = ("ops|", "letter|", "closed|")
# Faults of the program (states, keys) are for its operator; a whole year (no report_id) is for the person who loads. What was
# explained or waived when the file was made is asked of the ledger again: a decision may have been made or withdrawn since.
FAILING = """
select r.unit_code, r.unit_name, r.report_year, r.rule_id, r.left_sum, r.right_sum, r.severity, r.message_zh, r.message_en
from expectation_results as r join fct_reports as p using (report_id)
where r.status in ('failed', 'explained', 'waived') and p.is_current and r.suite not in ('sets', 'keys') and r.unit_code is not null
and r.report_year is not null and r.rule_id is not null
order by case r.severity when 'error' then 0 when 'warning' then 1 else 2 end, abs(coalesce(r.difference, 0)) desc, r.unit_code, r.report_year, r.rule_id
"""
# A rule is right again when it is assessed and holds: a total that was blanked out is not fixed.
HOLDING = """
select concat_ws('|', unit_code, report_year, rule_id) as place
from (select unit_code, report_year, rule_id from rule_results where is_current and result = 'pass'
      union all select unit_code, report_year, rule_id from relation_results where is_current and result = 'pass'
      union all select unit_code, report_year, rule_id from signal_results where is_current and result = 'pass'
      union all select unit_code, report_year, concat('incomplete.', table_name) from table_completeness where is_complete
      union all select unit_code, report_year, 'incomplete.rows' from completeness where rows_unread = 0)
where place in (select unnest($1::varchar[]))
"""
# A number is right again when its checks ran and its cell still holds a number; such a rule ends in the code of the cell.
READABLE = """
with cells as (
    select report_id, code from fct_disclosure where amount is not null
    union all select report_id, code from fct_requests where requests is not null
    union all select report_id, code from fct_challenges where cases is not null
),
told as (
    select place, split_part(place, '|', 1) as unit_code, try_cast(split_part(place, '|', 2) as integer) as report_year,
    substr(split_part(place, '|', 3), strpos(split_part(place, '|', 3), '.') + 1) as code
    from (select unnest($1::varchar[]) as place)
)
select place from told join fct_reports as p using (unit_code, report_year) join cells using (report_id, code)
where p.is_current and not exists (select 1 from expectation_results where status = 'broken' and suite = 'numbers')
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """A failing rule of one report: `place` says which (unit, year, rule), `values_hash` which numbers.

    `is_decided`: a person decided on these very numbers. `outdated`: the numbers of a decision that does not hold any more, made
    at `decided_at`.
    """

    place: str
    values_hash: str
    unit_code: str
    unit_name: str
    rule_id: str
    severity: str
    text: Text
    is_decided: bool = False
    outdated: tuple[str, str] | None = None
    decided_at: str = ""

    @property
    def report(self) -> tuple[str, int]:
        """Unit and year."""
        return self.unit_code, int(self.place.split("|")[1])

    @property
    def is_incomplete(self) -> bool:
        """Whether it is not a number that is wrong, but one that is missing."""
        return self.rule_id.split(".")[0] == RULE

    @property
    def rank(self) -> tuple[int, bool, Decimal, str]:
        """The worst first: errors, what is wrong before what is missing, then the largest difference."""
        return RANK.get(self.severity, 0), self.is_incomplete, -(gap(self.values_hash) or Decimal(0)), self.place


@dataclass(frozen=True)
class State:
    """All that fails now; which places were settled; and which places, among those asked for, are right now."""

    failing: tuple[Problem, ...]
    settled: frozenset[str]
    right: frozenset[str]

    @cached_property
    def by_place(self) -> dict[str, Problem]:
        return {p.place: p for p in self.failing}

    @cached_property
    def _by_unit(self) -> tuple[list[str], dict[str, list[Problem]]]:
        units: dict[str, list[Problem]] = {}
        for problem in self.failing:
            units.setdefault(problem.unit_code, []).append(problem)
        return sorted(units), units

    def heard_by(self, entry: Entry) -> Iterator[Problem]:
        """The problems that an entry subscribed to; units are found by their order, since there may be many thousands."""
        codes, units = self._by_unit
        wanted = {unit for unit in entry.units if unit in units}
        for area in entry.areas:
            at = bisect_left(codes, area)
            while at < len(codes) and codes[at].startswith(area):
                wanted.add(codes[at])
                at += 1
        return (p for unit in sorted(wanted) for p in units[unit] if entry.hears_of(p.severity, p.rule_id))


def gap(values_hash: str) -> Decimal | None:
    """The distance between the two sides of a rule; None where one side alone is wrong."""
    try:
        left, right = map(Decimal, values_hash.split("|"))
    except (InvalidOperation, ValueError):
        return None
    return abs(left - right)


def read_state(connection: Any, decisions: Path, places: list[str], ours: frozenset[tuple[str, int, str]] = frozenset()) -> State:
    """The state of the published file with what people decided until now; `places` are those that recipients were told of.

    `ours` are rules (unit, year, rule) that fail only because of a correction of ours: no unit is told of them.
    """
    ledger = Ledger(decisions)
    failing: list[Problem] = []
    settled: set[str] = set()
    for row in connection.execute(FAILING).fetchall():
        problem, status = _problem(row, ledger)
        if status in SETTLED.values() or (*problem.report, problem.rule_id) in ours:
            settled.add(problem.place)
        else:
            failing.append(problem)
    right = proven_right(connection, places) - {p.place for p in failing} - settled if places else set()
    return State(tuple(failing), frozenset(settled), frozenset(right))


def _problem(row: tuple[Any, ...], ledger: Ledger) -> tuple[Problem, str]:
    """A failing row as a problem, and whether it failed, was explained or waived."""
    unit, name, year, rule, left, right, severity, zh, en = row
    violation = {"unit_code": unit, "report_year": year, "rule_id": rule, "left_sum": left, "right_sum": right}
    last, (status, outdated) = ledger.last(violation), ledger.status(violation)
    decided = last is not None and last.action != "withdraw" and (last.left, last.right) == (plain(left), plain(right))
    before = (outdated.left, outdated.right) if outdated else None
    what = (f"{unit}|{year}|{rule}", f"{left}|{right}", unit, name or unit, rule, severity, Text(zh or "", en or ""))
    return Problem(*what, decided, before, outdated.decided_at if outdated else ""), status


def proven_right(connection: Any, places: list[str]) -> set[str]:
    """The places (unit, year, rule) that are assessed now and hold; what was blanked out or withdrawn is none of them."""
    return {place for query in (HOLDING, READABLE) for (place,) in connection.execute(query, [places]).fetchall()}
