"""Everything Dagster knows of foi: assets, checks, jobs, the schedules and the sensors."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import dagster as dg

from dagster_project.dbt import Warehouse
from dagster_project.defs.alerts import alert_schedule, alert_sensors, alerts_job
from dagster_project.defs.deadlines import loads_after_due_days, nothing_overdue, seasons, watch
from dagster_project.defs.landing import landing, reference
from dagster_project.defs.nightly import nightly
from dagster_project.defs.publish import published
from dagster_project.defs.quality import expectation_checks, expectation_results
from dagster_project.defs.warehouse import models, warehouse_assets
from dagster_project.settings import Settings, prepare_instance
from ingest.home import Home

JOB = "load"


def build_definitions(settings: Settings, is_shown: bool = False) -> dg.Definitions:
    """All definitions for one home folder; with each model of dbt if they are shown to a person."""
    warehouse = Warehouse(settings.place)
    before_gate, marts = warehouse_assets(warehouse)
    assets = [landing, reference, seasons, before_gate, expectation_results, marts, published]
    line = dg.AssetSelection.assets(*(asset for asset in assets if asset is not seasons))
    job = dg.define_asset_job(JOB, line, executor_def=dg.in_process_executor)
    refresh_and_watch, watch_schedule = watch(settings, reference, before_gate, expectation_results, marts, published)
    compare_job, compare_schedule = nightly(settings)
    return dg.Definitions(
        assets=[*assets, *(models(warehouse.manifest()) if is_shown else ())],
        asset_checks=[*expectation_checks(), nothing_overdue],
        jobs=[job, *refresh_and_watch, alerts_job, *compare_job],
        schedules=[*loads_after_due_days(job), watch_schedule, alert_schedule(settings), *compare_schedule],
        sensors=alert_sensors(job, settings, *compare_job),
        executor=dg.in_process_executor,
        resources={"settings": settings},
    )


@cache
def definitions_of(root: Path) -> dg.Definitions:
    """The definitions for a home folder, made once in a process: they rest on the program alone, and each run brings its own settings."""
    return build_definitions(Settings(home=str(root), inbox=str(Home(root).inbox)))


@dg.definitions
def defs() -> dg.Definitions:
    """What the Dagster UI and daemon load; FOI_HOME says which home folder."""
    settings = Settings.from_environment()
    prepare_instance(settings.place)
    return build_definitions(settings, is_shown=True)
