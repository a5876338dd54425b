"""`foi decide`: what a person decides of a broken rule, and what was decided so far."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from expectations.decisions import ACTIONS, Decision, Ledger, append
from expectations.messages import plain
from foi.messages import Complaint, message
from foi.published import as_json, as_table, published
from foi.published.nearby import no_such_name
from ingest.beijing import beijing
from ingest.home import Home

COLUMNS = ("decided_at", "who", "action", "unit_code", "report_year", "rule_id", "left", "right", "why")
# The violations of current reports, those on which was decided too.
FINDINGS = (
    "select unit_code, unit_name, report_year, rule_id, left_sum, right_sum, message_zh from expectation_results as e"
    " join fct_reports as r using (report_id, unit_code, unit_name, report_year) where r.is_current"
    " and e.suite is distinct from 'corrections' and e.status in ('failed', 'explained', 'waived')"
)
SHOWN = 20  # violations that are named where it is not clear which was meant


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to decide: of which unit, year and rule, what, why, and who they are."""

    unit: str
    year: int
    rule: str
    action: str
    why: str
    who: str | None = None


def decide(home: Path, wish: Wish, numbers: tuple[str, str] | None = None) -> str:
    """Put a decision into the ledger; it is bound to the numbers as they stand, and counts from the next load.

    `numbers` are those the answer was given on: if they are others by now, the decision is refused.
    """
    unit, year, rule, action = wish.unit, wish.year, wish.rule, wish.action
    if action not in ACTIONS:
        raise Complaint(message("decide.bad_action", found=action, options=", ".join(ACTIONS)), 2)
    if not wish.why.strip():
        raise Complaint(message("decide.why"), 2)
    place = Home(home)
    with published(place.published) as connection:
        rows = connection.execute(
            f"{FINDINGS} and (unit_code = $1 or unit_name = $1) and report_year = $2 and ($3 = '' or rule_id = $3) order by all",
            [unit, year, rule],
        ).fetchall()
        if len(rows) != 1:
            raise _not_one(connection, wish, rows)
    code, name, at, rule_id, left, right, _ = rows[0]
    if numbers and numbers != (plain(left), plain(right)):
        raise Complaint(
            message("decide.changed", rule=rule_id, then=" / ".join(numbers), now=f"{plain(left)} / {plain(right)}"), 2
        )
    last = Ledger(place.decisions).last({"unit_code": code, "report_year": at, "rule_id": rule_id})
    if last and (last.action, last.left, last.right, last.why) == (action, plain(left), plain(right), wish.why.strip()):
        return message("decide.already", unit=name, year=at, rule=rule_id, action=message(f"decide.{action}"))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    person = wish.who or getpass.getuser()
    append(place.decisions, Decision(now, person, action, code, at, rule_id, plain(left), plain(right), wish.why.strip()))
    return message(
        "decide.done", unit=name, year=at, rule=rule_id, action=message(f"decide.{action}"), left=plain(left), right=plain(right)
    )


def _not_one(connection: Any, wish: Wish, rows: list[Any]) -> Complaint:
    """Why a decision cannot be placed: no such unit, nothing wrong in that year, no such rule, or several violations."""
    if rows:
        return _options("decide.which", wish, rows)
    reports = "select distinct report_year from fct_reports where is_current and $1 in (unit_code, unit_name) order by 1"
    known = [year for (year,) in connection.execute(reports, [wish.unit]).fetchall()]
    if not known:
        return no_such_name(connection, wish.unit)
    if wish.year and wish.year not in known:
        listed = ", ".join(str(year) for year in known if year)
        return Complaint(message("correct.no_report", unit=wish.unit, year=wish.year, years=listed), 2)
    found = connection.execute(f"{FINDINGS} and (unit_code = $1 or unit_name = $1) order by all", [wish.unit]).fetchall()
    of_year = [row for row in found if row[2] == wish.year]
    if of_year:
        return _options("decide.nothing", wish, of_year)
    years = ", ".join(str(year) for year in sorted({row[2] for row in found}))
    return Complaint(
        message("decide.no_findings" if wish.year else "decide.no_year", unit=wish.unit, year=wish.year, years=years), 2
    )


def _options(key: str, wish: Wish, rows: list[Any]) -> Complaint:
    lines = [f"  {code} {at} {rule_id}  {message or ''}" for code, _, at, rule_id, _, _, message in rows[:SHOWN]]
    return Complaint("\n".join([message(key, unit=wish.unit, year=wish.year, rule=wish.rule), *lines]), 2)


def show_decisions(home: Path, json: bool = False) -> str:
    """All decisions, the newest first, with whether each still holds; one made since the last load counts from the next."""
    place = Home(home)
    decisions = Ledger(place.decisions).decisions
    states = _states(place.published)
    listed = [([getattr(d, c) for c in COLUMNS], states.get(n, ("pending", "", ""))) for n, d in enumerate(decisions, 1)][::-1]
    if json:
        return as_json([*COLUMNS, "state", "left_now", "right_now"], [[*row, *state] for row, state in listed])
    shown = [[beijing(at), who, message(f"decide.{action}"), *row, _state(*state)] for (at, who, action, *row), state in listed]
    return as_table([message(f"decide.column_{c}") for c in (*COLUMNS, "state")], shown) if listed else message("decide.none")


def _states(path: Path) -> dict[int, tuple[str, str, str]]:
    """For each decision that the last load knew: whether it holds, and both sides of its rule as they stand."""
    if not path.is_file():
        return {}
    with published(path) as connection:
        rows = connection.execute("select number, state, left_now, right_now from decisions").fetchall()
    return {number: (state, plain(left), plain(right)) for number, state, left, right in rows}


def _state(state: str, left: str, right: str) -> str:
    return message(f"decide.{state}", left=left or "–", right=right or "–")
