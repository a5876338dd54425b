"""The prose of a report is split at its headings, and nothing of it is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Document, Paragraph
from ingest.prose.counts import read_counts, split_sections

TITLES = {
    "overview": "一、总体情况",
    "tables": "二、主动公开政府信息情况",
    "problems": "五、存在的主要问题及改进情况",
    "other": "六、其他需要报告的事项",
}


def sections(*paragraphs: str) -> dict[str, list[str]]:
    blocks = tuple(Paragraph(p, f"line {i}") for i, p in enumerate(paragraphs, 1))
    return {k: [p.text for p in v] for k, v in split_sections(Document("text", blocks))[0].items() if v}


def codes(*paragraphs: str) -> list[str]:
    blocks = tuple(Paragraph(p, f"line {i}") for i, p in enumerate(paragraphs, 1))
    return [f"{c.section} {c.code} {int(c.value)}" for c in read_counts(split_sections(Document("text", blocks))[0])]


def test_parts_are_found_by_their_headings():
    assert sections("标题", TITLES["overview"], "甲", TITLES["tables"], "乙", TITLES["problems"], "丙", TITLES["other"], "丁") == {
        "introduction": ["标题"], "overview": ["甲"], "tables": ["乙"], "problems": ["丙"], "other": ["丁"],
    }  # fmt: skip


# Characters that become longer, shorter or nothing when they are brought to one spelling.
TEXT = st.text("甲乙丙，。；Ａ㎡…½ \u200b\ufeff⽂豈", max_size=8)


@given(st.dictionaries(st.sampled_from(sorted(TITLES)), st.tuples(TEXT, TEXT, st.booleans())), TEXT)
@pytest.mark.quirk(23, 31)
def test_every_character_stays_but_those_of_the_headings(parts: dict[str, tuple[str, str, bool]], first: str):
    paragraphs, expected = [first], {"introduction": first}
    for part, title in TITLES.items():
        if part not in parts:
            continue
        start, rest, inline = parts[part]
        if inline:
            paragraphs[-1] += "。" + title + "。" + start
        else:
            paragraphs += [title, start]
        paragraphs.append(rest)
        expected[part] = start + rest
    found = sections(*paragraphs)
    # Spaces, invisible marks and the full stop round a heading go with it.
    plain = {part: re.sub("[\\s。\u200b\ufeff]", "", text) for part, text in expected.items()}
    assert {p: re.sub("[\\s。\u200b\ufeff]", "", "".join(found.get(p, []))) for p in plain} == plain


@pytest.mark.parametrize(
    "heading", ["1、 总体情况", "总体情况", "一、工作概述", "一、概 述", "（一）总体情况", "一、工作基本情况",
     "一．总体情况", "一 总体情况", "第一部分 总体情况", "㈠总体情况", "一、總體情況"]
)  # fmt: skip
@pytest.mark.quirk(24, 25, 94, 95)
def test_part_one_has_many_names(heading: str):
    assert sections("标题", heading, "甲") == {"introduction": ["标题"], "overview": ["甲"]}


@pytest.mark.parametrize(
    "heading",
    [
        "二、主动公开政府政府情况",
        "三、收到和处理政府信息申请情况",
        "四、政府信息公开行政法复议、行政诉讼情况",
        "二、行政机关主动公开政府信息情况",
    ],
)
@pytest.mark.quirk(27)
def test_typing_errors_in_headings_are_known(heading: str):
    assert sections(TITLES["overview"], "甲", heading, "乙") == {"overview": ["甲"], "tables": ["乙"]}


@pytest.mark.quirk(23)
def test_without_headings_everything_is_introduction_and_is_counted():
    assert codes("示例甲镇2024年政府信息公开工作年度报告", "主动公开政府信息3条。", "未收到政府信息公开申请。") == [
        "introduction disclosed 3", "introduction requests_received 0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "inside",
    [
        "1、主动公开",
        "（二）依申请公开情况",
        "（二）收到和处理政府信息公开申请情况",
        "2.主动公开政府信息情况",
        "三、依申请公开政府信息情况",
        "主动公开政府信息情况",
    ],
)
@pytest.mark.quirk(25)
def test_a_numbered_subsection_of_part_one_begins_no_part(inside: str):
    rest = ["二、主动公开政府信息情况", "表", "三、收到和处理政府信息公开申请情况", "表", TITLES["problems"], "丙"]
    found = sections(TITLES["overview"], inside, "主动公开政府信息3条。", *rest)
    assert found["overview"][-1] == "主动公开政府信息3条。"
    assert (found["tables"], found["problems"]) == (["表", "表"], ["丙"])


@pytest.mark.quirk(25)
def test_items_in_running_text_begin_no_part():
    text = "一是主动公开政府信息3条。二是收到政府信息公开申请1件。五、完善制度。"
    assert sections(TITLES["overview"], text) == {"overview": [text]}


@pytest.mark.quirk(29)
def test_fees_after_the_tables_belong_to_the_last_part():
    new = [TITLES["overview"], "甲", "二、主动公开政府信息情况", "表", "三、收到和处理政府信息公开申请情况", "表"]
    found = codes(
        *new,
        "五、政府信息公开收费及减免情况",
        "未收取信息处理费。",
        "六、政府信息公开行政复议、行政诉讼情况",
        "无行政复议、行政诉讼。",
    )
    assert found == ["other fee_charged 0", "other reviews 0", "other lawsuits 0"]


@pytest.mark.quirk(30)
def test_the_seven_parts_of_older_reports_are_prose_and_are_counted():
    assert codes(
        "示例甲镇2016年政府信息公开工作年度报告", "一、概述", "甲", "二、主动公开政府信息的情况", "主动公开政府信息30条。",
        "三、依申请公开政府信息情况", "收到政府信息公开申请2件。", "四、政府信息公开收费及减免情况", "未收取信息处理费。",
        "五、因政府信息公开申请行政复议、提起行政诉讼情况", "行政复议1件。", "六、存在的主要问题和改进措施", "乙", "七、其他需要报告的事项", "无行政诉讼。",
    ) == [
        "overview disclosed 30", "overview requests_received 2", "overview fee_charged 0", "overview reviews 1", "other lawsuits 0",
    ]  # fmt: skip


@pytest.mark.quirk(31)
def test_a_report_in_one_paragraph_is_split_at_its_headings():
    found = sections("标题 一、总体情况 主动公开政府信息3条。五、存在的主要问题及改进情况 不足。六、其他需要报告的事项 无。")
    assert [found[k][0].strip() for k in ("overview", "problems", "other")] == ["主动公开政府信息3条。", "不足。", "无。"]


def test_a_bookmark_before_a_heading_does_not_hide_it():
    assert "tables" in sections("一、总体情况", "[bookmark: _GoBack]四、政府信息公开行政复议、行政诉讼情况", "表")
