"""The deadlines: the day after each a load, and each day of the season who owes a report within a week and who is overdue."""

from datetime import date, timedelta
from typing import Any

import dagster as dg

from dagster_project.defs.landing import SEASONS
from dagster_project.defs.warehouse import SUMS
from dagster_project.settings import Settings
from dagster_project.up_to_date import is_building
from ingest.home import Home
from ingest.home.memory import engine_settings
from ingest.landing.batches import lock
from ingest.roster.store import open_season

REFRESH = "refresh"
CHINA = "Asia/Shanghai"
# 《中华人民共和国政府信息公开条例》第四十九条: departments by 31 January, governments by 31 March.
DUE = {"units_filed": "0 3 1 2 *", "governments_filed": "0 3 1 4 *"}
SEASON = ["0 8 * 1-3 *", "0 8 1-15 4 *"]
SOON = timedelta(days=7)
LISTED = 500  # units in the metadata of a check; all of them stand in marts.progress


def loads_after_due_days(job: Any) -> list[dg.ScheduleDefinition]:
    """The day after each due date, load the report year before."""

    def make(name: str, cron: str) -> dg.ScheduleDefinition:
        @dg.schedule(name=name, cron_schedule=cron, job=job, execution_timezone=CHINA)
        def run(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
            year = str(context.scheduled_execution_time.year - 1)
            return dg.RunRequest(run_key=f"{name}-{year}", partition_key=year)

        return run

    return [make(name, cron) for name, cron in DUE.items()]


@dg.asset(key=SEASONS, group_name="raw", pool="duckdb")
def seasons(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
    """Note that the reports of last year are being handed in, so that who owes one is known before the first has come."""
    year = settings.today.year - 1
    with lock(settings.place):
        is_new = open_season(settings.place.reference, year)
    return dg.MaterializeResult(metadata={"report_year": year, "new": is_new})


@dg.asset_check(asset=SUMS, pool="duckdb", description="No unit has let its due day pass without a report that can be read.")
def nothing_overdue(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
    """Who is overdue today for the reports of last year, and how many reports are due within a week."""
    found = deadlines(settings.place, settings.today)
    return dg.AssetCheckResult(passed=not found["overdue"], severity=dg.AssetCheckSeverity.WARN, metadata=found)


def deadlines(home: Home, on: date) -> dict[str, Any]:
    """Counts of the reports of the year before `on` that are overdue, due within a week or unreadable, and the overdue units."""
    import duckdb

    with duckdb.connect(str(home.build), config=engine_settings(home)) as connection:
        rows = connection.execute(
            "select unit_code, unit_name, due, state from marts.progress"
            " where report_year = ? and state in ('not_filed', 'unreadable') order by due, unit_code",
            [on.year - 1],
        ).fetchall()
        (landed,) = connection.execute("select max(landed_at) from core.corrected_inputs").fetchone() or (None,)
    waiting = [(code, name, due) for code, name, due, state in rows if state == "not_filed"]
    overdue = [
        {"unit_code": code, "unit_name": name, "due": due.isoformat(), "days_overdue": (on - due).days}
        for code, name, due in waiting
        if due < on
    ]
    return {
        "on": on.isoformat(),
        "report_year": on.year - 1,
        "overdue": len(overdue),
        "due_within_7_days": sum(on <= due <= on + SOON for _, _, due in waiting),
        "unreadable": len(rows) - len(waiting),
        "last_file_landed": landed.isoformat(sep=" ", timespec="seconds") if landed else "",
        "overdue_units": dg.MetadataValue.json(overdue[:LISTED]),
    }


def watch(settings: Settings, *assets: dg.AssetsDefinition) -> tuple[list[Any], dg.ScheduleDefinition]:
    """The job that brings the marts up to date after a new roster, the one that does so for today, and its schedule in the season."""
    names = {REFRESH: assets, "deadline_watch": (*assets, seasons)}
    refresh, job = (
        dg.define_asset_job(name, dg.AssetSelection.assets(*chosen), executor_def=dg.in_process_executor)
        for name, chosen in names.items()
    )

    @dg.schedule(name="deadline_watch", cron_schedule=SEASON, job=job, execution_timezone=CHINA)
    def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if not settings.place.build.is_file():
            return dg.SkipReason(f"nothing was loaded into {settings.place.root} yet")
        if is_building(settings.place):
            return dg.SkipReason("a load is under way or was killed; the next load brings everything up to date")
        return dg.RunRequest(run_key=f"{context.scheduled_execution_time:%Y-%m-%d}")

    return [refresh, job], daily
