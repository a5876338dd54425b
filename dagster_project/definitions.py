"""Everything Dagster knows of foi: assets, checks, jobs, the schedules and the inbox sensor."""

from __future__ import annotations

import dagster as dg

from dagster_project.defs.alerts import alert_schedule, alert_sensors, alerts_job
from dagster_project.defs.inbox import inbox_sensor, schedules
from dagster_project.defs.landing import landing, reference
from dagster_project.defs.publish import published
from dagster_project.defs.quality import expectation_checks, expectation_results
from dagster_project.defs.warehouse import warehouse_assets
from dagster_project.settings import Settings, prepare_instance
from dagster_project.warehouse import Warehouse

JOB = "load"


def build_definitions(settings: Settings) -> dg.Definitions:
    """All definitions for one home folder."""
    warehouse = Warehouse(settings.place)
    assets = [landing, reference, *warehouse_assets(warehouse), expectation_results, published]
    job = dg.define_asset_job(JOB, dg.AssetSelection.all(), executor_def=dg.in_process_executor)
    return dg.Definitions(
        assets=assets,
        asset_checks=[*expectation_checks()],
        jobs=[job, alerts_job],
        schedules=[*schedules(job), alert_schedule(settings)],
        sensors=[inbox_sensor(job, settings), *alert_sensors(job, settings)],
        executor=dg.in_process_executor,
        resources={"settings": settings},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What the Dagster UI and daemon load; FOI_HOME says which home folder."""
    settings = Settings.from_environment()
    prepare_instance(settings.place)
    return build_definitions(settings)
