"""Of any county: a cell is the sum of its parts, a unit counts once, and no sum passes that is not whole."""

from __future__ import annotations

import random
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from foi.messages import bilingual
from foi.rollup.cells import Number, Numbers, rolled
from foi.rollup.members import Member
from foi.rollup.sums import judged
from ingest.law.forms import load_forms
from tests.factory import Record, random_record
from tests.factory.record import DEFECTS, with_defect

FORM = load_forms()["2021"]
WHY = bilingual("exclusion.broken_sum")
STATES = ("missing", "unreadable", "not_due", "exempt")


def _numbers(record: Record, member: Member) -> dict[str, Number]:
    def number(code: str, text: str | None) -> Number:
        if text is None:
            return Number(None, "blank")
        counts = not member.is_without(code.split(".")[0])
        return Number(Decimal(text), "reported" if counts else "excluded", None, counts)

    return {code: number(code, text) for code, text in record.cells.items()}


@st.composite
def counties(draw: st.DrawFn) -> tuple[list[Member], Numbers]:
    """Some units: with reports that hold or do not, with blanks, with a table left out, or without a report."""
    members, numbers = [], {}
    for at in range(draw(st.integers(1, 8))):
        code, kind = f"99030{at}", draw(st.sampled_from(("whole", "whole", "blank", "defect", "left_out", *STATES)))
        if kind in STATES:
            members.append(Member(code, f"示例{at}乡", "township", kind))
            continue
        record = random_record(random.Random(draw(st.integers(0, 10**6))), "2021", draw(st.sampled_from((0, 9, 10**6))))
        if kind != "whole":
            defect = draw(
                st.sampled_from(["blank_row", "blank_table"] if kind == "blank" else [n for n in DEFECTS if DEFECTS[n]])
            )
            record = with_defect(record, defect)
        left = {"requests": WHY, "challenges": WHY} if kind == "left_out" else {}
        member = Member(code, f"示例{at}乡", "township", "counted", f"r{at}", left)
        members.append(member)
        numbers[code] = _numbers(record, member)
    return members, numbers


@given(counties())
def test_a_cell_is_the_sum_of_the_units_that_count_in_it(county: tuple[list[Member], Numbers]):
    members, numbers = county
    expected = sum(member.state != "exempt" for member in members)
    for code, cell in rolled(FORM, members, numbers).items():
        added = {unit: given[code].value for unit, given in numbers.items() if given[code].is_counted}
        assert cell.value == (sum(added.values(), Decimal()) if added else None)  # type: ignore[arg-type]
        assert (cell.units, cell.of) == (len(added), expected) and not set(added) & set(cell.silent)
        left = {m.unit_code for m in members if m.report_id and m.is_without(code.split(".")[0])}
        assert set(added) | set(cell.silent) | left == set(numbers)
        assert (cell.state == "whole") == (cell.units == expected and bool(added))


@given(counties())
def test_a_sum_passes_only_where_it_holds_and_nobody_who_counts_is_silent(county: tuple[list[Member], Numbers]):
    members, numbers = county
    cells = rolled(FORM, members, numbers)
    for one in judged(FORM, cells, {member.unit_code: member for member in members}, numbers):
        silent = {unit for code in one.judgment.cells for unit in cells[code].silent}
        if one.result == "pass":
            assert one.judgment.left == one.judgment.right is not None and not silent
        assert silent <= {unit for unit, _ in one.because}
        if one.result == "fail":
            assert one.because  # some unit's own report is the reason
