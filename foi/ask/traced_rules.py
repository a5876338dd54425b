"""What is wrong with a number: the violations of its report that concern the cell, and what people decided of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from expectations.messages import plain
from foi.published.spans import rows_in
from ingest.law.forms import every_form
from ingest.law.relations import relations_of
from ingest.words.language import Text

QUERY = """
select v.rule_id, v.form, v.severity, coalesce(e.message_zh, v.zh), coalesce(e.message_en, v.en), v.decision, v.decided_by, v.decided_at,
    v.decided_why, v.left_sum, v.right_sum, s.code
from {violations} as v
left join {sentences} as e on v.rule_id = e.rule_id and v.severity = e.severity
left join {signals} as s on v.rule_id = s.rule_id
order by v.rule_id
"""
JOINED = {
    "violations": (
        "violations",
        "rule_id, form, severity, zh, en, decision, decided_by, decided_at, decided_why, left_sum, right_sum",
    ),
    "sentences": ("expectation_results", "rule_id, severity, message_zh, message_en"),
    "signals": ("signal_results", "rule_id, code"),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that fails and uses the cell: its sentence, its severity, both sides, and what was decided of it, by whom and why."""

    rule_id: str
    severity: str
    words: Text
    decision: str
    decided_by: str | None
    decided_at: datetime | None
    decided_why: str | None
    sides: tuple[str, str]


def violations_of(connection: Any, report_id: str, code: str) -> tuple[Violation, ...]:
    """The violations of a report that concern one of its cells."""
    return tuple(violation for violation, cells in violations_with_cells(connection, report_id) if code in cells)


def violations_with_cells(connection: Any, report_id: str) -> list[tuple[Violation, set[str]]]:
    """All violations of a report, each with the cells it is about: none for one that is about a whole table, or about the prose."""
    if not connection.execute(rows_in("violations", report_id, columns="rule_id")).fetchone():
        return []  # most reports: nothing is joined for them
    found: dict[str, tuple[Violation, set[str]]] = {}
    query = QUERY.format(**{name: rows_in(table, report_id, columns=columns) for name, (table, columns) in JOINED.items()})
    for rule_id, form, severity, zh, en, decision, by, at, why, left, right, signalled in connection.execute(query).fetchall():
        if rule_id not in found:
            sides = plain(left), plain(right)
            found[rule_id] = Violation(rule_id, severity, Text(zh, en), decision, by, at, why, sides), _cells(form, rule_id)
        found[rule_id][1].update({signalled} if signalled else ())
    return list(found.values())


def _cells(form: str | None, rule_id: str) -> set[str]:
    """The cells of the report that a sum of the form, or a relation, holds against each other."""
    if form is None or form not in every_form():
        return set()
    sums = {c for rule in every_form()[form].rules if rule.rule_id == rule_id for c in (*rule.left, *rule.right)}
    relations = [r for r in relations_of(form) if r.rule_id == rule_id]
    terms = [t for r in relations for t in (*r.left, *(t for reading in r.readings for t in reading))]
    return sums | {t.code for t in terms if t.source == "cell"}
