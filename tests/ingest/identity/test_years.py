"""The year of a report, and what in it speaks of another year: clerks write this year's title over last year's text."""

from __future__ import annotations

import pytest

from expectations.judge.rules import facts_of, judge
from ingest.identity import Page, identify
from ingest.identity.kind import not_a_report
from ingest.model import Document, Hints, Paragraph
from ingest.units import load_registry
from tests.ingest.identity.test_evidence import codes, read

TITLE = "抚远市寒葱沟镇2025年政府信息公开工作年度报告"
PERIOD = "本报告所列数据的统计期限自{}年1月1日至{}年12月31日。"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("2024年，我镇主动公开信息18条，收到政府信息公开申请3件。", "18条"),
        ("2024年，我镇主动公开信息18条。" + PERIOD.format(2025, 2025), "18条"),
        ("2025年，我镇主动公开信息18条。\n2024年，我镇收到政府信息公开申请3件。", "3件"),
        ("2025年，我镇积极推进。\n2024年，我镇未收到政府信息公开申请。", "未收到"),
        ("2023年，我镇主动公开信息18条。", "18条"),
        ("2024年，我镇圆满完成各项任务。", "2024年,我镇圆满"),
        ("2025年，我镇主动公开信息18条。" + PERIOD.format(2024, 2024), "2024年1月1日至2024年12月31日"),
        ("2025年，我镇主动公开信息18条。" + PERIOD.format(2024, 2025), "2024年1月1日至2025年12月31日"),
        ("2025年，我镇主动公开信息18条。" + PERIOD.format(2025, 2024), "2025年1月1日至2024年12月31日"),
    ],
)
@pytest.mark.quirk(178)
def test_text_of_another_year_under_the_title_of_this_one_is_a_violation(body: str, found: str):
    report = read(TITLE, body)
    failed = [f for f in judge(facts_of(report)) if f.result == "fail"]
    assert report.report_year == 2025 and [f.rule_id for f in failed] == ["wrong_year_named.wrong_year_named"]
    assert found in failed[0].found and failed[0].expected == "2025"
    assert failed[0].found.count("第2段") <= 1  # a sentence is told once


@pytest.mark.parametrize(
    "body",
    [
        "2025年，我镇主动公开信息18条，比2024年增长20%。2024年，我镇主动公开信息15条。",
        "2024年，我镇收到申请5件，2025年收到申请8件。",
        "2025年，我镇收到申请8件，上年结转3件。2024年结转的申请3件已全部办结。",
        "2025年，我镇主动公开信息18条。截至2024年12月31日累计公开100条（国办发〔2024〕9号）。",
        "2025年，我镇主动公开信息18条。下一步，2026年，我镇将公开信息20条。",
        "2025年，我镇主动公开信息18条。针对2024年存在的问题，我镇认真整改。",
        "一年来，我镇主动公开信息18条。2008年，我镇设立信息公开专栏。",
        "2025年，我镇主动公开信息18条。" + PERIOD.format(2025, 2025),
    ],
)
@pytest.mark.quirk(178)
def test_a_comparison_a_plan_and_a_day_of_another_year_are_no_violation(body: str):
    report = read(TITLE, body)
    assert report.report_year == 2025 and not codes(report) & {"wrong_year_named", "year_conflict"}


@pytest.mark.parametrize(
    "body",
    [
        PERIOD.format(2024, 2024),
        "2024年，我镇主动公开信息18条。" + PERIOD.format(2024, 2024),
        "2025年，我镇主动公开信息18条。" + PERIOD.format(2026, 2026),
    ],
)
@pytest.mark.quirk(17)
def test_a_period_against_the_title_leaves_the_year_open_where_nothing_else_decides(body: str):
    report = read(TITLE, body)
    assert report.report_year is None and "year_conflict" in codes(report)


@pytest.mark.quirk(178)
def test_the_year_that_a_person_gave_is_held_against_the_text_too():
    assert "wrong_year_named" in codes(read(TITLE, "2024年，我镇主动公开信息18条。", hints=Hints(report_year=2025)))


def scan(*lines: str, reader: str = "scan"):
    page = Page(Document(reader, tuple(Paragraph(line, f"page 1 line {n}") for n, line in enumerate(lines, 1))))
    identity = identify(page, Hints(), load_registry())
    return identity, not_a_report(page, [], identity)


@pytest.mark.parametrize(
    ("title", "body", "year"),
    [
        (TITLE, "2025年，我镇主动公开信息18条。" + PERIOD.format(2029, 2029), 2025),
        (TITLE, "2025年，我镇主动公开信息18条。" + PERIOD.format(2021, 2021), 2025),
        (TITLE, "2026年，我镇主动公开信息18条。" + PERIOD.format(2025, 2025), 2025),
        (TITLE.replace("2025", "2023"), "2025年，我镇主动公开信息18条。" + PERIOD.format(2025, 2025), 2025),
        (TITLE, "2024年，我镇主动公开信息18条。" + PERIOD.format(2024, 2024), None),  # not one date: the text or the title is old
    ],
)
@pytest.mark.quirk(179)
def test_one_misread_date_of_a_scan_takes_no_year_away(title: str, body: str, year: int | None):
    identity, refused = scan(title, "一、总体情况", body, "二、主动公开政府信息情况")
    assert (identity.report_year, refused) == (year, None)
    if year and "2026年" not in body:
        assert "wrong_year_named" in {i.code for i in identity.issues}


@pytest.mark.parametrize(("reader", "end", "is_refused"), [("scan", "1月31日", False), ("scan", "2月31日", False),
                                                           ("scan", "6月30日", True), ("docx", "1月31日", True)])  # fmt: skip
@pytest.mark.quirk(179)
def test_a_lost_digit_of_december_on_a_scan_makes_no_report_of_a_month(reader: str, end: str, is_refused: bool):
    _, refused = scan(TITLE, f"统计期限为2025年1月1日至2025年{end}。", reader=reader)
    assert (refused is not None and refused.code == "part_of_year") == is_refused
