"""Runs that the Dagster UI asks for are carried out as all others are: by the resident process, else by a process of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster import DagsterInstance
from dagster._core.launcher import LaunchRunContext, RunLauncher
from dagster._serdes import ConfigurableClass
from dagster._serdes.config_class import ConfigurableClassData

from dagster_project.load import PROCESS
from dagster_project.resident import connected, fingerprint, put, take
from ingest.home import Home
from ingest.home.placing import is_alive


class Launcher(RunLauncher[DagsterInstance], ConfigurableClass):
    """Hands a run to the resident process of the home folder; where none serves it, a process is begun that waits for its turn."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._inst_data = inst_data
        super().__init__()  # type: ignore[no-untyped-call]

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        return self._inst_data

    @classmethod
    def config_type(cls) -> Any:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Launcher:
        return cls(inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Begin a run and return at once."""
        run = context.dagster_run
        home = Home(Path(self._instance.root_directory).parent)
        number = _given(home, run.run_id)
        if number is None:
            command = [sys.executable, "-m", "dagster_project.launched", str(home.root), run.run_id]
            nowhere = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            number = subprocess.Popen(command, start_new_session=True, **nowhere).pid  # type: ignore[call-overload]
        self._instance.add_run_tags(run.run_id, {PROCESS: str(number)})

    def terminate(self, run_id: str) -> bool:
        """Ask the process of a run to end; the resident process has others to serve and does not."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        number = int(run.tags.get(PROCESS, 0))
        home = Home(Path(self._instance.root_directory).parent)
        connection = connected(home)
        if connection is not None:
            connection.close()
        if not number or connection is not None or not is_alive(number):
            return False
        self._instance.report_run_canceling(run)
        os.kill(number, signal.SIGINT)
        return True


def _given(home: Home, run_id: str) -> int | None:
    """Hand a run to the resident process; its number, or None if there is none of this program."""
    connection = connected(home)
    if connection is None:
        return None
    with connection:
        try:
            put(connection, {"ask": "run", "run_id": run_id, "fingerprint": fingerprint()})
            answer = take(connection)[0]
        except (OSError, ValueError):
            return None
    return int(answer["process"]) if answer and answer.get("state") == "taken" else None
