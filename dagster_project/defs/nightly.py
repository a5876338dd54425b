"""The nightly comparison: the whole warehouse is built into another file and held against the one that follows the changes."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import dagster as dg

from dagster_project.defs.deadlines import CHINA

COMPARE, JOB = "dagster_project.compare", "rebuild_and_compare"  # the module and its job; without them there is no schedule
NIGHT = "30 3 * * *"


def nightly() -> tuple[list[Any], list[dg.ScheduleDefinition]]:
    """The job that rebuilds and compares, and its schedule; nothing where this program has no such job."""
    job = getattr(import_module(COMPARE), JOB, None) if find_spec(COMPARE) else None
    if job is None:
        return [], []

    @dg.schedule(name=JOB, cron_schedule=NIGHT, job=job, execution_timezone=CHINA)
    def each_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        return dg.RunRequest(run_key=f"rebuild-{context.scheduled_execution_time:%Y-%m-%d}")

    return [job], [each_night]
