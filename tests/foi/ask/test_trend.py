"""`foi trend`: every year says what its number is, and an empty one says why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from foi.ask.show_trend import show_trend
from foi.ask.trend import Question
from foi.messages import Complaint
from tests.foi.conftest import Published
from tests.one_language import assert_one_language

CODE = "990101101"


@pytest.fixture
def town(small: Published) -> Published:
    small.unit(CODE, "示例甲镇")
    return small


def years(published: Published, measure: str, **where: str) -> dict[int, dict[str, Any]]:
    rows = json.loads(show_trend(published.path, Question(measure, **(where or {"unit": CODE})), json=True))
    return {row["report_year"]: {**row, "note": row["note_zh"]} for row in rows}


def test_a_missing_number_says_why_and_is_never_zero(town: Published):
    town.year(CODE, 2021, received=0)
    town.year(CODE, 2022, received="blank")
    town.year(CODE, 2024, received="not_asked")
    found = years(town, "received")
    assert [found[y]["value"] for y in range(2021, 2025)] == [0, None, None, None]
    words = (("空白", "blank"), ("未报", "no report"), ("本表不设", "not asked"))
    assert [(found[y]["note_zh"], found[y]["note_en"]) for y in (2022, 2023, 2024)] == list(words)


def test_a_failed_rule_marks_its_year(town: Published):
    town.year(CODE, 2022, received=3, rules_failed=2)
    town.year(CODE, 2023, received=3)
    found = years(town, "received")
    assert "勾稽不符 2 处" in found[2022]["note"] and found[2023]["note"] == ""


def test_a_rate_of_nothing_is_no_requests(town: Published):
    town.year(CODE, 2022, granted=0, closed=0)
    found = years(town, "grant_rate")[2022]
    assert found["value"] is None and (found["note_zh"], found["note_en"]) == ("无申请", "no requests")


def test_a_rate_names_the_number_that_is_missing(town: Published):
    town.year(CODE, 2022, granted=3, closed="blank")
    town.year(CODE, 2023, granted="unreadable", closed=9)
    found = years(town, "grant_rate")
    assert "空白" in found[2022]["note"] and "已填" not in found[2022]["note"]
    assert "无法辨认" in found[2023]["note"]


def test_a_rate_changes_in_percentage_points(town: Published):
    town.year(CODE, 2021, granted=248, closed=1000)
    town.year(CODE, 2022, granted=277, closed=1000)
    town.year(CODE, 2024, granted=1, closed=4)
    found = years(town, "grant_rate")
    assert [found[y]["change"] for y in (2021, 2022, 2023, 2024)] == [None, 2.9, None, None]
    assert (found[2022]["numerator"], found[2022]["denominator"]) == (277, 1000)
    assert "百分点" in show_trend(town.path, Question("grant_rate", unit=CODE))
    town.year(CODE, 2025, received=1)
    assert "change" not in years(town, "received")[2025]


@pytest.mark.parametrize(
    ("measure", "word"), [("received", "口径相同"), ("denied", "口径相同"), ("fees", "口径不同"), ("review_total", "口径相同")]
)
def test_a_change_of_form_says_whether_the_years_compare(town: Published, measure: str, word: str):
    town.year(CODE, 2020, "2019", **{measure: 5})
    town.year(CODE, 2021, **{measure: 6})
    found = years(town, measure)
    assert "2019" in found[2021]["note"] and word in found[2021]["note"] and "表样" not in found[2020]["note"]


@pytest.mark.parametrize(
    ("measure", "form", "breaks", "words"),
    [
        ("received", "2014", False, ("口径相同", "只有总数，不分申请人", "only the total")),
        ("granted", "2014", True, ("口径较宽", "属于已主动公开范围", "already public")),
        ("granted", "fujian-2017", False, ("口径相同",)),
        ("denied", "fujian-2017", True, ("口径较宽", "旧表只有不予公开总数", "denials in all")),
        ("unclear_after_correction", "2014", True, ("口径不同，不可比", "是过程，不是办理结果", "a step")),
        ("carried_in", "2014", True, ("表样无此项", "没有结转", "carry nothing over")),
        ("lawsuit_total", "fujian-2014", False, ("口径相同",)),
    ],
)  # fmt: skip
def test_a_series_breaks_where_an_older_form_counts_otherwise(
    town: Published, measure: str, form: str, breaks: bool, words: tuple[str, ...]
):
    town.year(
        CODE, 2018, **dict.fromkeys(("form_disclosure", "form_requests", "form_challenges")), form_statistics=form, **{measure: 5}
    )
    town.year(CODE, 2019, "2019", **{measure: 6})
    town.year(CODE, 2020, "2019", **{measure: 6})
    found = years(town, measure)
    zh, en = found[2019]["note_zh"], found[2019]["note_en"]
    assert zh.startswith("‖") == en.startswith("‖") == breaks
    assert f"由 {form} 改为 2019" in zh and f"from {form} to 2019" in en
    assert all((word in en) if word.isascii() else (word in zh) for word in words)
    assert found[2018]["note"] == found[2020]["note"] == ""


@pytest.mark.parametrize(
    ("measure", "words"),
    [("rules_repealed", ("新公开数量", "不是废止数")), ("rules_in_force", ("对外公开总数量", "不是现行有效数", "不可比"))],
)
def test_what_the_2019_form_published_is_never_taken_for_repealed_or_in_force(
    town: Published, measure: str, words: tuple[str, ...]
):
    town.year(CODE, 2020, "2019", **{measure: "not_asked", "rules_newly_published": 4, "rules_published_total": 9})
    town.year(CODE, 2021, **{measure: 3})
    found = years(town, measure)
    assert (found[2020]["value"], found[2021]["value"]) == (None, 3)
    assert found[2021]["note"].startswith("‖") and all(word in found[2021]["note"] for word in words)


def test_two_older_forms_that_count_alike_are_one_series(town: Published):
    none = dict.fromkeys(("form_disclosure", "form_requests", "form_challenges"))
    town.year(CODE, 2016, **none, form_statistics="fujian-2014", denied=3, carried_in="not_asked")
    town.year(CODE, 2017, **none, form_statistics="fujian-2017", denied=4, carried_in="not_asked")
    note = years(town, "denied")[2017]["note"]
    assert "口径相同" in note and not note.startswith("‖")
    # Where neither asks, there is nothing to compare.
    assert years(town, "carried_in")[2017]["note"] == "本表不设"


def test_a_rate_breaks_where_one_of_its_numbers_does(town: Published):
    none = dict.fromkeys(("form_disclosure", "form_requests", "form_challenges"))
    town.year(CODE, 2018, **none, form_statistics="2014", granted=1, closed=2)
    town.year(CODE, 2019, "2019", granted=1, closed=2)
    note = years(town, "grant_rate")[2019]["note"]
    assert note.startswith("‖") and "属于已主动公开范围" in note and "过程性答复" in note


def test_each_measure_follows_the_form_of_its_own_table(town: Published):
    town.year(CODE, 2020, "2019", review_total=5, received=5)
    town.year(CODE, 2021, review_total=6, received=5, form_challenges="2019")
    assert "表样" not in years(town, "review_total")[2021]["note"]
    assert "表样" in years(town, "received")[2021]["note"]


def test_the_title_names_the_unit_in_full_and_the_measure_in_the_language_of_the_reader(
    town: Published, monkeypatch: pytest.MonkeyPatch
):
    town.year(CODE, 2021, received=1, received_company=0)
    question = Question("received_company", unit="示例甲镇")
    title = show_trend(town.path, question).splitlines()[0]
    assert all(word in title for word in ("示例省示例县示例甲镇", CODE, "本年新收", "商业企业"))
    monkeypatch.setenv("FOI_LANG", "en")
    title = show_trend(town.path, question).splitlines()[0]
    assert all(word in title for word in ("示例省示例县示例甲镇", CODE, "received, company"))


def test_a_name_of_two_units_is_never_decided_for_the_reader(town: Published):
    town.unit("990102101", "示例甲镇", "另一县")
    for code in (CODE, "990102101"):
        town.year(code, 2021, received=1)
    with pytest.raises(Complaint) as caught:
        show_trend(town.path, Question("received", unit="示例甲镇"))
    first, *options = str(caught.value).splitlines()
    assert "请用代码" in first
    assert [o.split() for o in options] == [[CODE, "示例省示例县示例甲镇"], ["990102101", "示例省另一县示例甲镇"]]
    assert years(town, "received", unit="990102101")[2021]["value"] == 1


def test_an_unknown_unit_gets_near_names(town: Published):
    town.year(CODE, 2021, received=1)
    with pytest.raises(Complaint, match="示例甲镇") as caught:
        show_trend(town.path, Question("received", unit="示例甲乡"))
    assert caught.value.exit_code == 2


def test_an_unknown_measure_gets_the_list_with_names(town: Published):
    with pytest.raises(Complaint) as caught:
        show_trend(town.path, Question("happiness", unit=CODE))
    first, *options = str(caught.value).splitlines()
    assert "没有指标" in first and any("本年新收 商业企业" in o for o in options)


def test_an_area_counts_its_units_and_says_why_a_rate_is_empty(small: Published):
    small.add("core.dim_unit", unit_code="990101", unit_name="示例县", county_name="示例县", level="county")
    area = {"area_code": "990101", "units_missing": 2}
    small.add("marts.area_year", **area, report_year=2021, units_reporting=4, grant_rate_units=3, grant_rate_reason="no_requests",
              grant_rate_numerator=0, grant_rate_denominator=0)  # fmt: skip
    small.add("marts.area_year", **area, report_year=2022, units_reporting=0, grant_rate_reason="not_reported")
    found = years(small, "grant_rate", area="示例县")[2021]
    assert found["value"] is None and "无申请" in found["note"]
    assert (found["reporting"], found["missing"], found["denominator"]) == (3, 2, 0)
    assert "未报" in years(small, "received", area="990101")[2022]["note"]
    assert show_trend(small.path, Question("received", area="990101")).startswith("示例县（990101）")


@pytest.fixture
def silent(small: Published) -> Published:
    """Five towns with a report: one does not say how many it received, one granted, and one table three and one table two are left out."""
    small.add("core.dim_unit", unit_code="990101", unit_name="示例县", county_name="示例县", level="county")
    numbers = {"101": (5, 4), "102": (None, 3), "103": (7, None), "104": (100, 50), "105": (1, 1)}
    for code, (received, granted) in numbers.items():
        small.add("marts.unit_year", unit_code=f"990101{code}", unit_name="城关镇", level="township", county_code="990101",
                  report_year=2024, report_id=code, received=received, granted=granted, closed=6)  # fmt: skip
    small.add("marts.unit_year", unit_code="990101", unit_name="示例县", level="county", county_code="990101", report_year=2024)
    small.add("quality.exclusions", report_id="104", table_name="requests")
    small.add("quality.exclusions", report_id="105", table_name="disclosure")
    small.add("marts.area_year", area_code="990101", report_year=2024, units_reporting=5, units_excluded=2, units_missing=1, received=13,
              received_units=3, grant_rate=0.4, grant_rate_numerator=8, grant_rate_denominator=18, grant_rate_units=3)  # fmt: skip
    return small


def test_an_area_counts_the_units_that_gave_the_measure_and_names_the_others(silent: Published):
    found = years(silent, "received", area="990101")[2024]
    assert [found[k] for k in ("value", "reporting", "excluded", "silent", "missing")] == [13, 3, 1, 1, 1]
    assert (found["silent_units"], found["excluded_units"]) == (["990101102 城关镇"], ["990101104 城关镇"])
    said = show_trend(silent.path, Question("received", area="990101"))
    assert "报告中没有这个数：990101102 城关镇" in said and "剔除：990101104 城关镇" in said


def test_a_rate_of_an_area_rests_on_the_units_that_gave_all_its_numbers(silent: Published):
    found = years(silent, "grant_rate", area="990101")[2024]
    assert [found[k] for k in ("reporting", "excluded", "silent")] == [3, 1, 1]
    assert found["silent_units"] == ["990101103 城关镇"]


def test_a_series_of_an_area_breaks_where_the_forms_of_its_units_change(small: Published):
    small.add("core.dim_unit", unit_code="990101", unit_name="示例县", county_name="示例县", level="county")
    forms = {2017: "2014,fujian-2017", 2018: "2014,fujian-2017", 2019: "2019", 2020: "2019,2021"}
    for year, listed in forms.items():
        small.add(
            "marts.area_year",
            area_code="990101",
            report_year=year,
            units_reporting=3,
            denied=4,
            received=4,
            forms_requests=listed,
        )
    denied, received = (years(small, measure, area="990101") for measure in ("denied", "received"))
    assert denied[2018]["note"] == "" and denied[2019]["note"].startswith("‖")
    assert "由 2014, fujian-2017 改为 2019" in denied[2019]["note"] and "口径较宽" in denied[2019]["note"]
    assert not denied[2020]["note"].startswith("‖") and "口径相同" in denied[2020]["note"]
    assert not any(row["note"].startswith("‖") for row in received.values())


def test_the_nearest_names_are_those_that_hold_the_one_asked_for(small: Published):
    for code, name in ((CODE, "示例甲镇"), ("990101102", "示例丙镇"), ("310000001", "上海街道"), ("310000002", "丁镇")):
        small.unit(code, name)
        small.year(code, 2024, received=1)
    with pytest.raises(Complaint, match="相近的：示例丙镇"):
        show_trend(small.path, Question("received", unit="丙镇"))


def test_an_area_without_any_report_below_it_says_where_to_look(small: Published):
    small.add("core.dim_unit", unit_code="990199", unit_name="示例空县", level="county", province_name="示例省")
    small.add("marts.area_year", area_code="990101", report_year=2024)
    with pytest.raises(Complaint, match=r"示例省示例空县（990199）下面没有.*foi trend --unit 990199") as caught:
        show_trend(small.path, Question("received", area="示例空县"))
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_trend_is_told_in_one_language(silent: Published, monkeypatch: pytest.MonkeyPatch, language: str):
    monkeypatch.setenv("FOI_LANG", language)
    silent.unit("990101109", "示例癸镇")
    silent.year("990101109", 2022, "2019", granted=1, closed=0)
    silent.year("990101109", 2023, granted="blank", closed=2, rules_failed=1)
    silent.add("core.fct_reports", report_id="r", unit_code="990101109", report_year=2023)
    silent.add("core.unit_successions", report_year=2023, kind="merged", unit_code="990101199", unit_name="示例壬镇",
               successor_code="990101109", successor_name="示例癸镇")  # fmt: skip
    for question in (
        Question("grant_rate", unit="990101109"),
        Question("received", area="990101"),
        Question("grant_rate", area="990101"),
    ):
        assert_one_language(show_trend(silent.path, question), language)
    for wrong in (Question("happiness", unit="x"), Question("received", unit="城关镇"), Question("received", boundaries="x")):
        with pytest.raises(Complaint) as caught:
            show_trend(silent.path, wrong)
        assert_one_language(str(caught.value), language)
