"""The cells of an area's report: each is the sum of what its units filed, with how many units that rests on and which gave no number.

A number of the year is added up over the units, one of the year's end too (each document is in force in one office), an amount of money in
the form's own unit of measure. What is no number adds nothing, and never makes a sum look whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from foi.published.spans import rows_in
from foi.rollup.members import Member
from ingest.law.forms import Form, FormCell

MEASURED = "disclosure"  # the table in which offices choose a unit of measure
FREE = "free"  # the unit of measure of a cell in which reports choose it
CELLS = "select report_id, code, value, state, unit, original_value, original_state from {rows}"


class Number(NamedTuple):
    """What a unit gives for a cell: its number or none, the state that says why, its unit of measure, and whether it is added.

    `original` is what its report says where a correction replaced it: a number, or the state of the cell.
    """

    value: Decimal | None
    state: str
    unit: str | None = None
    is_counted: bool = False
    original: Decimal | str | None = None


Numbers = dict[str, dict[str, Number]]  # by the code of the unit, then of the cell


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part of a cell."""

    member: Member
    number: Number


@dataclass(frozen=True, slots=True)
class RolledCell:
    """A cell of the area's report: its number (None: no unit gave one), on how many (`units`) of the units expected (`of`) it rests.

    `kind` says what is added up (flow, stock or change), `silent` are the units with a table that counts and no number in this cell.
    """

    code: str
    kind: str
    value: Decimal | None
    unit: str | None
    units: int
    of: int
    silent: tuple[str, ...]

    @property
    def state(self) -> str:
        """Whether every unit is in it: whole, partial, or none where no unit gave a number."""
        return "none" if self.value is None else "whole" if self.units == self.of else "partial"


def numbers_of(connection: Any, form: Form, members: Sequence[Member]) -> Numbers:
    """What each unit with a report gives for every cell of a form."""
    by_report = {member.report_id: member for member in members if member.report_id}
    ids = [one for one in by_report if one]
    found: dict[str, dict[str, tuple[Any, ...]]] = {one: {} for one in ids}
    rows = rows_in("fct_cells", *ids)
    for report_id, code, *row in connection.execute(CELLS.format(rows=rows)).fetchall():
        found[report_id][code] = tuple(row)
    free = {cell.code: _one_unit(cell.code, found) for cell in form.cells if cell.unit == FREE}
    return {
        member.unit_code: {
            cell.code: _number(cell, member, found[report_id].get(cell.code), free.get(cell.code, cell.unit))
            for cell in form.cells
        }
        for report_id, member in by_report.items()
        if report_id
    }


def _one_unit(code: str, found: dict[str, dict[str, tuple[Any, ...]]]) -> str | None:
    """The unit of measure in which all reports give a number that may have any; None where they differ, so that nothing is added."""
    units = {cells[code][2] for cells in found.values() if code in cells and cells[code][0] is not None}
    return units.pop() if len(units) == 1 else None


def _number(cell: FormCell, member: Member, row: tuple[Any, ...] | None, unit: str | None) -> Number:
    """A number of a unit: added where its table counts and its unit of measure is that of the others."""
    if row is None:
        return Number(None, "not_asked")
    value, state, measured, original_value, original_state = row
    original = original_state if original_value is None else original_value
    if member.is_without(cell.table):
        return Number(value, "excluded", measured, False, original)
    if value is not None and cell.table == MEASURED and (measured or cell.unit) != unit:
        return Number(value, "other_unit", measured, False, original)
    return Number(value, state, measured, value is not None, original)


def rolled(form: Form, members: Sequence[Member], numbers: Numbers) -> dict[str, RolledCell]:
    """Every cell of the form, added up over the units."""
    of = sum(member.is_expected for member in members)
    there = {member.unit_code: member for member in members if member.report_id}
    cells = {}
    for cell in form.cells:
        given = {code: numbers[code][cell.code] for code in there}
        added = [number for number in given.values() if number.is_counted and number.value is not None]
        silent = tuple(code for code, n in given.items() if not n.is_counted and not there[code].is_without(cell.table))
        total = sum((n.value for n in added if n.value is not None), Decimal()) if added else None
        unit = added[0].unit or cell.unit if added else cell.unit
        cells[cell.code] = RolledCell(cell.code, cell.kind, total, unit, len(added), of, silent)
    return cells
