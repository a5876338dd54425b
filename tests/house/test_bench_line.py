"""The measurements are of what they say: all processes of a command, every second of a load in one share, a page that is written whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.load import prepare_record
from ingest.home import Home
from tests.bench_line import page
from tests.bench_line.measure import cost_of, peak_of, used_by, written_by
from tests.bench_line.shares import DAGSTER, DBT, PUBLISHING, READING, shares_of

BUSY = "import time; end = time.process_time() + {seconds}\nwhile time.process_time() < end: pass"


def test_a_command_is_measured_with_the_processes_it_begins(tmp_path: Path):
    inner = BUSY.format(seconds=0.3)
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}]); print('done'); block = bytearray(100_000_000)"
    cost = cost_of([sys.executable, "-c", outer])
    assert cost.cpu >= 0.3
    assert cost.wall >= 0.3
    assert cost.peak >= 95
    assert cost.output == "done\n"
    large = bytearray(300_000_000)
    assert cost_of([sys.executable, "-c", "pass"]).peak < 100, len(large)  # what this process takes is no part of it


@pytest.mark.skipif(written_by(os.getpid()) is None, reason="this system does not tell what a process wrote")
def test_what_is_written_is_counted(tmp_path: Path):
    code = f"import os; f = open({str(tmp_path / 'f')!r}, 'wb'); f.write(b'x' * 5_000_000); f.flush(); os.fsync(f.fileno())"
    written = cost_of([sys.executable, "-c", code]).written
    assert written is not None
    assert written == 0 or written >= 5  # nothing reaches a disk where the folder lies in memory


def test_a_command_that_fails_is_no_measurement():
    with pytest.raises(RuntimeError, match="ended with 3"):
        cost_of([sys.executable, "-c", "raise SystemExit(3)"])
    assert cost_of([sys.executable, "-c", "raise SystemExit(1)"], allowed=(0, 1)).wall > 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not tell what a running process uses")
def test_a_running_process_is_measured_with_its_children():
    inner = BUSY.format(seconds=0.3) + "\ntime.sleep(60)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with subprocess.Popen([sys.executable, "-c", outer], start_new_session=True) as process:
        try:
            end = time.monotonic() + 60
            while used_by(process.pid).cpu < 0.3 and time.monotonic() < end:
                time.sleep(0.05)
            assert used_by(process.pid).cpu >= 0.3
            assert peak_of(process.pid) > 1
        finally:
            os.killpg(process.pid, signal.SIGKILL)


@dg.op(name="landing")
def read():
    time.sleep(0.05)


@dg.op(name="warehouse", ins={"after": dg.In(dg.Nothing)})
def build(context):
    time.sleep(0.1)
    context.log_event(dg.AssetMaterialization("示例表"))
    time.sleep(0.2)


@dg.op(name="published", ins={"after": dg.In(dg.Nothing)})
def publish():
    time.sleep(0.05)


@dg.job
def line():
    publish(build(read()))


def test_every_second_of_a_load_is_in_one_share(tmp_path: Path):
    home = Home(tmp_path)
    assert shares_of(home.root, time.time(), 2.0) == {READING: 2.0}
    prepare_record(home)
    begun, start = time.time(), time.perf_counter()
    with dg.DagsterInstance.get() as instance:
        line.execute_in_process(instance=instance)
    wall = time.perf_counter() - start
    shares = shares_of(home.root, begun, wall)
    assert sum(shares.values()) == pytest.approx(wall, abs=0.02)
    assert {READING, DBT, DAGSTER, PUBLISHING} == set(shares)
    assert shares[DBT] >= 0.1 and shares[DAGSTER] >= 0.2
    assert shares_of(home.root, time.time() + 1, 1.0) == {READING: 1.0}  # a run from before is no part of it


def test_the_page_holds_the_table_between_its_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    copy = tmp_path / "performance.md"
    copy.write_text(page.PAGE.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(page, "PAGE", copy)
    cost = {"wall": 3.0, "cpu": 2.0, "peak": 900.0, "written": None, "shares": {READING: 1.0, DBT: 2.0}}
    results = {"1000": {"cold": {"one late report": cost}, "limits": {"run": {"cpu": 0.5}, "copy": {"wall": 0.01}}}}
    page.write(results, "0000000", [1000])
    page.write(results, "0000000", [1000])
    text = copy.read_text("utf-8")
    row = "| 1,000 | one late report | own | 3.0 | 2.0 | 0.90 | – | 1.0 | 2.0 | 0.0 | 0.0 | 0.0 | 0.5 | 0.01 |"
    assert text.count(row) == 1
    assert "cores" in text and text.count(page.BEGIN) == text.count(page.END) == 1
