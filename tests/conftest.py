"""One loaded home folder for all tests that only read it."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from foi.cli import GARBAGE
from ingest.home.alone import alone
from tests.paths import ROOT
from tests.scheduling import GroupScheduling, turn
from tests.whole_loads import without_dbt_tests

EXAMPLES = ROOT / "examples" / "reports"
ONE_AT_A_TIME = threading.Lock()  # commands, also those of another thread (a portal that refreshes)

# The tests speak Chinese, whatever this machine speaks; those that are about another language say so.
for name in ("LC_ALL", "LC_MESSAGES", "LANG", "FOI_LANG"):
    os.environ.pop(name, None)

# No deadline: how fast a machine is, and what else it does, is no question of right or wrong.
settings.register_profile("quick", max_examples=30, deadline=None)
settings.register_profile("thorough", max_examples=100, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Dear files first, each still whole and in its order; those that wait for the loaded examples after the others."""
    texts = {path: path.read_text("utf-8") for path in {item.path for item in items}}
    items.sort(key=lambda item: turn(texts[item.path]))
    # Thousands of tests and what they import stay to the end: to look for garbage among them takes a tenth of the time, as in foi.cli.
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling:
    """With more than one process: what shares that which takes long to make stays on one."""
    return GroupScheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def _loads_without_dbt_tests() -> Iterator[None]:
    """Also where a test loads in its own process."""
    with without_dbt_tests():
        yield


@cache
def _ready() -> subprocess.Popen[str]:
    """The process that the others are forked from (tests.ready); it ends with the tests, when nobody can write to it any more."""
    command = [sys.executable, "-c", "from tests.ready import serve; serve()"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def foi(*arguments: object, timeout: int = 900, dbt_tests: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does, in a process of its own; a load runs dbt's tests of the models only with `dbt_tests`."""
    words, ready = list(map(str, arguments)), _ready()
    assert ready.stdin is not None and ready.stdout is not None
    with tempfile.TemporaryDirectory() as scratch:
        said = {name: Path(scratch) / name for name in ("stdout", "stderr")}
        command = {
            "words": words,
            "environment": {**os.environ, **environment},
            "folder": os.getcwd(),
            "timeout": timeout,
            "dbt_tests": dbt_tests,
            **{name: str(path) for name, path in said.items()},
        }
        with ONE_AT_A_TIME:
            ready.stdin.write(json.dumps(command) + "\n")
            ready.stdin.flush()
            code = int(ready.stdout.readline())
        if code == -signal.SIGALRM:
            raise subprocess.TimeoutExpired(words, timeout)
        return subprocess.CompletedProcess(words, code, *(path.read_text("utf-8") for path in said.values()))


def marts_hash(home: Path) -> str:
    """A hash of every row of the marts."""
    import duckdb

    digest = hashlib.sha256()
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        for table in ("unit_year", "area_year", "progress", "reporting_rates"):
            digest.update(repr(connection.sql(f"select * from marts.{table} order by all").fetchall()).encode())
    return digest.hexdigest()


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home folder into which the examples were loaded with `foi load`: once for all processes, each with a copy of its own.

    All tests of a process share it, in an order that nobody promises: what people write (ledgers) is as it was at the end.
    """
    shared = tmp_path_factory.getbasetemp() / "loaded"
    if "PYTEST_XDIST_WORKER" in os.environ:  # each process has a folder of its own below that of the whole run
        shared = shared.parents[1] / "loaded"
    with alone(shared.with_name(".loaded.lock")):
        if not shared.is_dir():
            _load_examples(made := shared.with_name(f"loading-{os.getpid()}"))
            made.rename(shared)
    home = Path(shutil.copytree(shared, tmp_path_factory.mktemp("home"), dirs_exist_ok=True, symlinks=True))
    yield home
    lists = set(home.glob("*.jsonl")) - {home / "audit.jsonl"}  # in which also what was refused is noted
    left = [path.name for path in lists if path.read_bytes() != _bytes(shared / path.name)]
    assert not left, f"a test wrote into the home folder that all share, and left it so: {left}"


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _load_examples(home: Path) -> None:
    result = foi("load", EXAMPLES, "--home", home, dbt_tests=True, FOI_MEMORY="200MB")  # what does not fit goes to the disk
    assert result.returncode == 1, result.stdout + result.stderr
    (home / "stdout.txt").write_text(result.stdout, "utf-8")
    (home / "stderr.txt").write_text(result.stderr, "utf-8")


@pytest.fixture
def ask(loaded: Path):
    """Ask the published file in SQL."""
    import duckdb

    with duckdb.connect(str(loaded / "published.duckdb"), read_only=True) as connection:
        connection.execute("set search_path = 'marts,core,quality'")
        yield lambda sql: connection.execute(sql).fetchall()
