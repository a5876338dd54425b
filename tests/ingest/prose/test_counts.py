"""Counts in prose: right, or left unclassified."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingest.law.forms import load_terms
from ingest.model import Count, Paragraph
from ingest.prose.counts import read_counts
from ingest.prose.numerals import parse_number
from ingest.words.headings import words
from tests.paths import CASES

CASES = yaml.safe_load((CASES / "narrative.yaml").read_text("utf-8"))
WORDS = """政府 信息 公开 申请 依申请公开 未 没有 收到 发生 、 和 行政复议 行政诉讼 投诉 公民、法人和其他组织 的 引发 网站 微信 发布 主动公开 2024年 2023年
全年 上年 示例甲镇 ， ： ； 。 （ ） 共 为 情况 均 其中 累计 结转 下年度 办结 予以公开 培训 开展 余 万 约 件 条 次 1 20 345"""


def said(sentence: str, **other: str) -> list[str]:
    parts = {"overview": [Paragraph(sentence, "line 1")], **{k: [Paragraph(v, "line 0")] for k, v in other.items()}}
    return [told(c) for c in read_counts(parts)]


def told(count: Count) -> str:
    number = f"{count.value.normalize():f} {count.unit_word}{' ~' if count.is_approximate else ''} {count.scope}"
    return number if count.code == "unclassified" else f"{count.code} {number}"


def check(group: str) -> None:
    """Each sentence of the group gives its counts, each number that no one can be sure of stays without a code."""
    for case in CASES[group]:
        found = said(case["says"])
        assert [c for c in found if not c[0].isdigit()] == case["counts"], case["says"]
        assert [c for c in found if c[0].isdigit()] == case.get("left", []), case["says"]


@pytest.mark.quirk(86)
def test_a_number_is_read_with_its_counting_word():
    check("exact")


@pytest.mark.quirk(85, 87)
def test_about_so_many_is_marked_as_approximate():
    check("about")


@pytest.mark.quirk(85)
def test_a_number_no_one_can_be_sure_of_is_not_read():
    check("unclear")


@pytest.mark.quirk(88)
def test_none_is_said_in_many_ways():
    check("none")


@pytest.mark.quirk(88)
def test_none_of_something_else_is_no_zero():
    check("not_none")


@pytest.mark.quirk(81, 89)
def test_a_number_says_what_it_covers():
    check("covers")


@pytest.mark.quirk(91)
def test_a_number_belongs_to_one_channel_or_to_none():
    check("channels")


@pytest.mark.quirk(90, 91)
def test_requests_are_followed_from_receipt_to_result():
    check("outcomes")


def test_numbers_of_other_business_are_not_taken():
    check("elsewhere")


@pytest.mark.quirk(36)
def test_percentages_and_charts_are_no_counts():
    check("shares")


@pytest.mark.quirk(92)
def test_a_number_that_lost_characters_is_not_read():
    check("lost")


@pytest.mark.quirk(94)
def test_spaces_inside_words_are_nothing_and_inside_numbers_a_doubt():
    check("spaces")


@pytest.mark.quirk(95)
def test_traditional_characters_are_read_and_mojibake_is_not():
    check("traditional")


def test_every_way_of_counting_has_a_case_and_a_name():
    coded = {c.split()[0] for group in CASES.values() for case in group for c in case["counts"]}
    codes = {*words()["codes"], *words()["zero"]["nouns"]} - {"none"}
    assert codes <= coded
    assert codes <= set(load_terms())


@given(st.integers(0, 10**6))
@pytest.mark.quirk(87)
def test_the_number_said_is_the_number_read(n: int):
    assert said(f"全年主动公开政府信息{n}条。") == [f"disclosed {n} 条 this_year"]


@given(st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=60).map("".join))
def test_no_number_is_invented(text: str):
    printed = {int(n) * scale for n in re.findall(r"\d+", text) for scale in (1, 10000)}
    for count in read_counts({"overview": [Paragraph(text, "line 1")]}):
        assert count.sentence in text
        assert int(count.value) in printed or (not count.value and re.search("未|没有", count.sentence)), count


@pytest.mark.parametrize("second", ["5万条。", "5条。"])
@pytest.mark.quirk(92)
def test_a_number_broken_over_two_paragraphs_is_not_read(second: str):
    assert read_counts({"overview": [Paragraph("主动公开政府信息1", "line 1"), Paragraph(second, "line 2")]}) == []
    assert len(read_counts({"overview": [Paragraph("主动公开政府信息", "line 1"), Paragraph(second, "line 2")]})) == 1


def test_the_title_decides_which_of_two_years_is_the_year_of_the_report():
    text = "2023年收到政府信息公开申请5件。2024年收到政府信息公开申请8件。"
    assert said(text, introduction="示例甲镇2024年政府信息公开工作年度报告") == [
        "5 件 other_period",
        "requests_received 8 件 this_year",
    ]
    assert said(text, introduction="示例甲镇2023年政府信息公开工作年度报告") == [
        "requests_received 5 件 this_year",
        "8 件 other_period",
    ]
    assert said("2023年未收到政府信息公开申请。2024年收到政府信息公开申请8件。") == ["requests_received 8 件 this_year"]


@pytest.mark.quirk(92)
def test_a_character_of_a_fonts_own_hides_the_number_beside_it():
    assert said("主动公开政府信息\ue0005条，收到政府信息公开申请\ue001件，收到政府信息公开申请3件。") == [
        "requests_received 3 件 this_year"
    ]


@pytest.mark.quirk(81)
def test_numbers_of_two_offices_are_taken_for_none_of_them():
    first, second = "县公安局收到政府信息公开申请50件。", "县教育局收到政府信息公开申请3件。"
    assert said(first + second) == ["50 件 this_year", "3 件 this_year"]
    assert said(first + first) == 2 * ["requests_received 50 件 this_year"]
    assert said(first + "县公安局主动公开政府信息3条。")[0] == "requests_received 50 件 this_year"


@pytest.mark.quirk(29)
def test_old_items_in_parts_five_and_six_are_counted():
    counts = read_counts({"problems": [Paragraph("未收取信息处理费。", "a")], "other": [Paragraph("行政复议2件。", "b")]})
    assert [(c.section, c.code, int(c.value), c.place) for c in counts] == [
        ("problems", "fee_charged", 0, "a"),
        ("other", "reviews", 2, "b"),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("四十", 40), ("一百二十三", 123), ("十二", 12), ("二○一二", 2012), ("两", 2), ("三四", None), ("十十", None), ("", None),
        ("百", 100), ("三千零五", 3005), ("三千零五十", 3050), ("一百零三", 103), ("一百三", None), ("三千五", None), ("三千五十", None),
        ("一百一十", 110), ("三千五百零二", 3502),
    ],
)  # fmt: skip
@pytest.mark.quirk(87)
def test_chinese_numerals(text: str, number: int | None):
    assert parse_number(text) == number
