"""Any report, for property tests: balanced, with blanks, or with one defect."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import strategies as st

from tests.factory.record import DEFECTS, Record, random_record, with_defect


@st.composite
def records(
    draw: st.DrawFn, forms: tuple[str, ...] = ("2021", "2019"), max_blanks: int = 0, defects: tuple[str, ...] = ()
) -> Record:
    """A report of one of `forms` with up to `max_blanks` blank cells and, where `defects` are named, one of them.

    Sizes run from a township without a single request (top 0) to a province.
    """
    top = draw(st.sampled_from((0, 1, 9, 300, 10**7)))
    record = random_record(random.Random(draw(st.integers(0, 10**6))), draw(st.sampled_from(forms)), top)
    if defects:
        record = with_defect(record, draw(st.sampled_from(defects)))
    if max_blanks:
        blanks = draw(st.sets(st.sampled_from(list(record.cells)), max_size=max_blanks))
        record = replace(record, cells={code: None if code in blanks else text for code, text in record.cells.items()})
    return record


def broken_records() -> st.SearchStrategy[Record]:
    """A report with exactly one of the defects that break a sum."""
    return records(defects=tuple(name for name, broken in DEFECTS.items() if broken))
