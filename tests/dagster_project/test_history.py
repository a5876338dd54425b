"""The record of runs is kept for a season, and never grows without end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from dagster_project import history
from dagster_project.history import forget_old_runs
from dagster_project.settings import prepare_instance
from ingest.home import Home


@dg.job(executor_def=dg.in_process_executor)
def nothing_but_a_run() -> None:
    """A run without a step."""


def runs_in(folder: Path) -> int:
    return len([path for path in (folder / "history" / "runs").glob("*.db") if path.stem != "index"])


def test_runs_that_ended_long_ago_are_forgotten_but_for_the_last_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(history, "KEPT_ALWAYS", 3)
    monkeypatch.setattr(history, "FORGOTTEN_AT_ONCE", 2)
    home = Home(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", str(prepare_instance(home)))
    later = datetime.now(UTC) + timedelta(days=91)
    with dg.DagsterInstance.get() as instance:
        for _ in range(6):
            nothing_but_a_run.execute_in_process(instance=instance)
        newest = list(instance.get_run_ids())
        assert forget_old_runs(instance, home.dagster) == 0  # none is old
        assert [forget_old_runs(instance, home.dagster, later) for _ in range(3)] == [2, 1, 0]
        assert list(instance.get_run_ids()) == newest[:3] and runs_in(home.dagster) == 3
        nothing_but_a_run.execute_in_process(instance=instance)  # and the record goes on
        assert instance.get_runs_count() == 4
