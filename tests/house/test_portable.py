"""What only one operating system has is wanted nowhere: every module is imported without it, and what stands in for it works."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

import pytest

from foi.line.doctor import means
from foi.messages import message
from ingest.home import placing, plain_path
from ingest.home.alone import alone
from ingest.landing.workers import Killed, Limits, run_limited
from ingest.readers.word import libreoffice
from tests.paths import ROOT

ONLY_ON_SOME = ("fcntl", "grp", "msvcrt", "posix_ipc", "pty", "pwd", "resource", "syslog", "termios", "tty", "winreg")
# Where the standard library itself asks for one of them, it is ours no more: those modules are imported first.
IMPORT_ALL = """
import importlib, pathlib, sys
import asyncio, getpass, pathlib, shutil, subprocess, tarfile, tempfile, webbrowser, multiprocessing.popen_fork
import dagster, filelock
hidden = sys.argv[1].split(",")
for name in hidden:
    sys.modules[name] = None
for room in ("ingest", "expectations", "dagster_project", "foi", "portal"):
    for path in sorted(pathlib.Path(room).rglob("*.py")):
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        try:
            importlib.import_module(name)
        except ImportError as error:
            if (error.name or "").partition(".")[0] not in ("cv2", "onnxruntime", "rapidocr", "numpy", "PIL"):
                print(name, repr(error))
"""


def test_every_module_is_imported_where_what_only_one_system_has_is_missing():
    command = [sys.executable, "-c", IMPORT_ALL, ",".join(ONLY_ON_SOME)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert (ran.stdout, ran.returncode) == ("", 0), ran.stderr


def _setup(factor: int) -> Callable[[list[str], Callable[[int], None]], list[int]]:
    def work(jobs: list[str], begin: Callable[[int], None]) -> list[int]:
        done = []
        for index, job in enumerate(jobs):
            begin(index)
            if job == "hang":
                time.sleep(60)
            if job == "die":
                os.abort()
            done.append(int(job) * factor)
        return done

    return work


@pytest.fixture
def without_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that starts processes anew only and cannot bound their memory."""
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    monkeypatch.setitem(sys.modules, "resource", None)


@pytest.mark.usefixtures("without_fork")
def test_where_no_process_can_be_forked_each_begins_anew_under_the_same_limits_of_time():
    results = list(run_limited(_setup, (10,), [["1", "hang", "2"], ["3", "die"]], 2, Limits(seconds=2.0)))
    assert sorted(n for r in results if not isinstance(r, Killed) for n in r) == [10, 20, 30]
    assert {(r.job, r.reason) for r in results if isinstance(r, Killed)} == {("hang", "too_slow"), ("die", "crashed")}


@pytest.mark.usefixtures("without_fork")
def test_the_doctor_says_that_memory_is_not_bounded():
    assert [a.name for a in means() if a.name == "limits" and not a.present] == ["limits"]
    assert message("doctor.install_limits") != message("load.unlimited") != ""


def test_a_second_one_waits_for_the_lock(tmp_path: Path):
    lock, log = tmp_path / "new" / ".a.lock", tmp_path / "log"
    code = (
        "import sys; from pathlib import Path; from ingest.home.alone import alone\n"
        "with alone(Path(sys.argv[1])): Path(sys.argv[2]).open('a').write('second ')"
    )
    with alone(lock):
        second = subprocess.Popen([sys.executable, "-c", code, str(lock), str(log)], cwd=ROOT)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(2)
        log.write_text("first ", "utf-8")
    assert second.wait(60) == 0 and log.read_text("utf-8") == "first second "


def test_a_path_of_windows_is_plain_where_its_names_are():
    assert plain_path.PLAIN.fullmatch(plain_path.written(PureWindowsPath(r"C:\公开\2024 年")))
    assert not plain_path.PLAIN.fullmatch(plain_path.written(PureWindowsPath(r"C:\公开\[2024]")))


def test_a_program_is_ended_where_there_are_no_groups_of_processes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(os, "killpg")
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    libreoffice._stop(process)
    assert process.wait(10) != 0


def test_where_asking_would_end_a_process_none_is_taken_for_dead(monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as windows:  # what tells of a failure asks for the name too
        windows.setattr(placing.os, "name", "nt")
        is_alive = placing.is_alive(2**22 + 1)
    assert is_alive
