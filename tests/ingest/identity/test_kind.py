"""What is no report of one unit and one year is set aside with the reason; a report never is."""

from __future__ import annotations

import random

import pytest

from ingest.model import Hints, Report
from ingest.pipeline import ingest_bytes
from ingest.units import load_registry
from ingest.words.issues import issue_texts
from tests.factory import random_record, zero_record
from tests.factory.text import as_text

NAME = "抚远市寒葱沟镇"
PROSE = (
    "一、总体情况\n" + "本镇认真贯彻落实条例要求，主动公开政府信息18条。" * 12 + "\n五、存在的主要问题及改进情况\n公开不够及时。"
)


def read(text: str) -> Report:
    return ingest_bytes(text.encode(), "x.txt", Hints(), load_registry())


def report(title: str = f"{NAME}2024年政府信息公开工作年度报告", year: int = 2024) -> str:
    text = as_text(random_record(random.Random(3), "2021", 40, "寒葱沟镇", year), "P").decode()
    return text.replace(text.splitlines()[0], title)


@pytest.mark.parametrize(
    ("text", "code", "kind"),
    [
        ("关于做好2024年政府信息公开工作年度报告编制发布工作的通知\n各乡镇：请按时报送。", "not_a_report", "notice"),
        ("关于2014年政府信息公开工作要点落实情况的函\n现将情况函告如下。", "not_a_report", "notice"),
        ("某县政府信息公开指南\n一、总体情况\n二、主动公开政府信息情况", "not_a_report", "guide"),
        ("示例县政府信息公开工作年度报告编写办法\n一、总体情况 二、主动公开政府信息情况", "not_a_report", "rules"),
        ("示例县2024年政府信息公开工作考核结果\n一等奖：略。", "not_a_report", "evaluation"),
        ("示例县政府信息公开目录\n名称 | 时间 |\n示例 | 2024 |", "not_a_report", "catalogue"),
        ("示例县召开政府信息公开工作培训会\n会上学习了年度报告格式。", "not_a_report", "news"),
        ("网站地图\n首页 | 新闻 | 政务公开 |", "not_a_report", ""),
    ],
)
def test_what_only_looks_like_a_report_is_named(text: str, code: str, kind: str):
    found = read(text)
    assert (found.state, found.cells) == ("quarantined", ()) and found.reason
    assert found.reason.code == code
    assert found.reason.place == (kind or "other")
    said = issue_texts(found.reason)
    assert kind not in said["message_zh"] or not kind
    assert "（）" not in said["message_zh"] and "()" not in said["message_en"] and "(" in said["message_en"]


@pytest.mark.quirk(64)
@pytest.mark.parametrize(
    "line", ["根据《中华人民共和国政府信息公开条例》（以下简称《条例》）的规定和上级通知", "本单位公开指南已发布"]
)
def test_a_report_without_tables_that_mentions_rules_and_notices_is_still_one(line: str):
    found = read(f"{NAME}2024年政府信息公开工作年度报告\n{line}\n{PROSE}")
    assert (found.state, found.unit_code, found.cells) == ("loaded", "230883101", ())
    assert "table_absent" in {i.code for i in found.issues}


def test_half_a_year_is_not_a_year_even_with_numbers():
    half = report(f"{NAME}2024年上半年政府信息公开工作情况统计")
    assert (read(half).state, read(half).reason.place) == ("quarantined", "half_year")  # type: ignore[union-attr]
    part = report() + "\n本报告统计期限为2024年1月1日至2024年6月30日。"
    head, _, rest = part.partition("一、总体情况")
    early = read(f"{head}统计期限为2024年1月1日至2024年6月30日。\n一、总体情况{rest}")
    assert early.reason and early.reason.code == "part_of_year"
    assert read(report()).state == "loaded"


@pytest.mark.parametrize(
    "title", ["XX镇2024年政府信息公开工作年度报告", "××县2024年政府信息公开工作年度报告", "某某局2024年政府信息公开工作年度报告"]
)
def test_a_sample_text_is_never_a_report_even_with_numbers(title: str):
    found = read(report(title))
    assert found.reason and (found.state, found.reason.code, found.cells) == ("quarantined", "sample_text", ())


def test_several_reports_in_one_file_are_set_aside_and_a_list_of_links_is_not():
    both = read(report() + "\n" + report(f"{NAME}2023年政府信息公开工作年度报告", 2023))
    assert both.reason and (both.reason.code, both.reason.expected) == ("several_reports", "2")
    links = "\n".join(f"{NAME}{year}年政府信息公开工作年度报告" for year in (2023, 2022, 2021))
    assert read(report() + "\n" + links).state == "loaded"
    assert read(links + "\n" + report()).reason is None
    footer = "主办：示例县人民政府办公室，承办：示例县信息中心，联系方式见网站首页，版权所有，未经许可不得转载。" * 8
    assert read(report() + "\n下一篇\n" + links + "\n" + footer).state == "loaded"
    prose = [f"{NAME}{year}年政府信息公开工作年度报告\n{PROSE}" for year in (2010, 2011)]
    old = read("\n".join(prose))
    assert old.reason and old.reason.code == "several_reports"


def test_a_page_that_only_names_an_attachment_says_what_to_do():
    found = read(f"{NAME}2024年政府信息公开工作年度报告\n附件：{NAME}年度报告.pdf")
    assert found.reason and (found.reason.code, found.reason.found) == ("attachment_only", f"附件：{NAME}年度报告.pdf")
    text = as_text(zero_record(unit="寒葱沟镇"), "P").decode() + "\n附件：年度报告.pdf"
    assert read(text).state == "loaded"


@pytest.mark.quirk(215)
@pytest.mark.parametrize(
    "title",
    [
        "示例大学2022-2023学年度信息公开工作报告",
        "示例学院2022—2023学年信息公开工作年度报告",
        "2022至2023学年示例职业学院信息公开年度报告",
    ],
)
def test_the_report_of_a_school_year_is_no_report_of_one_year(title: str):
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>本学年收到信息公开申请3件。</p></body></html>"
    found = read(page)
    assert (found.state, found.reason and found.reason.code) == ("quarantined", "not_a_report")
    assert not found.cells and not found.counts


def test_a_school_that_reports_of_a_calendar_year_is_read():
    found = read(report("示例大学2024年信息公开工作年度报告"))
    assert (found.state, found.report_year, found.unit_name) == ("loaded", 2024, "示例大学")
