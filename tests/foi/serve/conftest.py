"""A home folder with the examples that is served by a real process, and a program that talks to it over the real socket."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dagster_project.resident import standing
from ingest.home import Home
from tests.paths import ROOT

PATIENCE = 240.0  # seconds: the machine may have others to serve


def until(is_so: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait until something is so, and what it is; fail with what was waited for."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := is_so():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited in vain: {what}")


class Served:
    """A home folder and the process that serves it."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root)
        self.inbox = self.home.inbox
        self.process: subprocess.Popen[str] | None = None

    def begin(self, *more: str) -> None:
        """Begin to serve, and wait until commands are taken over."""
        command = [sys.executable, "-m", "foi", "serve", "--home", str(self.home.root), *more]
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        until(lambda: self.told().get("is_ready"), "a worker that is ready")

    def told(self) -> dict[str, Any]:
        return standing(self.home) or {}

    def idle(self) -> dict[str, Any]:
        """Wait until nothing is at hand and nothing waits."""
        return until(
            lambda: (t := self.told()) and t["is_ready"] and not t["at_hand"] and not t["waiting"] and t, "an idle worker"
        )

    def said(self) -> str:
        """What stands in the log."""
        return (self.home.logs / "serve.log").read_text("utf-8")

    def end(self, number: signal.Signals = signal.SIGTERM) -> str:
        """End the process; what it printed."""
        if self.process is None:
            return ""
        process, self.process = self.process, None
        process.send_signal(number)
        return process.communicate(timeout=60)[0]


@pytest.fixture(scope="module")
def served(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(loaded, home, symlinks=True)
    for path in (home / "published.duckdb", home / "expectations.html", *(home / "published").iterdir()):
        shutil.copystat(loaded / path.relative_to(home), path)  # as it was published
    made = Served(home)
    made.begin()
    yield made
    made.end()


def as_json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
