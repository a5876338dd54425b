"""What fails in the reports that count, each with what people decided of it until this moment: a line for each, ready to be grouped.

The published file says what fails; the ledger says at once what was decided of it, also before the next load has counted it.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

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
STATES = ("open", "reopened", "confirmed", "explained", "waived")
WAITING = ("open", "reopened")  # states in which somebody has to decide
DECIDED = {"confirm": "confirmed", "explain": "explained", "waive": "waived"}
OF_SUITE = {COMPLETENESS: "incomplete", "timeliness": "late"}
# Faults of the program (sets, keys) are for its operator, our own corrections have a page of their own.
ROWS = """
select r.unit_code, r.unit_name, r.report_year, r.rule_id, r.report_id, r.suite, r.severity, r.left_sum, r.right_sum
from expectation_results as r join fct_reports as p using (report_id)
where r.status in ('failed', 'explained', 'waived') and p.is_current and r.suite not in ('sets', 'keys', 'corrections')
and r.rule_id is not null and ($1 = '' or r.unit_code = $1 or starts_with(r.unit_code, $2)) and ($3 = 0 or r.report_year = $3)
order by r.unit_code, r.report_year, r.rule_id, r.left_sum, r.right_sum
"""
COUNTED = "select coalesce(max(number), 0) from decisions"
Place = tuple[str, int, str]  # unit, year and rule: what a decision is about


@dataclass(frozen=True, slots=True)
class Failing:
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
    def seen(self) -> str:
        """Sixteen signs for what was seen: eight for the place, four for its numbers, four for what was decided last."""
        where = hashlib.sha256("|".join(map(str, self.place)).encode()).digest()[:6]
        numbers = hashlib.sha256("|".join(self.sides).encode()).digest()[:3]
        told = (self.decision.decided_at, self.decision.who, self.decision.action) if self.decision else ()
        return urlsafe_b64encode(where + numbers + hashlib.sha256("|".join(told).encode()).digest()[:3]).decode()


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


@dataclass(frozen=True, slots=True)
class Found:
    """All that fails in an area and year, and of how many reports it is not known yet why they fail."""

    all: tuple[Failing, ...]
    unexplained: int

    def of(self, wanted: Wanted) -> list[Failing]:
        """Those that are wanted."""
        return [one for one in self.all if wanted.takes(one)]

    @property
    def kinds(self) -> dict[str, int]:
        """How many there are of each kind."""
        return dict(Counter(one.kind for one in self.all))

    @property
    def uncounted(self) -> int:
        """On how many was decided since the last load, which the published tables do not know yet."""
        return sum(not one.is_counted for one in self.all)


def failing(connection: Any, home: Home, area: str = "", year: int = 0) -> Found:
    """What fails in the reports of an area or unit (none: anywhere) and a year (0: any); a Complaint where the area is none."""
    _check_area(connection, area)
    return _found(connection, home, [area, area if area.isdecimal() else f"{area}-", year])


def _found(connection: Any, home: Home, within: list[Any]) -> Found:
    rows = connection.execute(ROWS, within).fetchall()
    shared, whys = namesakes(connection), Whys.of(connection, home)
    ledger, numbers = ledger_of(home)
    (counted,) = connection.execute(COUNTED).fetchone()
    found: dict[Place, Failing] = {}
    for code, name, at, rule_id, report_id, suite, severity, left, right in rows:
        place, kind = (code or "", at or 0, rule_id), OF_SUITE.get(suite, severity)
        key = place if code and at else (report_id, 0, rule_id)
        if key in found:
            continue
        decision = ledger.last({"unit_code": place[0], "report_year": place[1], "rule_id": rule_id})
        sides = plain(left), plain(right)
        why = whys.cause((place[0], place[1]), rule_id) if kind in ("error", "warning") else ""
        who = (place[0], told_apart(name, code, shared) or "", place[1], rule_id, report_id)
        is_counted = decision is None or numbers[place] <= counted
        found[key] = Failing(*who, kind, sides, why, state_of(decision, sides), decision, is_counted)
    open_reports = {(f.unit_code, f.year) for f in found.values() if f.kind == "error"}
    return Found(tuple(found.values()), whys.missing(open_reports))


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


def _check_area(connection: Any, area: str) -> None:
    """A Complaint for a code that no area and no unit has."""
    if area and area not in known_areas(connection):
        known = connection.execute("select 1 from dim_unit where starts_with(unit_code, $1) limit 1", [area]).fetchone()
        if not known:
            raise no_such_name(connection, area)


def counts_of(found: Iterable[Failing]) -> dict[str, int]:
    """How many are in each state, in the order of the states; a state in which there is none is left out."""
    counts = Counter(one.state for one in found)
    return {state: counts[state] for state in STATES if counts[state]}
