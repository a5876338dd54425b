"""The nightly comparison: the whole warehouse is built into another file and held against the one that follows the changes."""

from __future__ import annotations

from typing import Any

import dagster as dg

from dagster_project.compare import rebuild_and_compare
from dagster_project.defs.deadlines import CHINA
from dagster_project.settings import Settings
from dagster_project.up_to_date import is_published

JOB = "rebuild_and_compare"
NIGHT = "30 3 * * *"
TOLD = 20  # lines of what differs, in the failure that operators are told of


def nightly(settings: Settings) -> tuple[list[Any], list[dg.ScheduleDefinition]]:
    """The job that rebuilds and compares, and its schedule; a difference fails the run, which operators hear of."""

    @dg.op(name="rebuild")
    def rebuild(settings: dg.ResourceParam[Settings]) -> None:
        if found := rebuild_and_compare(settings.place):
            raise dg.Failure("\n".join(found[:TOLD]), allow_retries=False)

    @dg.job(name=JOB, executor_def=dg.in_process_executor)
    def compare() -> None:
        rebuild()

    @dg.schedule(name=JOB, cron_schedule=NIGHT, job=compare, execution_timezone=CHINA)
    def each_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if not is_published(settings.place):
            return dg.SkipReason("not everything that has landed is published; the next load brings it up to date")
        return dg.RunRequest(run_key=f"rebuild-{context.scheduled_execution_time:%Y-%m-%d}")

    return [compare], [each_night]
