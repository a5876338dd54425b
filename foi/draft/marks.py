"""Which cells of a draft are in question, which have a likely correction, and which are missing: what a page marks in the form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from expectations.messages import plain
from foi.draft.check import Checked


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be said of a cell: the numbers of the problems that concern it, the number proposed for it, whether it is missing.

    A cell is suspect if one of its problems may lie in it: where another cell of the sum is likely the wrong one, it only belongs to the sum.
    """

    problems: tuple[int, ...] = ()
    proposed: str = ""
    is_missing: bool = False
    is_suspect: bool = False


def marks_of(checked: Checked) -> dict[str, Mark]:
    """The marks of a draft by the code of the cell; problems are counted from 1."""
    marks: dict[str, Mark] = {}
    edits = checked.proposals[0] if checked.proposals else ()
    edited = {edit.code for edit in edits}
    for n, problem in enumerate(checked.problems, 1):
        codes = dict.fromkeys(c for v in problem.violations for c in v.cells)
        suspect = codes.keys() & edited or codes.keys()
        for code in codes:
            mark = marks.get(code, Mark())
            marks[code] = replace(mark, problems=(*mark.problems, n), is_suspect=mark.is_suspect or code in suspect)
    for edit in edits:
        marks[edit.code] = replace(marks.get(edit.code, Mark()), proposed=plain(edit.after))
    for code in (code for gap in checked.gaps for code in gap.codes):
        marks[code] = replace(marks.get(code, Mark()), is_missing=True)
    return marks
