"""What a reviewer makes of an answer: accepted it is an explanation, a confirmation or a correction, refused it counts for nothing; both can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from expectations.decisions import Decision
from foi.answer.acts import undo_decision
from foi.answer.correct import Wish as CorrectWish
from foi.answer.correct import correct_all
from foi.answer.decide import Wish, decide
from foi.answer.take_back import take_back
from foi.letters.answers import Answer, Answered, Change, Ruling, add_ruling, find, now, read_answers, rulings_lock
from foi.letters.in_place_of import put_in_place, take_out_of_place
from foi.messages import Complaint, bilingual, message
from foi.published import published
from ingest.beijing import beijing
from ingest.home import Home
from ingest.home.alone import alone
from ingest.landing.corrections import load_corrections
from ingest.words.language import Text

LOADED = "select input_state, unit_code, report_year from fct_inputs where document_id = $1"
BECAME = {"right": "explain", "file": "file"}


@dataclass(frozen=True, slots=True)
class Ruled:
    """An answer with what became of it just now."""

    answer: Answer
    became: str


def accept(home: Home, number: int, who: str, why: str = "") -> Ruled:
    """Let an answer count: right as it is becomes an explanation, a right number a correction, a fault without one is confirmed.

    A new file takes the place of the version that counts, whatever day it states. It counts from the next load.
    """
    with alone(rulings_lock(home)):
        found = _pending(home, number)
        became = _carried_out(home, found.answer, who, why)
        add_ruling(home, Ruling(number, now(), who, "accept", why.strip(), became), ("pending",))
    return Ruled(found.answer, became)


def accept_all(home: Home, number: int, who: str, why: str = "") -> list[Ruled]:
    """Let all answers count that wait with this one for the same report, all of them or none.

    One slip breaks several sums, and only together are they mended.
    """
    chosen = find(read_answers(home), number).answer
    waiting = [one.answer for one in read_answers(home) if one.state == "pending" and _is_with(one.answer, chosen)]
    if not waiting:
        _pending(home, number)
    done: list[Ruled] = []
    try:
        for one in waiting:
            done.append(accept(home, one.number, who, why))
    except Complaint:
        for ruled in reversed(done):
            undo(home, ruled.answer.number, who)
        raise
    return done


def _is_with(one: Answer, other: Answer) -> bool:
    return (one.unit_code, one.report_year, one.letter) == (other.unit_code, other.report_year, other.letter)


def refuse(home: Home, number: int, who: str, why: str) -> Ruled:
    """Let an answer not count, with the reason; the question stays open and the unit may answer again."""
    if not why.strip():
        raise Complaint(message("answer.why_refused"))
    with alone(rulings_lock(home)):
        found = _pending(home, number)
        add_ruling(home, Ruling(number, now(), who, "refuse", why.strip()), ("pending",))
    return Ruled(found.answer, "refuse")


def undo(home: Home, number: int, who: str, why: str = "") -> Ruled:
    """Take a ruling back: what it became is withdrawn, and the answer is open again."""
    with alone(rulings_lock(home)):
        found = find(read_answers(home), number)
        if found.ruling is None or found.state not in ("accepted", "refused"):
            raise Complaint(message("answer.nothing_to_undo", number=number))
        _taken_back(home, found.answer, found.ruling, who, why.strip() or message("answer.undone", number=number))
        add_ruling(home, Ruling(number, now(), who, "undo", why.strip(), found.ruling.became), ("accepted", "refused"))
    return Ruled(found.answer, "undo")


def _pending(home: Home, number: int) -> Answered:
    found = find(read_answers(home), number)
    if found.state != "pending":
        raise Complaint(message(f"answer.is_{found.state}", number=number, who=found.ruling.who if found.ruling else "–"))
    return found


def _carried_out(home: Home, answer: Answer, who: str, why: str) -> str:
    if answer.kind == "file":
        _check_loaded(home, answer)
        put_in_place(home, answer, who, _reason(answer, why))
        return "file"
    if answer.cells:
        _correct(home, answer, who, why)
        return "correct"
    action = BECAME.get(answer.kind, "confirm")
    decide(
        home.root,
        Wish(answer.unit_code, answer.report_year, answer.rule_id, action, _reason(answer, why), who),
        (answer.left, answer.right),
    )
    return action


def _correct(home: Home, answer: Answer, who: str, why: str) -> None:
    """A correction for each right number, all or none; one that the answer to another question gave already is there."""
    there = {(one.unit_code, one.report_year, one.code): one.value for one in load_corrections(home.corrections)}
    new = [cell for cell in answer.cells if there.get((answer.unit_code, answer.report_year, cell.code)) != cell.after]
    if new:
        correct_all(home.root, [_wish(answer, cell, _reason(answer, why), who) for cell in new])


def _taken_back(home: Home, answer: Answer, ruling: Ruling, who: str, why: str) -> None:
    if ruling.became in ("explain", "confirm"):
        undo_decision(home, answer.about, lambda last: _made_by(ruling, last), who, why)
    elif ruling.became == "file":
        others = [one for one in read_answers(home) if one.answer.number != answer.number]
        take_out_of_place(home, answer, others, who, why)
    elif ruling.became == "correct":
        others = [one for one in read_answers(home) if one.answer.number != answer.number and _is_of(one.answer, answer)]
        needed = {(cell.code, cell.after) for one in others if one.state == "accepted" for cell in one.answer.cells}
        ours = {text for one in (answer, *(other.answer for other in others)) for text in _evidences(one)}
        for cell in answer.cells:
            if (cell.code, cell.after) not in needed and not _is_of_people(home, answer, cell, ours):
                take_back(home, _wish(answer, cell, "", who))


def _made_by(ruling: Ruling, last: Decision) -> bool:
    """Whether a decision is what a ruling made, and not what somebody decided since."""
    moment = datetime.fromisoformat(last.decided_at).replace(microsecond=0)
    return (last.action, last.who) == (ruling.became, ruling.who) and moment <= datetime.fromisoformat(ruling.at)


def _is_of(one: Answer, other: Answer) -> bool:
    """Whether both are about the same report, whichever letter asked."""
    return (one.unit_code, one.report_year) == (other.unit_code, other.report_year)


def _is_of_people(home: Home, answer: Answer, cell: Change, ours: set[str]) -> bool:
    """Whether the correction of a cell was there by itself: no answer made it, so none takes it back."""
    place = (answer.unit_code, answer.report_year, cell.code)
    found = [one for one in load_corrections(home.corrections) if (one.unit_code, one.report_year, one.code) == place]
    return any(one.evidence not in ours for one in found)


def _wish(answer: Answer, cell: Change, why: str, who: str) -> CorrectWish:
    return CorrectWish(answer.unit_code, answer.report_year, cell.code, cell.before, cell.after, why, evidence_of(answer), who)


def evidence_of(answer: Answer) -> str:
    """How a right number is known: by which answer to which letter, from whom, when."""
    return _evidence(answer).shown


def _evidence(answer: Answer) -> Text:
    return bilingual("answer.evidence", number=answer.number, letter=answer.letter or "–", who=answer.who, at=beijing(answer.at))


def _evidences(answer: Answer) -> set[str]:
    """The same as it may stand in the file: in the language of whoever accepted the answer."""
    return {text.strip() for text in (_evidence(answer).zh, _evidence(answer).en)}


def _reason(answer: Answer, why: str) -> str:
    """Why it is decided so: in the words of the unit, with the letter and who answered, and what the reviewer adds."""
    said = message("answer.reason", why=answer.why or message("answer.no_words"), letter=answer.letter or "–", who=answer.who)
    return f"{said} {why.strip()}".strip()


def _check_loaded(home: Home, answer: Answer) -> None:
    """A Complaint unless the file that was handed in is a report of this unit and year by now."""
    state, unit, year = file_state(home.published, answer)
    if state in ("loaded", "superseded", "duplicate") and (unit, year) == (answer.unit_code, answer.report_year):
        return
    key = "answer.file_waiting" if state == "waiting" else "answer.file_other"
    raise Complaint(message(key, file=answer.file, unit=answer.unit_code, year=answer.report_year))


def file_state(path: Path, answer: Answer) -> tuple[str, str, int]:
    """What became of a file that was handed in (waiting: no load has seen it), and whose report of which year it is."""
    with published(path) as connection:
        rows = connection.execute(LOADED, [answer.digest]).fetchall()
    state, unit, year = rows[0] if rows else ("waiting", "", 0)
    return state, unit or "", year or 0


def file_known(path: Path, digest: str) -> bool:
    """Whether a file with just this content was loaded before."""
    with published(path) as connection:
        return bool(connection.execute(LOADED, [digest]).fetchall())
