"""The worker of the resident process: it has imported, parsed and made everything once, and does one piece of work after the other."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from dagster_project.resident import put, take
from foi.resident import RESIDENT, process
from foi.serve.streams import streams_of
from ingest.home import Home
from ingest.landing import workers
from ingest.words.language import use_language

Run = Callable[[list[str]], int]  # carries out the words of a command; returns its exit code


def work(channel: int, home: Home, run: Run) -> None:
    """Do what the supervisor sends, one after the other, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever ends the supervisor with Ctrl-C leaves it to it
    process.set(RESIDENT)
    with socket.socket(fileno=channel) as supervisor:
        _load_everything(home)
        put(supervisor, {"state": "ready", **_facts(home)})
        while True:
            try:
                asked, files = take(supervisor)
            except ConnectionError:
                return
            if asked is None:
                return
            told = _done(home, run, asked, files)
            with contextlib.suppress(OSError):  # the supervisor is gone; what was done is done
                put(supervisor, {"state": "free", **told, **_facts(home)})


def _load_everything(home: Home) -> None:
    """All that a command would otherwise do before it begins to work."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"  # as in expectations.gate.run
    for name in ("dagster_project.carried_out", "dbt.cli.main", "great_expectations", "polars", "duckdb", "foi.line.load"):
        import_module(name)
    from dagster_project.definitions import definitions_of
    from dagster_project.settings import Settings
    from ingest.units import load_registry

    load_registry()
    workers.begin()
    workers.keep_workers()
    definitions_of(Settings(home=str(home.root), inbox=str(home.inbox)).place.root).get_repository_def()
    gc.collect()
    gc.freeze()


def _done(home: Home, run: Run, asked: dict[str, Any], files: list[int]) -> dict[str, Any]:
    """Do one piece of work; what the supervisor is to know of it."""
    begun = time.time()
    workers.begin()  # here, so that the reading processes never hold the streams of a caller
    with _as_before():
        try:
            told = _command(run, asked, files) if asked["kind"] == "command" else _KINDS[asked["kind"]](home, asked)
            _alerts(home, begun)
        except Exception as error:
            print(traceback.format_exc(), file=sys.stderr, flush=True)
            told = {"said": f"{type(error).__name__}: {error}"[:500], "failed": True}
    gc.collect()
    return told


def _command(run: Run, asked: dict[str, Any], files: list[int]) -> dict[str, Any]:
    """A command of a caller: its words, variables, folder and streams; the caller hears its exit code from here."""
    caller = socket.socket(fileno=files[3])
    with caller:
        os.environ.clear()
        os.environ.update(asked["environment"])
        code = 1
        with streams_of(files[:3], asked["encoding"]):
            try:
                os.chdir(asked["folder"])
                code = run(asked["words"])
            except BaseException:
                traceback.print_exc()
        with contextlib.suppress(OSError):  # the caller did not wait
            put(caller, {"state": "done", "exit_code": code})
    return {"exit_code": code}


def _inbox(home: Home, asked: dict[str, Any]) -> dict[str, Any]:
    """Load the inbox and count what was decided, as far as nobody is still writing there."""
    from foi.line.up_to_date import bring_up_to_date

    came = bring_up_to_date(home)
    return {"said": came.said, "unfinished": came.unfinished, "failed": came.failed}


def _due(home: Home, asked: dict[str, Any]) -> dict[str, Any]:
    from dagster_project.carried_out import run_due

    return {"said": ", ".join(run_due(home)) or "nothing"}


def _run(home: Home, asked: dict[str, Any]) -> dict[str, Any]:
    from dagster_project.carried_out import carry_out

    return {"said": asked["run_id"], "failed": not carry_out(home, asked["run_id"])}


_KINDS: dict[str, Callable[[Home, dict[str, Any]], dict[str, Any]]] = {"inbox": _inbox, "due": _due, "run": _run}


def _alerts(home: Home, begun: float) -> None:
    from dagster_project.carried_out import alerts_after

    alerts_after(home, begun)


@contextlib.contextmanager
def _as_before() -> Iterator[None]:
    """Whatever a command set for the whole process is as it was before, when it is done."""
    environment, folder, words = dict(os.environ), Path.cwd(), list(sys.argv)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.argv[:] = words
        use_language(None)


def _facts(home: Home) -> dict[str, Any]:
    """How much memory this process holds, and when the next schedule is due."""
    from dagster_project.carried_out import next_due

    return {"memory": _memory(), "due": next_due(home)}


def _memory() -> int:
    """Bytes of memory that this process holds now; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
