"""`foi decide`: what a person decides of a violation, and what was decided so far."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from expectations.decisions import ACTIONS, Decision, Ledger, append
from expectations.messages import plain
from foi.messages import Complaint, message
from foi.owed.closing import although_closed
from foi.published import published
from foi.published.nearby import no_such_name
from ingest.home import Home
from ingest.home.ledger import held
from ingest.words.language import Text

# The violations of current reports, those on which was decided too.
VIOLATIONS = (
    "select unit_code, unit_name, report_year, rule_id, left_sum, right_sum, message_zh, message_en from expectation_results as e"
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


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it stands in the ledger, the name of its unit, and whether it was put there just now or stood there before."""

    decision: Decision
    unit_name: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class DecisionNow:
    """A decision, whether it holds (pending: it counts from the next load), and both sides of its rule as they stand now."""

    decision: Decision
    state: str = "pending"
    left_now: str = ""
    right_now: str = ""


def decide(home: Path, wish: Wish, numbers: tuple[str, str] | None = None) -> Decided:
    """Put a decision into the ledger; it is bound to the numbers as they stand, and counts from the next load.

    `numbers` are those the answer was given on: if they are others by now, the decision is refused.
    """
    unit, year, rule, action = wish.unit, wish.year, wish.rule, wish.action
    if action not in ACTIONS:
        raise Complaint(message("decide.bad_action", found=action, options=message("gap.comma").join(ACTIONS)), 2)
    if not wish.why.strip():
        raise Complaint(message("decide.why"), 2)
    place = Home(home)
    with published(place.published) as connection:
        rows = connection.execute(
            f"{VIOLATIONS} and (unit_code = $1 or unit_name = $1) and report_year = $2 and ($3 = '' or rule_id = $3) order by all",
            [unit, year, rule],
        ).fetchall()
        if len(rows) != 1:
            raise _not_one(connection, wish, rows)
    code, name, at, rule_id, left, right, *_ = rows[0]
    sides = (plain(left), plain(right))
    if numbers and numbers != sides:
        then, now = (message("decide.sides", left=a, right=b) for a, b in (numbers, sides))
        raise Complaint(message("decide.changed", rule=rule_id, then=then, now=now), 2)
    with held(place.decisions):
        last = Ledger(place.decisions).last({"unit_code": code, "report_year": at, "rule_id": rule_id})
        if last and (last.action, last.left, last.right, last.why) == (action, *sides, wish.why.strip()):
            return Decided(last, name, False)
        now_utc, person = datetime.now(UTC).isoformat(timespec="microseconds"), wish.who or getpass.getuser()
        decision = Decision(now_utc, person, action, code, at, rule_id, *sides, wish.why.strip())
        although_closed(home, [(code, at)], message("year_lock.what_decide", n=1, rules=rule_id), person)
        append(place.decisions, decision)
    return Decided(decision, name, True)


def decisions_now(home: Path) -> list[DecisionNow]:
    """All decisions, the newest first, with whether each still holds; one made since the last load counts from the next."""
    place = Home(home)
    states = _states(place.published)
    decisions = enumerate(Ledger(place.decisions).decisions, 1)
    return [DecisionNow(decision, *states.get(number, ())) for number, decision in decisions][::-1]


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
    found = connection.execute(f"{VIOLATIONS} and (unit_code = $1 or unit_name = $1) order by all", [wish.unit]).fetchall()
    of_year = [row for row in found if row[2] == wish.year]
    if of_year:
        return _options("decide.nothing", wish, of_year)
    years = ", ".join(str(year) for year in sorted({row[2] for row in found}))
    return Complaint(
        message("decide.no_violations" if wish.year else "decide.no_year", unit=wish.unit, year=wish.year, years=years), 2
    )


def _options(key: str, wish: Wish, rows: list[Any]) -> Complaint:
    lines = [f"  {code} {at} {rule_id}  {Text(zh or '', en or '').shown}" for code, _, at, rule_id, _, _, zh, en in rows[:SHOWN]]
    return Complaint("\n".join([message(key, unit=wish.unit, year=wish.year, rule=wish.rule), *lines]), 2)


def _states(path: Path) -> dict[int, tuple[str, str, str]]:
    """For each decision that the last load knew: whether it holds, and both sides of its rule as they stand."""
    if not path.is_file():
        return {}
    with published(path) as connection:
        rows = connection.execute("select number, state, left_now, right_now from decisions").fetchall()
    return {number: (state, plain(left), plain(right)) for number, state, left, right in rows}
