"""What a command costs, all its processes together: seconds, seconds of processors, memory, bytes written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Seconds, processor seconds (user and system), the largest memory of one process in MB, and MB written; and what it printed."""

    wall: float
    cpu: float
    peak: float
    written: float | None
    begun: float = 0.0
    output: str = ""


def cost_of(command: Sequence[str | Path], environment: Mapping[str, str] | None = None, allowed: Sequence[int] = (0,)) -> Cost:
    """Run a command and measure it with its children; a RuntimeError with what it printed where it ends with another code.

    A small process begins it: as much memory as its parent had counts as its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result"
        subprocess.run([sys.executable, __file__, result, *command], env={**os.environ, **(environment or {})}, check=True)
        found = json.loads(result.read_text("utf-8"))
    exit_code = found.pop("exit_code")
    if exit_code not in allowed:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {exit_code}:\n{found['output'][-3000:]}")
    return Cost(**found)


def _measure(command: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryFile() as output:
        begun, start = time.time(), time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=output)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and can still be asked what it wrote
        wall, written = time.perf_counter() - start, written_by(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    cost = Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, written, begun, text)
    return {**asdict(cost), "exit_code": process.returncode}


def written_by(pid: int) -> float | None:
    """The MB that a process and its ended children gave to the disk; None where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/io").read_text("ascii").splitlines()
    except OSError:
        return None
    return int(dict(line.split(": ") for line in lines)["write_bytes"]) / 1e6


@dataclass(frozen=True)
class Used:
    """What a running process and those it began have used so far."""

    cpu: float
    written: float


def used_by(pid: int) -> Used:
    """What a running process has used, with its children."""
    cpu = written = 0.0
    for one in [pid, *_below(pid)]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text("utf-8").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile: what it used is in its parent's
            continue
        cpu += sum(map(int, fields[11:15])) / TICKS
        written += written_by(one) or 0.0
    return Used(cpu, written)


def forget_peak(pid: int) -> None:
    """Begin to watch anew how much memory a running process and its children take."""
    for one in [pid, *_below(pid)]:
        Path(f"/proc/{one}/clear_refs").write_text("5", "ascii")


def peak_of(pid: int) -> float:
    """The MB of the largest of a process and its children, since that was forgotten last."""
    lines = [line for one in [pid, *_below(pid)] for line in Path(f"/proc/{one}/status").read_text("utf-8").splitlines()]
    return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _below(pid: int) -> list[int]:
    """The processes that a process has begun, and those they have."""
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text("ascii").split()):
            found += [child, *_below(child)]
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(_measure(sys.argv[2:])), "utf-8")
