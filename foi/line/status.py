"""How a home folder stands: what is loaded, which rules are broken, which files and decisions need a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.messages import plain
from foi.alerts.post.outbox import Letter
from foi.alerts.record import unsent
from foi.answer.correct import applied
from foi.answer.withdraw import withdrawn
from foi.ask.show_versions import replaced
from foi.letters.show_letters import waiting_lines
from foi.line.aside import what_stands_aside
from foi.line.left import left_reports, settled
from foi.line.standing import Standing, read_standing
from foi.published import published
from foi.published.exclusions import read_exclusions
from foi.published.files import HANDED_IN, set_aside
from foi.published.namesakes import namesakes, told_apart
from foi.published.violations import Line, violation_lines
from ingest.home import Home
from ingest.model import Issue
from ingest.words.language import Text

STATES = ("loaded", "superseded", "duplicate", "quarantined")
ASSESSED = "select count(*) from expectation_results join fct_reports using (report_id) where is_current"
COUNTS = {
    "late": f"{ASSESSED} and suite = 'timeliness' and status = 'failed'",
    "confirmed": "select count(*) from decisions where state = 'holds' and action = 'confirm'",
    "settled": f"{ASSESSED} and status in ('explained', 'waived')",
    "broken": "select count(*) from expectation_results where status = 'broken'",
}
SIMILAR = (
    "select relation, unit_name, unit_code, report_year, other_unit_name, other_unit_code, other_report_year from similar_reports"
    " where has_same_numbers order by relation desc, report_year desc, unit_name, other_unit_name"
)
GONE = "select unit_name, unit_code, report_year, file from unit_year where not was_there order by all"
REOPENED = (
    "select coalesce(unit_name, unit_code), report_year, rule_id, action, left_then, right_then, left_now, right_now from decisions"
    " where state = 'reopened' order by all"
)


@dataclass(frozen=True)
class Status:
    """All that `foi status` tells; rows are plain values by their names, sentences are texts in both languages."""

    expectations: Path  # the page of all checks
    years: list[list[Any]]  # each year with its reports in each of STATES
    standing: Standing
    violation_lines: list[Line]
    excluded: list[dict[str, Any]]
    counts: dict[str, int]  # late, confirmed, settled, corrected
    broken: int  # checks that could not run: of what they would have found nothing is known
    replaced: list[dict[str, Any]]
    quarantined: list[dict[str, Any]]
    unmatched: list[dict[str, Any]]
    undated: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    similar: list[dict[str, Any]]
    reopened: list[dict[str, Any]]
    left: list[dict[str, Any]]
    withdrawn: list[dict[str, Any]]
    letters: list[Text]
    unsent: list[Letter]
    aside: list[Issue]

    @property
    def is_fine(self) -> bool:
        """Whether nothing at all needs a person."""
        stands = (self.standing.violations, self.standing.incomplete, self.standing.corrections, self.counts["late"], self.broken)
        files = (
            self.quarantined,
            self.unmatched,
            self.undated,
            self.gone,
            self.similar,
            self.reopened,
            self.letters,
            self.unsent,
            self.aside,
        )
        return not any((*stands, *files, [one for one in self.left if not one["is_cleared"]]))


def read_status(home: Home) -> Status:
    """How a home folder stands now; a Complaint if nothing is published in it."""
    done, letters = settled(home), waiting_lines(home)
    with published(home.published) as connection:
        shared = namesakes(connection)
        return Status(
            expectations=home.expectations,
            years=years_of_states(connection, done),
            standing=read_standing(connection),
            violation_lines=violation_lines(connection),
            excluded=read_exclusions(connection),
            counts={
                **{name: count(connection, name) for name in ("late", "confirmed", "settled")},
                "corrected": applied(connection),
            },
            broken=count(connection, "broken"),
            replaced=replaced(connection),
            quarantined=set_aside(connection, settled=done),
            unmatched=without_unit(connection),
            undated=without_year(connection),
            gone=_gone(connection, shared),
            similar=_similar(connection, shared),
            reopened=[_reopened(row) for row in connection.execute(REOPENED).fetchall()],
            left=left_reports(connection, home),
            withdrawn=withdrawn(connection),
            letters=letters,
            unsent=unsent(home),
            aside=what_stands_aside(home),
        )


def count(connection: Any, name: str) -> int:
    """One of the counts of the status by its name: broken are the checks that could not run."""
    found: tuple[int] = connection.execute(COUNTS[name]).fetchone()
    return found[0]


def states_of(connection: Any, by: str, settled: list[str], files: list[str] | None = None) -> list[tuple[Any, ...]]:
    """How many inputs are in each state, by an expression; what was set aside and is `settled` counts as superseded."""
    rows: list[tuple[Any, ...]] = connection.execute(
        f"select {by}, case when input_state = 'quarantined' and list_contains($1, document_id) then 'superseded' else input_state end,"
        f" count(*) from fct_inputs where $2 is null or list_contains($2, {HANDED_IN}) group by 1, 2 order by 1",
        [settled, files],
    ).fetchall()
    return rows


def without_unit(connection: Any) -> list[dict[str, Any]]:
    """The reports whose unit is not certain, with the units it could be."""
    rows = connection.execute("select file, unit_name, candidates from unmatched_units order by file").fetchall()
    return [{"file": file, "unit_name": name, "candidates": codes} for file, name, codes in rows]


def without_year(connection: Any) -> list[dict[str, Any]]:
    """The reports whose year is not certain."""
    rows = connection.execute("select file, unit_name from undated_reports order by file").fetchall()
    return [{"file": file, "unit_name": name} for file, name in rows]


def years_of_states(connection: Any, done: list[str]) -> list[list[Any]]:
    """Each year with the number of its files in each of STATES; what was set aside and is settled counts as superseded."""
    years: dict[str, dict[str, int]] = {}
    for year, state, n in states_of(connection, "coalesce(report_year::varchar, '–')", done):
        years.setdefault(year, {})[state] = n
    return [[year, *(counts.get(state, 0) for state in STATES)] for year, counts in years.items()]


def _gone(connection: Any, shared: frozenset[str]) -> list[dict[str, Any]]:
    """The reports of units that were not there (any more) in that year."""
    return [
        {"unit_name": told_apart(name, code, shared), "report_year": year, "file": file}
        for name, code, year, file in connection.execute(GONE).fetchall()
    ]


def _similar(connection: Any, shared: frozenset[str]) -> list[dict[str, Any]]:
    """Pairs of reports with the same numbers, not all zero."""
    return [
        {
            "relation": relation,
            "unit": told_apart(unit, code, shared),
            "year": year,
            "other": told_apart(other, other_code, shared),
            "other_year": other_year,
        }
        for relation, unit, code, year, other, other_code, other_year in connection.execute(SIMILAR).fetchall()
    ]


def _reopened(row: tuple[Any, ...]) -> dict[str, Any]:
    """A decision that holds no more, with both sides of its rule as they stood and as they stand."""
    unit, year, rule, action, *numbers = row
    then, now = (f"{plain(a) or '–'} / {plain(b) or '–'}" for a, b in (numbers[:2], numbers[2:]))
    return {"unit": unit, "year": year, "rule": rule, "action": action, "then": then, "now": now}
