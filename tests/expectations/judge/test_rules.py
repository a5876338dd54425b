"""A rule is not assessable where a number is missing; each reading counts; SQL and Python mean the same (see test_rule_examples)."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest

from expectations.judge.rules import Facts, exact_counts, judge
from expectations.judgment import Judgment
from expectations.messages import sentence
from ingest.law.forms import every_form
from ingest.law.relations import Relation, relations_of
from ingest.model import Count
from tests.factory import random_record
from tests.factory.record import zero_record

FORMS = {table: "2021" for table in ("disclosure", "requests", "challenges")}
RELATIONS = [r for form in every_form() for r in relations_of(form)]


def facts(relation: Relation, numbers: dict[str, int]) -> tuple[Facts, Facts]:
    """A report and last year's with the terms of a relation set to numbers (by the term's name, else 0)."""
    parts: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for term in (*relation.left, *(t for reading in relation.readings for t in reading)):
        parts[term.source][term.code] = Decimal(numbers.get(term.name, 0))
    level = relation.levels[0] if relation.levels else "township"
    report = Facts({"requests": relation.form}, parts["cell"], prose=parts["prose"], level=level)
    return report, Facts({}, parts["last_year"])


def result(relation: Relation, report: Facts, before: Facts | None) -> str:
    return next(f.result for f in judge(report, before) if f.rule_id == relation.rule_id and not f.is_printed)


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda r: f"{r.form} {r.rule_id}")
def test_a_relation_is_not_assessable_where_any_of_its_numbers_is_missing(relation: Relation):
    report, before = facts(relation, {})
    assert result(relation, report, before) in ("pass", "fail")
    parts = {"cell": report.values, "prose": report.prose, "last_year": before.values}
    for source, values in parts.items():
        for code in list(values):
            kept = {k: v for k, v in values.items() if k != code}
            less = replace(report, **{"values" if source == "cell" else "prose": kept}) if source != "last_year" else report
            assert result(relation, less, Facts({}, kept) if source == "last_year" else before) == "not_assessable"


def test_each_reading_of_the_prose_is_right():
    relation = next(r for r in RELATIONS if r.rule == "prose_requests")
    values = {"requests.received.total": 3511, "requests.carried_in.total": 96}
    for said, expected in ((3607, "pass"), (3511, "pass"), (3500, "fail"), (96, "fail")):
        assert result(relation, *facts(relation, {**values, "prose:requests_received": said})) == expected


def test_what_was_carried_out_and_not_carried_in_is_a_difference():
    relation = next(r for r in RELATIONS if r.rule_id == "carry_over.total")
    report, before = facts(relation, {"requests.carried_in.total": 77, "last_year:requests.carried_out.total": 103})
    found = next(f for f in judge(report, before) if f.rule_id == relation.rule_id)
    assert (found.result, (found.left or 0) - (found.right or 0)) == ("fail", -26)
    row = {"unit_name": "示例甲镇", "report_year": 2025, "form": "2021", "rule": found.rule, "rule_id": found.rule_id,
           "left_sum": found.left, "right_sum": found.right, "difference": Decimal(-26)}  # fmt: skip
    zh, en = sentence("relation", row)
    assert "示例甲镇 2025 年" in zh and "77" in zh and "103" in zh and "相差 26" in zh and "total" in en


def test_a_fee_charged_beside_no_information_fee_is_no_conflict():
    values = {c.code: Decimal(0) for c in every_form()["2021"].cells} | {"disclosure.fees": Decimal(12)}
    found = judge(Facts(FORMS, values, prose={"fee_charged": Decimal(0)}, level="township"))
    assert [f.rule_id for f in found if f.result == "fail"] == []


def test_a_rule_for_townships_is_not_held_against_a_city():
    values = {c.code: Decimal(0) for c in every_form()["2021"].cells} | {"disclosure.rules_made": Decimal(1)}
    assert "rules_by_township.made" in {f.rule_id for f in judge(Facts(FORMS, values, level="township")) if f.result == "fail"}
    assert not [f for f in judge(Facts(FORMS, values, level="city")) if f.rule == "rules_by_township"]


def test_numbers_that_must_be_whole_are_found():
    values = {c.code: Decimal(0) for c in every_form()["2021"].cells}
    values |= {"disclosure.licenses": Decimal("1.5"), "disclosure.penalties": Decimal(-1), "disclosure.fees": Decimal("1.5")}
    found = {f.rule_id for f in judge(Facts(FORMS, values)) if f.result == "fail"}
    assert found == {"whole_number.disclosure.licenses", "non_negative.disclosure.penalties"}


def count(value: int, **changes: object) -> Count:
    return replace(Count("disclosed", "overview", Decimal(value), "条", False, "this_year", "", ""), **changes)  # type: ignore[arg-type]


def test_only_an_exact_count_of_the_year_told_once_is_held_against_a_table():
    assert exact_counts([count(5), count(5)]) == {"disclosed": 5}
    assert exact_counts([count(5), count(6)]) == {}
    assert exact_counts([count(5, is_approximate=True), count(6, scope="cumulative")]) == {}


def test_a_report_that_adds_up_passes_every_printed_sum():
    for record in (zero_record(), random_record(random.Random(4), "2021", 90)):
        found = judge(Facts(FORMS, {code: Decimal(text) for code, text in record.values.items()}))
        assert {f.result for f in found if f.is_printed} == {"pass"} and len([f for f in found if f.is_printed]) == 42


def test_the_warehouse_judges_as_a_single_file_is_judged(ask):
    """One meaning of the rules, in SQL and in Python: every relation of every loaded report."""
    values: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for report_id, code, value in ask("select report_id, code, value from fct_cells where value is not null"):
        values[report_id][code] = value
    counts: dict[str, list[Count]] = defaultdict(list)
    for report_id, code, value, scope, about in ask("select report_id, code, amount, scope, is_approximate from fct_counts"):
        counts[report_id].append(Count(code, "", value, "", about, scope, "", ""))
    reports = ask(
        "select r.report_id, r.unit_code, r.report_year, coalesce(r.form_requests, r.form_disclosure, r.form_challenges), u.level,"
        " r.is_current from fct_reports as r"
        " left join dim_unit as u using (unit_code)"
    )
    current = {(unit, year): report_id for report_id, unit, year, _, _, is_current in reports if is_current and unit}
    mine: dict[tuple[str, str], str] = {}
    for report_id, unit, year, form, level, _ in reports:
        if form is None:
            continue
        report = Facts({"requests": form}, values[report_id], prose=exact_counts(counts[report_id]), level=level or "")
        last = current.get((unit, (year or 0) - 1))
        violations: list[Judgment] = judge(report, Facts({}, values[last]) if last else None)
        mine |= {(report_id, f.rule_id): f.result for f in violations if f.kind == "relation"}
    theirs = {(r, rule): said for r, rule, said in ask("select report_id, rule_id, result from relation_results")}
    assert mine == theirs and {"pass", "not_assessable"} <= set(theirs.values())


def test_a_rule_holds_for_every_form_that_has_its_cells_and_a_wrong_code_is_named(monkeypatch: pytest.MonkeyPatch):
    assert {r.form for r in RELATIONS if r.rule == "carry_over"} == {"2021", "2019"}
    assert {r.form for r in RELATIONS if r.rule == "stock_balance"} == {"2021"}
    from ingest.law import relations
    from ingest.words.yaml_files import FormError

    spec = {"law": "x", "zh": "x", "en": "x", "severity": "error", "equation": "requests.nothing.total = 0"}
    monkeypatch.setattr(relations, "read_yaml", lambda path: {"carry_over": spec})
    with pytest.raises(FormError, match=r"relations.yaml:\d+: rule carry_over: no form has a cell requests.nothing.total"):
        relations.relations_of.__wrapped__("2021")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"law": None}, "law is missing"),
        ({"severity": "eror"}, "“eror” is none of error, warning, hint"),
        ({"equation": "prose:carried_inn = requests.carried_in.total"}, "no prose tells of carried_inn"),
        ({"levels": ["village"]}, "there is no level village"),
        ({"each": "requests.coloumns"}, "names no rows or columns of a table"),
        ({"each": "request.columns"}, "names no rows or columns of a table"),
    ],
)
def test_a_mistake_in_a_rule_is_named_with_file_and_line(monkeypatch: pytest.MonkeyPatch, change: dict[str, object], said: str):
    from ingest.law import relations
    from ingest.words.yaml_files import FormError, read_yaml

    spec = {"law": "x", "zh": "x", "en": "x", "severity": "error", "equation": "requests.closed.total = 0", **change}
    monkeypatch.setattr(
        relations, "read_yaml", lambda path: {"carry_over": spec} if path.stem == "relations" else read_yaml(path)
    )
    with pytest.raises(FormError, match=rf"relations.yaml:\d+: rule carry_over: .*{said}"):
        relations.relations_of.__wrapped__("2021")
