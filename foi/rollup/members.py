"""The units whose reports make the report of an area, each with what became of its own; and the governments, whose totals are no parts.

They are the units of the sums of an area (area_year): the townships and departments that stood in it in that year. A government's own
report may be about all of its area, so that adding it would count its units twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from foi.messages import bilingual, joined, word_of
from foi.owed.duties import Duty, duties_of
from foi.published.incomplete import gaps_by_report
from foi.published.namesakes import told_apart
from ingest.words.language import Text

PARTS = ("township", "department")
FILED = (
    "select unit_code, unit_name, level, report_id from unit_year where report_year = $2"
    " and (list_contains([province_code, city_code, county_code], $1) or (contains($1, '-') and starts_with(unit_code, $1)))"
)
LEFT_OUT = "select report_id, table_name, reasons from exclusions where report_id in (select unnest($1::varchar[])) order by all"
SCOPES = "select area_code, any_value(scope) from area_bounds where report_year = $1 group by area_code"


@dataclass(frozen=True, slots=True)
class Member:
    """A unit of an area in a year.

    `state` is counted where it has a report, else why it has none: missing, unreadable, not_due, exempt. `left_out` are the tables of
    its report that stand in no sum, with the reasons; `lacks` is what the report lacks, `about` what else is known of it.
    """

    unit_code: str
    unit_name: str
    level: str
    state: str
    report_id: str | None = None
    left_out: dict[str, Text] = field(default_factory=dict)
    lacks: Text | None = None
    about: Text | None = None

    @property
    def is_expected(self) -> bool:
        """Whether the report of the area should hold its numbers: all but those who are exempt and filed none."""
        return self.state != "exempt"

    def is_without(self, table: str) -> bool:
        """Whether a table of its report stands in no sum; the one table of an old form holds all of them."""
        return table in self.left_out or "statistics" in self.left_out


@dataclass(frozen=True, slots=True)
class Government:
    """A government in the area whose own report is no part, and what that report covers as far as it says so.

    `is_office`: it says that its tables are about its own office alone, whose numbers then stand in no unit's report.
    """

    unit_code: str
    unit_name: str
    report_id: str
    scope: Text
    is_office: bool = False


def members_of(connection: Any, area: str, year: int, on: date) -> tuple[tuple[Member, ...], tuple[Government, ...]]:
    """The units of an area in a year as they stood on a day, and the governments that filed a report of their own."""
    filed = {row[0]: row[1:] for row in connection.execute(FILED, [area, year]).fetchall()}
    owed = {duty.unit_code: duty for duty in duties_of(connection, area, year, on) if duty.level in PARTS}
    reports = [report_id for _, level, report_id in filed.values() if level in PARTS]
    left_out: dict[str, dict[str, Text]] = {}
    for report_id, table, reasons in connection.execute(LEFT_OUT, [reports]).fetchall():
        left_out.setdefault(report_id, {})[table] = joined(word_of("exclusion", reason) for reason in reasons.split(", "))
    gaps = gaps_by_report(connection, reports)
    members = [
        Member(code, name, level, "counted", report_id, left_out.get(report_id, {}), gaps.get(report_id))
        for code, (name, level, report_id) in filed.items()
        if level in PARTS
    ]
    members += [_without_report(duty) for code, duty in owed.items() if code not in filed]
    governments = {code: (name, report_id) for code, (name, level, report_id) in filed.items() if level not in PARTS}
    names = Counter(member.unit_name for member in members)
    shared = frozenset(name for name, n in names.items() if n > 1)
    told = (replace(m, unit_name=told_apart(m.unit_name, m.unit_code, shared) or m.unit_code) for m in members)
    return tuple(sorted(told, key=lambda m: m.unit_code)), tuple(_governments(connection, governments, year))


def _governments(connection: Any, filed: dict[str, tuple[str, str]], year: int) -> Iterator[Government]:
    scopes = dict(connection.execute(SCOPES, [year]).fetchall())
    for code, (name, report_id) in sorted(filed.items()):
        scope = scopes.get(code, "unknown")
        yield Government(code, name, report_id, bilingual(f"bounds.scope_{scope}"), scope == "office")


def _without_report(duty: Duty) -> Member:
    """A unit that owes a report and has none, or owes none; a report that was published after the day is not there yet."""
    state = duty.state if duty.state in ("unreadable", "not_due", "exempt") else "missing"
    told = duty.exempt_reason if state == "exempt" else duty.set_aside_file if state == "unreadable" else None
    about = joined((part for part in (told, duty.note) if part), "gap.semicolon")
    return Member(duty.unit_code, duty.unit_name, duty.level, state, about=about if about.zh else None)
