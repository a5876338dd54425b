"""The units whose reports make the report of an area, each with what became of its own; and the governments, whose totals are no parts.

They are the units of the sums of an area (area_year): the townships and departments that stood in it in that year. A government's own
report may be about all of its area, so that adding it would count its units twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from foi.messages import bilingual, joined, word_of
from foi.owed.duties import Duty, duties_of
from foi.published.incomplete import gaps_by_report
from foi.published.namesakes import told_apart
from ingest.law.deadlines import duty_words
from ingest.words.language import Text

PARTS = ("township", "department")
FILED = (
    "select unit_code, unit_name, level, report_id, county_code from unit_year where report_year = $2"
    " and (list_contains([province_code, city_code, county_code], $1) or (contains($1, '-') and starts_with(unit_code, $1)))"
)
LEFT_OUT = "select report_id, table_name, reasons from exclusions where report_id in (select unnest($1::varchar[])) order by all"
# Two numbers that ran together pass every sum of their row; they stand in the report, and in the sum, until a person has looked.
DOUBTS = (
    "select report_id, substr(rule_id, length('believable.') + 1) from expectation_results where status = 'failed'"
    " and starts_with(rule_id, 'believable.') and report_id in (select unnest($1::varchar[])) order by all"
)
SCOPES = "select area_code, any_value(scope) from area_bounds where report_year = $1 group by area_code"
BELOW = (
    "select u.unit_code, u.unit_name from dim_unit as u join unit_places as p using (unit_code)"
    " left join unit_spans as s on u.unit_code = s.unit_code and not s.is_assumed"
    " where u.level = 'county' and $1 in (p.province_code, p.city_code)"
    " and $2 between coalesce(p.first_year, $2) and coalesce(p.last_year, $2)"
    " and $2 between coalesce(s.first_year, $2) and coalesce(s.last_year, $2) group by all order by 1"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A unit of an area in a year.

    `state` is counted where its report is in it, else why not: missing, unreadable, not_due, exempt, or vertical (it reports to its own
    ministry, and its numbers are not this area's). `left_out` are the tables of its report that stand in no sum, with the reasons; `lacks`
    is what the report lacks, `about` what else is known of it, `owed_by` from what it is known that it should report, `doubts` are the cells
    of which nobody would believe the number.
    """

    unit_code: str
    unit_name: str
    level: str
    state: str
    report_id: str | None = None
    left_out: dict[str, Text] = field(default_factory=dict)
    lacks: Text | None = None
    about: Text | None = None
    county_code: str | None = None
    owed_by: str = "report"
    doubts: tuple[str, ...] = ()

    @property
    def is_expected(self) -> bool:
        """Whether the report of the area should hold its numbers: all but those who are exempt and filed none, or report elsewhere."""
        return self.state not in ("exempt", "vertical")

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
    elsewhere = {code for code, (name, level, *_) in filed.items() if code not in owed and _is_vertical(name, level)}
    inside = {code: row for code, row in filed.items() if row[1] in PARTS and code not in elsewhere}
    left_out, gaps, doubts = _known_of(connection, [report_id for _, _, report_id, _ in inside.values()])
    members = [
        Member(code, name, level, "counted", report_id, left_out.get(report_id, {}), gaps.get(report_id), None, county,
               owed[code].owed_by if code in owed else "report", tuple(doubts.get(report_id, ())))
        for code, (name, level, report_id, county) in inside.items()
    ]  # fmt: skip
    members += [Member(code, filed[code][0], filed[code][1], "vertical", county_code=filed[code][3]) for code in elsewhere]
    members += [_without_report(duty) for code, duty in owed.items() if code not in filed]
    governments = {code: (name, report_id) for code, (name, level, report_id, _) in filed.items() if level not in PARTS}
    names = Counter(member.unit_name for member in members)
    shared = frozenset(name for name, n in names.items() if n > 1)
    told = (replace(m, unit_name=told_apart(m.unit_name, m.unit_code, shared) or m.unit_code) for m in members)
    return tuple(sorted(told, key=lambda m: m.unit_code)), tuple(_governments(connection, governments, year))


def areas_without(connection: Any, area: str, year: int, members: Sequence[Member]) -> tuple[str, ...]:
    """The counties of an area of which no unit is known to report: their numbers are in nothing, also where a government filed its own."""
    with_units = {member.county_code for member in members if member.state != "vertical"}
    below = connection.execute(BELOW, [area, year]).fetchall()
    return tuple(
        name for code, name in below if code not in with_units and not any(m.unit_code.startswith(f"{code}-") for m in members)
    )


def _is_vertical(name: str, level: str) -> bool:
    """Whether a body reports to its own ministry, as its name says; one that a roster names reports to the area all the same."""
    return level == "department" and any(re.search(pattern, name) for pattern in duty_words()["vertical"])


def _known_of(connection: Any, reports: list[str]) -> tuple[dict[str, dict[str, Text]], dict[str, Text], dict[str, list[str]]]:
    """Of reports the tables that are left out with the reasons, what each lacks, and the cells in doubt that are not left out."""
    left_out: dict[str, dict[str, Text]] = {}
    for report_id, table, reasons in connection.execute(LEFT_OUT, [reports]).fetchall():
        left_out.setdefault(report_id, {})[table] = joined(word_of("exclusion", reason) for reason in reasons.split(", "))
    doubts: dict[str, list[str]] = {}
    for report_id, code in connection.execute(DOUBTS, [reports]).fetchall():
        if code.partition(".")[0] not in left_out.get(report_id, {}):
            doubts.setdefault(report_id, []).append(code)
    return left_out, gaps_by_report(connection, reports), doubts


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
    return Member(
        duty.unit_code, duty.unit_name, duty.level, state, about=about if about.zh else None, county_code=duty.county_code,
        owed_by=duty.owed_by,
    )  # fmt: skip
