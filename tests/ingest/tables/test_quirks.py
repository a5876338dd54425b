"""What real reports do to tables: each page still gives the right numbers, or fewer; never others."""

from __future__ import annotations

import random
import re

import pytest

from ingest.model import Hints
from ingest.pipeline import ingest_bytes
from ingest.readers import read_document
from ingest.tables import extract
from ingest.units import load_registry
from tests import quirks
from tests.factory import Record, random_record, zero_record
from tests.factory.html import clean
from tests.factory.layout import NOTE
from tests.factory.record import rule_results, with_defect

NEW = random_record(random.Random(31), "2021", 400, "示例甲镇", 2024)
OLD = random_record(random.Random(32), "2019", 400, "示例甲镇", 2020)


def read(page: str) -> dict[str, str]:
    return {c.code: c.printed for c in extract(read_document(page.encode()))[1] if c.printed is not None}


def changed(record: Record, *pairs: tuple[str, str]) -> str:
    """The page of a record with words of its tables replaced."""
    head, tables = clean(record).decode().split("二、主动公开", 1)
    for old, new in pairs:
        assert old in tables
        tables = tables.replace(old, new)
    return head + "二、主动公开" + tables


@pytest.mark.parametrize(
    ("record", "old", "new"),
    [
        pytest.param(OLD, "本年新制作数量", "本年新 制作数量", id="37 a space in a header"),
        pytest.param(OLD, "本年新制作数量", "<p>本年新</p><p>制作数量</p>", id="37 a header over two paragraphs"),
        pytest.param(NEW, "本年制发件数", "本年度制发数", id="38 other words"),
        pytest.param(OLD, "对外公开总数量", "对外公开总数", id="39 other words"),
        pytest.param(OLD, "本年增/减", "本年增\\减", id="39 a stroke the other way"),
        pytest.param(NEW, "第二十条第（一）项", "第二十条  第(一)项", id="40 spaces in an item"),
        pytest.param(NEW, "第二十条第（五）项", "第二十条(五)项", id="40 第 missing"),
        pytest.param(NEW, "行政规范性文件", "规范性文件", id="41 the older wording"),
        pytest.param(NEW, ">规章<", ">规 章<", id="42 a space in a label"),
        pytest.param(NEW, ">规章<", ">规章（全区机关均无制定规章的权限）<", id="42 a note in a label"),
        pytest.param(NEW, "行政事业性收费", "行政事业型收费", id="42 a typing error"),
        pytest.param(NEW, NOTE, "（本列）数据……", id="43 the note on sums shortened"),
        pytest.param(NEW, NOTE, "?。ū玖袛?shù)", id="43 the note on sums destroyed"),
        pytest.param(NEW, "1.属于国家秘密", "1、属于国家秘密", id="45 another mark after the number"),
        pytest.param(NEW, "2.其他法律行政法规禁止公开", "2.其他法律行政止公开", id="45 a clipped label"),
        pytest.param(
            NEW, "（四）无法提供", "<span>（</span><span>四</span><font>）</font>无法<b>提供</b>", id="45 a label in pieces"
        ),
        pytest.param(NEW, "<td>0</td>", "<td>0\u3000</td>", id="56 a wide space behind a number"),
    ],
)
@pytest.mark.quirk(37, 38, 39, 40, 41, 42, 43, 45, 56)
def test_a_label_written_otherwise_is_known_and_every_number_comes_back(record: Record, old: str, new: str):
    assert read(changed(record, (old, new))) == record.values


@pytest.mark.parametrize(
    ("record", "pairs"),
    [
        pytest.param(OLD, [("本年新制作数量", "本年新"), ("本年新公开数量", "本年新")], id="37 two headers cut to the same word"),
        pytest.param(OLD, [("本年增/减", "本年增/")], id="39 a header cut"),
        pytest.param(NEW, [("自然人", "总计"), ("申请人情况", "申请人情况")], id="44 a header word in another place"),
        pytest.param(
            NEW, [("结果<br>维持", "结<br>果<br>维<br>持"), ("尚未<br>审结", "尚<br>未<br>审<br>结")], id="47 letters stacked"
        ),
        pytest.param(NEW, [("结果<br>纠正", "果")], id="47 a header destroyed"),
        pytest.param(NEW, [("第二十条第（一）项", "第二十条第")], id="40 the item lost"),
        pytest.param(OLD, [("其他对外管理服务事项", "行政检查")], id="42 an extra level"),
        pytest.param(NEW, [("<td>0</td>", "<td>12 3</td>")], id="56 two numbers in one cell"),
    ],
)
@pytest.mark.quirk(37, 39, 40, 42, 44, 47)
def test_a_header_that_is_lost_costs_numbers_and_makes_none(record: Record, pairs: list[tuple[str, str]]):
    got = read(changed(record, *pairs))
    assert len(got) > 90 and {k: v for k, v in got.items() if record.values.get(k) != v} == {}


@pytest.mark.quirk(48, 59)
def test_zeros_are_read_as_zeros_and_blanks_stay_blank():
    assert set(read(clean(zero_record()).decode()).values()) == {"0"}
    page = re.sub(r"<td>0</td>", "<td></td>", clean(NEW).decode())
    assert set(read(page)) == {k for k, v in NEW.values.items() if v != "0"} and "0" not in read(page).values()


@pytest.mark.quirk(55)
def test_a_note_behind_a_number_is_not_part_of_it():
    number = NEW.values["disclosure.normative_made"]
    page = changed(NEW, (f"行政规范性文件</td><td>{number}<", f"行政规范性文件</td><td>{number}（其中修订 16 件）<"))
    assert read(page)["disclosure.normative_made"] == number


@pytest.mark.quirk(54)
def test_a_sign_before_a_change_is_kept():
    number = OLD.values["disclosure.licenses_items_change"].lstrip("+-")
    page = re.sub(rf"(行政许可</td><td>\d+</td><td>)[+-]?{number}<", rf"\1+{number}<", clean(OLD).decode())
    assert read(page)["disclosure.licenses_items_change"] in (f"+{number}", number)


@pytest.mark.parametrize("defect", ["closed_total", "challenges_total", "applicant_total"])
@pytest.mark.quirk(73, 74, 75, 76)
def test_a_report_whose_sums_are_wrong_is_read_as_printed(defect: str):
    from tests.factory import DEFECTS

    name = next((d for d in DEFECTS if defect.split("_")[0] in d), sorted(DEFECTS)[0])
    record = with_defect(NEW, name)
    assert read(clean(record).decode()) == record.values
    assert ("fail" in rule_results(record).values()) == bool(DEFECTS[name])


@pytest.mark.quirk(69)
def test_page_furniture_round_the_report_is_no_part_of_it():
    extra = "<div>当前位置：首页</div><div>点击收听年报语音朗读</div><div>【下载Word】【下载PDF】</div><div>微信 微博 QQ空间 附件下载</div>"
    page = clean(NEW).decode().replace("<body>", f"<body>{extra}").replace("</body>", f"{extra}</body>")
    assert read(page) == NEW.values


@pytest.mark.quirk(28)
def test_prose_between_a_heading_and_its_table_changes_nothing():
    page = (
        clean(NEW)
        .decode()
        .replace(
            "<p>三、收到和处理政府信息公开申请情况</p>", "<p>三、收到和处理政府信息公开申请情况</p><p>本年共收到申请9件。</p>"
        )
    )
    assert read(page) == NEW.values


@pytest.mark.quirk(68)
def test_tables_without_title_unit_or_year_are_loaded_with_what_is_missing_said():
    page = re.sub(r"<p>.*?</p>|<title>.*?</title>|<meta name.*?>", "", clean(NEW).decode())
    report = ingest_bytes(page.encode(), "x.html", Hints(), load_registry())
    assert report.report_year is None and report.unit_code is None
    assert report.state == "quarantined" or {"year_missing", "unit_missing"} <= {i.code for i in report.issues}


@pytest.mark.quirk(15, 16)
def test_other_years_in_the_text_do_not_make_the_year():
    page = clean(NEW).decode().replace("<p>五、", "<p>示例甲镇成立于1986年。2023年曾收到申请3件。2025年将继续改进。</p><p>五、")
    assert ingest_bytes(page.encode(), "x.html", Hints(), load_registry()).report_year == 2024


def test_the_page_of_quirks_is_up_to_date():
    assert quirks.PAGE.read_text("utf-8") == quirks.page(), "run python -m tests.quirks"
