"""What fails in the reports that count, each with what people decided of it until this moment: a line for each, one after the other.

The published file says what fails; the ledger says at once what was decided of it, also before the next load has counted it.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from expectations.decisions import Decision, Ledger
from expectations.incomplete import SUITE as COMPLETENESS
from expectations.messages import plain
from foi.answer.whys import Whys
from foi.published.areas import known_areas
from foi.published.kept import stamp_of
from foi.published.namesakes import namesakes, told_apart
from foi.published.nearby import no_such_name
from ingest.home import Home

KINDS = ("error", "warning", "hint", "incomplete", "late")  # what is wrong, to be explained, worth a look, missing, late
CAUSED = ("error", "warning")  # kinds of which a likely cause is looked for
STATES = ("open", "reopened", "confirmed", "explained", "waived")
WAITING = ("open", "reopened")  # states in which somebody has to decide
DECIDED = {"confirm": "confirmed", "explain": "explained", "waive": "waived"}
AT_ONCE = 2048  # that are taken over together
# `place` is what a decision is about; where unit or year are not certain it is the report.
# Few reports were superseded: to pass over theirs takes less memory than to look for those of all others.
# Faults of the program (sets, keys) are for its operator, our own corrections have a page of their own.
FAILING = f"""(
select r.unit_code, r.unit_name, r.report_year, r.rule_id, r.report_id,
    case r.suite when '{COMPLETENESS}' then 'incomplete' when 'timeliness' then 'late' else r.severity end as kind, r.left_sum, r.right_sum,
    case when r.unit_code is null or r.report_year is null then concat_ws('|', r.report_id, 0, r.rule_id)
        else concat_ws('|', r.unit_code, r.report_year, r.rule_id) end as place
from expectation_results as r
where r.status in ('failed', 'explained', 'waived') and r.suite not in ('sets', 'keys', 'corrections')
and r.report_id not in (select report_id from fct_reports where not is_current) and r.report_id is not null and r.rule_id is not null
and ($1 = '' or r.unit_code = $1 or starts_with(r.unit_code, $2)) and ($3 = 0 or r.report_year = $3)
)"""
RULE = "case kind when 'incomplete' then rule_id else split_part(rule_id, '.', 1) end"  # as `Failing.rule`
KIND_AND_RULE = f"($4 = '' or kind = $4) and ($5 = '' or $5 in (rule_id, {RULE}))"
ROWS = f"""
select unit_code, unit_name, report_year, rule_id, report_id, kind, left_sum, right_sum, place from {FAILING}
where {{which}} order by unit_code, report_year, rule_id, report_id, left_sum, right_sum
"""
AMONG = "place in (select unnest($4::varchar[]))"
COUNTED = "select coalesce(max(number), 0) from decisions"
UNCOUNTED = f"select count(distinct place) from {FAILING} where {AMONG}"
Place = tuple[str, int, str]  # unit, year and rule: what a decision is about


class Failing(NamedTuple):
    """A rule that a report breaks, both its sides, the likely cause (an id, or nothing), and what was decided of it.

    `state` is one of STATES (reopened: a number changed since it was decided). `is_counted`: the published tables know the decision.
    """

    unit_code: str
    unit_name: str
    year: int
    rule_id: str
    report_id: str
    kind: str
    sides: tuple[str, str]
    cause: str
    state: str
    decision: Decision | None
    is_counted: bool

    @property
    def place(self) -> Place:
        """What a decision is about."""
        return self.unit_code, self.year, self.rule_id

    @property
    def rule(self) -> str:
        """The rule, without the row or column in which it is broken; of what is missing, the table too."""
        return self.rule_id if self.kind == "incomplete" else self.rule_id.partition(".")[0]

    @property
    def is_decidable(self) -> bool:
        """Whether it can be decided on: its unit and year are certain."""
        return bool(self.unit_code and self.year)

    @property
    def place_signs(self) -> str:
        """Eight signs for the place: the first of `seen`."""
        return urlsafe_b64encode(hashlib.sha256("|".join(map(str, self.place)).encode()).digest()[:6]).decode()

    @property
    def seen(self) -> str:
        """Sixteen signs for what was seen: eight for the place, four for its numbers, four for what was decided last."""
        numbers = hashlib.sha256("|".join(self.sides).encode()).digest()[:3]
        told = (self.decision.decided_at, self.decision.who, self.decision.action) if self.decision else ()
        return self.place_signs + urlsafe_b64encode(numbers + hashlib.sha256("|".join(told).encode()).digest()[:3]).decode()


def place_seen(seen: str) -> str:
    """The part of these signs that stands for the place."""
    return seen[:8]


def numbers_seen(seen: str) -> str:
    """The part of these signs that stands for the place and its numbers, whatever was decided."""
    return seen[:12]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them: of an area or unit by its code, a year, a kind, a rule, a cause (`-`: none is known), a state; empty means all."""

    area: str = ""
    year: int = 0
    kind: str = ""
    rule: str = ""
    cause: str = ""
    state: str = ""

    def takes(self, one: Failing) -> bool:
        """Whether one of the area and year is wanted."""
        rule = not self.rule or self.rule in (one.rule, one.rule_id)
        cause = not self.cause or self.cause == (one.cause or "-")
        state = not self.state or self.state == one.state or (self.state == "waiting" and one.state in WAITING)
        return rule and cause and state and self.kind in ("", one.kind)


class Known:
    """What is known beside the published file: names that several units have, likely causes, and what people decided."""

    def __init__(self, connection: Any, home: Home) -> None:
        self._shared, self.whys = namesakes(connection), Whys.of(connection, home)
        self.ledger, self._numbers = ledger_of(home)
        (self._counted,) = connection.execute(COUNTED).fetchone()

    def failing(self, row: tuple[Any, ...]) -> Failing:
        """A row of what fails with all of it."""
        code, name, at, rule_id, report_id, kind, left, right, _ = row
        place = (code or "", at or 0, intern(rule_id))
        decision = self.ledger.last_of(place)
        sides = plain(left), plain(right)
        why = self.whys.cause(place[:2], rule_id) if kind in CAUSED else ""
        is_counted = decision is None or self._numbers[place] <= self._counted
        named = told_apart(name, code, self._shared) or ""
        state = state_of(decision, sides)
        return Failing(place[0], named, place[1], place[2], report_id, intern(kind), sides, why, state, decision, is_counted)

    def rows(self, connection: Any, which: str, values: list[Any]) -> Iterator[Failing]:
        """The rows of a condition, one after the other; of one place the first."""
        result, before = connection.execute(ROWS.format(which=which), values), ""
        while rows := result.fetchmany(AT_ONCE):
            for row in rows:
                if row[-1] != before:
                    yield self.failing(row)
                before = row[-1]

    @property
    def decided(self) -> list[str]:
        """The places on which anybody ever decided."""
        return ["|".join(map(str, place)) for place in self._numbers]

    def uncounted(self, connection: Any, wanted: Wanted) -> int:
        """On how many of an area and year was decided since the last load, which the published tables do not know yet."""
        late = ["|".join(map(str, place)) for place, number in self._numbers.items() if number > self._counted]
        return int(connection.execute(UNCOUNTED, [*within(wanted), late]).fetchone()[0]) if late else 0


def failing(connection: Any, home: Home, wanted: Wanted) -> Iterator[Failing]:
    """What fails and is wanted, one after the other, by unit, year and rule; a Complaint where the area is none.

    None is kept, for a nation has many: the connection is asked for nothing else before the last was given.
    """
    check_area(connection, wanted.area)
    values = [*within(wanted), wanted.kind, wanted.rule]
    yield from filter(wanted.takes, Known(connection, home).rows(connection, KIND_AND_RULE, values))


def within(wanted: Wanted) -> list[Any]:
    """The values by which FAILING asks for an area or unit, and a year."""
    return [wanted.area, wanted.area if wanted.area.isdecimal() else f"{wanted.area}-", wanted.year]


def state_of(decision: Decision | None, sides: tuple[str, str]) -> str:
    """What was decided of a rule whose sides stand so; reopened where they are others by now."""
    if decision is None or decision.action not in DECIDED:
        return "open"
    return DECIDED[decision.action] if (decision.left, decision.right) == sides else "reopened"


def ledger_of(home: Home) -> tuple[Ledger, dict[Place, int]]:
    """What people decided, and the number of the line that counts for each place; read once for each state of the file."""
    path = home.decisions
    return _ledger(path, stamp_of(path) if path.is_file() else None)


@lru_cache(4)
def _ledger(path: Path, stamp: object) -> tuple[Ledger, dict[Place, int]]:
    ledger = Ledger(path)
    return ledger, {(d.unit_code, d.report_year, d.rule_id): n for n, d in enumerate(ledger.decisions, 1)}


def check_area(connection: Any, area: str) -> None:
    """A Complaint for a code that no area and no unit has."""
    if area and area not in known_areas(connection):
        known = connection.execute("select 1 from dim_unit where starts_with(unit_code, $1) limit 1", [area]).fetchone()
        if not known:
            raise no_such_name(connection, area)
