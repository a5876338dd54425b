"""`foi load`: the same assets as in the Dagster UI, run in this process and recorded in the same instance."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.landing import Landed, lock

MINE = "foi/command"
QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did: the files read anew, and whether the run succeeded."""

    landed: list[Landed]
    success: bool
    run_id: str


def load(home: Home, source: Path) -> LoadResult:
    """Read a folder and bring everything up to date, from raw tables to the published file."""
    warnings.filterwarnings("ignore", module="dagster")
    import dagster as dg

    from dagster_project.definitions import JOB, build_definitions
    from dagster_project.settings import Settings, partition_of, prepare_instance

    quiet_logs()
    prepare_instance(home)
    settings = Settings(home=str(home.root), inbox=str(source))
    with lock(home, "load"), dg.DagsterInstance.get() as instance:
        _end_killed_runs(instance)
        landed = settings.read_new()
        years = sorted({partition_of(r) for r in landed} - {"undated"}) or ["undated"]
        tags = {MINE: "load", "dagster/asset_partition_range_start": years[0], "dagster/asset_partition_range_end": years[-1]}
        job = build_definitions(settings).resolve_job_def(JOB)
        result = job.execute_in_process(instance=instance, tags=tags, run_config=QUIET, resources={"settings": settings})
    return LoadResult(landed, result.success, result.run_id)


def _end_killed_runs(instance: Any) -> None:
    """A load that was killed still holds its place in the pool; whoever holds the lock knows that it is dead."""
    import dagster as dg

    unfinished = dg.RunsFilter(tags={MINE: "load"}, statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    for run in instance.get_runs(unfinished):
        instance.report_run_failed(run, "the load was killed")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def quiet_logs() -> None:
    """Keep the engine's own log lines out of a person's terminal; errors still come through."""
    for name in ("dagster", "dagster.builtin", "great_expectations", "sqlalchemy", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
