"""What a unit gives as its answer, from the page or the reply sheet: checked against what was asked, and kept as proposals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from expectations.messages import cell_text
from foi.letters.answers import Answer, Answered, Change, add_answers, now, read_answers
from foi.letters.asked import Letter, Whom, letters_to_send
from foi.letters.cells import cells_asked
from foi.messages import Complaint, message
from foi.published import exact
from ingest.home import Home

GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
LONGEST = 2000  # characters of an explanation
NAME = 100  # characters of who answers


@dataclass(frozen=True)
class Given:
    """An answer to one question as it was given: on which numbers, what was chosen, why, the right numbers by cell, and where that stands."""

    rule_id: str
    left: str
    right: str
    kind: str
    why: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who answers for which unit and year, to which letter (empty: a draft without a number), and by what: page, sheet or command."""

    unit_code: str
    report_year: int
    letter: str
    who: str
    how: str


def give(home: Home, sender: Sender, given: Sequence[Given]) -> list[Answer]:
    """Keep the answers as proposals, all or none; a Complaint names everything that cannot be used. What was said before is not said twice."""
    new = [one for one in given if not _said_before(home, sender, one)]
    problems = [] if sender.who.strip() else [message("answer.who")]
    checked: list[tuple[Given, tuple[Change, ...]]] = []
    letter = _letter(home, sender) if new else None
    for one in new:
        try:
            checked.append((one, _checked(letter, one)))
        except Complaint as complaint:
            problems.append(message("answer.at", place=one.place, problem=complaint.text) if one.place else str(complaint))
    problems += _two_numbers([cell for _, cells in checked for cell in cells])
    if problems:
        raise Complaint("\n".join(problems))

    def made(there: Sequence[Answered], number: int) -> Iterator[Answer]:
        for at, (one, cells) in enumerate(checked, number):
            yield _answer(sender, one, cells, at)

    return add_answers(home, made)


def _said_before(home: Home, sender: Sender, one: Given) -> bool:
    """Whether this very answer is there already and was not refused: a sheet that is read again says nothing new."""
    numbers = {code: exact(number) for code, text in _filled(one).items() if (number := number_given(text)) is not None}
    said = (sender.letter, sender.unit_code, sender.report_year, one.rule_id, one.left, one.right, one.kind, one.why.strip())
    return any(
        said == before.says[: len(said)] and numbers == {cell.code: cell.after for cell in before.cells}
        for before in (a.answer for a in read_answers(home) if a.state in ("pending", "accepted"))
    )


def _two_numbers(changes: Sequence[Change]) -> list[str]:
    """The cells that were given two different right numbers, in the answers to two questions."""
    numbers: dict[str, set[str]] = {}
    for one in changes:
        numbers.setdefault(one.code, set()).add(one.after)
    return [
        message("answer.two_numbers", cell=cell_text(c, None), numbers=", ".join(sorted(n)))
        for c, n in numbers.items()
        if len(n) > 1
    ]


def give_file(home: Home, sender: Sender, name: str, digest: str, why: str = "") -> list[Answer]:
    """Keep that a new report was handed in as the answer to a letter."""

    def made(there: Sequence[Answered], number: int) -> Iterator[Answer]:
        whose = (sender.letter, sender.unit_code, sender.report_year)
        answer = Answer(
            number,
            now(),
            *whose,
            "",
            "",
            "",
            "file",
            why.strip()[:LONGEST],
            (),
            name,
            digest,
            sender.who.strip()[:NAME],
            sender.how,
        )
        if not any(one.answer.says == answer.says for one in there if one.state != "refused"):
            yield answer

    if not sender.who.strip():
        raise Complaint(message("answer.who"))
    return add_answers(home, made)


def _letter(home: Home, sender: Sender) -> Letter | None:
    """What is to be asked of the unit now; None where nothing is."""
    found = letters_to_send(home.published, Whom(sender.unit_code, sender.report_year))
    return found[0] if found else None


def _answer(sender: Sender, one: Given, cells: tuple[Change, ...], number: int) -> Answer:
    whose = (sender.letter, sender.unit_code, sender.report_year)
    said = (one.rule_id, one.left, one.right, one.kind, one.why.strip())
    return Answer(number, now(), *whose, *said, cells, "", "", sender.who.strip()[:NAME], sender.how)


def _checked(letter: Letter | None, one: Given) -> tuple[Change, ...]:
    """The right numbers of an answer that can be used; a Complaint says why it cannot."""
    asked = next((v.question for v in letter.violations if v.rule_id == one.rule_id), None) if letter else None
    if letter is None or asked is None:
        raise Complaint(message("answer.not_asked", rule=one.rule_id))
    if (asked.left, asked.right) != (one.left, one.right):
        then, now_ = (
            message("decide.sides", left=a or "–", right=b or "–") for a, b in ((one.left, one.right), (asked.left, asked.right))
        )
        raise Complaint(message("decide.changed", rule=one.rule_id, then=then, now=now_))
    if wrong := _unfit(one):
        raise Complaint(wrong)
    filled = _filled(one)
    known = {cell.code: cell for cell in cells_asked(letter, one.rule_id)} if filled else {}
    changes = []
    for code, text in filled.items():
        if code not in known:
            raise Complaint(message("answer.no_cell", cell=code))
        changes.append(_change(known[code].name, code, known[code].before, text))
    return tuple(changes)


def _unfit(one: Given) -> str:
    """What an answer lacks or has too much, whatever was asked; empty where it is whole."""
    filled, why = _filled(one), one.why.strip()
    if len(one.why) > LONGEST:
        return message("answer.long", n=len(one.why), most=LONGEST)
    if one.kind == "right":
        return message("answer.right_with_number") if filled else "" if why else message("answer.why_right")
    if one.kind != "wrong":
        return message("answer.choose")
    return "" if filled or why else message("answer.why_wrong")


def _filled(one: Given) -> dict[str, str]:
    return {code: text for code, text in one.cells.items() if text.strip()}


def _change(name: str, code: str, before: str, text: str) -> Change:
    number = number_given(text)
    if number is None:
        raise Complaint(message("answer.no_number_there", cell=name, found=text.strip()[:40]))
    if exact(number) == before:
        raise Complaint(message("answer.same_number", cell=name, number=before))
    return Change(code, before, exact(number))


def number_given(text: str) -> Decimal | None:
    """A number as people type it (full width, grouped by commas); None where it is none that a report may hold."""
    # What is raised or circled is the mark of a note: 5² is not 52, 3① is not 31.
    plain = "".join(unicodedata.normalize("NFKC", c) if unicodedata.east_asian_width(c) == "F" else c for c in text).strip()
    if GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"\d+(\.\d+)?", plain, re.ASCII):
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number < 10**12 and number == round(number, 6) else None
