"""Running the suites: every failing row is written, a check that cannot run is no verdict, and the file is free afterwards."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from expectations.gate.results import TYPES
from expectations.gate.suites import checks
from expectations.messages import sentence
from ingest.law.forms import every_form
from ingest.words.language import speaking
from tests.expectations.conftest import NO_CASES, Gate, reports, result
from tests.one_language import assert_one_language

MANY = (
    reports(
        "concat('m', i) as report_id, concat('97', i) as unit_code, 'U' as unit_name, 2022 as report_year", "range(1234) as t(i)"
    ),
    result("requests_balance", "total", "fail", 7, 5) + " where report_id like 'm%'",
)
FAIL = "update quality.rule_results set result = 'fail', left_sum = 0, right_sum = 11, difference = -11 where report_year = 2022"


def test_all_failing_rows_are_written_not_only_the_first_200(spoil: Callable[..., Gate]):
    gate = spoil(*MANY)
    assert gate.check("requests_balance_2021").failed == 1
    assert gate.rows("count(*), count(distinct report_id)") == [(1234, 1234)]


def test_a_check_that_cannot_run_is_broken_and_the_others_still_run(spoil: Callable[..., Gate]):
    gate = spoil(NO_CASES, FAIL)
    summary = gate.check()
    assert summary.broken == 1 and summary.failed == 2
    broken = gate.rows("expectation, report_id, message_zh, message_en", "broken")
    assert [b[0] for b in broken] == ["challenges_states"]
    assert all(b[1] is None and "未能运行" in b[2] and "cases" in b[3] for b in broken)
    assert gate.rows("expectation") == [("challenges_total_2021",), ("requests_closed_total_2021",)]


def test_without_the_reports_everything_is_broken_and_nothing_failed(spoil: Callable[..., Gate]):
    gate = spoil("drop table core.fct_reports")
    summary = gate.check()
    assert (summary.passed, summary.failed) == (0, 0) and summary.broken == len(checks())


def test_the_table_has_the_columns_that_others_rely_on(gate: Gate):
    gate.check("unique_report_id")
    described = gate.sql(
        "select column_name, data_type from information_schema.columns where table_name = 'expectation_results' order by ordinal_position"
    )
    assert [(n, t.replace(",", ", ").replace("CHARACTER VARYING", "VARCHAR").lower()) for n, t in described] == list(
        TYPES.items()
    )


def test_a_second_run_replaces_the_first(spoil: Callable[..., Gate]):
    gate = spoil(FAIL)
    gate.check("requests_closed_total_2021")
    gate.sql("update quality.rule_results set result = 'pass'")
    gate.check("requests_closed_total_2021")
    assert gate.sql("select status, count(*) from quality.expectation_results group by 1") == [("passed", 1)]


def test_another_process_can_open_the_file_afterwards(gate: Gate):
    gate.check()
    code = (
        f"import duckdb; print(duckdb.connect({str(gate.warehouse)!r}).sql('select count(*) from quality.expectation_results'))"
    )
    opened = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert opened.returncode == 0, opened.stderr


def test_a_run_is_silent_and_leaves_nothing_behind(gate: Gate):
    code = (
        "from pathlib import Path; from expectations.gate.run import run_expectations;"
        f"run_expectations(Path({str(gate.warehouse)!r}), Path({str(gate.page)!r}))"
    )
    gate.sql(NO_CASES)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {p.name for p in gate.warehouse.parent.iterdir()} == {"build.duckdb", "expectations.html"}


@pytest.mark.parametrize(("language", "tag", "words"), [("zh", "zh-CN", "（七）总计"), ("en", "en", "the outcomes add up to")])
def test_the_page_works_offline_and_is_in_one_language(spoil: Callable[..., Gate], language: str, tag: str, words: str):
    gate = spoil(FAIL, "update quality.rule_results set unit_name = '<b>示例&乡'", NO_CASES)
    with speaking(language):
        gate.check()
    page = gate.page.read_text("utf-8")
    assert f'lang="{tag}"' in page and words in page
    assert not re.search(r"https?://|src=|<script|<link|@import|url\(", page)
    assert "&lt;b&gt;示例&amp;乡" in page and "<b>" not in page
    told = page[: page.index("challenges_states")]  # why a check could not run is said by a library
    assert_one_language(re.sub(r"<style>.*?</style>|<[^>]+>", "\n", told, flags=re.S), language, "示例&amp;乡")
    assert page.index('scope="rowgroup"') < page.index("challenges_states") < page.index("requests_balance_2021")


def test_every_rule_of_every_form_has_its_words():
    for form in every_form().values():
        for rule in form.rules:
            row = {"unit_name": "示例甲镇", "report_year": 2022, "form": form.form, "rule": rule.rule, "rule_id": rule.rule_id}
            zh, en = sentence("sum", {**row, "left_sum": 0, "right_sum": 11, "difference": -11})
            assert "示例甲镇 2022 年：" in zh and "相差 11" in zh and "11" in en and "{" not in zh + en
            assert "漏填" not in zh  # why is told from the repair, not from a total that is 0


def test_labels_that_repeat_are_told_with_their_heading():
    row = {"unit_name": None, "report_year": None, "form": "2021", "left_sum": 5, "right_sum": 4, "difference": 1}
    rule = {"rule": "requests_closed_total", "rule_id": "requests_closed_total.other_organization"}
    zh, en = sentence("sum", row | rule)
    assert zh.startswith("单位不明 年份不明：（七）总计（“法人或其他组织—其他”栏）填 5") and en.startswith(
        "unknown unit year unknown: "
    )
    part = {"rule": "whole_number", "rule_id": "whole_number.requests.repeated.total", "code": "requests.repeated.total"}
    zh, _ = sentence("signal", row | part | {"left_sum": 2.5})
    assert "“（五）不予处理—2.重复申请—总计”填的是 2.5" in zh


def test_an_unknown_rule_falls_back_to_the_words_of_the_form(monkeypatch: pytest.MonkeyPatch):
    from expectations import messages

    monkeypatch.setitem(messages.texts(), "sums", {})
    row = {"unit_name": "示例甲镇", "report_year": 2022, "form": "2021", "rule_id": "requests_balance.total"}
    zh, _ = sentence("sum", {**row, "left_sum": 5, "right_sum": 4, "difference": 1})
    assert "本年新收 + 上年结转 = （七）总计 + 结转下年度（总计）不成立" in zh
