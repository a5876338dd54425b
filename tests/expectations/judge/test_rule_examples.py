"""No rule without a report that passes it and one that fails it, for one file (Python) and in the warehouse (SQL)."""

from __future__ import annotations

import pytest

from expectations.judge.rules import judge
from expectations.judge.signals import ALONE
from expectations.messages import sentence
from ingest.law.forms import every_form
from ingest.law.relations import relations_of
from ingest.law.signals import signals
from tests.dbt.conftest import WITHOUT_TESTS, Built, build
from tests.rule_examples import Example, catalogue, examples, of_reports, without_a_table

NOT_BY_FILE = of_reports() - {*ALONE, "total_zero"}  # what only other units and years can show


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Built:
    filings = [f for example in (*examples(), *without_a_table()) for f in example.filings]
    return build(tmp_path_factory.mktemp("rules"), {"b": filings}, *WITHOUT_TESTS)


def in_words(example: Example) -> list[str]:
    report, before = example.facts
    violations = [f for f in judge(report, before) if f.rule == example.rule and (not example.form or f.form == example.form)]
    if example.rule == "total_zero":
        violations = [f for f in judge(report, before) if f.is_printed]
        return ["fail" if any(f.cause == "total_zero" for f in violations) else "pass"]
    return [f.result for f in violations]


def test_every_rule_of_the_catalogue_has_both_examples():
    printed, others = catalogue()
    for expected in ("pass", "fail"):
        assert {e.rule for e in examples() if e.expected == expected} == printed | others


@pytest.mark.parametrize("example", [e for e in examples() if e.rule not in NOT_BY_FILE], ids=lambda e: e.name)
def test_a_single_file_is_judged_as_its_example_says(example: Example):
    results = in_words(example)
    assert example.expected in results and ("fail" in results) == (example.expected == "fail")


def test_the_warehouse_judges_every_example_as_it_says(warehouse: Built):
    rows = warehouse.rows(
        "select report_id, rule, result from rule_results union all select report_id, rule, result from relation_results"
        " union all select report_id, rule, result from signal_results"
        " union all select report_id, 'total_zero', case when cause is null then 'pass' else 'fail' end from rule_results"
    )
    found: dict[tuple[str, str], set[str]] = {}
    for report, rule, result in rows:
        found.setdefault((report, rule), set()).add(result)
    wrong = [
        (e.name, results)
        for e in examples()
        if e.expected not in (results := found.get((e.judged.report_id, e.rule), set()))
        or ("fail" in results) != (e.expected == "fail")
    ]
    assert wrong == []


def test_one_file_and_the_warehouse_agree_on_every_rule_of_every_example(warehouse: Built):
    rows = warehouse.rows(
        "select report_id, form, rule_id, result, left_sum, right_sum from rule_results union all"
        " select report_id, form, rule_id, result, left_sum, right_sum from relation_results union all"
        " select report_id, form, rule_id, result, left_sum, right_sum from signal_results where rule in"
        f" ({', '.join(repr(r) for r in ALONE)})"
    )
    theirs = {tuple(row[:3]): row[3:] for row in rows}
    for example in (*examples(), *without_a_table()):
        report, before = example.facts
        for f in (f for f in judge(report, before) if f.rule not in NOT_BY_FILE):
            assert theirs[example.judged.report_id, f.form, f.rule_id] == (f.result, f.left, f.right), (example.name, f.rule_id)


def test_the_rules_of_an_absent_table_are_not_assessable_in_the_warehouse_either(warehouse: Built):
    rows = warehouse.rows(
        "select report_id, rule_id, result from rule_results union all select report_id, rule_id, result from relation_results"
    )
    for example in without_a_table():
        theirs = {rule: result for report, rule, result in rows if report == example.judged.report_id}
        mine = {f.rule_id: f.result for f in judge(*example.facts) if f.kind != "signal"}
        assert theirs == mine and {"pass", "not_assessable"} == set(theirs.values()), example.name


def test_every_failing_row_is_said_in_both_languages(warehouse: Built):
    columns = (
        "unit_name",
        "report_year",
        "form",
        "rule",
        "rule_id",
        "code",
        "left_sum",
        "right_sum",
        "difference",
        "found",
        "expected",
    )
    rows = warehouse.rows(f"select {', '.join(columns)} from signal_results where result = 'fail'")
    assert {row[3] for row in rows} == {name for name, s in signals().items() if s.is_of_reports}
    for row in rows:
        zh, en = sentence("signal", dict(zip(columns, row, strict=True)))
        assert zh.startswith(f"{row[0]} {row[1]} 年：") and "None" not in zh + en and "{" not in zh + en, (zh, en)


def test_each_rule_can_fail_on_its_own(warehouse: Built):
    """The yield counts what each example made: nothing is judged that cannot fail, nothing fails that is not judged."""
    rows = warehouse.rows("select rule, sum(assessed), sum(hits), sum(open) from rule_yield group by 1")
    printed, others = catalogue()
    assert {r[0] for r in rows if r[2]} == printed | others
    assert all(assessed >= hits == open_ for _, assessed, hits, open_ in rows)


def test_no_rule_is_catalogued_twice():
    names = [r for f in every_form() for r in {x.rule for x in relations_of(f)}]
    assert not set(names) & set(signals())
