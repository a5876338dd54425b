"""The numbers that a question is about, in the order of the form: this year's, and last year's that they are held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from expectations.judge.edits import Edit
from expectations.messages import cell_text, plain
from foi.answer.remedy import cells_of
from foi.letters.asked import Letter
from foi.messages import message, word_of
from ingest.law.forms import every_form
from ingest.law.relations import relations_of


@dataclass(frozen=True, slots=True)
class CellAsked:
    """A number that a question is about: its code and name, what the report says (`before`: as a correction expects it), last year's beside it."""

    code: str
    name: str
    now: str
    before: str
    last: str


def cells_asked(letter: Letter, rule_id: str) -> list[CellAsked]:
    """The cells of this year's report that a rule is about, or that a table lacks; none where the rule is about no cell."""
    if lacking := letter.lacking.get(rule_id):
        form = next(form for _, form in lacking.values())
        return [
            CellAsked(c, cell_text(c, form).shown, word_of("state", lacking[c][0]).shown, lacking[c][0], last_told(letter, c, {}))
            for c in in_order(letter, lacking, form)
        ]
    now = letter.remedy.now.values
    codes = [c for c in cells_of(rule_id, dict(letter.remedy.now.forms)) if c in now]
    against = held_against(letter)
    return [
        CellAsked(c, cell_name(c, letter), now_told(c, letter), plain(now[c]), last_told(letter, c, against))
        for c in in_order(letter, codes)
    ]


def concerned(letter: Letter) -> list[str]:
    """The cells of everything that fails and of the likely repairs, with those of last year they are held against, in the order of the form."""
    wanted: dict[str, None] = {e.code: None for repair in letter.remedy.proposals for e in repair}
    for rule_id in letter.rule_ids:
        wanted |= {c.code: None for c in letter.corrections.of_rule(letter.report, rule_id)}
        wanted |= dict.fromkeys(cells_of(rule_id, dict(letter.remedy.now.forms)))
    return in_order(letter, [c for c in {**wanted, **held_against(letter)} if c in letter.remedy.now.values])


def in_order(letter: Letter, codes: Iterable[str], form: str = "") -> list[str]:
    """Cells in the order in which the form prints them."""
    forms = dict.fromkeys([*letter.remedy.now.forms.values(), *([form] if form else [])])
    order = {c.code: n for n, c in enumerate(c for one in forms for c in every_form()[one].cells)}
    return sorted(codes, key=lambda c: (order.get(c, len(order)), c))


def held_against(letter: Letter) -> dict[str, list[str]]:
    """For each cell of a violation between two years the cells of last year's report that it is held against."""
    failed = set(letter.rule_ids)
    found: dict[str, list[str]] = {}
    for form in dict.fromkeys(letter.remedy.now.forms.values()):
        for relation in (r for r in relations_of(form) if r.rule_id in failed):
            told = [t.code for reading in relation.readings for t in reading if t.source == "last_year"]
            for cell in (t.code for t in relation.left if t.source == "cell" and told):
                found[cell] = [c for c in dict.fromkeys(told) if c != cell]
    return found


def last_told(letter: Letter, code: str, against: dict[str, list[str]]) -> str:
    """What last year's report says: in the same cell, and in those that it is held against, each by its name."""
    before = letter.remedy.before.values if letter.remedy.before else {}
    beside = [c for c in (code, *against.get(code, ())) if c in before]
    return message("gap.semicolon").join(
        plain(before[c]) if c == code else f"{cell_name(c, letter)} {plain(before[c])}" for c in beside
    )


def cell_name(code: str, letter: Letter) -> str:
    """A cell as its form prints it."""
    return cell_text(code, letter.remedy.now.forms.get(code.split(".")[0])).shown


def now_told(code: str, letter: Letter) -> str:
    """The number of the report; where it counts with a correction of ours, both."""
    number = letter.remedy.now.values.get(code, Decimal())
    shown = letter.corrections.before(letter.report, Edit(code, number, number)).shown
    return shown if code in letter.remedy.now.values else ""
