"""`foi letter`: ask a unit about its report: the failed rules in words, the cells, a likely repair, last year's figures, a reply sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.decisions import Ledger
from expectations.judge.cause import cause_words
from expectations.judge.edits import Edit
from expectations.judge.rules import Facts
from expectations.messages import cell_words, plain
from foi.answer.docx import Part, as_word
from foi.answer.remedy import Corrections, Remedy, read_corrections, remedies
from foi.messages import Complaint, message, template
from foi.published import published
from ingest.home import Home
from ingest.law.forms import every_form
from ingest.law.relations import relations_of

REPLY = ("unit_code", "report_year", "rule_id", "left", "right", "message", "action", "why", "who")
ACTIONS = ("confirm", "explain", "waive")
SHOWN = 30  # numbers listed beside last year's
NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # what some systems do not take in the name of a file
LONGEST = 60  # characters of a unit's name there


@dataclass(frozen=True)
class Letter:
    """What a unit is asked about one report."""

    unit_code: str
    unit_name: str
    report_year: int
    file: str
    violations: list[dict[str, Any]]
    remedy: Remedy
    corrections: Corrections

    @property
    def report(self) -> tuple[str, int]:
        return self.unit_code, self.report_year


def write_letters(path: Path, out: Path, unit: str = "", year: int = 0) -> str:
    """One letter (.docx and .html) and one reply sheet (.xlsx) for each report with violations; of one unit or year only, if given."""
    ledger = Ledger(Home(path.parent).decisions)
    with published(path) as connection:
        letters = _letters(connection, ledger, unit, year)
        known = connection.execute("select 1 from fct_reports where $1 in ('', unit_code, unit_name) limit 1", [unit]).fetchone()
    if not known:
        raise Complaint(message("letter.no_unit", unit=unit), 2)
    if not letters:
        return message("letter.nothing", unit=unit or "–", year=year or "–")
    out.mkdir(parents=True, exist_ok=True)
    for letter in letters:
        stem = _stem(letter)
        title = template("letter.title")
        heading = (title[0] if title else "").format(unit=letter.unit_name, year=letter.report_year)
        parts = _parts(letter)
        (out / f"{stem}.docx").write_bytes(as_word(heading, parts))
        (out / f"{stem}.html").write_text(_page(heading, parts), "utf-8")
        (out / f"{stem}-reply.xlsx").write_bytes(_reply(letter))
    return message("letter.done", n=len(letters), out=out)


def _stem(letter: Letter) -> str:
    """The name of the files of a letter: the code comes first, since many units share a name."""
    return NOT_IN_A_NAME.sub("_", f"{letter.unit_code}-{letter.unit_name[:LONGEST]}-{letter.report_year}")


def _letters(connection: Any, ledger: Ledger, unit: str, year: int) -> list[Letter]:
    """What is asked: violations on which nobody decided until now, and not those that only a correction of ours makes."""
    columns = ("rule_id", "severity", "left_sum", "right_sum", "message_zh", "message_en")
    found = connection.execute(
        f"select r.unit_code, r.unit_name, r.report_year, r.file, {', '.join(f'e.{c}' for c in columns)} from fct_reports as r"
        " join expectation_results as e using (report_id) where r.is_current and e.status in ('failed', 'explained', 'waived')"
        " and e.severity <> 'hint' and r.unit_code is not null and e.suite is distinct from 'corrections'"
        " and r.report_year is not null and ($1 = '' or r.unit_code = $1 or r.unit_name = $1) and ($2 = 0 or r.report_year = $2)"
        " order by r.unit_code, r.report_year, r.report_id, e.severity, e.rule_id",
        [unit, year],
    ).fetchall()
    corrections = read_corrections(connection)
    asked: dict[tuple[str, str, int, str], list[dict[str, Any]]] = {}
    for code, name, at, file, *row in found:
        violation = {"unit_code": code, "report_year": at, **dict(zip(columns, row, strict=True))}
        if ledger.status(violation)[0] == "failed" and (code, at, violation["rule_id"]) not in corrections.ours:
            violation["message_zh"] += corrections.note((code, at), violation["rule_id"])[0]
            asked.setdefault((code, name, at, file), []).append(violation)
    cures = remedies(connection, [(code, at) for code, _, at, _ in asked], corrections)
    empty = Remedy(Facts({}, {}), None)
    return [Letter(*who, violations, cures.get((who[0], who[2]), empty), corrections) for who, violations in asked.items()]


def _parts(letter: Letter) -> list[Part]:
    """The letter: what was found, the likely repair, the numbers concerned beside last year's, how to answer."""
    zh = {key: message(f"letter.{key}") for key in ("greeting", "violations", "repair", "figures", "answer", "file", "cause")}
    parts: list[Part] = [
        zh["greeting"].format(unit=letter.unit_name, year=letter.report_year),
        zh["file"].format(file=letter.file, code=letter.unit_code),
    ]
    parts += [zh["violations"], *_findings(letter)]
    causes = letter.remedy.named(f["rule_id"] for f in letter.violations)
    if causes or letter.remedy.proposals:
        parts += [zh["repair"], *(zh["cause"].format(cause=cause_words(c)[0]) for c in causes)]
        for n, repair in enumerate(letter.remedy.proposals, 1):
            parts.append(f"{n}) " + "；".join(_change(e, letter) for e in repair))
    if figures := _figures(letter):
        head = [message(f"letter.column_{c}") for c in ("cell", "now", "before")]
        parts += [zh["figures"], [head, *figures[:SHOWN]]]
    return [*parts, zh["answer"]]


def _findings(letter: Letter) -> Iterator[str]:
    """The violations, numbered; those that one cause or one change explains are one, with the cause before them."""
    of_rule = {f.rule_id: p for p in letter.remedy.problems(f["rule_id"] for f in letter.violations) for f in p.violations}
    number, told = 0, []
    for violation in letter.violations:
        problem = of_rule.get(violation["rule_id"])
        if problem is None or len(problem.violations) == 1:
            number += 1
            yield f"{number}. {violation['message_zh']}"
        elif problem not in told:
            number += 1
            told.append(problem)
            key = "one_cause" if problem.cause else "one_change" if problem.edits else "one_rule"
            cause = cause_words(problem.cause)[0] if problem.cause else ""
            yield f"{number}. {message(f'letter.{key}').format(n=len(problem.violations), cause=cause)}"
            mine = {f.rule_id for f in problem.violations}
            yield from (
                f"({n}) {f['message_zh']}" for n, f in enumerate((f for f in letter.violations if f["rule_id"] in mine), 1)
            )


def _figures(letter: Letter) -> list[list[str]]:
    """The cells concerned in the order of the form: this year's number, and last year's that it is held against."""
    now, before = letter.remedy.now, letter.remedy.before.values if letter.remedy.before else {}
    against = _against(letter)
    order = {c.code: n for form in dict.fromkeys(now.forms.values()) for n, c in enumerate(every_form()[form].cells)}
    rows = []
    for code in sorted({*_concerned(letter), *against}, key=lambda c: (order.get(c, len(order)), c)):
        beside = [code, *against.get(code, ())]
        last = [plain(before[c]) if c == code else f"{_cell(c, letter)} {plain(before[c])}" for c in beside if c in before]
        rows.append([_cell(code, letter), _now(code, letter), "；".join(last)])
    return rows


def _against(letter: Letter) -> dict[str, list[str]]:
    """For each cell of a failing rule between two years the cells of last year's report that it is held against."""
    failed = {f["rule_id"] for f in letter.violations}
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
    for violation in letter.violations:
        wanted |= {c.code: None for c in letter.corrections.of_rule(letter.report, violation["rule_id"])}
    failed = {f["rule_id"] for f in letter.violations}
    for table, form in now.forms.items():
        for rule in every_form()[form].rules:
            if rule.table == table and rule.rule_id in failed:
                wanted |= dict.fromkeys(c for c in (*rule.left, *rule.right) if now.values.get(c))
    return list(wanted)


def _cell(code: str, letter: Letter) -> str:
    return cell_words(code, letter.remedy.now.forms.get(code.split(".")[0]), "zh")


def _now(code: str, letter: Letter) -> str:
    """The number of the report; where it counts with a correction of ours, both."""
    number = letter.remedy.now.values.get(code, Decimal())
    shown = letter.corrections.before(letter.report, Edit(code, number, number))[0]
    return shown if code in letter.remedy.now.values else ""


def _change(edit: Edit, letter: Letter) -> str:
    before = letter.corrections.before(letter.report, edit)[0]
    text = template("letter.change")
    return (text[0] if text else "").format(cell=_cell(edit.code, letter), before=before, after=plain(edit.after))


def _page(title: str, parts: list[Part]) -> str:
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
    return templates.get_template("letter.html").render(title=title, parts=[(isinstance(p, str), p) for p in parts])


def _reply(letter: Letter) -> bytes:
    """The sheet a unit fills in; `foi decide --from` reads it back. The codes stay, so that an answer finds its violation."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("reply")
        bold, wrap = book.add_format({"bold": True, "bg_color": "#F3F3F3"}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, [message(f"letter.reply_{c}") for c in REPLY], bold)
        sheet.write_row(1, 0, REPLY, bold)
        sheet.set_column(0, 4, 12)
        sheet.set_column(5, 5, 70, wrap)
        sheet.set_column(6, 8, 24)
        for r, f in enumerate(letter.violations, 2):
            sums = [plain(f["left_sum"]), plain(f["right_sum"])]
            sheet.write_row(r, 0, [letter.unit_code, str(letter.report_year), f["rule_id"], *sums, f["message_zh"]])
        options = [message(f"decide.{a}") for a in ACTIONS]
        sheet.data_validation(2, 6, max(2, len(letter.violations) + 1), 6, {"validate": "list", "source": options})
        sheet.freeze_panes(2, 3)
    return content.getvalue()
