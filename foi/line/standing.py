"""What is wrong in a home folder at one moment, and what a load changed of it: what appeared, what was put right, what is only told no more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from foi.alerts.what.problems import proven_right
from foi.answer.correct import correction_problems
from foi.messages import Complaint
from foi.published import published
from foi.published.incomplete import read_incomplete
from foi.published.kept import Stamp, stamp_of
from foi.published.violations import APART
from ingest.words.language import Text


class Key(NamedTuple):
    """Which rule of which report fails; a report without a certain unit or year is known by its report_id alone."""

    unit: str
    year: int | None
    rule: str

    @property
    def place(self) -> str:
        """The key as alerts write it."""
        return f"{self.unit}|{self.year}|{self.rule}"


class Violation(NamedTuple):
    """A rule of a current report that fails, with the two numbers that do not agree."""

    key: Key
    report_id: str
    numbers: tuple[Any, Any]
    text: Text


VIOLATIONS = (
    "select coalesce(r.unit_code, r.report_id), r.report_year, coalesce(r.rule_id, ''), r.report_id, r.left_sum, r.right_sum,"
    " r.message_zh, r.message_en from expectation_results as r join fct_reports using (report_id)"
    f" where r.status = 'failed' and r.severity = 'error' and is_current and {APART} order by r.unit_name, r.report_year, r.rule_id"
)
WHOLE = (
    "select coalesce(unit_code, report_id), report_year from completeness"
    " where is_complete and coalesce(unit_code, report_id) in (select unnest($1::varchar[]))"
)


@dataclass(frozen=True)
class Standing:
    """The violations, the reports that are not whole and the corrections that need a person, as they stand in a published file."""

    violations: tuple[Violation, ...]
    incomplete: tuple[dict[str, Any], ...]
    corrections: tuple[Text, ...]


@dataclass(frozen=True)
class Change:
    """What a load changed: violations, incomplete reports and corrections that are new.

    `repaired` are violations of before that hold now, `silent` those that are only told no more; `completed` reports are whole now.
    """

    violations: frozenset[tuple[str, str]]  # report_id and rule_id
    incomplete: tuple[dict[str, Any], ...]
    corrections: tuple[Text, ...]
    repaired: tuple[Violation, ...] = ()
    silent: tuple[Violation, ...] = ()
    completed: tuple[dict[str, Any], ...] = ()


def violations_of(connection: Any) -> tuple[Violation, ...]:
    """Each violation of severity error of a current report; lateness, our corrections and what a report lacks are told apart."""
    return tuple(
        Violation(Key(unit, year, rule), report, (left, right), Text(zh or "", en or ""))
        for unit, year, rule, report, left, right, zh, en in connection.execute(VIOLATIONS).fetchall()
    )


def read_standing(connection: Any) -> Standing:
    """How an open published file stands."""
    return Standing(violations_of(connection), tuple(read_incomplete(connection)), tuple(correction_problems(connection)))


_last: dict[Path, tuple[Stamp, Standing]] = {}  # the file that this process read last


def standing_after(path: Path, connection: Any, opened: Stamp | None) -> Standing:
    """How an open published file stands; kept for the next load of this process. `opened` is what the file was known by before it was opened."""
    standing = read_standing(connection)
    _last.clear()
    if opened is not None and stamp_of(path) == opened:  # nobody replaced it meanwhile
        _last[path] = (opened, standing)
    return standing


def standing_before(path: Path) -> Standing | None:
    """How a published file stands before a load; None where there is none yet, or it cannot be read and is made anew."""
    if not path.is_file():
        return None
    stamp, (known, standing) = stamp_of(path), _last.get(path, (None, None))
    if stamp == known:
        return standing
    try:
        with published(path) as connection:
            return standing_after(path, connection, stamp)
    except Complaint:
        return None


def change_of(connection: Any, before: Standing | None, now: Standing, reports: frozenset[str]) -> Change:
    """What concerns a load: all that stands of its own `reports`, and what it made appear or vanish of others.

    Where nothing is known of before, only its own reports can be told.
    """
    was = {(v.key, v.numbers) for v in before.violations} if before else None
    new = {v for v in now.violations if v.report_id in reports or (was is not None and (v.key, v.numbers) not in was)}
    lacked = {_report(r) for r in before.incomplete} if before else None
    gaps = tuple(r for r in now.incomplete if r["report_id"] in reports or (lacked is not None and _report(r) not in lacked))
    corrections = tuple(c for c in now.corrections if before is None or c not in before.corrections)
    found = Change(frozenset((v.report_id, v.key.rule) for v in new), gaps, corrections)
    return found if before is None else _with_vanished(connection, before, now, found)


def _with_vanished(connection: Any, before: Standing, now: Standing, found: Change) -> Change:
    """With what is told no more: repaired is only what is proven right now, as in alerts."""
    failing = {v.key for v in now.violations}
    gone = [v for v in before.violations if v.key not in failing]
    right = proven_right(connection, [v.key.place for v in gone]) if gone else set()
    lacking = {_report(r) for r in now.incomplete}
    filled = [r for r in before.incomplete if _report(r) not in lacking]
    completed = set(connection.execute(WHOLE, [[_report(r)[0] for r in filled]]).fetchall()) if filled else set()
    return Change(
        found.violations,
        found.incomplete,
        found.corrections,
        repaired=tuple(v for v in gone if v.key.place in right),
        silent=tuple(v for v in gone if v.key.place not in right),
        completed=tuple(r for r in filled if _report(r) in completed),
    )


def _report(report: dict[str, Any]) -> tuple[str, int | None]:
    return report["unit_code"] or report["report_id"], report["report_year"]
