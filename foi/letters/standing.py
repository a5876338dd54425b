"""How each letter stands: what was answered, what is still open, and who has not answered by the day they were asked to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from foi.letters.answers import Answered, read_answers
from foi.letters.asked import Whom, open_questions
from foi.letters.ledger import Question, Written, last_letters, read_written
from ingest.beijing import beijing_today
from ingest.home import Home
from ingest.units.within import within

# answered: all that is open was answered, and something waits for a reviewer; accepted: nothing does, but it waits for a load or to be put
# right; settled: nothing of it is open any more; replaced: a later letter counts.
STATES = ("overdue", "waiting", "answered", "accepted", "settled", "replaced")


@dataclass(frozen=True, slots=True)
class Standing:
    """A letter with its state, which of its questions are open, which of those were answered, and by how many days it is late."""

    letter: Written
    state: str
    open: tuple[Question, ...]
    answered: int
    days_late: int
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The letters that are meant: to the units in an area, about one year, in these states; empty: all."""

    area: str = ""
    year: int = 0
    states: tuple[str, ...] = ()


def standings(home: Home, wanted: Wanted, today: date | None = None) -> list[Standing]:
    """The letters that are meant, each as it stands: those that are overdue first, then by the day of reply."""
    written = [one for one in read_written(home) if within(one.unit_code, wanted.area) and wanted.year in (0, one.report_year)]
    if not written:
        return []
    day = today or beijing_today()
    still = open_questions(home.published, Whom(area=wanted.area, year=wanted.year))
    last, answers = last_letters(written), _by_report(read_answers(home))
    found = [_standing(one, last[one.report], still.get(one.report, []), answers.get(one.report, []), day) for one in written]
    listed = [one for one in found if not wanted.states or one.state in wanted.states]
    return sorted(listed, key=lambda one: (STATES.index(one.state), one.letter.reply_by, one.letter.unit_code, one.letter.n))


def overdue(home: Home, today: date | None = None, area: str = "") -> list[Standing]:
    """The letters that were not answered by their day; none where nothing was ever written."""
    return standings(home, Wanted(area, states=("overdue",)), today) if home.letters.is_file() else []


def _by_report(answers: Iterable[Answered]) -> dict[tuple[str, int], list[Answered]]:
    found: dict[tuple[str, int], list[Answered]] = {}
    for one in answers:
        found.setdefault((one.answer.unit_code, one.answer.report_year), []).append(one)
    return found


def _standing(letter: Written, last: Written, still: list[Question], answers: list[Answered], today: date) -> Standing:
    asked = {*letter.questions}
    open_ = tuple(question for question in still if question in asked)
    if letter is not last:
        return Standing(letter, "replaced", open_, 0, 0, last.number)
    said = [one for one in answers if one.state in ("pending", "accepted")]
    has_file = any(one.answer.kind == "file" and one.answer.letter == letter.number for one in said)
    on = {(one.answer.rule_id, one.answer.left, one.answer.right) for one in said}
    answered = len(open_) if has_file else sum((q.rule_id, q.left, q.right) in on for q in open_)
    late = (today - date.fromisoformat(letter.reply_by)).days
    if not open_:
        return Standing(letter, "settled", (), 0, 0)
    if answered == len(open_):
        return Standing(letter, "answered" if any(one.state == "pending" for one in said) else "accepted", open_, answered, 0)
    return Standing(letter, "overdue" if late > 0 else "waiting", open_, answered, max(0, late))


def rows(found: Iterable[Standing]) -> list[dict[str, Any]]:
    """The letters as plain values, for programs."""
    return [
        {
            "number": one.letter.number,
            "unit_code": one.letter.unit_code,
            "unit_name": one.letter.unit_name,
            "report_year": one.letter.report_year,
            "questions": len(one.letter.questions),
            "open": len(one.open),
            "answered": one.answered,
            "written_on": one.letter.made_on,
            "reply_by": one.letter.reply_by,
            "state": one.state,
            "days_late": one.days_late,
        }
        for one in found
    ]
