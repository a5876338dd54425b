"""`foi rollup` and /rollup/<area>/<year>: the report of an area as the reports of its units make it, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from foi.messages import Complaint, message
from foi.owed.progress import find_area
from foi.published import published
from foi.published.areas import years_of_area
from foi.published.spans import rows_in
from foi.rollup.cells import Numbers, Part, RolledCell, numbers_of, rolled
from foi.rollup.members import Government, Member, areas_without, members_of
from foi.rollup.sums import Sum, judged
from ingest.beijing import beijing_today
from ingest.law.forms import Form, form_in_force, load_forms

MOST = 1500  # units whose reports one report is made of; a province is made of the reports of its cities
SECTIONS = "select report_id, section, text from {rows} where section in ('problems', 'other')"


@dataclass(frozen=True)
class Rollup:
    """The report of an area: the form in force, every cell with its parts, the printed sums, the units, and what they wrote.

    `prose` has the texts of parts five and six (problems, other) by the code of the unit, `without` are the counties of which no unit is in it.
    """

    code: str
    name: str
    level: str
    report_year: int
    form: Form
    members: tuple[Member, ...]
    governments: tuple[Government, ...]
    cells: dict[str, RolledCell]
    sums: tuple[Sum, ...]
    numbers: Numbers
    prose: dict[str, dict[str, str]]
    without: tuple[str, ...] = ()

    @cached_property
    def by_code(self) -> dict[str, Member]:
        """The units by their codes."""
        return {member.unit_code: member for member in self.members}

    @property
    def expected(self) -> int:
        """How many units should be in it."""
        return sum(member.is_expected for member in self.members)

    def counted(self, table: str = "") -> tuple[Member, ...]:
        """The units with a report, or those of which a table counts."""
        return tuple(m for m in self.members if m.report_id and not (table and m.is_without(table)))

    def in_state(self, state: str) -> tuple[Member, ...]:
        """The units in a state (missing, unreadable, not_due, exempt, vertical), or whose report is incomplete, left_out in part, corrected, doubtful."""
        marks = {
            "incomplete": lambda m: m.lacks is not None,
            "left_out": lambda m: bool(m.left_out),
            "corrected": lambda m: bool(self.corrected(m)),
            "doubtful": lambda m: bool(self.doubtful(m)),
        }
        return tuple(m for m in self.members if (marks[state](m) if state in marks else m.state == state))

    def corrected(self, member: Member) -> dict[str, Any]:
        """The cells of a unit that a correction of ours decided, with what its report says."""
        given = self.numbers.get(member.unit_code, {})
        return {code: number for code, number in given.items() if number.original is not None}

    def doubtful(self, member: Member) -> dict[str, Any]:
        """The numbers of a unit that are added and that nobody would believe: two may have run together."""
        given = self.numbers.get(member.unit_code, {})
        return {code: given[code] for code in member.doubts if code in given and given[code].is_counted}

    def parts(self, code: str) -> tuple[Part, ...]:
        """What each unit gives for a cell; those without a report too. A Complaint where the form has no such cell."""
        if code not in self.cells:
            raise Complaint(message("rollup.no_cell", cell=code, form=self.form.form), 3)
        return tuple(Part(m, self.numbers[m.unit_code][code]) for m in self.counted())

    @property
    def unsettled(self) -> tuple[Sum, ...]:
        """The printed sums that cannot hold or cannot be judged."""
        return tuple(one for one in self.sums if not one.is_settled)

    @property
    def is_whole(self) -> bool:
        """Whether every unit is in every cell, all sums hold, no number is in doubt, and neither a government's office nor a county is left beside them."""
        is_beside = any(one.is_office for one in self.governments)
        return not (is_beside or self.without or self.unsettled or self.in_state("doubtful")) and all(
            cell.state == "whole" for cell in self.cells.values()
        )


def rollup(path: Path, area: str, year: int, on: date | None = None) -> Rollup:
    """The report of an area (its name or code) of a year; a Complaint where there is no such area, form, year or unit."""
    form = form_in_force(year)
    if form is None:
        first = min(one.first_year for one in load_forms().values())
        raise Complaint(message("rollup.no_form", year=year, first=first), 3)
    with published(path) as connection:
        found = find_area(connection, area)
        members, governments = members_of(connection, found.code, year, on or beijing_today())
        if not members:
            known = ", ".join(map(str, years_of_area(connection, found.code))) or message("progress.no_year")
            raise Complaint(message("rollup.no_units", name=found.name, code=found.code, year=year, years=known), 3)
        if len(members) > MOST:
            raise Complaint(message("rollup.too_many", name=found.name, n=len(members), most=MOST), 2)
        numbers = numbers_of(connection, form, members)
        prose = _prose(connection, members)
        without = areas_without(connection, found.code, year, members)
    cells = rolled(form, members, numbers)
    sums = judged(form, cells, {member.unit_code: member for member in members}, numbers)
    short = found.names.get(found.code, found.name)
    return Rollup(found.code, short, found.level, year, form, members, governments, cells, sums, numbers, prose, without)


def _prose(connection: Any, members: tuple[Member, ...]) -> dict[str, dict[str, str]]:
    """Parts five and six as the units wrote them."""
    by_report = {m.report_id: m.unit_code for m in members if m.report_id}
    ids = [one for one in by_report if one]
    found: dict[str, dict[str, str]] = {}
    rows = rows_in("fct_sections", *ids)
    for report_id, section, text in connection.execute(SECTIONS.format(rows=rows)).fetchall():
        if text and text.strip():
            found.setdefault(by_report[report_id], {})[section] = text
    return found
