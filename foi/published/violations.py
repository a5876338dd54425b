"""What fails, a line for each violation; where one rule of one report fails in many columns, a line for the rule.

A total left at 0 or a year that was skipped breaks a rule in all its columns: seven sentences would say one thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from expectations.messages import cell_words, plain, printed_label
from foi.messages import counting, message, template
from foi.published.namesakes import namesakes, told_apart
from ingest.law.forms import Form, Rule, every_form
from ingest.law.relations import Relation, relations_of

MANY = 3  # violations of one rule of one report that become one line
NAMED = 3  # columns or rows that such a line names
# Told apart, since it makes no number wrong: our corrections, lateness, and what a report lacks.
APART = "coalesce(r.suite, '') not in ('corrections', 'timeliness', 'completeness')"
FORMS = ("form_disclosure", "form_requests", "form_challenges", "form_statistics")
COLUMNS = ("report_id", "rule_id", "unit_code", "unit_name", "report_year", "left_sum", "right_sum", "message_zh", "message_en")


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and how many violations it stands for."""

    text: str
    violations: int


def violation_lines(connection: Any) -> list[Line]:
    """The violations of severity error of current reports, in the order of unit, year and rule; lateness makes no number wrong."""
    chosen = ", ".join([*(f"r.{c}" for c in COLUMNS), *(f"f.{c}" for c in FORMS), "d.number is not null as is_confirmed"])
    cursor = connection.execute(
        f"select {chosen} from expectation_results as r join fct_reports as f using (report_id)"
        " left join decisions as d on d.state = 'holds' and d.action = 'confirm' and d.unit_code = r.unit_code"
        " and d.report_year = r.report_year and d.rule_id = r.rule_id"
        f" where r.status = 'failed' and r.severity = 'error' and is_current and {APART} order by r.unit_name, r.report_year, r.report_id, r.rule_id"
    )
    rows = [dict(zip((*COLUMNS, *FORMS, "is_confirmed"), row, strict=True)) for row in cursor.fetchall()]
    shared = namesakes(connection)
    for row in rows:
        row["unit_name"] = told_apart(row["unit_name"], row["unit_code"], shared)
    lines: list[Line] = []
    for _, group in groupby(rows, key=lambda row: (row["report_id"], (row["rule_id"] or "").split(".")[0])):
        found = list(group)
        whole = _together(found) if len(found) >= MANY else None
        said = [(whole, found)] if whole else [(f"{r['message_zh']} / {r['message_en']}", [r]) for r in found]
        lines += [Line(_marked(text, rows), len(rows)) for text, rows in said]
    return lines


def _marked(text: str, found: list[dict[str, Any]]) -> str:
    """A line whose violations a person has all confirmed says so."""
    return f"{text} {message('status.mark_confirmed')}" if all(row["is_confirmed"] for row in found) else text


def _together(found: list[dict[str, Any]]) -> str | None:
    """One line for the violations of a rule; None where the rule is none of the form's, whose columns could be named."""
    for form in (every_form()[found[0][c]] for c in FORMS if found[0][c]):
        members = _members(form, found[0]["rule_id"])
        by_rule = {row["rule_id"]: row for row in found}
        if by_rule.keys() <= {m.rule_id for m in members}:
            failing = [(m, by_rule[m.rule_id]) for m in members if m.rule_id in by_rule]
            return " / ".join(_said(at, form, failing, len(members)) for at in (0, 1))
    return None


def _members(form: Form, rule_id: str) -> list[Rule | Relation]:
    name = rule_id.split(".")[0]
    rules: list[Rule | Relation] = [*form.rules, *relations_of(form.form)]
    return [r for r in rules if r.rule == name]


def _said(at: int, form: Form, failing: list[tuple[Rule | Relation, dict[str, Any]]], total: int) -> str:
    """The line in Chinese (0) or English (1)."""
    language = ("zh", "en")[at]
    rule, row = failing[0]
    words = {key: (template(f"failing.{key}") or ("", ""))[at] for key in ("line", "part", "comma", "more")}
    parts = [
        words["part"].format(label=_label(form, m, language), left=plain(r["left_sum"]), right=plain(r["right_sum"]))
        for m, r in failing[:NAMED]
    ]
    more = words["more"].format(**counting({"n": len(failing) - NAMED})) if len(failing) > NAMED else ""
    unit, year = row["unit_name"] or (template("read.unknown") or ("", ""))[at], row["report_year"] or "–"
    named = words["comma"].join(parts) + more
    rule_words = rule.zh if at == 0 else rule.en
    return words["line"].format(unit=unit, year=year, rule=rule_words, n=len(failing), total=total, named=named)


def _label(form: Form, rule: Rule | Relation, language: str) -> str:
    """The column or row that a rule is applied to, as printed; for what is neither, the cell on its left side."""
    table = form.tables.get("requests" if isinstance(rule, Relation) else rule.table)
    if table and (rule.instance in table.columns or rule.instance in table.rows):
        return printed_label(form, table.name, rule.instance, language)
    cells = [t.code for t in rule.left if t.source == "cell"] if isinstance(rule, Relation) else list(rule.left)
    return cell_words(cells[0], form.form, language) if cells else rule.instance
