"""Counts in prose: right, or left unclassified."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Document, Paragraph
from ingest.narrative import read_counts, split_sections
from ingest.numerals import parse_number

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "narrative.yaml").read_text("utf-8"))


def counts(sentence: str) -> list[str]:
    found = read_counts({"overview": [Paragraph(sentence, "line 1")]})
    return [f"{c.code} {c.value.normalize():f} {c.unit_word}{' ~' if c.is_approximate else ''} {c.scope}" for c in found]


@pytest.mark.parametrize("case", CASES, ids=[c["says"] for c in CASES])
@pytest.mark.quirk(85, 86, 88, 89)
def test_a_sentence_says(case: dict[str, list[str]]):
    assert [c for c in counts(str(case["says"])) if not c.startswith("unclassified")] == case["counts"]


@given(st.integers(0, 10**6))
@pytest.mark.quirk(87)
def test_the_number_said_is_the_number_read(n: int):
    assert counts(f"全年主动公开政府信息{n}条。") == [f"disclosed {n} 条 this_year"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("四十", 40),
        ("一百二十三", 123),
        ("十二", 12),
        ("二○一二", 2012),
        ("两", 2),
        ("三四", None),
        ("十十", None),
        ("", None),
        ("百", 100),
        ("三千零五", 3005),
    ],
)
@pytest.mark.quirk(87)
def test_chinese_numerals(text: str, number: int | None):
    assert parse_number(text) == number


def sections(*paragraphs: str) -> dict[str, list[str]]:
    blocks = tuple(Paragraph(p, f"line {i}") for i, p in enumerate(paragraphs, 1))
    return {k: [p.text for p in v] for k, v in split_sections(Document("text", blocks))[0].items() if v}


def test_parts_are_found_by_their_headings():
    assert sections("标题", "一、总体情况", "甲", "二、主动公开政府信息情况", "乙", "五、存在的主要问题及改进情况", "丙", "六、其他需要报告的事项", "丁") == {
        "introduction": ["标题"], "overview": ["甲"], "tables": ["乙"], "problems": ["丙"], "other": ["丁"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "heading", ["1、 总体情况", "总体情况", "一、工作概述", "一、概 述", "（一）总体情况", "一、工作基本情况"]
)
@pytest.mark.quirk(24)
def test_part_one_has_many_names(heading: str):
    assert sections("标题", heading, "甲")["overview"] == ["甲"]


@pytest.mark.quirk(31)
def test_a_report_in_one_paragraph_is_split_at_its_headings():
    found = sections("标题 一、总体情况 主动公开政府信息3条。五、存在的主要问题及改进情况 不足。六、其他需要报告的事项 无。")
    assert [found[k][0].strip() for k in ("overview", "problems", "other")] == ["主动公开政府信息3条。", "不足。", "无。"]


def test_a_bookmark_before_a_heading_does_not_hide_it():
    assert "tables" in sections("一、总体情况", "[bookmark: _GoBack]四、政府信息公开行政复议、行政诉讼情况", "表")
