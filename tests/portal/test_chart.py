"""A chart tells its numbers in text, ends above the highest, and has a gap where there is no number."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import httpx
import pytest
from PIL import Image

from foi.messages import bilingual
from foi.published import width_of
from ingest.words.language import Text, speaking
from portal.chart import COLORS, HEIGHT, WIDTH, Series, lines, stacked
from portal.chart_file import SCALE, alone, can_write_chinese, lines_of, png_of

chinese_font = pytest.mark.skipif(not can_write_chinese(), reason="no font of this machine has Chinese characters (make browser)")
NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_every_number_of_a_bar_is_told_and_a_year_without_one_has_none():
    drawn = stacked("示例", [2020, 2021, 2022], [Series("甲", {2020: 3, 2022: 5}), Series("乙", {2020: 1, 2022: 0})], {}).svg
    root = ElementTree.fromstring(drawn)
    told = [title.text for rect in root.iter(f"{NAMESPACE}rect") for title in rect]
    assert told == ["2020 甲: 3", "2020 乙: 1", "2022 甲: 5"]
    assert [t.text for t in root.iter(f"{NAMESPACE}text")].count("–") == 1


def test_a_line_has_a_gap_where_a_number_is_missing_and_where_years_cannot_be_compared():
    values = {2018: 1, 2019: 2, 2021: 3, 2022: 4, 2023: 5}
    why = Text("‖ 表样改变", "‖ the form changed")
    with speaking("zh"):
        root = ElementTree.fromstring(lines("示例", range(2018, 2024), [Series("甲", values)], {2022: [why]}, False).svg)
    drawn = [line for line in root.iter(f"{NAMESPACE}line") if line.get("stroke-width")]
    assert len(drawn) == 2 and len(list(root.iter(f"{NAMESPACE}circle"))) == 5
    assert any("表样改变" in (title.text or "") for title in root.iter(f"{NAMESPACE}title"))


@pytest.mark.parametrize("highest", [0, 1, 4, 5, 6, 17, 100, 101, 6395, 10**7])
def test_the_scale_ends_at_or_above_the_highest_number_in_whole_steps(highest: int):
    drawn = stacked("示例", [2024], [Series("甲", {2024: highest})], {}).svg
    ticks = [t.text for t in ElementTree.fromstring(drawn).iter(f"{NAMESPACE}text") if t.get("text-anchor") == "end"]
    numbers = [float(t.replace(",", "")) for t in ticks if t]
    assert numbers[0] == 0 and numbers[-1] >= highest and len(numbers) <= 7 and all(n.is_integer() for n in numbers)


def test_what_a_name_holds_is_text_and_no_markup():
    drawn = stacked('<script>"', [2024], [Series("<b>&", {2024: 1})], {2024: [bilingual("trend.break")]}).svg
    assert "<script>" not in drawn and "<b>" not in drawn and not re.search(r"\sstyle=", drawn)
    ElementTree.fromstring(drawn)


def test_a_chart_as_a_file_tells_what_its_page_tells_around_it():
    why = Text("2019 年表样改变", "the form changed in 2019")
    names = [f"示例市示例县第{n}街道办事处" for n in "甲乙丙丁"]
    with speaking("zh"):
        drawn = lines("示例标题", [2018, 2019], [Series(n, {2018: 1, 2019: 2}) for n in names], {2019: [why, why]}, False)
        root = ElementTree.fromstring(alone(drawn, "数据版本 示例"))
    told = [t.text or "" for t in root.iter(f"{NAMESPACE}text")]
    assert {"示例标题", *names, "‖ 2019: 2019 年表样改变", "数据版本 示例"} <= set(told)
    swatches = [r for r in root.iter(f"{NAMESPACE}rect") if r.get("width") == "14"]
    assert [r.get("fill") for r in swatches] == list(COLORS[:4]) and len({r.get("y") for r in swatches}) > 1
    below = [float(t.get("y", 0)) for t in root.iter(f"{NAMESPACE}text") if t.text in names]
    assert min(below) > HEIGHT and max(below) < float(root.get("height", 0))


@pytest.mark.parametrize(
    "text", ["", "一" * 7, "one two three four five", "longer-than-a-line-of-eight", "中文 and 英文 together"]
)
def test_a_long_text_goes_into_lines_and_nothing_of_it_is_lost(text: str):
    found = lines_of(text, 8)
    assert "".join(found).replace(" ", "") == text.replace(" ", "") and all(width_of(line) <= 8 for line in found)


@chinese_font
def test_a_chart_is_also_a_picture_for_print_in_which_chinese_is_written(portal: httpx.Client):
    sizes = set()
    for address in ("/area/990101/2025.png", "/trend.png?unit=990101103", "/compare.png?unit=990101103&unit=990101101"):
        answer = portal.get(address)
        assert answer.headers["content-type"] == "image/png", answer.text
        sizes.add(Image.open(io.BytesIO(answer.content)).width)
    assert sizes == {WIDTH * SCALE}
    drawn = [png_of(alone(stacked(title, [2024], [Series("a", {2024: 1})], {}), "")) for title in ("示例甲", "示例乙", "示例甲")]
    assert drawn[0] != drawn[1] and drawn[0] == drawn[2]


def test_a_page_without_a_chart_has_no_picture(portal: httpx.Client):
    assert portal.get("/search.png?q=x").status_code == 400 and portal.get("/unit/990101103.png").status_code == 404
