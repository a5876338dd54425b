"""`foi letter`: ask a unit about its report: the failed rules in words, the cells, a likely repair, last year's figures, a reply sheet."""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.cause import cause_words, causes
from expectations.edits import Repair
from expectations.judge import Facts
from expectations.messages import cell_words, plain
from expectations.repair import repairs
from foi.messages import Complaint, both, say
from foi.numbers import last_numbers, numbers
from foi.published import published
from foi.word import Part, as_word
from ingest.forms import every_form

REPLY = ("unit_code", "report_year", "rule_id", "left", "right", "message", "action", "why", "who")
ACTIONS = ("confirm", "explain", "waive")
SHOWN = 30  # numbers listed beside last year's


@dataclass(frozen=True)
class Letter:
    """What a unit is asked about one report."""

    unit_code: str
    unit_name: str
    report_year: int
    file: str
    findings: list[dict[str, Any]]
    proposals: list[Repair]
    causes: tuple[str, ...]
    now: Facts
    before: dict[str, Decimal]


def write_letters(path: Path, out: Path, unit: str = "", year: int = 0) -> str:
    """One letter (.docx and .html) and one reply sheet (.xlsx) for each report with findings; of one unit or year only, if given."""
    with published(path) as connection:
        letters = [_letter(connection, row) for row in _reports(connection, unit, year)]
        known = connection.execute("select 1 from fct_reports where $1 in ('', unit_code, unit_name) limit 1", [unit]).fetchone()
    if not known:
        raise Complaint(say("letter.no_unit", unit=unit), 2)
    if not letters:
        return say("letter.nothing", unit=unit or "–", year=year or "–")
    out.mkdir(parents=True, exist_ok=True)
    for letter in letters:
        stem = f"{letter.unit_name}-{letter.report_year}"
        title = both("letter.title")
        heading = (title[0] if title else "").format(unit=letter.unit_name, year=letter.report_year)
        parts = _parts(letter)
        (out / f"{stem}.docx").write_bytes(as_word(heading, parts))
        (out / f"{stem}.html").write_text(_page(heading, parts), "utf-8")
        (out / f"{stem}-reply.xlsx").write_bytes(_reply(letter))
    return say("letter.done", n=len(letters), out=out)


def _reports(connection: Any, unit: str, year: int) -> list[Any]:
    found: list[Any] = connection.execute(
        "select distinct r.report_id, r.unit_code, r.unit_name, r.report_year, r.file from fct_reports as r"
        " join expectation_results as e using (report_id) where r.is_current and e.status = 'failed' and e.severity <> 'hint'"
        " and r.unit_code is not null and e.suite is distinct from 'corrections'"
        " and r.report_year is not null and ($1 = '' or r.unit_code = $1 or r.unit_name = $1) and ($2 = 0 or r.report_year = $2)"
        " order by r.unit_code, r.report_year",
        [unit, year],
    ).fetchall()
    return found


def _letter(connection: Any, report: Any) -> Letter:
    report_id, code, name, year, file = report
    columns = ("rule_id", "severity", "left_sum", "right_sum", "message_zh", "message_en")
    rows = connection.execute(
        f"select {', '.join(columns)} from expectation_results where report_id = $1 and status = 'failed' and severity <> 'hint'"
        " and suite is distinct from 'corrections'"
        " order by severity, rule_id",
        [report_id],
    ).fetchall()
    cells = numbers(connection, "report_id = $1", report_id)
    last = {c: value for c, _, value in last_numbers(connection, code, year)}
    now = Facts({c.split(".")[0]: form for c, form, _ in cells}, {c: value for c, _, value in cells})
    before = Facts({}, last) if last else None
    proposals = repairs(now, before)
    named = {c.cause: None for best in proposals[:1] for c in causes(best, now, before) if c.cause}
    return Letter(
        code, name, year, file, [dict(zip(columns, row, strict=True)) for row in rows], proposals, tuple(named), now, last
    )


def _parts(letter: Letter) -> list[Part]:
    """The letter: what was found, the likely repair, the numbers concerned beside last year's, how to answer."""
    zh = {
        key: (both(f"letter.{key}") or ("", ""))[0]
        for key in ("greeting", "findings", "repair", "figures", "answer", "file", "cause")
    }
    parts: list[Part] = [
        zh["greeting"].format(unit=letter.unit_name, year=letter.report_year),
        zh["file"].format(file=letter.file),
    ]
    parts += [zh["findings"], *(f"{n}. {f['message_zh']}" for n, f in enumerate(letter.findings, 1))]
    if letter.proposals:
        parts += [zh["repair"], *(zh["cause"].format(cause=cause_words(c)[0]) for c in letter.causes)]
        for n, repair in enumerate(letter.proposals, 1):
            parts.append(f"{n}) " + "；".join(_change(e.code, letter, plain(e.before), plain(e.after)) for e in repair))
    codes = _concerned(letter)
    if codes:
        head = [(both(f"letter.column_{c}") or ("", ""))[0] for c in ("cell", "now", "before")]
        figures = [[_cell(c, letter), plain(letter.now.values.get(c)), plain(letter.before.get(c))] for c in codes[:SHOWN]]
        parts += [zh["figures"], [head, *figures]]
    return [*parts, zh["answer"]]


def _concerned(letter: Letter) -> list[str]:
    """The cells of the failed sums and those a repair would change."""
    wanted: dict[str, None] = {e.code: None for repair in letter.proposals for e in repair}
    failed = {f["rule_id"] for f in letter.findings}
    for table, form in letter.now.forms.items():
        for rule in every_form()[form].rules:
            if rule.table == table and rule.rule_id in failed:
                wanted |= dict.fromkeys(c for c in (*rule.left, *rule.right) if letter.now.values.get(c))
    return list(wanted)


def _cell(code: str, letter: Letter) -> str:
    return cell_words(code, letter.now.forms.get(code.split(".")[0]), "zh")


def _change(code: str, letter: Letter, before: str, after: str) -> str:
    text = both("letter.change")
    return (text[0] if text else "").format(cell=_cell(code, letter), before=before, after=after)


def _page(title: str, parts: list[Part]) -> str:
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
    return templates.get_template("letter.html").render(title=title, parts=[(isinstance(p, str), p) for p in parts])


def _reply(letter: Letter) -> bytes:
    """The sheet a unit fills in; `foi decide --from` reads it back. The codes stay, so that an answer finds its finding."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("reply")
        bold, wrap = book.add_format({"bold": True, "bg_color": "#F3F3F3"}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, [(both(f"letter.reply_{c}") or (c, c))[0] for c in REPLY], bold)
        sheet.write_row(1, 0, REPLY, bold)
        sheet.set_column(0, 4, 12)
        sheet.set_column(5, 5, 70, wrap)
        sheet.set_column(6, 8, 24)
        for r, f in enumerate(letter.findings, 2):
            sums = [plain(f["left_sum"]), plain(f["right_sum"])]
            sheet.write_row(r, 0, [letter.unit_code, str(letter.report_year), f["rule_id"], *sums, f["message_zh"]])
        options = [(both(f"decide.{a}") or (a, a))[0] for a in ACTIONS]
        sheet.data_validation(2, 6, max(2, len(letter.findings) + 1), 6, {"validate": "list", "source": options})
        sheet.freeze_panes(2, 3)
    return content.getvalue()
