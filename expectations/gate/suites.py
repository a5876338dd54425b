"""The suites, as Python built from the form files: statutory sums, numbers, sets, keys, volumes by year.

Each check is a query whose rows are the failures; unit and year stand in every row, so that every failure can be said in words.
Reports are judged as they count: a version that was superseded is judged no more.
All that the checks know of the warehouse is in this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from expectations.messages import bounds
from ingest.law.forms import every_form
from ingest.law.relations import relations_of
from ingest.law.signals import signals

WHO = "report_id, unit_code, unit_name, report_year"
YEAR = "null::varchar as report_id, null::varchar as unit_code, null::varchar as unit_name, report_year"
# Each fact table and the name of its number; the state stands beside it in <number>_state.
FACTS = (("disclosure", "amount"), ("requests", "requests"), ("challenges", "cases"), ("statistics", "amount"))
# What the checks of single reports read; each row says which report it is of.
TABLES = (
    "core.fct_reports", *(f"core.fct_{table}" for table, _ in FACTS), "quality.rule_results", "quality.relation_results",
    "quality.signal_results", "quality.table_completeness", "quality.completeness",
)  # fmt: skip
_TABLE = re.compile(rf"\b({'|'.join(TABLES)})\b")
# Which reports hold nothing but 0: kept from one judgment to the next, for it takes every number of every report to say it.
ZERO = "judging.zero_reports"
ZERO_REPORTS = "select report_id, bool_and(requests = 0) as is_zero from {table} where requests is not null group by report_id"
STATES = ("reported", "corrected", "blank", "dash", "unreadable", "derived", "absent", "not_asked")


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation: its suite, name, severity, the kind of its sentence, and the query that returns the failing rows.

    One that is `of_all` looks at all reports together; every other one judges each report by what is in that report.
    """

    suite: str
    name: str
    severity: str
    kind: str
    query: str
    of_all: bool = False

    def within(self, schema: str) -> Check:
        """The same check over the tables of this schema, which hold the rows of some reports only."""
        return replace(self, query=_TABLE.sub(lambda found: f"{schema}.{found[1].partition('.')[2]}", self.query))


def checks() -> list[Check]:
    """All checks, in the order people read them."""
    return [*_sums(), *_completeness(), *_relations(), *_signals(), *_sets(), *_keys(), *_volumes(), *_corrections()]


def _sums() -> Iterator[Check]:
    """One check for each rule of each form, over all its columns or rows; the failing row names which."""
    for form in every_form().values():
        for rule, severity in {r.rule: r.severity for r in form.rules}.items():
            query = (
                f"select {WHO}, form, rule, rule_id, left_sum, right_sum, difference from quality.rule_results"
                f" where is_current and form = '{form.form}' and rule = '{rule}' and result = 'fail'"
            )
            yield Check("statutory_sums", f"{rule}_{form.form}", severity, "sum", query)


def _completeness() -> Iterator[Check]:
    """Every current report is whole: a failing row for each table that lacks something, and one for what was left unread."""
    severity, counts = signals()["incomplete"].severity, "blank, dash, unreadable, absent, missing_codes, sums_not_assessable"
    query = (
        f"select {WHO}, concat('incomplete.', table_name) as rule_id, table_name, form, is_absent, {counts}, numbers as left_sum,"
        " cells as right_sum, numbers - cells as difference, 0 as rows_unread, null as unread_zh, null as unread_en"
        f" from quality.table_completeness where not is_complete union all select {WHO}, 'incomplete.rows', null, null, false, 0, 0, 0, 0,"
        " null, 0, rows_unread, 0, rows_unread, rows_unread, unread_zh, unread_en from quality.completeness where rows_unread > 0"
    )
    yield Check("completeness", "incomplete", severity, "incomplete", query)


def _relations() -> Iterator[Check]:
    """One check for each rule beyond the printed sums, over all forms."""
    for rule, severity in {r.rule: r.severity for form in every_form() for r in relations_of(form)}.items():
        query = (
            f"select {WHO}, form, rule, rule_id, left_sum, right_sum, difference from quality.relation_results"
            f" where is_current and rule = '{rule}' and result = 'fail'"
        )
        yield Check("relations", rule, severity, "relation", query)


def _signals() -> Iterator[Check]:
    """One check for each rule that no equation can say, and one for all hints together: each check costs time."""
    columns = "rule, rule_id, form, code, left_sum, right_sum, difference, found, expected"
    query = f"select {WHO}, {columns} from quality.signal_results where is_current and result = 'fail' and "
    for signal in (s for s in signals().values() if s.is_of_reports and s.severity != "hint"):
        suite = "numbers" if signal.needs == ("cell",) else "timeliness" if "due" in signal.needs else "signals"
        yield Check(suite, signal.rule, signal.severity, "signal", f"{query}rule = '{signal.rule}'")
    yield Check("signals", "hints", "hint", "signal", f"{query}severity = 'hint'")


def _sets() -> Iterator[Check]:
    """Every cell is in a known state that fits its value, and every table has a known form."""
    for table, number in FACTS:
        state = f"coalesce({number}_state, '')"
        query = (
            f"select {WHO}, f.form, code, concat('state.', code) as rule_id, {state} as found, {number} as number"
            f" from core.fct_{table} as f join core.fct_reports using (report_id)"
            f" where is_current and ({state} not in ({_listed(STATES)})"
            f" or ({number} is null) = ({state} in ('reported', 'corrected', 'derived')))"
        )
        yield Check("sets", f"{table}_states", "error", "bad_state", query)
        query = (
            f"select {WHO}, 'form.{table}' as rule_id, form_{table} as found from core.fct_reports"
            f" where is_current and form_{table} not in ({_listed(every_form())})"
        )
        yield Check("sets", f"{table}_forms", "error", "unknown_form", query)


def _keys() -> Iterator[Check]:
    """A report stands once; a unit has one current report a year."""
    who = "min(unit_code) as unit_code, min(unit_name) as unit_name, min(report_year) as report_year"
    query = f"select report_id, {who}, count(*) as found from core.fct_reports group by report_id having count(*) > 1"
    yield Check("keys", "unique_report_id", "error", "same_report", query, of_all=True)
    query = (
        "select min(report_id) as report_id, unit_code, min(unit_name) as unit_name, report_year, count(*) as found"
        " from core.fct_reports where is_current and unit_code is not null and report_year is not null"
        " group by unit_code, report_year having count(*) > 1"
    )
    yield Check("keys", "one_current_report", "error", "two_current", query, of_all=True)


def _volumes() -> Iterator[Check]:
    """Each year held has enough reports, not too many without a unit, and not too many that hold nothing but 0."""
    few, named = int(bounds()["share_needs_reports"]), bounds()["min_reports"]
    cases = " ".join(f"when {int(year)} then {int(least)}" for year, least in named.items() if year != "default")
    least = f"case report_year {cases} else {int(named['default'])} end" if cases else str(int(named["default"]))
    years = (
        "(select report_year, count(*) filter (where is_current) as reports, avg((unit_code is null)::int) filter (where is_current)"
        " as unmatched from core.fct_reports where report_year is not null group by report_year) as years"
    )
    query = f"select {YEAR}, reports as found, {least} as expected from {years} where reports < {least}"
    yield Check("volumes", "enough_reports", "warning", "few_reports", query, of_all=True)
    usual = f"ceil({float(bounds()['min_share_of_usual'])} * median(reports) over ())::int"
    query = (
        f"select {YEAR}, reports as found, {usual} as expected from {years}"
        f" qualify reports < {usual} and median(reports) over () >= {int(bounds()['usual_needs_reports'])}"
    )
    yield Check("volumes", "usual_reports", "warning", "few_reports", query, of_all=True)
    share = float(bounds()["max_share_unmatched"])
    query = f"select {YEAR}, unmatched as found, {share} as expected from {years} where unmatched > {share} and reports >= {few}"
    yield Check("volumes", "matched_units", "warning", "unmatched", query, of_all=True)
    yield _all_zero(float(bounds()["max_share_all_zero"]), few)


def _all_zero(share: float, few: int) -> Check:
    # A report counts as all zero only where every number it holds is a 0 that was read; blanks say nothing either way.
    reports = f"{ZERO} join core.fct_reports using (report_id) where is_current and report_year is not null"
    query = (
        f"select {YEAR}, avg(is_zero::int) as found, {share} as expected from {reports} group by report_year"
        f" having avg(is_zero::int) > {share} and count(*) >= {few}"
    )
    return Check("volumes", "not_all_zero", "warning", "all_zero", query, of_all=True)


def _corrections() -> Iterator[Check]:
    """Every correction applies or is needed no more; one that breaks a sum is said apart from the sum. Some name no report that there is."""
    columns = f"{WHO}, correction_id, coalesce(code, action) as code, expect, value, found, broken_rules"
    for outcome in ("stale", "conflict", "superseded", "no_such_report", "no_such_cell"):
        query = f"select {columns} from quality.correction_results where outcome = '{outcome}'"
        yield Check("corrections", f"correction_{outcome}", "error", f"correction_{outcome}", query, of_all=True)
    query = f"select {columns} from quality.correction_results where broken_rules is not null"
    yield Check("corrections", "correction_breaks", "warning", "correction_breaks", query, of_all=True)


def _listed(words: Any) -> str:
    """Words as a list for SQL; never empty, since an empty list is an error there."""
    return ", ".join(f"'{word}'" for word in sorted(set(words))) or "''"
