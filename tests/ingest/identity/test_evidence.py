"""All that names a unit or a year is weighed: what decides, what only supports, and what is reported as copied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.model import Hints, Report
from ingest.pipeline import ingest_bytes
from ingest.units import load_registry
from tests.factory import zero_record
from tests.factory.html import clean
from tests.factory.text import as_text

TITLE = "2024年政府信息公开工作年度报告"


def read(head: str = TITLE, body: str = "", end: str = "", hints: Hints | None = None, file: str = "x.txt") -> Report:
    """A report with this head, body and end; its own text names neither unit nor year."""
    lines = as_text(zero_record(unit="寒葱沟镇"), "P").decode().splitlines()
    tables = "\n".join(lines[lines.index("二、主动公开政府信息情况") :])
    text = f"{head}\n一、总体情况\n{body}\n{tables}\n{end}"
    return ingest_bytes(text.encode(), file, hints or Hints(), load_registry())


def codes(report: Report) -> set[str]:
    return {i.code for i in report.issues}


@pytest.mark.quirk(6)
def test_a_signature_names_the_unit_that_the_title_leaves_out():
    assert read(end="抚远市寒葱沟镇人民政府\n2025年1月10日").unit_code == "230883101"
    assert read(end="抚远市寒葱沟镇人民政府").unit_code is None


@pytest.mark.quirk(6)
def test_a_sentence_says_who_made_the_report():
    assert read(body="本报告由抚远市寒葱沟镇人民政府根据有关规定编制。").unit_code == "230883101"
    assert read(body="各项工作由抚远市寒葱沟镇人民政府负责。").unit_code is None


@pytest.mark.quirk(4)
def test_a_name_above_the_title_is_the_unit_unless_it_may_be_a_banner():
    assert read(f"抚远市寒葱沟镇\n{TITLE}", "我镇积极推进。").unit_code == "230883101"
    assert read(f"抚远市人民政府\n{TITLE}", "我镇积极推进。").unit_code is None
    assert read(f"抚远市人民政府\n{TITLE}", "积极推进。").unit_code is None


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (f"发布机构：抚远市寒葱沟镇人民政府\n{TITLE}", "230883101"),
        (f"索引号：001 发布机构：抚远市寒葱沟镇人民政府 成文日期：2025-01-09\n{TITLE}", "230883101"),
        (f"发布机构：抚远市人民政府\n{TITLE}", None),  # who runs the page is not whose report it is
        (f"发布机构：抚远市教育局\n{TITLE}", None),  # 我镇 is no 局
    ],
)
@pytest.mark.quirk(6, 69)
def test_the_publisher_counts_only_with_our_town_in_the_text(head: str, code: str | None):
    assert read(head, "我镇认真做好各项工作。").unit_code == code
    assert read(head, "认真做好各项工作。").unit_code is None


@pytest.mark.quirk(6)
def test_the_index_block_of_a_page_names_the_publisher():
    page = clean(replace(zero_record(unit=""), lines=("我镇认真做好各项工作。",))).decode()
    block = "<table><tr><td>索引号</td><td>001</td><td>发布机构</td><td>抚远市寒葱沟镇</td></tr></table>"
    page = page.replace("<body>", f"<body>{block}")
    assert ingest_bytes(page.encode(), "x.html", Hints(), load_registry()).unit_code == "230883101"


def test_a_file_named_after_its_unit_counts_with_our_town_and_its_county():
    hints = Hints(("抚远市",))
    assert read(body="我镇认真做好各项工作。", file="报送/寒葱沟镇2024年年报（终稿）.doc", hints=hints).unit_code == "230883101"
    assert read(body="认真做好各项工作。", file="寒葱沟镇.doc", hints=hints).unit_code is None
    assert read(body="我局认真做好各项工作。", file="寒葱沟镇.doc", hints=hints).unit_code is None


@pytest.mark.quirk(11)
def test_the_address_names_county_and_year():
    hints = Hints(url="http://example.test/xxgkAnnualReport.jsp?area=11610925004333472M&fbtime=2023")
    report = read("城关镇政府信息公开工作年度报告", hints=hints)
    assert (report.unit_code, report.report_year) == ("610925100", 2023)
    assert read("城关镇政府信息公开工作年度报告").report_year is None
    assert {(c.source, c.value) for c in report.candidates if c.kind == "year"} == {("address", "2023")}


@pytest.mark.quirk(18)
def test_another_unit_in_the_opening_is_reported_and_decides_only_against_nothing():
    opening = "现公布抚远市教育局2024年度政府信息公开工作年度报告。"
    alone = read(f"抚远市寒葱沟镇{TITLE}\n{opening}")
    assert alone.unit_code is None and "unit_conflict" in codes(alone)
    signed = read(f"抚远市寒葱沟镇{TITLE}\n{opening}", end="抚远市寒葱沟镇人民政府\n2025年1月10日")
    assert signed.unit_code == "230883101" and "wrong_unit_named" in codes(signed)
    assert "wrong_unit_named" not in codes(read(f"抚远市寒葱沟镇{TITLE}", end="抚远市寒葱沟镇人民政府\n2025年1月10日"))


@pytest.mark.quirk(18)
def test_words_of_a_neighbor_or_of_another_kind_of_unit_are_reported():
    report = read(f"抚远市寒葱沟镇{TITLE}", "我街道积极推进。浓桥镇主动公开信息。我街道将继续努力。")
    assert report.unit_code == "230883101" and {"other_unit_named", "wrong_self_word"} <= codes(report)
    assert not {"other_unit_named", "wrong_self_word"} & codes(
        read(f"抚远市寒葱沟镇{TITLE}", "我镇积极推进。寒葱沟镇将努力。我镇努力。")
    )


@pytest.mark.quirk(7)
def test_a_government_and_its_office_in_one_title_leave_the_unit_open():
    report = read(f"抚远市人民政府(抚远市人民政府办公室){TITLE}")
    assert report.unit_code is None and "unit_conflict" in codes(report)
    assert read(f"抚远市财政局(抚远市国资委、抚远市金融监管局){TITLE}").unit_code == "230883-财政局"


@pytest.mark.quirk(5)
def test_a_title_printed_twice_is_one_title_and_no_title_leaves_unit_and_year_open():
    title = f"抚远市寒葱沟镇{TITLE}"
    twice, again = read(f"{title}\n{title}"), read(f"{title}\n抚远市寒葱沟镇政府信息公开工作年度报告")
    assert (twice.state, twice.unit_code, twice.report_year) == ("loaded", "230883101", 2024)
    assert (again.state, again.unit_code, again.report_year) == ("loaded", "230883101", 2024)
    none = read("政务公开", "认真做好各项工作。")
    assert (none.state, none.unit_code, none.report_year) == ("loaded", None, None)


@pytest.mark.parametrize(
    ("published_on", "year"), [("2025-01-12", 2024), ("2026-01-12", None), (None, 2024), ("2024-02-01", None)]
)
@pytest.mark.quirk(17)
def test_an_old_year_in_the_period_is_outvoted_unless_the_page_is_not_of_the_next_year(
    published_on: str | None, year: int | None
):
    body = "2024年，我镇积极推进。本报告的时间范围为2023年1月1日至2023年12月31日。"
    report = read(f"抚远市寒葱沟镇{TITLE}", body, hints=Hints(published_on=published_on))
    assert report.report_year == year
    assert ("wrong_year_named" if year else "year_conflict") in codes(report)


@pytest.mark.quirk(14)
def test_a_report_published_before_its_year_ended_is_reported():
    title = f"抚远市寒葱沟镇{TITLE}"
    assert "published_early" in codes(read(title, hints=Hints(published_on="2024-12-19")))
    assert "published_early" not in codes(read(title, hints=Hints(published_on="2025-01-19")))


@pytest.mark.parametrize(
    ("period", "year"),
    [
        ("2024年1月1日起至2024年12月31日止", 2024),
        ("2024年1月1日至12月31止", 2024),
        ("2024年1月1日至12月30日", 2024),
        ("202411日起至20241231日", 2024),
        ("2024 年 1 月 1 日至 2024 年 12 月 31 日", 2024),
        ("2024111231日", None),
        ("自至", None),
        ("202024年1月1日至12月31日", None),
        ("20241月1日至12月31日", None),
    ],
)
@pytest.mark.quirk(92, 93, 94)
def test_a_period_with_lost_characters_is_read_only_where_the_year_is_certain(period: str, year: int | None):
    report = read("抚远市寒葱沟镇政府信息公开工作年度报告", f"本报告的时间范围为{period}。")
    assert report.report_year == year


@pytest.mark.quirk(21)
def test_words_of_the_template_that_were_left_in_are_reported():
    title = f"抚远市寒葱沟镇{TITLE}"
    report = read(title, "主动公开信息XX条。（具体网址）")
    assert report.unit_code == "230883101" and "form_words_left" in codes(report)
    assert not [c for c in report.counts if c.code == "disclosed"]
    assert "form_words_left" not in codes(read(title, "主动公开信息12条。"))


@pytest.mark.quirk(8)
def test_units_of_every_kind_are_known_by_their_names():
    names = ("额济纳旗赛汉陶来苏木", "阿里地区行政公署", "柳城县古砦仫佬族乡", "天津市北辰区佳荣里街")
    found = [read(f"{name}{TITLE}").unit_code for name in names]
    assert [bool(c) for c in found] == [True, False, True, True]
