"""The resident process of a home folder (`foi serve`), and what a command costs that hands its work to it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench_line.measure import Cost, cost_of, forget_peak, peak_of, used_by

FOI = Path(sys.executable).with_name("foi")
PATIENCE = 120.0  # seconds until it must answer


class NoResident(Exception):
    """There is no resident process; the message says why."""


@dataclass(frozen=True)
class Resident:
    """A process that serves a home folder."""

    pid: int

    def cost_of(self, command: Sequence[str | Path]) -> Cost:
        """What a command costs together with what the resident process does for it; the larger of both counts as memory."""
        forget_peak(self.pid)
        before = used_by(self.pid)
        own = cost_of(command, allowed=(0, 1))
        after = used_by(self.pid)
        written = (own.written or 0.0) + after.written - before.written
        return replace(own, cpu=own.cpu + after.cpu - before.cpu, peak=max(own.peak, peak_of(self.pid)), written=written)


@contextmanager
def resident(home: Path, inbox: Path) -> Iterator[Resident]:
    """Serve a home folder for a while; NoResident where this program cannot."""
    if subprocess.run([FOI, "serve", "--help"], capture_output=True).returncode:
        raise NoResident("this version has no foi serve")
    inbox.mkdir(exist_ok=True)
    with (home.parent / "serve.log").open("wb") as log:
        process = subprocess.Popen([FOI, "serve", "--home", home, "--inbox", inbox], stdout=log, stderr=log)
        try:
            _wait(home, process)
            yield Resident(process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _wait(home: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the process answers for the home folder."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        told = subprocess.run([FOI, "status", "--home", home, "--json"], capture_output=True)
        status = json.loads(told.stdout) if told.stdout.strip() else {}
        if status.get("resident", {}).get("serves"):
            return
        time.sleep(0.5)
    raise NoResident(f"foi serve did not answer for {home} (exit code {process.poll()})")
