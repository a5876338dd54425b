"""Judge one report by every rule of its forms: the printed sums, and the relations to last year, to the prose and to the law.

Nothing is filled in: a rule whose numbers are not all there is not assessable, and says which number is missing. So are the rules of
a table that is not there; those of the other tables are judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from expectations.judge.signals import Identity, judge_signals
from expectations.judgment import Judgment, Result
from ingest.law.forms import every_form
from ingest.law.relations import Relation, Term, relations_of
from ingest.law.signals import is_total_zero
from ingest.model import Count, Issue, Report
from ingest.words.language import Text


@dataclass(frozen=True)
class Facts:
    """The numbers of one report by code, the state of each cell, the counts told in prose (the clear ones by code, and all),
    the level of the unit, the year, the code of the unit, and what was noticed when the report was read."""

    forms: Mapping[str, str]
    values: Mapping[str, Decimal]
    states: Mapping[str, str] = field(default_factory=dict)
    prose: Mapping[str, Decimal] = field(default_factory=dict)
    level: str = ""
    counts: tuple[Count, ...] = ()
    year: int | None = None
    unit_code: str | None = None
    issues: tuple[Issue, ...] = ()


def facts_of(report: Report, level: str = "") -> Facts:
    """What a report that was read says."""
    values = {c.code: c.value for c in report.cells if c.value is not None}
    return Facts(report.forms, values, {c.code: c.state for c in report.cells}, exact_counts(report.counts), level, report.counts,
                 report.report_year, report.unit_code, report.issues)  # fmt: skip


def exact_counts(counts: Iterable[Count]) -> dict[str, Decimal]:
    """Counts of the year that the prose gives exactly and in one number only; two different numbers decide nothing."""
    found: dict[str, set[Decimal]] = {}
    for count in counts:
        if count.code != "unclassified" and count.scope == "this_year" and not count.is_approximate:
            found.setdefault(count.code, set()).add(count.value)
    return {code: values.pop() for code, values in found.items() if len(values) == 1}


def judge(report: Facts, last_year: Facts | None = None) -> list[Judgment]:
    """Every rule of the report's forms, in the order of the forms."""
    return [*_sums(report), *_relations(report, last_year), *_signals(report)]


def chief_form(forms: Mapping[str, str]) -> str:
    """The form that decides which rules hold where the tables of a report are of different ones: that of table three, else the first."""
    return next((forms[table] for table in ("requests", "disclosure", "challenges", "statistics") if forms.get(table)), "")


def tables_asked(forms: Mapping[str, str]) -> dict[str, str]:
    """Every table that a report should have, with its form; one that is not there is taken to be of the form of the others."""
    chief = every_form().get(chief_form(forms))
    return {name: forms.get(name) or chief.form for name in chief.tables} if chief else {}


def _sums(report: Facts) -> Iterator[Judgment]:
    for table, form in tables_asked(report.forms).items():
        for rule in (r for r in every_form()[form].rules if r.table == table):
            codes = (*rule.left, *rule.right)
            missing = tuple(code for code in codes if code not in report.values)
            left = right = None
            result: Result = "not_assessable"
            if not missing:
                left, right = (sum((report.values[c] for c in side), Decimal()) for side in (rule.left, rule.right))
                result = "pass" if left == right else "fail"
            what = (rule.rule, rule.rule_id, form, rule.severity, result, True)
            cause = "total_zero" if result == "fail" and is_total_zero(rule, left) else ""
            yield Judgment(*what, left, right, codes, missing, Text(rule.zh, rule.en), rule.law, cause=cause)


def _relations(report: Facts, last_year: Facts | None) -> Iterator[Judgment]:
    form = chief_form(report.forms)
    for relation in relations_of(form) if form else ():
        if relation.levels and report.level not in relation.levels:
            continue
        yield _compare(relation, report, last_year)


def _compare(relation: Relation, report: Facts, last_year: Facts | None) -> Judgment:
    terms = [*relation.left, *(t for reading in relation.readings for t in reading)]
    missing = tuple(dict.fromkeys(t.name for t in terms if _value(t, report, last_year) is None))
    cells = tuple(dict.fromkeys(t.code for t in terms if t.source == "cell"))
    left = right = None
    result: Result = "not_assessable"
    if not missing:
        left = _sum(relation.left, report, last_year)
        sums = [_sum(reading, report, last_year) for reading in relation.readings]
        holds = [s for s in sums if (left == s if relation.sign == "=" else left <= s)]
        right, result = (holds[0], "pass") if holds else (sums[0], "fail")
    texts = (Text(relation.zh, relation.en), relation.law)
    rule = (relation.rule, relation.rule_id, relation.form, relation.severity)
    return Judgment(*rule, result, False, left, right, cells, missing, *texts, kind="relation")


def _sum(terms: Iterable[Term], report: Facts, last_year: Facts | None) -> Decimal:
    return sum((t.sign * (_value(t, report, last_year) or Decimal()) for t in terms), Decimal())


def _value(term: Term, report: Facts, last_year: Facts | None) -> Decimal | None:
    if term.source == "number":
        return Decimal(term.code)
    if term.source == "prose":
        return report.prose.get(term.code)
    if term.source == "last_year":
        return last_year.values.get(term.code) if last_year else None
    return report.values.get(term.code)


def _signals(report: Facts) -> Iterator[Judgment]:
    """The rules that no equation can say, as far as one report shows them."""
    form = chief_form(report.forms)
    identity = Identity(report.unit_code, report.year, report.issues)
    for seen in judge_signals(report.forms, report.values, report.counts, identity):
        rule, cells = seen.signal, (seen.instance,) if seen.instance in report.values else ()
        missing = rule.needs if seen.result == "not_assessable" else ()
        yield Judgment(
            *(rule.rule, seen.rule_id, form, rule.severity, seen.result, False, seen.left, seen.right, cells, missing),
            *(Text(rule.zh, rule.en), rule.law, "signal", seen.found, seen.expected),
        )
