"""A chart tells its numbers in text, ends above the highest, and has a gap where there is no number."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from foi.messages import bilingual
from ingest.words.language import Text, speaking
from portal.chart import Series, lines, stacked

NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_every_number_of_a_bar_is_told_and_a_year_without_one_has_none():
    drawn = stacked("示例", [2020, 2021, 2022], [Series("甲", {2020: 3, 2022: 5}), Series("乙", {2020: 1, 2022: 0})], {})
    root = ElementTree.fromstring(drawn)
    told = [title.text for rect in root.iter(f"{NAMESPACE}rect") for title in rect]
    assert told == ["2020 甲: 3", "2020 乙: 1", "2022 甲: 5"]
    assert [t.text for t in root.iter(f"{NAMESPACE}text")].count("–") == 1


def test_a_line_has_a_gap_where_a_number_is_missing_and_where_years_cannot_be_compared():
    values = {2018: 1, 2019: 2, 2021: 3, 2022: 4, 2023: 5}
    why = Text("‖ 表样改变", "‖ the form changed")
    with speaking("zh"):
        root = ElementTree.fromstring(lines("示例", range(2018, 2024), [Series("甲", values)], {2022: [why]}, False))
    drawn = [line for line in root.iter(f"{NAMESPACE}line") if line.get("stroke-width")]
    assert len(drawn) == 2 and len(list(root.iter(f"{NAMESPACE}circle"))) == 5
    assert any("表样改变" in (title.text or "") for title in root.iter(f"{NAMESPACE}title"))


@pytest.mark.parametrize("highest", [0, 1, 4, 5, 6, 17, 100, 101, 6395, 10**7])
def test_the_scale_ends_at_or_above_the_highest_number_in_whole_steps(highest: int):
    drawn = stacked("示例", [2024], [Series("甲", {2024: highest})], {})
    ticks = [t.text for t in ElementTree.fromstring(drawn).iter(f"{NAMESPACE}text") if t.get("text-anchor") == "end"]
    numbers = [float(t.replace(",", "")) for t in ticks if t]
    assert numbers[0] == 0 and numbers[-1] >= highest and len(numbers) <= 7 and all(n.is_integer() for n in numbers)


def test_what_a_name_holds_is_text_and_no_markup():
    drawn = stacked('<script>"', [2024], [Series("<b>&", {2024: 1})], {2024: [bilingual("trend.break")]})
    assert "<script>" not in drawn and "<b>" not in drawn and not re.search(r"\sstyle=", drawn)
    ElementTree.fromstring(drawn)
