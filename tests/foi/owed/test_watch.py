"""The deadline watch and `foi roster`: a home that was loaded, then a new roster and a new year. Real Dagster, in this process."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import xlsxwriter
from dagster._core.definitions.freshness_evaluator import CronFreshnessPolicyEvaluator
from dagster._core.loader import LoadingContextForTest
from dagster._core.test_utils import freeze_time

from dagster_project.definitions import build_definitions
from dagster_project.defs.deadlines import deadlines
from dagster_project.settings import Settings, prepare_instance
from ingest.home import Home
from tests.conftest import foi
from tests.foi.owed.conftest import late_against_progress


def rows(home: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        connection.execute("set search_path = 'marts,core,quality'")
        return connection.execute(sql).fetchall()


def test_who_is_overdue_and_who_is_due_within_a_week_depends_on_the_day(season: Path):
    before = deadlines(Home(season), date(2025, 1, 25))
    assert (before["overdue"], before["due_within_7_days"], before["report_year"]) == (0, 2, 2024)
    assert deadlines(Home(season), date(2025, 1, 23))["due_within_7_days"] == 0
    after = deadlines(Home(season), date(2025, 2, 3))
    assert (after["overdue"], after["due_within_7_days"], after["unreadable"]) == (2, 0, 1)
    assert after["last_file_landed"] > "2020"
    units = after["overdue_units"].data
    assert [(u["unit_code"], u["days_overdue"]) for u in units] == [("990101-教育局", 3), ("990101105", 3)]
    assert deadlines(Home(season), date(2025, 4, 1))["overdue"] == 3  # and a government


@pytest.fixture(scope="module")
def later(season: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home after a workbook was loaded as a roster: another day, a vertical body, and most townships of the county."""
    home = tmp_path_factory.mktemp("later") / "home"
    shutil.copytree(season, home)
    path = home.parent / "名单.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        listed = [f"990101{n}" for n in (101, 102, 103, 104, 108)]
        lines = [("990101-税务局", 2024, "", ""), ("990101-档案局", "", "", ""), *((code, "", "02-15", "") for code in listed)]
        for n, line in enumerate([("unit_code", "report_year", "due", "exempt"), *lines]):
            sheet.write_row(n, 0, line)
    result = foi("roster", "load", path, "--home", home, timeout=600)
    assert result.returncode == 0, result.stdout + result.stderr
    (home / "said.txt").write_text(result.stdout, "utf-8")
    return home


def test_a_roster_that_is_loaded_counts_at_once(later: Path):
    state = {
        code: values
        for code, *values in rows(later, "select unit_code, state, due, owed_by from progress where report_year = 2024")
    }
    assert state["990101102"] == ["on_time", date(2025, 2, 15), "roster"]
    assert state["990101-税务局"] == ["on_time", date(2025, 1, 31), "roster"]
    assert state["990101-档案局"] == ["not_filed", date(2025, 1, 31), "roster"]  # a body that never filed
    assert state["990101108"][0] == "not_filed"  # the later line took the exemption back
    # More than half of the townships are on the roster: it is their list, and 戊镇 is not on it.
    assert "990101105" not in state and "990102" in state
    # Who is late changes with it, in the rule as in the marts.
    results = {unit: result for unit, year, _, result in late_against_progress(later) if year == 2024}
    assert (results["990101102"], results["990101-税务局"], results["990102101"]) == ("pass", "pass", "fail")
    assert rows(later, "select unit_code from expectation_results where suite = 'timeliness' and report_year = 2024") == [
        ("990102101",)
    ]
    said = (later / "said.txt").read_text("utf-8")
    assert "7 行" in said and "以名单为准" in said and "示例戊镇" in said


def test_the_roster_is_shown_and_starts_the_next_one(later: Path, tmp_path: Path):
    shown = foi("roster", "show", "--home", later, "--year", 2024, "--area", "990101102").stdout
    assert "2025-02-15" in shown or "02-15" in shown
    by_code, by_name = (foi("roster", "show", "--home", later, "--area", area).stdout for area in ("990101", "示例县"))
    assert by_name == by_code and "990101102" in by_name
    assert foi("roster", "show", "--home", tmp_path / "none", "--area", "抚远市").returncode == 0  # by the official list
    unknown = foi("roster", "show", "--home", later, "--area", "示列县")
    assert unknown.returncode == 2 and "示例县 990101" in unknown.stderr
    out = tmp_path / "next.csv"
    assert foi("roster", "template", "--home", later, "--area", "示例县", "--year", 2025, "--out", out).returncode == 0
    again = foi("roster", "template", "--home", later, "--area", "示例县", "--year", 2025, "--out", out)
    assert again.returncode == 2 and "没有覆盖" in again.stderr  # a person may have worked in it
    lines = out.read_text("utf-8-sig").splitlines()
    by_code = {line.split(",")[0]: line for line in lines}
    assert by_code["990101102"] == "990101102,示例乙镇,2025,2026-02-15,,"
    assert by_code["990101107"] == "990101107,示例庚镇,2025,2026-01-31,,"  # founded in 2025
    assert "990101106" not in by_code and "990101-教育局" in by_code and "990101901" in by_code


def test_a_folder_is_no_roster(tmp_path: Path):
    result = foi("roster", "load", tmp_path, "--home", tmp_path / "home")
    assert result.returncode == 2 and "是文件夹。请给出名单文件（.csv 或 .xlsx）" in result.stderr


def test_a_wrong_roster_changes_nothing(later: Path, tmp_path: Path):
    path, kept = tmp_path / "roster.csv", later / "raw" / "reference" / "roster.parquet"
    path.write_text("unit_code,due\n990101101,\n1,\n", "utf-8")
    before = kept.read_bytes()
    result = foi("roster", "load", path, "--home", later)
    assert result.returncode == 2 and "roster.csv:3" in result.stderr and "Traceback" not in result.stderr
    path.write_text("unit_code,due\n", "utf-8")
    result = foi("roster", "load", path, "--home", later, "--replace")
    assert result.returncode == 2 and "没有任何单位" in result.stderr
    assert kept.read_bytes() == before


def test_a_folder_with_a_wrong_roster_is_not_loaded(season_folder: Path, tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(season_folder / "990101-2024.txt", folder)
    (folder / "roster.csv").write_text("unit_code,report_year\n230883101,2024\n230883101,2024\n", "utf-8")
    result = foi("load", folder, "--home", tmp_path / "home")
    assert result.returncode == 2 and "roster.csv:3" in result.stderr and "Traceback" not in result.stderr
    assert not (tmp_path / "home" / "published.duckdb").exists()


def test_the_watch_opens_the_season_and_says_who_is_overdue(later: Path):
    prepare_instance(Home(later))
    settings = Settings(home=str(later), inbox=str(later / "inbox"), on=date(2026, 2, 20))
    job = build_definitions(settings).resolve_job_def("deadline_watch")
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, resources={"settings": settings})
    (check,) = [e for e in result.get_asset_check_evaluations() if e.check_name == "nothing_overdue"]
    assert not check.passed and check.severity == dg.AssetCheckSeverity.WARN
    # Nothing of 2025 was filed, and still it is known who owes it: townships and departments are overdue, governments not yet.
    codes = {u["unit_code"] for u in check.metadata["overdue_units"].value}
    assert {"990101101", "990101-教育局", "990101-档案局"} <= codes and not codes & {"990101", "990101106"}
    assert check.metadata["overdue"].value == len(codes)
    assert rows(later, "select distinct state from progress where report_year = 2025") == [("not_filed",)]


def test_the_watch_runs_daily_in_the_season_of_a_loaded_home(season: Path, tmp_path: Path):
    for home, asks in ((season, True), (tmp_path / "empty", False)):
        definitions = build_definitions(Settings(home=str(home), inbox=str(home / "inbox")))
        schedule = definitions.resolve_schedule_def("deadline_watch")
        when = datetime(2026, 1, 5, 0, tzinfo=UTC)
        with dg.build_schedule_context(scheduled_execution_time=when, repository_def=definitions.get_repository_def()) as context:
            assert bool(schedule.evaluate_tick(context).run_requests) is asks
    assert schedule.cron_schedule == ["0 8 * 1-3 *", "0 8 1-15 4 *"] and schedule.execution_timezone == "Asia/Shanghai"


@pytest.mark.parametrize(("looked", "state"), [((2026, 2, 10), "PASS"), ((2026, 2, 17), "FAIL"), ((2026, 7, 1), "FAIL")])
def test_operators_see_when_nothing_was_landed_in_the_season(season: Path, looked: tuple[int, int, int], state: str):
    """By each Monday morning of the season files must have come within a week; the engine's own evaluator judges it."""
    graph = build_definitions(Settings(home=str(season), inbox=str(season / "inbox"))).resolve_asset_graph()
    key = dg.AssetKey(["raw", "landed"])
    with dg.instance_for_test() as instance:
        with freeze_time(datetime(2026, 2, 3, tzinfo=UTC)):
            instance.report_runless_asset_event(dg.AssetMaterialization(key))
        with freeze_time(datetime(*looked, tzinfo=UTC)):
            judged = CronFreshnessPolicyEvaluator().evaluate_freshness(LoadingContextForTest(instance), graph.get(key))
            assert asyncio.run(judged).value == state


def test_a_new_roster_in_the_folder_counts_though_no_report_is_new(later: Path, season_folder: Path, tmp_path: Path):
    folder = tmp_path / "in"
    shutil.copytree(season_folder, folder)
    (folder / "县").mkdir()
    (folder / "县" / "应报名单.csv").write_text("单位代码,年度,免报\n990101-教育局,2024,机构改革\n", "utf-8")
    result = foi("load", folder, "--home", later, timeout=600)
    assert result.returncode in (0, 1), result.stdout + result.stderr
    assert rows(later, "select state, exempt_reason from progress where unit_code = '990101-教育局' and report_year = 2024") == [
        ("exempt", "机构改革")
    ]
