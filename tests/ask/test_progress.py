"""`foi progress`: who has filed, late or not at all; a rate of nothing is no rate."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from foi.messages import Complaint
from foi.progress import show_progress
from tests.ask.conftest import Published

COUNTY = "990101"


@pytest.fixture
def county(small: Published) -> Published:
    """A county with five townships and a department; one on time, one late, one without a date, one unreadable, one missing."""
    small.add("core.dim_unit", unit_code=COUNTY, unit_name="示例县", level="county", province_name="示例省", city_name="示例市",
              county_name="示例县")  # fmt: skip
    for n, name in enumerate(("甲镇", "乙乡", "丙镇", "丁镇", "戊乡"), 101):
        small.unit(f"{COUNTY}{n}", f"示例{name}")
    small.add("core.dim_unit", unit_code=f"{COUNTY}-教育局", unit_name="示例县教育局", level="department", county_name="示例县")
    filed: dict[str, dict[str, Any]] = {
        f"{COUNTY}101": {"published_on": date(2025, 1, 31), "quality_state": "pass"},
        f"{COUNTY}102": {"published_on": date(2025, 2, 12), "quality_state": "fail"},
        f"{COUNTY}103": {"published_on": None, "quality_state": "not_assessable", "form_challenges": None},
        COUNTY: {"published_on": date(2025, 3, 31), "quality_state": "pass"},
    }
    forms = {f"form_{table}": "2021" for table in ("disclosure", "requests", "challenges")}
    for code, values in filed.items():
        small.add("marts.unit_year", unit_code=code, report_year=2024, report_id=code, **{**forms, **values})
    small.add("core.fct_requests", report_id=f"{COUNTY}101", code="requests.received.total", requests=0)
    small.add("core.fct_requests", report_id=f"{COUNTY}102", code="requests.received.total", requests=3)
    small.add(
        "core.fct_inputs", input_id="q", file="丁.pdf", input_state="quarantined", unit_code=f"{COUNTY}104", report_year=2024
    )
    return small


def progress(county: Published, **options: Any) -> dict[str, Any]:
    return json.loads(show_progress(county.path, "示例县", 2024, as_json=True, **options))


def states(found: dict[str, Any]) -> dict[str, str]:
    return {u["unit_code"].removeprefix(COUNTY): u["state"] for u in found["units"]}


def test_every_unit_has_one_state(county: Published):
    found = progress(county)
    assert states(found) == {
        "": "on_time", "101": "on_time", "102": "late", "103": "filed_undated", "104": "unreadable", "105": "missing",
    }  # fmt: skip
    by_code = {u["unit_code"]: u for u in found["units"]}
    assert by_code[f"{COUNTY}102"]["days_late"] == 12 and by_code[COUNTY]["due"] == "2025-03-31"
    assert by_code[f"{COUNTY}101"]["is_nil"] and not by_code[f"{COUNTY}102"]["is_nil"]


def test_the_rates_are_shares_of_what_was_expected(county: Published):
    rates = progress(county)["rates"]
    assert [rates[k] for k in ("expected", "actual", "on_time", "complete", "valid")] == [6, 4, 2, 3, 2]
    assert rates["actual_rate"] == 0.6667
    said = show_progress(county.path, "示例县", 2024)
    assert "迟 12 天" in said and "4 / 6 = 66.7%" in said and "示例戊乡" in said and "示例甲镇" not in said.split("\n\n")[0]


def test_a_roster_decides_who_owes_what_by_when(county: Published, tmp_path: Path):
    roster = tmp_path / "名单.csv"
    roster.write_text(
        f"unit_code,report_year,due,exempt\n{COUNTY}101,2024,2025-01-26,\n{COUNTY}102,,2025-02-20,\n{COUNTY}105,2024,,1\n"
        f"{COUNTY}-教育局,2024,,\n{COUNTY}103,2023,,\n",
        "utf-8-sig",
    )
    found = progress(county, roster=roster)
    assert states(found) == {"101": "late", "102": "on_time", "105": "exempt", "-教育局": "missing"}
    assert found["rates"]["expected"] == 3


def test_where_nothing_is_expected_there_is_no_rate(county: Published, tmp_path: Path):
    roster = tmp_path / "roster.csv"
    roster.write_text(f"unit_code,exempt\n{COUNTY}101,1\n", "utf-8")
    assert progress(county, roster=roster)["rates"]["actual_rate"] is None
    assert "没有应报单位" in show_progress(county.path, "示例县", 2024, roster)


@pytest.mark.parametrize(
    ("text", "said"), [("代码,期限\n1,2\n", "unit_code"), (f"unit_code,due\n{COUNTY}101,1月31日\n", "第 2 行")]
)
def test_a_wrong_roster_is_named(county: Published, tmp_path: Path, text: str, said: str):
    roster = tmp_path / "roster.csv"
    roster.write_text(text, "utf-8")
    with pytest.raises(Complaint, match=said):
        show_progress(county.path, "示例县", 2024, roster)


def test_what_is_not_due_yet_is_not_missing(county: Published):
    found = json.loads(show_progress(county.path, "示例县", date.today().year + 1, as_json=True))
    assert set(states(found).values()) == {"not_due"}


def test_a_roster_as_chinese_excel_writes_it_is_read_and_a_line_without_a_code_is_named(county: Published, tmp_path: Path):
    roster = tmp_path / "roster.csv"
    roster.write_bytes(f"unit_code,单位\n{COUNTY}101,示例甲镇\n".encode("gb18030"))
    assert states(progress(county, roster=roster)) == {"101": "on_time"}
    roster.write_text(f"unit_code,name\n{COUNTY}101,a\n,b\n", "utf-8")
    with pytest.raises(Complaint, match="第 3 行没有 unit_code"):
        progress(county, roster=roster)


def test_an_unknown_area_is_answered_with_near_ones(county: Published):
    with pytest.raises(Complaint, match="示例县"):
        show_progress(county.path, "示列县", 2024)
