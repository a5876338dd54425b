"""A letter in words: what was found, the likely repair, the numbers concerned beside last year's, how to answer, and who asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from expectations.judge.cause import cause_text
from expectations.judge.problems import Problem
from foi.answer.docx import AtRight, Centered, Heading, Part
from foi.answer.remedy import change_words
from foi.letters.asked import Letter
from foi.letters.cells import cell_name, concerned, held_against, last_told, now_told
from foi.letters.ledger import Written
from foi.letters.settings import Settings
from foi.messages import message

SHOWN = 60  # numbers listed beside last year's; how many more there are is told


@dataclass(frozen=True, slots=True)
class Official:
    """What makes a letter an official one: its number and until when it is answered, its sender, and where it is answered."""

    written: Written
    settings: Settings
    address: str = ""


def letter_title(letter: Letter) -> str:
    """What the letter is about."""
    return message("letter.title", unit=letter.unit_name, year=letter.report_year)


def letter_head(official: Official | None) -> list[Part]:
    """Who asks, and the number of the letter; that it is a draft where nobody is named."""
    if official is None:
        return [Centered(message("letter.draft"))]
    return [Centered(official.settings.sender), Centered(official.written.number)]


def letter_parts(letter: Letter, official: Official | None = None) -> list[Part]:
    """The paragraphs and the table of a letter, in the language of this reader."""
    parts: list[Part] = [
        message("letter.greeting", unit=letter.unit_name, year=letter.report_year),
        message("letter.file", file=letter.file, code=letter.unit_code),
        *_history(letter, official),
        Heading(message("letter.violations")),
        *_violations(letter),
    ]
    causes = letter.remedy.causes_of(letter.rule_ids)
    if causes or letter.remedy.proposals:
        parts += [Heading(message("letter.repair")), *(message("letter.cause", cause=cause_text(c)) for c in causes)]
        parts += [f"{n}) {words}" for n, words in enumerate(repairs_in_words(letter), 1)]
    parts += _figures(letter)
    return [*parts, Heading(message("letter.how")), message("letter.answer"), *_end(official)]


def _history(letter: Letter, official: Official | None) -> Iterator[str]:
    """How the letter stands to what was asked before: it takes the place of another, or some of its questions are settled."""
    if official and official.written.replaces:
        yield message("letter.replaces", number=official.written.replaces)
    settled = len(official.written.questions) - len(letter.violations) if official else 0
    if official and settled > 0:
        yield message("letter.again", n=len(official.written.questions), settled=settled, day=official.written.made_on)


def _violations(letter: Letter) -> Iterator[str]:
    """The violations, numbered; those that one cause or one change explains are one, with the cause before them."""
    of_rule = letter.problems
    number, told = 0, []
    for violation in letter.violations:
        problem = of_rule.get(violation.rule_id)
        if problem is None or len(problem.violations) == 1:
            number += 1
            yield f"{number}. {violation.text.shown}"
        elif problem not in told:
            number += 1
            told.append(problem)
            mine = {v.rule_id for v in problem.violations}
            yield f"{number}. {_common(problem)}"
            yield from (f"({n}) {v.text.shown}" for n, v in enumerate((v for v in letter.violations if v.rule_id in mine), 1))


def _common(problem: Problem) -> str:
    """What several violations have in common."""
    n = len(problem.violations)
    if problem.cause:
        return message("letter.one_cause", n=n, cause=cause_text(problem.cause))
    return message("letter.one_change" if problem.edits else "letter.one_rule", n=n)


def _figures(letter: Letter) -> Iterator[Part]:
    """The cells concerned in the order of the form: this year's number, and last year's that it is held against.

    Parts that are 0 in both years are left out, and it is said how many; a long list is cut, and it is said how many follow.
    """
    against, now = held_against(letter), letter.remedy.now.values
    changed = {e.code for repair in letter.remedy.proposals for e in repair}
    rows, zeros = [], 0
    for code in concerned(letter):
        last = last_told(letter, code, against)
        if now[code] or code in changed or code in against or last.strip("0"):
            rows.append([cell_name(code, letter), now_told(code, letter), last])
        else:
            zeros += 1
    if not rows:
        return
    yield Heading(message("letter.figures"))
    yield [[message(f"letter.column_{c}") for c in ("cell", "now", "before")], *rows[:SHOWN]]
    if zeros:
        yield message("letter.figures_zero", n=zeros)
    if len(rows) > SHOWN:
        yield message("letter.figures_more", n=len(rows) - SHOWN)


def repairs_in_words(letter: Letter) -> list[str]:
    """Each likely repair: which cells would be changed from what to what."""
    forms = letter.remedy.now.forms
    return [change_words(repair, letter.report, forms, letter.corrections).shown for repair in letter.remedy.proposals]


def _end(official: Official | None) -> Iterator[Part]:
    """Until when and where to answer, whom to ask; the sender, the seal and the day."""
    if official is None:
        return
    settings, written = official.settings, official.written
    yield message("letter.reply_by", day=day_in_words(written.reply_by))
    if official.address:
        yield message("letter.address", address=official.address)
    if settings.contact or settings.phone:
        yield message("letter.contact", contact=settings.contact or "–", phone=settings.phone or "–")
    yield AtRight(settings.sender)
    if settings.seal:
        yield AtRight(settings.seal)
    yield AtRight(day_in_words(written.made_on))


def day_in_words(day: str) -> str:
    """A day as letters write it."""
    when = date.fromisoformat(day)
    return message("letter.day", year=str(when.year), month=when.month, day=when.day)
