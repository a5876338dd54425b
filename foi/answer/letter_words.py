"""A letter in words: what was found, the likely repair, the numbers concerned beside last year's, how to answer."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from expectations.judge.cause import cause_text
from expectations.judge.edits import Edit
from expectations.judge.problems import Problem
from expectations.messages import cell_text, plain
from foi.answer.asked import Letter
from foi.answer.docx import Part
from foi.messages import message
from ingest.law.forms import every_form
from ingest.law.relations import relations_of

SHOWN = 30  # numbers listed beside last year's


def letter_title(letter: Letter) -> str:
    """What the letter is about."""
    return message("letter.title", unit=letter.unit_name, year=letter.report_year)


def letter_parts(letter: Letter) -> list[Part]:
    """The paragraphs and the table of a letter, in the language of this reader."""
    parts: list[Part] = [
        message("letter.greeting", unit=letter.unit_name, year=letter.report_year),
        message("letter.file", file=letter.file, code=letter.unit_code),
        message("letter.violations"),
        *_violations(letter),
    ]
    causes = letter.remedy.causes_of(letter.rule_ids)
    if causes or letter.remedy.proposals:
        parts += [message("letter.repair"), *(message("letter.cause", cause=cause_text(c)) for c in causes)]
        for n, repair in enumerate(letter.remedy.proposals, 1):
            parts.append(f"{n}) " + message("gap.semicolon").join(_change(e, letter) for e in repair))
    if figures := _figures(letter):
        head = [message(f"letter.column_{c}") for c in ("cell", "now", "before")]
        parts += [message("letter.figures"), [head, *figures[:SHOWN]]]
    return [*parts, message("letter.answer")]


def _violations(letter: Letter) -> Iterator[str]:
    """The violations, numbered; those that one cause or one change explains are one, with the cause before them."""
    of_rule = letter.problems()
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


def _figures(letter: Letter) -> list[list[str]]:
    """The cells concerned in the order of the form: this year's number, and last year's that it is held against."""
    now, before = letter.remedy.now, letter.remedy.before.values if letter.remedy.before else {}
    against = _against(letter)
    order = {c.code: n for form in dict.fromkeys(now.forms.values()) for n, c in enumerate(every_form()[form].cells)}
    rows = []
    for code in sorted({*_concerned(letter), *against}, key=lambda c: (order.get(c, len(order)), c)):
        beside = [code, *against.get(code, ())]
        last = [plain(before[c]) if c == code else f"{_cell(c, letter)} {plain(before[c])}" for c in beside if c in before]
        rows.append([_cell(code, letter), _now(code, letter), message("gap.semicolon").join(last)])
    return rows


def _against(letter: Letter) -> dict[str, list[str]]:
    """For each cell of a violation between two years the cells of last year's report that it is held against."""
    failed = set(letter.rule_ids)
    found: dict[str, list[str]] = {}
    for form in dict.fromkeys(letter.remedy.now.forms.values()):
        for relation in (r for r in relations_of(form) if r.rule_id in failed):
            told = [t.code for reading in relation.readings for t in reading if t.source == "last_year"]
            for cell in (t.code for t in relation.left if t.source == "cell" and told):
                found[cell] = [c for c in dict.fromkeys(told) if c != cell]
    return found


def _concerned(letter: Letter) -> list[str]:
    """The cells of the failed sums and those a repair would change."""
    now = letter.remedy.now
    wanted: dict[str, None] = {e.code: None for repair in letter.remedy.proposals for e in repair}
    for rule_id in letter.rule_ids:
        wanted |= {c.code: None for c in letter.corrections.of_rule(letter.report, rule_id)}
    failed = set(letter.rule_ids)
    for table, form in now.forms.items():
        for rule in every_form()[form].rules:
            if rule.table == table and rule.rule_id in failed:
                wanted |= dict.fromkeys(c for c in (*rule.left, *rule.right) if now.values.get(c))
    return list(wanted)


def _cell(code: str, letter: Letter) -> str:
    return cell_text(code, letter.remedy.now.forms.get(code.split(".")[0])).shown


def _now(code: str, letter: Letter) -> str:
    """The number of the report; where it counts with a correction of ours, both."""
    number = letter.remedy.now.values.get(code, Decimal())
    shown = letter.corrections.before(letter.report, Edit(code, number, number)).shown
    return shown if code in letter.remedy.now.values else ""


def _change(edit: Edit, letter: Letter) -> str:
    before = letter.corrections.before(letter.report, edit)
    return message("letter.change", cell=_cell(edit.code, letter), before=before, after=plain(edit.after))
