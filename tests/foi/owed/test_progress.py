"""`foi progress`: who has filed, late or not at all, on a day; a rate of nothing is no rate."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from foi.messages import Complaint
from foi.owed.progress import Question
from foi.owed.roster import show_roster
from foi.owed.show_progress import show_progress
from tests.foi.conftest import Published
from tests.one_language import assert_one_language

COUNTY = "990101"
DUE = date(2025, 1, 31)


@pytest.fixture
def county(small: Published) -> Published:
    """A county with seven townships and its departments, in every state, below a city."""
    for code, name, level in (("9901", "示例市", "city"), (COUNTY, "示例县", "county"), ("990102", "示例二县", "county")):
        small.add("core.dim_unit", unit_code=code, unit_name=name, level=level, kind="government", province_name="示例省",
                  city_name="示例市", county_name=name if level == "county" else None)  # fmt: skip
    owed(small, "", "示例县", "on_time", level="county", due=date(2025, 3, 31), published_on=date(2025, 3, 31), is_valid=True)
    owed(small, "101", "示例甲镇", "on_time", published_on=DUE, is_valid=True, is_nil=True, owed_by="roster", note="县通知")
    owed(small, "102", "示例乙乡", "late", published_on=date(2025, 2, 12), days_late=12)
    owed(small, "103", "示例丙镇", "filed_undated", has_undated=True, is_complete=False)
    owed(small, "104", "示例丁镇", "unreadable", set_aside_file="丁.pdf", is_complete=False)
    owed(small, "105", "示例戊乡", "not_filed", owed_by="registry", is_complete=False)
    owed(small, "106", "示例己镇", "exempt", exempt_reason="并入示例甲镇", is_complete=False)
    return small


def owed(
    small: Published, end: str, name: str, state: str, level: str = "township", has_undated: bool = False, **values: Any
) -> None:
    """One row of the mart progress, and what it rests on."""
    code = COUNTY + end
    if level != "county":
        small.add("core.dim_unit", unit_code=code, unit_name=name, level=level, kind="town", county_name="示例县")
    given = {
        "province_code": COUNTY[:2],
        "city_code": COUNTY[:4],
        "county_code": COUNTY,
        "due": DUE,
        "is_exempt": state == "exempt",
        "is_complete": True,
        "is_valid": False,
        "is_nil": False,
        "owed_by": "report",
        **values,
    }
    small.add("marts.progress", unit_code=code, unit_name=name, level=level, report_year=2024, state=state, **given)
    filed = state in ("on_time", "late", "filed_undated")
    if filed or state == "unreadable":
        small.add("marts.filings", unit_code=code, report_year=2024, report_id=code if filed else None,
                  first_published_on=values.get("published_on"), has_undated=has_undated, is_complete=given["is_complete"],
                  is_valid=given["is_valid"], is_nil=given["is_nil"], set_aside_file=values.get("set_aside_file"))  # fmt: skip


def progress(county: Published, area: str = "示例县", **options: Any) -> dict[str, Any]:
    return json.loads(show_progress(county.path, Question(area, 2024, **options), "json"))


def said(county: Published, area: str = "示例县", **options: Any) -> str:
    return show_progress(county.path, Question(area, 2024, **options))


def states(found: dict[str, Any]) -> dict[str, str]:
    return {u["unit_code"].removeprefix(COUNTY): u["state"] for u in found["units"]}


def test_every_unit_has_one_state_and_the_worst_stand_first(county: Published):
    found = progress(county)
    assert list(states(found).items()) == [
        ("105", "missing"), ("104", "unreadable"), ("102", "late"), ("103", "filed_undated"), ("101", "on_time"), ("", "on_time"),
        ("106", "exempt"),
    ]  # fmt: skip
    by_code = {u["unit_code"]: u for u in found["units"]}
    assert by_code[f"{COUNTY}102"]["days_late"] == 12 and by_code[COUNTY]["due"] == "2025-03-31"
    assert by_code[f"{COUNTY}106"]["exempt_reason"] == "并入示例甲镇" and by_code[f"{COUNTY}104"]["set_aside_file"] == "丁.pdf"


def test_the_day_decides_what_is_missing_and_what_is_not_due_yet(county: Published):
    assert states(progress(county, on=date(2025, 1, 31)))["105"] == "not_due"
    assert states(progress(county, on=date(2025, 2, 1)))["105"] == "missing"
    # 乙乡 publishes on 12 February and the county's government on 31 March: until then nothing is known of them.
    before, after = (states(progress(county, on=date(2025, month, 5))) for month in (2, 3))
    assert (before["102"], before[""], after["102"], after[""]) == ("missing", "not_due", "late", "not_due")
    assert progress(county, on=date(2025, 2, 5))["rates"]["actual"] == 2
    assert "未到期限 3" in said(county, on=date(2025, 1, 31))


def test_a_nil_return_is_named_and_can_be_asked_for(county: Published):
    assert "零报告；县通知" in said(county, every_unit=True)
    assert list(states(progress(county, states=["零报告"]))) == list(states(progress(county, states=["nil_return"]))) == ["101"]


def test_the_rates_are_shares_of_what_was_expected(county: Published):
    rates = progress(county)["rates"]
    assert [rates[k] for k in ("expected", "actual", "on_time", "complete", "valid", "nil")] == [6, 4, 2, 3, 2, 1]
    assert rates["actual_rate"] == 0.6667
    text = said(county)
    assert "迟 12 天" in text and "4 / 6 = 66.7%" in text and "示例戊乡" in text and "示例甲镇 " not in text.split("\n\n")[0]
    assert "2 / 6 = 33.3%（另有 1 份日期不明）" in text and "并入示例甲镇" in text
    assert "名单 1，曾报送 5，清单 0，代码表 1" in text and "foi roster template" in text


def test_only_the_units_in_a_state_are_listed(county: Published):
    assert list(states(progress(county, states=["late", "missing"])).values()) == ["missing", "late"]
    assert "示例甲镇" in said(county, states=["on_time"]) and "没有这种状态的单位" in said(county, states=["not_due"])
    # The words of the table may be typed as they stand there.
    assert list(states(progress(county, states=["迟报", "未报", "文件无法读取"])).values()) == ["missing", "unreadable", "late"]
    with pytest.raises(Complaint, match=r"“gone”.*未报 missing, 文件无法读取 unreadable, 迟报 late"):
        said(county, states=["gone"])


def test_csv_holds_every_column_of_every_unit(county: Published):
    rows = list(csv.DictReader(io.StringIO(show_progress(county.path, Question("示例县", 2024), "csv"))))
    assert len(rows) == 7 and rows[0]["state"] == "missing" and rows[2]["days_late"] == "12" and rows[3]["published_on"] == ""


def test_a_city_is_shown_by_its_counties_unless_all_units_are_asked_for(county: Published):
    county.add("marts.progress", unit_code="990102101", unit_name="示例甲镇", level="township", report_year=2024, due=DUE, is_exempt=False,
               state="not_filed", is_complete=False, is_valid=False, is_nil=False, owed_by="registry",
               province_code="99", city_code="9901", county_code="990102")  # fmt: skip
    text = said(county, "示例市")
    assert [line.split()[0] for line in text.splitlines()[3:5]] == ["990102", "990101"] and "示例乙乡" not in text
    assert "4 / 7 = 57.1%" in text
    assert "示例乙乡" in said(county, "示例市", every_unit=True) and "示例乙乡" in said(county, "示例市", states=["late"])
    areas = progress(county, "示例市")["areas"]
    # An area has its name though its own government owes no report in that year.
    assert {a["area_code"]: a["area_name"] for a in areas}["990102"] == "示例二县"
    assert [(a["area_code"], a["rates"]["expected"], a["rates"]["actual"]) for a in areas] == [("990101", 6, 4), ("990102", 1, 0)]


def test_another_roster_decides_alone_who_owes_what_by_when(county: Published, tmp_path: Path):
    roster = tmp_path / "名单.csv"
    roster.write_text(
        f"unit_code,report_year,due,exempt\n{COUNTY}101,2024,2025-01-26,\n{COUNTY}102,,2025-02-20,\n{COUNTY}105,2024,,停办\n"
        f"{COUNTY}-教育局,2024,,\n{COUNTY}103,2024,,\n{COUNTY}104,2024,,\n{COUNTY}106,2023,,\n{COUNTY}101,,,\n",
        "utf-8-sig",
    )
    found = progress(county, roster=roster)
    assert states(found) == {"101": "late", "102": "on_time", "103": "filed_undated", "104": "unreadable", "105": "exempt",
                             "-教育局": "missing"}  # fmt: skip
    assert found["rates"]["expected"] == 5
    assert {u["days_late"] for u in found["units"] if u["state"] == "late"} == {5}
    assert states(progress(county, roster=roster, on=date(2025, 1, 1)))["-教育局"] == "not_due"


def test_where_nothing_is_expected_there_is_no_rate(county: Published, tmp_path: Path):
    roster = tmp_path / "roster.csv"
    roster.write_text(f"unit_code,exempt\n{COUNTY}101,1\n", "utf-8")
    assert progress(county, roster=roster)["rates"]["actual_rate"] is None
    assert "没有应报单位" in said(county, roster=roster)


@pytest.mark.parametrize(
    ("text", "words"),
    [("代号,期限\n1,2\n", "unit_code"), (f"unit_code,due\n{COUNTY}101,1月底\n", "roster.csv:2"), ("unit_code\n1\n", "“1”")],
)
def test_a_wrong_roster_is_named(county: Published, tmp_path: Path, text: str, words: str):
    roster = tmp_path / "roster.csv"
    roster.write_text(text, "utf-8")
    with pytest.raises(Complaint, match=words):
        said(county, roster=roster)


def test_a_roster_of_other_units_says_so(county: Published, tmp_path: Path):
    roster = tmp_path / "roster.csv"
    roster.write_text("unit_code\n230883101\n", "utf-8")
    with pytest.raises(Complaint, match="没有示例省示例市示例县 2024 年度的单位"):
        said(county, roster=roster)


def test_a_year_of_which_nothing_is_known_says_what_is_known_and_what_to_do(county: Published):
    with pytest.raises(Complaint, match=r"2024.*foi roster template --area 990101 --year 2030"):
        show_progress(county.path, Question("示例县", 2030))


def test_an_unknown_area_is_answered_with_near_ones(county: Published):
    with pytest.raises(Complaint, match="示例县"):
        said(county, "示列县")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_progress_is_told_in_one_language(county: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str):
    monkeypatch.setenv("FOI_LANG", language)
    county.add("quality.completeness", report_id="103", is_complete=False, absent_tables="requests", blank=3)
    for text in (said(county), said(county, every_unit=True), said(county, "示例市"), said(county, states=["late"])):
        assert_one_language(text, language, "县通知", "并入示例甲镇", "丁.pdf")
    for area, options in (("示列县", {}), ("示例县", {"states": ["gone"]}), ("示例县", {"roster": tmp_path / "none.csv"})):
        with pytest.raises(Complaint) as caught:
            said(county, area, **options)
        assert_one_language(str(caught.value), language, "示列县")
    assert_one_language(show_roster(tmp_path), language)
