"""Runs the program for the tests: each command in a process of its own, forked from one that has imported what takes seconds to import.

A line of JSON in is a command (words, environment, working directory, files for what it says, seconds it may take), a line out is its
exit code.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import sys
import threading
import traceback
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from multiprocessing import forkserver
from typing import Any

READERS_VARIABLE = "FOI_SOFFICE"  # what the readers go by, beside the file
BUILDING = ("load", "refresh", "roster", "demo", "query", "trend", "export")  # the commands that may build a warehouse


@cache
def import_engines() -> None:
    """In the order in which a load imports them."""
    import upath

    from ingest.landing.workers import begin

    os.environ["GX_ANALYTICS_ENABLED"] = "False"  # as in expectations.gate.run
    for name in (
        "dagster_project.load",
        "dagster_project.definitions",
        "dagster_project.as_of",
        "dbt.cli.main",
        "great_expectations",
        "tests.whole_loads",
    ):
        import_module(name)
    upath.UPath  # noqa: B018  # found by name: it is imported when it is asked for
    begin()  # the process from which those that read files are forked
    import_module("tests.whole_loads").empty_record()
    import_module("tests.whole_loads").read_project()
    for description in (import_module("dagster_project.dbt_cache").PROJECT / "models").glob("*/*.yml"):
        import_module("dagster_project.names")._description(description.stem)


def share_reading(environment: dict[str, str]) -> None:
    """In a command: files are read by processes forked from ours, where they would find the same variables there; else it starts its own."""
    server = forkserver._forkserver  # type: ignore[attr-defined]
    if READERS_VARIABLE in environment:
        server._forkserver_pid = None
    else:
        forkserver.ensure_running = server.ensure_running = lambda: (
            None
        )  # it is no child of this process, which could not ask whether it lives


def run(command: dict[str, Any]) -> int:
    """What the console script does, up to the exit code."""
    from foi.cli import main

    share_reading(command["environment"])
    os.environ.clear()
    os.environ.update(command["environment"])
    os.chdir(command["folder"])
    for name, number in (("stdout", 1), ("stderr", 2)):
        os.dup2(os.open(command[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.alarm(command["timeout"])
    sys.argv = ["foi", *command["words"]]
    code: Any = 0
    try:
        with ExitStack() as kept:
            if command["words"][:1] and command["words"][0] in BUILDING and not command["dbt_tests"]:
                kept.enter_context(import_module("tests.whole_loads").without_dbt_tests())
                kept.enter_context(import_module("tests.whole_loads").with_prepared_record())
                kept.enter_context(import_module("tests.whole_loads").with_read_project())
            main()
    except SystemExit as exit:
        code = exit.code
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else 1 if code else 0


def serve() -> None:
    """Answer until there are no more commands."""
    import foi.cli  # noqa: F401
    from ingest.law.forms import every_form
    from ingest.units import load_registry

    every_form()
    load_registry().rows()
    for line in sys.stdin:
        command = json.loads(line)
        if command["words"][:1] and command["words"][0] in BUILDING:
            import_engines()
        gc.freeze()  # what is never written to is shared
        child = os.fork()
        if not child:
            code = 1
            try:
                code = run(command)
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
