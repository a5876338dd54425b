"""Whole pages as sites have them: menus, paths, boxes, related links. What they say of the unit is weighed, what they are is told."""

from __future__ import annotations

import random

import pytest

from ingest.model import Hints, Report
from ingest.pipeline import ingest_bytes
from ingest.units import load_registry
from tests.factory import random_record
from tests.factory.html import clean

RECORD = random_record(random.Random(81), "2021", 40, "示例甲镇", 2023)
MENU = "".join(f"<li><a>{x}</a></li>" for x in ("网站首页", "政府信息公开指南", "政府信息公开制度", "政府信息公开年报"))
MANY = "".join(f"<li><a>栏目{i}</a></li>" for i in range(40))
PATH = "<div>您的位置：首页 &gt; 岚皋县 &gt; {} &gt; 政府信息公开年报</div>"
SOURCE = "<div>发布时间：2024-01-20　来源：岚皋县民主镇人民政府　作者：党政办　浏览次数：次</div>"
LINKS = "<li>岚皋县佐龙镇2023年政府信息公开工作年度报告</li><li>岚皋县民主镇2022年政府信息公开工作年度报告</li>"
TITLE = "岚皋县民主镇2023年政府信息公开工作年度报告"
BARE = "2023年政府信息公开工作年度报告"


def read(title: str, top: str = "", body: str = "", end: str = "", tables: bool = True, head: str | None = None) -> Report:
    """A page with this title; its own text names neither unit nor year unless `body` does."""
    page = clean(RECORD).decode()
    drawn = page[page.index("<p>二、") : page.index("<p>五、")] if tables else ""
    last = "<p>五、存在的主要问题及改进情况</p><p>公开的及时性有待提高。</p><p>六、其他需要报告的事项</p><p>无。</p>"
    text = f"<p>一、总体情况</p><p>{body}</p>{drawn}{last if tables else ''}{end}"
    html = f"<html><head><title>{title if head is None else head}</title></head><body>{top}<h1>{title}</h1>{text}</body></html>"
    return ingest_bytes(html.encode(), "x.html", Hints(), load_registry())


@pytest.mark.parametrize(
    "title",
    [
        "岚皋县民主镇二○二三年政府信息公开工作年度报告",
        "岚皋县民主镇二〇二三年度政府信息公开工作年度报告",
        "岚皋县民主镇二0二三年政府信息公开年报",
        "岚皋县民主镇（2023年）政府信息公开工作年度报告",
        "岚皋县民主镇【2023】政府信息公开工作年度报告",
        "岚皋县民主镇政府信息公开工作年度报告（2023年度）",
        "岚皋县民主镇政府信息公开2023年年度报告",
        "岚皋县民主镇人民政府信息公开2023年度报告",
        "2023年度岚皋县民主镇人民政府信息公开工作年度报告",
        "岚皋县民主镇2023年1-12月政府信息公开工作年度报告",
        "岚皋县民主镇关于2023年政府信息公开工作情况的报告",
        "岚皋县民主镇人民政府关于报送2023年政府信息公开工作年度报告的函",
        "中共岚皋县民主镇委员会 岚皋县民主镇人民政府2023年政府信息公开工作年度报告",
        "嵐皋縣民主鎮2023年政府信息公開工作年度報告",
        "嵐皋縣民主鎮人民政府2023年度政府資訊公開工作年度報告",
    ],
)
@pytest.mark.quirk(1, 2, 3, 95)
def test_titles_written_otherwise_name_unit_and_year(title: str):
    report = read(title)
    assert (report.state, report.unit_code, report.report_year) == ("loaded", "610925106", 2023)


@pytest.mark.quirk(8)
def test_a_street_office_below_its_government_is_known():
    assert read("天津市北辰区人民政府佳荣里街道办事处2023年政府信息公开工作年度报告").unit_name == "佳荣里街道"


@pytest.mark.parametrize(
    ("top", "body", "code"),
    [
        (PATH.format("民主镇"), "我镇主动公开信息。", "610925106"),
        (PATH.format("民主镇") + SOURCE, "主动公开信息。", "610925106"),
        (PATH.format("民主镇"), "主动公开信息。", None),
        (PATH.format("佐龙镇") + SOURCE, "我镇主动公开信息。", None),  # the page contradicts itself
        (PATH.format("民主镇"), "我局主动公开信息。", None),
        (PATH.format("岚皋县人民政府"), "主动公开信息。", None),
    ],
)
@pytest.mark.quirk(6, 69)
def test_path_and_source_of_a_page_decide_together_and_never_against_each_other(top: str, body: str, code: str | None):
    assert read(BARE, top, body).unit_code == code


@pytest.mark.quirk(6, 69)
def test_a_signature_is_found_above_the_links_of_a_page():
    end = "<p>岚皋县民主镇人民政府</p><p>2024年1月20日</p>" + LINKS * 8
    assert read(BARE, body="主动公开信息。", end=end).unit_code == "610925106"
    assert read(BARE, body="主动公开信息。", end=LINKS * 8).unit_code is None


def test_the_title_is_found_below_a_long_menu():
    report = read(TITLE, MANY + MENU, head="岚皋县人民政府门户网站")
    assert (report.unit_code, report.report_year) == ("610925106", 2023)


@pytest.mark.parametrize(("body", "year"), [("2023年我镇公开信息。2024年我镇将继续改进。", 2023), ("我镇公开信息。", None)])
def test_the_year_of_a_sentence_is_not_that_of_a_plan(body: str, year: int | None):
    assert read("岚皋县民主镇政府信息公开工作年度报告", body=body).report_year == year


@pytest.mark.quirk(69, 99, 101)
def test_a_menu_is_no_title_and_a_page_with_only_a_link_is_no_report():
    prose = "2023年，我镇主动公开政府信息18条。" * 20 + "未收到依申请公开，无其他需要报告的事项。"
    assert read(TITLE, MENU, prose, tables=False).state == "loaded"
    link = "<p>附件：<a>岚皋县民主镇2023年政府信息公开工作年度报告.pdf</a></p>"
    report = read(TITLE, MENU + MANY, end=link + LINKS * 3, tables=False)
    assert report.reason is not None and report.reason.code == "attachment_only"
    guide = read("岚皋县民主镇政府信息公开指南", MENU + MANY, "为公众提供服务。" * 60, LINKS, tables=False)
    assert guide.reason is not None and guide.reason.code == "not_a_report"


@pytest.mark.quirk(95)
def test_tables_in_traditional_characters_are_read():
    page = clean(RECORD).decode()
    for simple, old in zip("开数请总业关机构组织无结处规条", "開數請總業關機構組織無結處規條", strict=True):
        page = page.replace(simple, old)
    report = ingest_bytes(page.encode(), "x.html", Hints(), load_registry())
    assert {c.code: c.printed for c in report.cells} == RECORD.values


@pytest.mark.parametrize(
    ("head", "top", "body", "end", "code"),
    [
        ("太平镇2023年政府信息公开工作年度报告_泾阳县人民政府", "", "我镇公开信息。", "", "610423111"),
        ("", "<div>当前位置：首页 &gt; 泾阳县政府信息公开 &gt; 镇办</div>", "我镇公开信息。", "", "610423111"),
        ("", "", "我镇公开信息。", "<p>主办：泾阳县人民政府办公室</p>", "610423111"),
        ("", "", "在泾阳县委、县政府的坚强领导下，我镇公开信息。", "", "610423111"),
        ("", "", "我镇公开信息。", "", None),
        ("", "", "赴邹城市政府学习经验，我镇公开信息。", "", None),  # named, but leads nobody here
        ("", "", "我镇公开信息。", "<p>主办：泾阳县人民政府</p><p>主办：邹城市人民政府</p>", None),
        ("", "", "我镇公开信息。", "<p>主办：岚皋县人民政府</p>", None),  # has no town of this name
    ],
)
@pytest.mark.quirk(9, 10)
def test_the_frame_of_a_page_tells_namesakes_apart(head: str, top: str, body: str, end: str, code: str | None):
    title = "太平镇2023年政府信息公开工作年度报告"
    assert read(title, MANY + top, body, end, head=head).unit_code == code
