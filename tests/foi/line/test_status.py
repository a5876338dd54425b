"""`foi status`: each file has a state, and what a person must do is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foi.line.show_status import show_status
from foi.messages import Complaint
from ingest.home import Home
from ingest.words.language import speaking
from tests.foi.conftest import Published


def test_nothing_loaded_yet_says_what_to_run(tmp_path: Path):
    with pytest.raises(Complaint, match="foi load") as caught:
        show_status(Home(tmp_path))
    assert caught.value.exit_code == 3


def test_every_state_is_counted_by_year_and_a_reason_is_given(small: Published):
    for number, state in enumerate(("loaded", "duplicate", "superseded", "loaded")):
        small.add("core.fct_inputs", input_id=str(number), file=f"{number}.html", input_state=state, report_year=2023)
    small.add("core.fct_inputs", input_id="q", file="坏.docx", input_state="quarantined", reason_code="damaged_docx")
    facts = json.loads(show_status(Home(small.path.parent), json=True))
    assert facts["years"] == [["2023", 2, 1, 1, 0], ["–", 0, 0, 0, 1]]
    said = show_status(Home(small.path.parent))
    assert "坏.docx：Word 文件已损坏" in said and "damaged" not in said
    with speaking("en"):
        assert "坏.docx: The Word file is damaged" in show_status(Home(small.path.parent))


def test_a_failing_rule_is_said_in_words_only_for_current_reports(small: Published):
    for number, current in enumerate((True, False)):
        small.add("core.fct_reports", report_id=str(number), is_current=current)
        small.add("quality.expectation_results", report_id=str(number), status="failed", severity="error",
                  message_zh=f"第{number}份不符", message_en=f"report {number} fails")  # fmt: skip
    said = show_status(Home(small.path.parent))
    assert "第0份不符" in said and "第1份" not in said and "report 0" not in said


def test_late_reports_are_a_line_of_their_own_and_no_failing_sum(small: Published):
    small.add("core.fct_reports", report_id="1", is_current=True)
    small.add("quality.expectation_results", report_id="1", suite="timeliness", status="failed", severity="error",
              message_zh="晚了 12 天", message_en="12 days late")  # fmt: skip
    facts, said = json.loads(show_status(Home(small.path.parent), json=True)), show_status(Home(small.path.parent))
    assert (facts["violations"], facts["late"]) == ([], 1)
    assert "迟报 1 份（foi progress 查看）" in said and "晚了 12 天" not in said and "没有需要处理的问题" not in said


def test_a_rule_that_fails_in_many_columns_is_one_line_for_people_and_every_row_for_programs(small: Published):
    """A report of the wrong year breaks the carry-over in every column."""
    columns = ("natural_person", "company", "research", "nonprofit", "legal_service", "other_organization", "total")
    for year, broken in ((2023, columns[:2]), (2024, columns[1:])):
        small.add("core.fct_reports", report_id=str(year), is_current=True, form_requests="2021", form_disclosure="2021")
        for n, column in enumerate(broken):
            small.add("quality.expectation_results", report_id=str(year), status="failed", severity="error", rule_id=f"carry_over.{column}",
                      unit_name="示例甲镇", report_year=year, left_sum=n, right_sum=9, message_zh=f"{year} {column}不符", message_en="fails")  # fmt: skip
    said, facts = show_status(Home(small.path.parent)), json.loads(show_status(Home(small.path.parent), json=True))
    assert (
        "勾稽不符 8 处" in said
        and "2023 natural_person不符" in said
        and "2023 company不符" in said
        and "2024 company不符" not in said
    )
    assert ("示例甲镇 2024 年：应有“上年结转 = 上一年度报告的结转下年度继续办理”，7 处中有 6 处不成立："
            "法人或其他组织—商业企业为 0 与 9、法人或其他组织—科研机构为 1 与 9、") in said  # fmt: skip
    assert "，另 3 处。" in said
    with speaking("en"):
        english = show_status(Home(small.path.parent))
    assert "6 of 7 fail: company 0 against 9, " in english and "and 3 more" in english
    assert len(facts["violations"]) == 8 and all("不符" in text["zh"] and text["en"] == "fails" for text in facts["violations"])


def test_an_unmatched_unit_gets_a_hint_and_its_candidates(small: Published):
    small.add("quality.unmatched_units", file="我镇.html", unit_name="城关镇", candidates="990101101, 990102101")
    said = show_status(Home(small.path.parent))
    assert all(word in said for word in ("我镇.html", "城关镇", "foi units find", "manifest.csv", "990101101, 990102101"))


def test_a_report_without_a_year_is_no_clean_bill(small: Published):
    small.add("core.fct_reports", report_id="x", file="无年份.html", unit_name="示例甲镇")
    said = show_status(Home(small.path.parent))
    assert "无年份.html" in said and "report_year" in said and "没有需要处理的问题" not in said


def test_copied_numbers_are_said(small: Published):
    for relation, name, other, year, same in (("neighbor", "示例甲镇", "示例乙乡", 2023, True), ("last_year", "示例丙镇", "示例丙镇", 2022, True),
                                              ("neighbor", "示例丁镇", "示例戊镇", 2023, False)):  # fmt: skip
        small.add("quality.similar_reports", relation=relation, unit_name=name, other_unit_name=other, report_year=2023,
                  other_report_year=year, has_same_numbers=same)  # fmt: skip
    said = show_status(Home(small.path.parent))
    assert "2023 年 示例甲镇 与 示例乙乡" in said and "示例丙镇 2023 年与 2022 年" in said and "示例丁镇" not in said
    assert "没有需要处理的问题" not in said


def test_nothing_wrong_is_said_too(small: Published):
    small.add("core.fct_inputs", input_id="a", file="a.html", input_state="loaded", report_year=2023)
    assert "没有需要处理的问题" in show_status(Home(small.path.parent))


def test_a_decision_that_holds_no_more_is_listed_with_its_numbers_then_and_now(small: Published):
    base = {
        "unit_name": "示例甲镇",
        "report_year": 2024,
        "rule_id": "requests_balance.total",
        "action": "waive",
        "left_then": 27,
        "right_then": 21,
    }
    small.add("quality.decisions", number=1, state="holds", left_now=27, right_now=21, **base)
    assert "失效" not in show_status(Home(small.path.parent))
    small.add("quality.decisions", number=2, state="reopened", left_now=28, right_now=21, **base)
    said = show_status(Home(small.path.parent))
    assert "1 处决定因数字改变而失效" in said and "27 / 21" in said and "28 / 21" in said


def test_what_was_confirmed_and_what_is_corrected_is_said(small: Published):
    small.add("core.fct_reports", report_id="1", is_current=True)
    for rule in ("a", "b"):
        small.add("quality.expectation_results", report_id="1", status="failed", severity="error", unit_code="990101101", report_year=2024,
                  rule_id=rule, message_zh=f"{rule}不符", message_en="fails")  # fmt: skip
    small.add(
        "quality.decisions", number=1, unit_code="990101101", report_year=2024, rule_id="a", action="confirm", state="holds"
    )
    small.add(
        "quality.decisions", number=2, unit_code="990101101", report_year=2024, rule_id="b", action="confirm", state="reopened"
    )
    small.add("quality.correction_results", correction_id="1", outcome="applied")
    said, facts = show_status(Home(small.path.parent)), json.loads(show_status(Home(small.path.parent), json=True))
    assert "a不符 【已确认有误】" in said and "b不符\n" in said
    assert "已确认有误 1 处" in said and "按更正使用 1 处" in said and (facts["confirmed"], facts["corrected"]) == (1, 1)
