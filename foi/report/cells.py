"""The cells of a report as they count, each with what the year before and the version before say in it, and the rules it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from foi.published.numbers import Cells as Numbers
from foi.published.spans import rows_in
from ingest.law.forms import other_unit

CELLS = "report_id, code, value, state, unit, form, raw, place, correction_id, original_value, original_state"


@dataclass(frozen=True, slots=True)
class Beside:
    """What another report says in the same cell: its number, or the state that stands for it."""

    value: Decimal | None
    state: str
    other_unit: str = ""  # in which it is, where that is not the form's


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a report: its number and state, how it stands in the source, and what stands beside it.

    `last` is the report of the year before, `before` the version before (None: there is none, or its form does not ask for it);
    `original` is what the source says where a correction replaced it. `rule_ids` are the rules that fail and use the cell, `fails` says
    that one of them is printed in it: the total of a sum, and not what is added up.
    """

    code: str
    value: Decimal | None
    state: str
    unit: str | None
    form: str | None
    raw: str | None
    place: str | None
    correction_id: str | None
    original: Beside | None
    last: Beside | None = None
    before: Beside | None = None
    rule_ids: tuple[str, ...] = ()
    fails: bool = False

    @property
    def other_unit(self) -> str:
        """In which unit its amount is, where that is not the form's: 61000 元 must not stand under 万元 as a bare number."""
        return other_unit(self.form, self.code, self.unit, self.value) if self.form else ""

    @property
    def is_read(self) -> bool:
        """Whether something of it stands in the source, so that its evidence can be shown."""
        return bool(self.place)


def cells_of(
    connection: Any, report_id: str, last_id: str | None = None, before_id: str | None = None
) -> tuple[dict[str, Cell], Numbers]:
    """The cells of a report by their codes, beside them those of the year before and of the version before, if they are asked for.

    Also every number of the year before, for some may stand in a cell that the form of this year has not.
    """
    wanted = list(dict.fromkeys(one for one in (report_id, last_id, before_id) if one))
    read: dict[str, dict[str, tuple[Any, ...]]] = {one: {} for one in wanted}
    for owner, *row in connection.execute(rows_in("fct_cells", *wanted, columns=CELLS)).fetchall():
        read[owner][row[0]] = tuple(row)
    last, before = read.get(last_id or "", {}), read.get(before_id or "", {})
    cells = {code: _cell(row, _beside(last.get(code)), _beside(before.get(code))) for code, row in read[report_id].items()}
    return cells, {code: (row[4] or "", row[1]) for code, row in last.items() if row[1] is not None}


def _cell(row: tuple[Any, ...], last: Beside | None, before: Beside | None) -> Cell:
    code, value, state, unit, form, raw, place, correction_id, original_value, original_state = row
    original = Beside(original_value, original_state, _other(row)) if correction_id else None
    return Cell(code, value, state, unit, form, raw, place, correction_id, original, last, before)


def _beside(row: tuple[Any, ...] | None) -> Beside | None:
    return Beside(row[1], row[2], _other(row)) if row else None


def _other(row: tuple[Any, ...]) -> str:
    code, value, _, unit, form, *_ = row
    return other_unit(form, code, unit, value) if form else ""
