"""Runs that nobody at a terminal asked for: schedules that are due, what the Dagster UI launches, and places that a killed process held."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher import LaunchRunContext

from dagster_project.carried_out import alerts_after, carry_out, next_due, run_due, settings_of
from dagster_project.defs.alerts import alerts_job
from dagster_project.launcher import Launcher
from dagster_project.load import PROCESS, record
from ingest.beijing import BEIJING
from ingest.home import Home
from tests.paths import ROOT

RECIPIENTS = ROOT / "examples" / "recipients.yaml"
DONE = dg.DagsterRunStatus.SUCCESS


@pytest.fixture(scope="module")
def home(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("carried") / "home"
    shutil.copytree(loaded, root, symlinks=True)
    return Home(root)


def runs(home: Home, job: str) -> list[dg.DagsterRun]:
    with record(settings_of(home)) as instance:
        return list(instance.get_runs(dg.RunsFilter(job_name=job)))


def half_past_eight(days: int) -> float:
    """The moment after the alerts of a morning are due, so many days from now."""
    return (datetime.now(BEIJING).replace(hour=8, minute=31, second=0) + timedelta(days=days)).timestamp()


def test_what_was_missed_is_made_up_for_once_and_only_the_last_time(home: Home):
    shutil.copy(RECIPIENTS, home.recipients)
    first = next_due(home)
    assert time.time() < first <= time.time() + 86400
    ran = run_due(home, half_past_eight(3))
    assert ran.count("alerts") == 1
    (run,) = runs(home, "alerts")
    assert run.status == DONE and run.tags["dagster/schedule_name"] == "alerts_each_morning"
    day = datetime.fromtimestamp(half_past_eight(3), BEIJING)
    assert run.tags["dagster/run_key"] == f"alerts-{day:%Y-%m-%d}"
    assert run_due(home, half_past_eight(3)) == [] and next_due(home) > half_past_eight(3)
    assert runs(home, "alerts") == [run]


def test_after_a_load_the_alerts_are_asked_for_once(home: Home):
    begun = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    (load,) = runs(home, "load")
    assert alerts_after(home, time.time()) == []
    assert alerts_after(home, begun) == ["alerts_after_load"] and alerts_after(home, begun) == []
    assert f"alerts-{load.run_id}" in {run.tags.get("dagster/run_key") for run in runs(home, "alerts")}


def asked_in_the_ui(home: Home) -> dg.DagsterRun:
    """A run of the job `alerts` as the UI puts it into the record, before it is launched."""
    with record(settings_of(home)) as instance:
        run = instance.create_run_for_job(alerts_job, status=dg.DagsterRunStatus.STARTING)
    return run


def test_a_run_of_the_record_is_carried_out_once(home: Home):
    run = asked_in_the_ui(home)
    assert carry_out(home, run.run_id) and not carry_out(home, run.run_id)
    assert next(r for r in runs(home, "alerts") if r.run_id == run.run_id).status == DONE


def test_without_a_resident_process_the_launcher_begins_one_for_the_run(home: Home):
    run = asked_in_the_ui(home)
    with record(settings_of(home)) as instance:
        launcher = instance.run_launcher
        assert isinstance(launcher, Launcher)
        launcher.launch_run(LaunchRunContext(run, None))
        assert instance.get_run_by_id(run.run_id).tags[PROCESS].isdigit()
        end = time.monotonic() + 240
        while not (now := instance.get_run_by_id(run.run_id)).is_finished and time.monotonic() < end:
            time.sleep(0.2)
    assert now.status == DONE


def test_a_run_whose_process_died_is_ended_and_its_place_is_free(home: Home):
    """One that had begun, and one that was launched and waited; one that still waits is left alone."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    begun, gone, waits = (asked_in_the_ui(home) for _ in range(3))
    with record(settings_of(home)) as instance:
        instance.add_run_tags(gone.run_id, {PROCESS: str(dead.pid)})
        instance.add_run_tags(waits.run_id, {PROCESS: str(os.getpid())})
        instance.report_dagster_event(
            dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, begun.job_name, message="begun"), run_id=begun.run_id
        )
        log = instance.event_log_storage
        log.initialize_concurrency_limit_to_default("duckdb")
        assert log.claim_concurrency_slot("duckdb", begun.run_id, "published").is_claimed
    with record(settings_of(home)) as instance:
        states = [instance.get_run_by_id(run.run_id).status for run in (begun, gone, waits)]
        assert states == [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.STARTING]
        info = instance.event_log_storage.get_concurrency_info("duckdb")
        assert not info.claimed_slots and not info.pending_steps
