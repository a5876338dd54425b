"""A loaded season: each unit and year has one state, a day it is due, and a reason why it owes a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Ask = Callable[[str], list[tuple[Any, ...]]]


def year(progress: Ask, report_year: int, columns: str) -> dict[str, Any]:
    rows = progress(
        f"select unit_code, {columns} from progress where report_year = {report_year} and starts_with(unit_code, '9901')"
    )
    return {code: values[0] if len(values) == 1 else values for code, *values in rows}


def test_every_unit_has_one_state(progress: Ask):
    assert year(progress, 2024, "state") == {
        "990101": "on_time", "990101101": "on_time", "990101102": "late", "990101103": "filed_undated", "990101104": "unreadable",
        "990101105": "not_filed", "990101108": "exempt", "990101-教育局": "not_filed", "990102101": "late", "990102": "not_filed",
    }  # fmt: skip


def test_a_late_report_says_by_how_many_days(progress: Ask):
    late = dict(progress("select unit_code, days_late from progress where report_year = 2024 and state = 'late'"))
    assert late == {"990101102": 12, "990102101": 29}
    assert progress("select count(*) from progress where days_late is not null and state <> 'late'") == [(0,)]


def test_what_was_set_aside_and_why_is_told(progress: Ask):
    rows = progress("select set_aside_file, set_aside_reason from progress where state = 'unreadable'")
    assert rows == [("990101104-2024.docx", "damaged_docx")]


def test_departments_and_townships_owe_by_january_governments_by_march(progress: Ask):
    due = year(progress, 2024, "due")
    assert due["990101-教育局"] == due["990101105"] == date(2025, 1, 31) and due["990101"] == date(2025, 3, 31)
    laws = progress("select distinct due_law is null from progress where report_year = 2024")
    assert laws == [(False,)]


def test_until_2018_everyone_owed_by_march(progress: Ask):
    assert set(year(progress, 2018, "due").values()) == {date(2019, 3, 31)}
    assert year(progress, 2018, "state, published_on, is_complete")["990101101"] == ["on_time", date(2019, 3, 30), True]
    assert set(year(progress, 2019, "due").values()) == {date(2020, 1, 31), date(2020, 3, 31)}


def test_the_roster_names_another_day_for_one_year(progress: Ask):
    line = year(progress, 2023, "due, state, days_late, due_law, note")["990101101"]
    assert line == [date(2024, 1, 10), "late", 10, None, "县政务公开办通知"]
    assert year(progress, 2024, "due")["990101101"] == date(2025, 1, 31)


def test_the_exempt_are_exempt_every_year_and_say_why(progress: Ask):
    rows = progress("select distinct is_exempt, state, exempt_reason from progress where unit_code = '990101108'")
    assert rows == [(True, "exempt", "2024年并入示例甲镇")]


def test_a_nil_return_is_one_whose_zeros_are_known(progress: Ask):
    nil = year(progress, 2024, "is_nil")
    assert [code for code, is_nil in nil.items() if is_nil] == ["990101101"]


def test_two_units_of_one_name_stay_two(progress: Ask):
    rows = progress("select unit_code, state from progress where unit_name = '示例甲镇' and report_year = 2024 order by 1")
    assert rows == [("990101101", "on_time"), ("990102101", "late")]


def test_a_unit_owes_nothing_before_it_was_there_and_after_it_was_merged(progress: Ask):
    years = dict(progress("select unit_code, list(report_year order by report_year) from progress group by 1"))
    assert years["990101106"] == list(range(2018, 2024))  # merged in 2024
    assert "990101107" not in years  # founded in 2025


def test_vertical_bodies_and_farms_owe_nothing_unless_a_roster_says_so(progress: Ask):
    assert progress("select count(*) from unit_year where unit_code = '990101-税务局'") == [(1,)]
    assert progress("select count(*) from progress where unit_code in ('990101-税务局', '990101901')") == [(0,)]


def test_why_a_unit_owes_a_report_is_told(progress: Ask):
    by = year(progress, 2024, "owed_by")
    assert {by["990101105"], by["990102"]} == {"registry"} and by["990101-教育局"] == "report" and by["990101108"] == "roster"
    assert by["990101104"] == "manifest"  # it named 丁镇, whose file could not be read


def test_the_rates_keep_what_stands_above_and_below_the_line(progress: Ask):
    (rates,) = progress(
        "select expected, actual, on_time, late, filed_undated, unreadable, not_filed, exempt, nil, actual_rate, on_time_rate, nil_rate"
        " from reporting_rates where area_code = '990101' and report_year = 2024"
    )
    assert rates == (7, 4, 2, 1, 1, 1, 2, 1, 1, 4 / 7, 2 / 7, 0.25)
    assert progress("select expected, level from reporting_rates where area_code = '9901' and report_year = 2024") == [
        (9, "city")
    ]


def test_every_report_of_a_known_unit_is_owed_or_vertical(progress: Ask):
    missing = progress("select unit_code from unit_year anti join progress using (unit_code, report_year)")
    assert missing == [("990101-税务局",)]
