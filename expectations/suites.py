"""The suites, as Python built from the form files: statutory sums, numbers, sets, keys, volumes by year.

Each check is a query whose rows are the failures, with columns unit and year first, so that every failure can be said in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ingest.forms import load_forms

WHO = "report_id, unit_code, unit_name, report_year"


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation: its suite, name, severity, the kind of its sentence, and the query that returns the failing rows."""

    suite: str
    name: str
    severity: str
    kind: str
    query: str


def checks() -> list[Check]:
    """All checks, in the order people read them."""
    return [*_sums(), *_numbers(), *_sets(), *_keys(), *_volumes()]


def _sums() -> Iterator[Check]:
    for form in load_forms().values():
        for rule in dict.fromkeys(r.rule for r in form.rules):
            severity = next(r.severity for r in form.rules if r.rule == rule)
            query = (
                f"select {WHO}, form, rule_id, left_sum, right_sum, difference from quality.rule_results"
                f" where form = '{form.form}' and rule = '{rule}' and result = 'fail'"
            )
            yield Check("statutory_sums", f"{rule}_{form.form}", severity, "sum", query)


def _numbers() -> Iterator[Check]:
    """Counts are whole and not negative; changes may be negative, fees and amounts may have decimals."""
    changes, amounts = [], []
    for form in load_forms().values():
        for cell in form.cells:
            changes += [cell.code] if cell.kind == "change" else []
            amounts += [cell.code] if cell.unit not in ("", form.cells[0].unit) and cell.kind == "flow" else []
    for table, number in (("disclosure", "amount"), ("requests", "requests"), ("challenges", "cases")):
        kept = ", ".join(f"'{c}'" for c in sorted({*changes, *amounts})) or "''"
        free = ", ".join(f"'{c}'" for c in sorted(set(changes))) or "''"
        query = (
            f"select {WHO}, code, {number} as found from core.fct_{table} join core.fct_reports using (report_id)"
            f" where ({number} < 0 and code not in ({free})) or ({number} <> floor({number}) and code not in ({kept}))"
        )
        yield Check("numbers", f"{table}_whole_and_not_negative", "error", "not_whole", query)


def _sets() -> Iterator[Check]:
    states = "'reported', 'blank', 'dash', 'unreadable', 'derived', 'absent', 'not_asked'"
    for table, number in (("disclosure", "amount"), ("requests", "requests"), ("challenges", "cases")):
        query = (
            f"select {WHO}, code, {number}_state as found from core.fct_{table} join core.fct_reports using (report_id)"
            f" where {number}_state not in ({states})"
            f" or ({number} is null) = ({number}_state in ('reported', 'derived'))"
        )
        yield Check("sets", f"{table}_states", "error", "bad_set", query)
    forms = ", ".join(f"'{f}'" for f in load_forms())
    query = f"select {WHO}, 'form' as code, form_requests as found from core.fct_reports where form_requests not in ({forms})"
    yield Check("sets", "known_forms", "error", "bad_set", query)


def _keys() -> Iterator[Check]:
    query = (
        "select min(report_id) as report_id, unit_code, min(unit_name) as unit_name, report_year from core.fct_reports"
        " where is_current and unit_code is not null and report_year is not null group by unit_code, report_year having count(*) > 1"
    )
    yield Check("keys", "one_current_report", "error", "two_current", query)


def _volumes() -> Iterator[Check]:
    bounds: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "bounds.yaml").read_text("utf-8"))
    who = "null as report_id, null as unit_code, null as unit_name, report_year"
    least = " ".join(f"when report_year = {int(y)} then {int(n)}" for y, n in bounds["min_reports"].items() if y != "default")
    least = (
        f"case {least} else {int(bounds['min_reports']['default'])} end" if least else str(int(bounds["min_reports"]["default"]))
    )
    current = "core.fct_reports where is_current and report_year is not null group by report_year"
    query = f"select {who}, count(*) as found, {least} as expected from {current} having count(*) < {least}"
    yield Check("volumes", "enough_reports", "warning", "few_reports", query)
    share = float(bounds["max_share_unmatched"])
    unmatched = "round(avg((unit_code is null)::int), 2)"
    query = (
        f"select {who}, {unmatched} as found, {share} as expected from {current} having {unmatched} > {share} and count(*) >= 10"
    )
    yield Check("volumes", "matched_units", "warning", "unmatched", query)
    share = float(bounds["max_share_all_zero"])
    zero = "round(avg(is_zero::int), 2)"
    query = (
        f"select {who}, {zero} as found, {share} as expected from (select report_id, report_year,"
        " bool_and(coalesce(requests, 0) = 0) as is_zero from core.fct_requests join core.fct_reports using (report_id)"
        f" where is_current and report_year is not null group by all) group by report_year having {zero} > {share} and count(*) >= 10"
    )
    yield Check("volumes", "not_all_zero", "warning", "all_zero", query)
