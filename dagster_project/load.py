"""`foi load`: the same assets as in the Dagster UI, run in this process and recorded in the same instance."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.held import holding
from dagster_project.quiet import quiet_logs
from dagster_project.up_to_date import is_published
from ingest.home import Home
from ingest.home.environment import forget
from ingest.home.memory import memory_limit
from ingest.home.placing import is_alive, sweep
from ingest.landing.batches import lock
from ingest.landing.reading import Landed, Progress, Reading
from ingest.model import Issue

if TYPE_CHECKING:
    from dagster_project.settings import Settings

MINE = "foi/command"
PROCESS = "foi/process"  # the number of the process that carries out a run which the Dagster UI asked for
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}  # what went wrong is said by who called, in words


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did: the files read anew, whether the run succeeded, and its id; no id where there was nothing to do.

    `left` are the files that were gone or changed meanwhile, `noticed` says what was damaged in the home folder and what came of it,
    `unfinished` are the files that were still being written, `full` says why everything was built anew, if it was.
    """

    landed: list[Landed]
    success: bool
    run_id: str | None
    left: list[Landed]
    noticed: list[Issue]
    unfinished: list[str] = field(default_factory=list)
    full: str | None = None


def load(home: Home, source: Path, progress: Progress | None = None, leaves_unfinished: bool = False) -> LoadResult:
    """Read a folder and bring everything up to date, from raw tables to the published file.

    Scans take seconds each: everything else is read and published first, then they are. With `leaves_unfinished` what is still being
    written is left for the next load.
    """
    from dagster_project.settings import Settings

    settings = Settings(
        home=str(home.root), inbox=str(source), scans_later=True, leaves_unfinished=leaves_unfinished, progress=progress
    )
    place = settings.place  # refused, if it must be, before anything is made
    memory_limit()  # so is an amount of memory that is none
    with lock(place, "load"):
        sweep(place)
        reading = settings.read_new()
        if not reading.landed and not reading.scans and is_published(place):
            settings.keep_listing([])
            return LoadResult([], True, None, reading.left, settings.noticed, settings.unfinished)
        return _run_line(settings, reading)


def _run_line(settings: Settings, reading: Reading) -> LoadResult:
    scans, landed = reading.scans, list(reading.landed)
    settings.announce("building")
    with record(settings) as instance:
        result = _run(settings, instance) if landed or not scans else None
        if scans:
            settings.reading = settings.read_scans(Reading(scans=scans))
            landed += settings.reading.landed
            settings.announce("building")
            result = _run(settings, instance)
    assert result is not None
    left = [*reading.left, *(settings.reading.left if settings.reading and settings.reading is not reading else [])]
    gone = {r.input.file for r in left}
    read = [r for r in landed if r.input.file not in gone]
    full = settings.change.reason if settings.change else None
    return LoadResult(read, result.success, result.run_id, left, settings.noticed, settings.unfinished, full)


@contextlib.contextmanager
def record(settings: Settings) -> Iterator[Any]:
    """Dagster's record of a home folder, for one who holds the lock `load`: what a killed process left in it is ended first."""
    warnings.filterwarnings("ignore", module="dagster")
    import dagster as dg

    from dagster_project.history import forget_old_runs

    quiet_logs()
    forget("DAGSTER_")
    settings.noticed += prepare_record(settings.place)
    with dg.DagsterInstance.get() as instance, holding(settings.place):
        _end_killed_runs(instance)
        yield instance
        forget_old_runs(instance, settings.place.dagster)


def prepare_record(home: Home) -> list[Issue]:
    """Make the Dagster home; where its record of earlier runs is damaged it begins anew, and that is told."""
    from dagster_project.history import begin_anew_if_damaged
    from dagster_project.settings import prepare_instance

    aside = begin_anew_if_damaged(home.dagster)
    prepare_instance(home)
    return [Issue("record_damaged", "warning", aside.name)] if aside else []


def refresh(home: Home) -> None:
    """Bring the marts that rest on the roster up to date, without reading a file."""
    from dagster_project.settings import Settings

    settings = Settings(home=str(home.root), inbox=str(home.root / "inbox"))
    with lock(settings.place, "load"):
        sweep(settings.place)
        settings.mend()
        _refresh(settings)


def _refresh(settings: Settings) -> None:
    with record(settings) as instance:
        from dagster_project.definitions import definitions_of
        from dagster_project.defs.deadlines import REFRESH

        job = definitions_of(settings.place.root).resolve_job_def(REFRESH)
        job.execute_in_process(instance=instance, tags={MINE: REFRESH}, run_config=QUIET, resources={"settings": settings})


def _run(settings: Settings, instance: Any) -> Any:
    """One run of the line for what the settings have read."""
    from dagster_project.definitions import JOB, definitions_of
    from dagster_project.settings import partition_of

    years = sorted({partition_of(r) for r in settings.read_new().landed} - {"undated"}) or ["undated"]
    tags = {MINE: "load", "dagster/asset_partition_range_start": years[0], "dagster/asset_partition_range_end": years[-1]}
    job = definitions_of(settings.place.root).resolve_job_def(JOB)
    return job.execute_in_process(instance=instance, tags=tags, run_config=QUIET, resources={"settings": settings})


def _end_killed_runs(instance: Any) -> None:
    """A process that was killed still holds its place in the pool, for which all later ones would wait for ever.

    Every run is carried out by a process that holds the lock, so whoever holds it knows that each run that has begun is dead; one that
    was launched and waits for the lock has not begun, unless its process is gone. What has ended, or is not known, needs no place.
    """
    import dagster as dg

    log = instance.event_log_storage
    ended = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
    waiting = (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING)
    for run in instance.get_runs(dg.RunsFilter(statuses=[s for s in dg.DagsterRunStatus if s not in ended])):
        if run.status in waiting and MINE not in run.tags and is_alive(int(run.tags.get(PROCESS, os.getpid()))):
            continue
        instance.report_run_failed(run, "the process was killed")
        log.free_concurrency_slots_for_run(run.run_id)
    for pool in log.get_concurrency_infos(sorted(log.get_concurrency_keys())).values():
        for run_id in {slot.run_id for slot in pool.claimed_slots} | {step.run_id for step in pool.pending_steps}:
            run = instance.get_run_by_id(run_id)
            if run is None or run.status in ended:
                log.free_concurrency_slots_for_run(run_id)
