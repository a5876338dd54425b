"""What fails, a line for each violation; where one rule of one report fails in many columns, a line for the rule.

A total left at 0 or a year that was skipped breaks a rule in all its columns: seven sentences would say one thing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from expectations.messages import cell_words, plain, printed_label
from foi.messages import bilingual, joined
from foi.published.namesakes import namesakes, told_apart
from ingest.law.forms import Form, Rule, every_form
from ingest.law.relations import Relation, relations_of
from ingest.words.language import LANGUAGES, Text

MANY = 3  # violations of one rule of one report that become one line
NAMED = 3  # columns or rows that such a line names
# Told apart, since it makes no number wrong: our corrections, lateness, and what a report lacks.
APART = "coalesce(r.suite, '') not in ('corrections', 'timeliness', 'completeness')"
FORMS = ("form_disclosure", "form_requests", "form_challenges", "form_statistics")
COLUMNS = ("report_id", "rule_id", "unit_code", "unit_name", "report_year", "left_sum", "right_sum", "message_zh", "message_en")


@dataclass(frozen=True, slots=True)
class Line:
    """A line, how many violations it stands for, and which rules of which report they break."""

    words: Text
    violations: int
    report_id: str
    rule_ids: frozenset[str]

    @property
    def text(self) -> str:
        """The line in the language of this reader."""
        return self.words.shown


def violation_lines(connection: Any, reports: Collection[str] | None = None) -> list[Line]:
    """The violations of severity error of current reports, in the order of unit, year and rule; lateness makes no number wrong.

    With `reports` only those of these reports (by their report_id).
    """
    columns = ", ".join([*(f"r.{c}" for c in COLUMNS), *(f"f.{c}" for c in FORMS), "d.number is not null as is_confirmed"])
    cursor = connection.execute(
        f"select {columns} from expectation_results as r join fct_reports as f using (report_id)"
        " left join decisions as d on d.state = 'holds' and d.action = 'confirm' and d.unit_code = r.unit_code"
        " and d.report_year = r.report_year and d.rule_id = r.rule_id"
        f" where r.status = 'failed' and r.severity = 'error' and is_current and {APART}"
        " and ($1 is null or r.report_id in (select unnest($1::varchar[]))) order by r.unit_name, r.report_year, r.report_id, r.rule_id",
        [None if reports is None else sorted(reports)],
    )
    rows = [dict(zip((*COLUMNS, *FORMS, "is_confirmed"), row, strict=True)) for row in cursor.fetchall()]
    shared = namesakes(connection)
    for row in rows:
        row["unit_name"] = told_apart(row["unit_name"], row["unit_code"], shared)
    lines: list[Line] = []
    for _, group in groupby(rows, key=lambda row: (row["report_id"], (row["rule_id"] or "").split(".")[0])):
        found = list(group)
        whole = _together(found) if len(found) >= MANY else None
        told = [(whole, found)] if whole else [(Text(r["message_zh"] or "", r["message_en"] or ""), [r]) for r in found]
        lines += [
            Line(_marked(words, rows), len(rows), rows[0]["report_id"], frozenset(row["rule_id"] or "" for row in rows))
            for words, rows in told
        ]
    return lines


def _marked(words: Text, found: list[dict[str, Any]]) -> Text:
    """A line whose violations a person has all confirmed says so."""
    return joined([words, bilingual("status.mark_confirmed")], " ") if all(row["is_confirmed"] for row in found) else words


def _together(found: list[dict[str, Any]]) -> Text | None:
    """One line for the violations of a rule; None where the rule is none of the form's, whose columns could be named."""
    for form in (every_form()[found[0][c]] for c in FORMS if found[0][c]):
        members = _members(form, found[0]["rule_id"])
        by_rule = {row["rule_id"]: row for row in found}
        if by_rule.keys() <= {m.rule_id for m in members}:
            violations = [(m, by_rule[m.rule_id]) for m in members if m.rule_id in by_rule]
            return _line(form, violations, len(members))
    return None


def _members(form: Form, rule_id: str) -> list[Rule | Relation]:
    name = rule_id.split(".")[0]
    rules: list[Rule | Relation] = [*form.rules, *relations_of(form.form)]
    return [r for r in rules if r.rule == name]


def _line(form: Form, violations: list[tuple[Rule | Relation, dict[str, Any]]], total: int) -> Text:
    """One line for a rule: the unit and year, in how many places it fails, and the first of them with both sides."""
    rule, row = violations[0]
    parts = [
        bilingual("violation.part", label=_label(form, m), left=plain(r["left_sum"]), right=plain(r["right_sum"]))
        for m, r in violations[:NAMED]
    ]
    named = joined(parts, "violation.comma")
    if len(violations) > NAMED:
        named = joined([named, bilingual("violation.more", n=len(violations) - NAMED)], "")
    unit = row["unit_name"] or bilingual("read.unknown")
    year, words = row["report_year"] or "–", Text(rule.zh, rule.en)
    return bilingual("violation.line", unit=unit, year=f"{year}", rule=words, n=len(violations), total=total, named=named)


def _label(form: Form, rule: Rule | Relation) -> Text:
    """The column or row that a rule is applied to, as printed; for what is neither, the cell on its left side."""
    table = form.tables.get("requests" if isinstance(rule, Relation) else rule.table)
    if table and (rule.instance in table.columns or rule.instance in table.rows):
        return Text(*(printed_label(form, table.name, rule.instance, language) for language in LANGUAGES))
    cells = [t.code for t in rule.left if t.source == "cell"] if isinstance(rule, Relation) else list(rule.left)
    if not cells:
        return Text(rule.instance, rule.instance)
    return Text(*(cell_words(cells[0], form.form, language) for language in LANGUAGES))
