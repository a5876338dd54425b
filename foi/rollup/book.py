"""The workbook beside an area's report: for each table units by cells, then the cells with what they rest on, the units and the sums.

The numbers of a column add up to the number of the area: what is not added stands there as words.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.messages import cell_text
from foi.ask.export import source_of
from foi.ask.workbook import Field, Marked, Sheet, write_book
from foi.messages import bilingual, message, word_of
from foi.published import exact
from foi.rollup.cells import Number, RolledCell
from foi.rollup.members import Member
from foi.rollup.rollup import Rollup
from foi.rollup.told import because, remarks, sum_place
from ingest.words.language import Text

CELL_COLUMNS = ("table", "code", "cell", "value", "unit", "units", "of", "state", "kind", "lacking")
UNIT_COLUMNS = ("unit_code", "unit_name", "state", "report_id", "remarks")
SUM_COLUMNS = ("rule", "place", "left", "right", "result", "because")


def workbook(found: Rollup, path: Path) -> bytes:
    """The workbook, in the language of this reader; `path` is the published file, whose release it names."""
    sheets = [
        *(_table(found, table) for table in found.form.tables),
        Sheet(message("rollup.sheet_cells"), _fields(CELL_COLUMNS), cell_rows(found)),
        Sheet(message("rollup.sheet_units"), _fields(UNIT_COLUMNS), _units(found)),
        Sheet(message("rollup.sheet_sums"), _fields(SUM_COLUMNS), _sums(found)),
    ]
    title = message("rollup.source", name=found.name, year=found.report_year)
    command = f"foi rollup {found.code} --year {found.report_year}"
    content = io.BytesIO()
    write_book(content, sheets, source_of(path, title, len(found.members), command, "words"))
    return content.getvalue()


def _fields(names: tuple[str, ...]) -> list[Field]:
    return [Field(name, message(f"rollup.column_{name}")) for name in names]


def _table(found: Rollup, table: str) -> Sheet:
    """A line for each unit, a column for each cell of a table."""
    cells = [found.cells[cell.code] for cell in found.form.tables[table].cells]
    fields = _fields(UNIT_COLUMNS[:3])
    for cell in cells:
        name = cell_text(cell.code, found.form.form).shown
        fields.append(Field(cell.code, name, name, cell.unit or ""))
    return Sheet(word_of("gap", table).shown, fields, _lines(found, cells), 2)


def _lines(found: Rollup, cells: list[RolledCell]) -> Iterator[list[Any]]:
    for member in found.members:
        given = found.numbers.get(member.unit_code)
        numbers = [_shown(given[cell.code]) if given else Marked(state_of(member).shown) for cell in cells]
        yield [member.unit_code, member.unit_name, state_of(member), *numbers]


def _shown(number: Number) -> Decimal | Marked:
    """A number that is added, or words."""
    state = word_of("state" if number.state != "excluded" else "portal.state", number.state)
    if number.value is None:
        return Marked(state.shown)
    if number.is_counted:
        return number.value
    return Marked(message("rollup.not_added", number=" ".join(filter(None, (exact(number.value), number.unit))), state=state))


def state_of(member: Member) -> Text:
    """What became of the report of a unit."""
    if member.state in ("counted", "vertical"):
        return bilingual(f"rollup.state_{member.state}")
    return word_of("progress", member.state)


def lacking(found: Rollup, cell: RolledCell) -> tuple[Member, ...]:
    """The units that are not in a cell though they should be."""
    table = cell.code.split(".")[0]
    return tuple(
        m for m in found.members
        if m.is_expected and (not m.report_id or m.is_without(table) or m.unit_code in cell.silent)
    )  # fmt: skip


def cell_rows(found: Rollup) -> list[list[Any]]:
    """A line for each cell of the form, in its order, with CELL_COLUMNS."""
    return [
        [
            word_of("table", cell.code.split(".")[0]), cell.code, cell_text(cell.code, found.form.form), cell.value, cell.unit,
            cell.units, cell.of, word_of("rollup.state", cell.state), word_of("rollup.kind", cell.kind),
            ", ".join(member.unit_name for member in lacking(found, cell)) or None,
        ]
        for cell in found.cells.values()
    ]  # fmt: skip


def _units(found: Rollup) -> Iterator[list[Any]]:
    for member in found.members:
        yield [member.unit_code, member.unit_name, state_of(member), member.report_id, remarks(found, member)]


def _sums(found: Rollup) -> Iterator[list[Any]]:
    for one in found.sums:
        result = word_of("rollup.sum_state", one.result)
        why = Text("", "") if one.is_settled else because(found, one)
        yield [one.judgment.meaning, sum_place(found, one), one.judgment.left, one.judgment.right, result, why]
