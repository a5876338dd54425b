"""Runs that no command asked for: those of the Dagster UI, of the schedules, and the alerts that follow a load; one after the other."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import product
from typing import Any

import dagster as dg
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._utils.schedules import schedule_execution_time_iterator

from dagster_project.definitions import JOB, definitions_of
from dagster_project.defs.alerts import AFTER_FAILURE, ENDS
from dagster_project.defs.nightly import JOB as NIGHTLY
from dagster_project.load import MINE, QUIET, record
from dagster_project.settings import Settings
from ingest.home import Home
from ingest.home.placing import placed, sweep
from ingest.landing.batches import lock

ALERTS = "alerts"  # the job
RUN_KEY, SCHEDULE, SENSOR = (
    "dagster/run_key",
    "dagster/schedule_name",
    "dagster/sensor_name",
)  # as Dagster's own daemon writes them


def settings_of(home: Home) -> Settings:
    """Settings of a run that nobody at a terminal asked for: the inbox of the home folder is what it reads."""
    return Settings(home=str(home.root), inbox=str(home.inbox))


def carry_out(home: Home, run_id: str) -> bool:
    """Carry out a run that stands in Dagster's record and has not begun; whether it succeeded."""
    settings = settings_of(home)
    with lock(settings.place, "load"), record(settings) as instance:
        sweep(settings.place)
        run = instance.get_run_by_id(run_id)
        if run is None or run.status not in (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING):
            return False
        repository = definitions_of(settings.place.root).get_repository_def()
        job = repository.get_job(run.job_name)
        resources = {**job.resource_defs, "settings": dg.ResourceDefinition.hardcoded_resource(settings)}
        return execute_run(InMemoryJob(job.with_top_level_resources(resources)), run, instance).success


def next_due(home: Home) -> float:
    """When the next schedule is due, as seconds since 1970; those missed since the last look are due at once."""
    return min(_first(schedule, since) for schedule, since in _schedules(home))


def run_due(home: Home, until: float | None = None) -> list[str]:
    """Carry out what the schedules asked for until now; of what was missed only the last time counts. Returns the jobs that ran."""
    until = time.time() if until is None else until
    ran = []
    for schedule, since in _schedules(home):
        if times := [at for at in _times(schedule, since, until)]:
            _note(home, schedule.name, until)
            ran += _scheduled(home, schedule, times[-1])
    return ran


def _scheduled(home: Home, schedule: dg.ScheduleDefinition, at: datetime) -> list[str]:
    settings = settings_of(home)
    repository = definitions_of(settings.place.root).get_repository_def()
    with lock(settings.place, "load"), record(settings) as instance:
        with dg.build_schedule_context(instance=instance, scheduled_execution_time=at, repository_def=repository) as context:
            asked = schedule.evaluate_tick(context).run_requests or []
        return [schedule.job_name for one in asked if _ask(instance, settings, schedule.job_name, one, {SCHEDULE: schedule.name})]


def _ask(instance: Any, settings: Settings, job_name: str, asked: dg.RunRequest, origin: dict[str, str]) -> bool:
    """Carry out a run that a schedule or a sensor asks for, unless one of its key was: by us or by Dagster's daemon."""
    tags = {**asked.tags, **origin, **({RUN_KEY: asked.run_key} if asked.run_key else {})}
    if asked.run_key and instance.get_runs(dg.RunsFilter(tags={**origin, RUN_KEY: asked.run_key}), limit=1):
        return False
    job = definitions_of(settings.place.root).resolve_job_def(job_name)
    job.execute_in_process(
        instance=instance,
        run_config={**QUIET, **asked.run_config},
        partition_key=asked.partition_key,
        tags={**tags, MINE: job_name},
        resources={"settings": settings},
        raise_on_error=False,
    )
    return True


def alerts_after(home: Home, begun: float) -> list[str]:
    """Ask the sensors of the alerts about every load that ended since a moment, and carry out what they ask for."""
    settings = settings_of(home)
    if settings.recipients is None or not settings.place.dagster.is_dir():
        return []
    repository = definitions_of(settings.place.root).get_repository_def()
    ran = []
    with lock(settings.place, "load"), record(settings) as instance:
        since = datetime.fromtimestamp(begun, UTC)
        ended = [run for job in (JOB, NIGHTLY) for run in instance.get_runs(dg.RunsFilter(job_name=job, created_after=since))]
        for run, (name, kind) in product(ended, ENDS.items()):
            if run.job_name == NIGHTLY and name != AFTER_FAILURE:
                continue
            for one in instance.get_records_for_run(run.run_id, of_type=kind).records[-1:]:
                event, sensor = one.event_log_entry.dagster_event, repository.get_sensor_def(name)
                context = dg.build_run_status_sensor_context(name, event, instance, run, repository_def=repository)
                asked: Any = sensor(context.for_run_failure() if event.is_failure else context)
                if isinstance(asked, dg.RunRequest) and _ask(instance, settings, ALERTS, asked, {SENSOR: name}):
                    ran.append(name)
    return ran


def _schedules(home: Home) -> list[tuple[dg.ScheduleDefinition, float]]:
    """Every schedule with the moment until which it was looked at; the first look begins now."""
    repository, known = definitions_of(settings_of(home).place.root).get_repository_def(), _looked(home)
    for schedule in repository.schedule_defs:
        if schedule.name not in known:
            _note(home, schedule.name, time.time())
    known = _looked(home)
    return [(schedule, known[schedule.name]) for schedule in repository.schedule_defs]


def _first(schedule: dg.ScheduleDefinition, since: float) -> float:
    return next(schedule_execution_time_iterator(since + 1, schedule.cron_schedule, schedule.execution_timezone)).timestamp()


def _times(schedule: dg.ScheduleDefinition, since: float, until: float) -> Iterator[datetime]:
    for at in schedule_execution_time_iterator(since + 1, schedule.cron_schedule, schedule.execution_timezone):
        if at.timestamp() > until:
            return
        yield at


def _looked(home: Home) -> dict[str, float]:
    with suppress(OSError, ValueError, AttributeError):
        return {str(name): float(at) for name, at in json.loads((home.dagster / "looked.json").read_text("utf-8")).items()}
    return {}


def _note(home: Home, name: str, at: float) -> None:
    """Write down that a schedule was looked at, before it runs: one that kills its process is not run for ever."""
    known = _looked(home) | {name: at}
    with placed(home.dagster / "looked.json") as scratch:
        scratch.write_text(json.dumps(known), "utf-8")
