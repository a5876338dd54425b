"""Late and missing reports: the rule, `foi progress` and the reminders say the same of every unit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from foi.alerts.what.reminders import read_owed
from foi.alerts.who.subscriptions import Entry, Reminders, Subscriptions
from foi.owed.duties import duties_of
from foi.published import published
from ingest.law.signals import signals
from tests.foi.owed.conftest import COUNTY, late_against_progress

RESULTS = {"on_time": "pass", "late": "fail"}


def test_the_rule_and_progress_agree_on_every_report(season: Path):
    judged = late_against_progress(season)
    assert {result for *_, result in judged} == {"pass", "fail", "not_assessable"}
    assert [row for row in judged if row[3] != RESULTS.get(row[2], "not_assessable")] == []
    # A body that owes nothing and a report without a day are not judged; neither is one of before the year had ended.
    assert {unit for unit, _, _, result in judged if result == "not_assessable"} == {"990101103", "990101-税务局"}


def test_a_late_report_is_an_error_that_names_both_days_and_excludes_nothing(season: Path):
    with published(season / "published.duckdb") as connection:
        told = connection.execute(
            "select unit_code, severity, message_zh, message_en from expectation_results where suite = 'timeliness' and report_year = 2024 order by 1"
        ).fetchall()
        valid = connection.execute(
            "select is_valid from progress where unit_code = '990101102' and report_year = 2024"
        ).fetchall()
        excluded = connection.execute("select sum(units_excluded) from area_year where report_year = 2024").fetchone()
    assert [(unit, severity) for unit, severity, *_ in told] == [("990101102", "error"), ("990102101", "error")]
    assert (
        "2025-02-12" in told[0][2] and "2025-01-31" in told[0][2] and "晚了 12 天" in told[0][2] and "12 days late" in told[0][3]
    )
    assert valid == [(True,)] and excluded == (0,)


def test_a_unit_without_a_report_is_missing_once_its_day_has_passed_and_one_with_a_report_is_not(season: Path):
    silent, filed = "990101105", "990101101"
    assert signals()["missing"].judged_by == "progress"
    everyone = Subscriptions({"A": Entry("A", areas=(COUNTY,), reminders=Reminders((), (1,)))})
    with published(season / "published.duckdb") as connection:
        states = {
            day: {d.unit_code: d.state for d in duties_of(connection, COUNTY, 2024, date(2025, *day))}
            for day in ((1, 31), (2, 1))
        }
        told = {owed.unit_code for owed in read_owed(connection, everyone, date(2025, 2, 1)) if owed.report_year == 2024}
    assert [states[day][silent] for day in states] == ["not_due", "missing"]
    assert [states[day][filed] for day in states] == ["on_time", "on_time"]
    assert silent in told and filed not in told
