"""The answers of units as a reviewer sees them: beside the violation, with both sums as they would be with the right numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from foi.letters.answers import Answer, Answered, Change, Ruling, read_answers
from foi.letters.asked import Asked, Letter, Whom, letters_to_send
from foi.letters.cells import cell_name
from foi.letters.judged import Judged, judged
from foi.letters.rulings import file_state
from foi.messages import message, word_of
from ingest.beijing import beijing
from ingest.home import Home
from ingest.units.within import within

STATES = ("pending", "accepted", "refused", "replaced")


@dataclass(frozen=True)
class Proposal:
    """An answer with its state, what it was asked (None: that is no violation any more), its right numbers by name, and what they would do."""

    answer: Answer
    state: str
    ruling: Ruling | None
    unit_name: str
    asked: Asked | None
    is_outdated: bool
    cells: tuple[tuple[str, str, str], ...]
    judged: Judged | None
    file_state: str = ""
    report_id: str = ""

    @property
    def at(self) -> str:
        """When it was answered."""
        return beijing(self.answer.at)

    @property
    def ruled_at(self) -> str:
        """When it was ruled on; empty where it was not."""
        return beijing(self.ruling.at) if self.ruling else ""


def proposals(
    home: Home, area: str = "", year: int = 0, states: Sequence[str] = (), numbers: Sequence[int] = ()
) -> list[Proposal]:
    """The answers of the units in an area, those that wait for a reviewer first."""
    chosen = [
        one for one in read_answers(home)
        if within(one.answer.unit_code, area) and year in (0, one.answer.report_year) and (not states or one.state in states)
        and (not numbers or one.answer.number in numbers)
    ]  # fmt: skip
    if not chosen:
        return []
    reports = frozenset(_report(one) for one in chosen)
    letters = {one.report: one for one in letters_to_send(home.published, Whom(reports=reports))}
    given = _numbers_given(read_answers(home))
    found = [_proposal(home, one, letters.get(_report(one)), given.get(_report(one), {})) for one in chosen]
    return sorted(found, key=lambda one: (STATES.index(one.state), -one.answer.number))


def _report(one: Answered) -> tuple[str, int]:
    return one.answer.unit_code, one.answer.report_year


def _numbers_given(answers: Sequence[Answered]) -> dict[tuple[str, int], dict[str, Change]]:
    """For each report all right numbers that may count, by cell: one slip breaks several sums, and its answers only mend them together."""
    found: dict[tuple[str, int], dict[str, Change]] = {}
    for one in answers:
        if one.state in ("pending", "accepted"):
            found.setdefault(_report(one), {}).update({cell.code: cell for cell in one.answer.cells})
    return found


def _proposal(home: Home, one: Answered, letter: Letter | None, given: dict[str, Change]) -> Proposal:
    answer = one.answer
    asked = next((v for v in letter.violations if v.rule_id == answer.rule_id), None) if letter else None
    is_outdated = bool(asked) and (asked.question.left, asked.question.right) != (answer.left, answer.right) if asked else False
    changes = {**given, **{cell.code: cell for cell in answer.cells}}
    would = (
        judged(letter, answer.rule_id, list(changes.values())) if letter and asked and answer.cells and not is_outdated else None
    )
    cells = tuple((_name(letter, cell.code), _before(cell.before), cell.after) for cell in answer.cells)
    came = file_state(home.published, answer)[0] if answer.kind == "file" else ""
    name = letter.unit_name if letter else answer.unit_code
    return Proposal(
        answer, one.state, one.ruling, name, asked, is_outdated, cells, would, came, letter.report_id if letter else ""
    )


def _name(letter: Letter | None, code: str) -> str:
    return cell_name(code, letter) if letter else code


def _before(value: str) -> str:
    """What the report says in a cell: a number, or the word for why there is none."""
    return value if value[:1].isdigit() else word_of("state", value).shown


def verdict_words(one: Proposal) -> str:
    """What accepting an answer would do, in a sentence."""
    answer = one.answer
    if answer.kind == "file":
        return message(
            f"answer.file_is_{'loaded' if one.file_state in ('loaded', 'superseded', 'duplicate') else one.file_state}"
        )
    if one.asked is None:
        return message("answer.is_no_violation")
    if one.is_outdated:
        return message("answer.is_outdated", left=one.asked.question.left or "–", right=one.asked.question.right or "–")
    if one.judged is None:
        return message("answer.would_explain" if answer.kind == "right" else "answer.would_confirm")
    after = one.judged.asked
    sides = message("decide.sides", left=after.left or "–", right=after.right or "–") if after else "–"
    return message(f"answer.would_{one.judged.verdict}", sides=sides, n=len(one.judged.broken), mended=len(one.judged.mended))


def row_of(one: Proposal) -> dict[str, Any]:
    """An answer as plain values, for programs."""
    answer = one.answer
    return {
        "number": answer.number, "state": one.state, "at": answer.at, "letter": answer.letter, "unit_code": answer.unit_code,
        "unit_name": one.unit_name, "report_year": answer.report_year, "rule_id": answer.rule_id, "left": answer.left, "right": answer.right,
        "kind": answer.kind, "why": answer.why, "who": answer.who, "how": answer.how, "file": answer.file,
        "right_numbers": [{"cell": c.code, "before": c.before, "after": c.after} for c in answer.cells],
        "left_after": one.judged.asked.left if one.judged and one.judged.asked else "",
        "right_after": one.judged.asked.right if one.judged and one.judged.asked else "",
        "verdict": one.judged.verdict if one.judged else "", "broken": [b.rule_id for b in one.judged.broken] if one.judged else [],
        "ruled_by": one.ruling.who if one.ruling else "", "ruled_at": one.ruling.at if one.ruling else "",
        "ruled_why": one.ruling.why if one.ruling else "",
    }  # fmt: skip
