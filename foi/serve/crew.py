"""The worker process as the supervisor has it: begun, given work, and replaced when it died or grew too large."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

from dagster_project.resident import put, take
from ingest.home import Home

LARGEST = 3 << 30  # bytes of memory that a worker may keep between two pieces of work
LOG = logging.getLogger("foi.serve")


class WorkerDied(Exception):
    """The worker ended before it had done its work; the message says how."""


class Worker:
    """One process that does the work; `facts` is what it said of itself when it was last free."""

    def __init__(self, home: Home) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        command = [sys.executable, "-m", "foi", "serve", "--home", str(home.root), "--worker", str(theirs.fileno())]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # Ctrl-C at the supervisor is no matter of the worker
            cwd=home.root,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        theirs.close()
        self._channel = ours
        self.facts: dict[str, Any] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def process(self) -> int:
        """The number of the process."""
        return self._process.pid

    def ready(self) -> None:
        """Wait until it has loaded everything."""
        self.facts = self._answer()

    def do(self, asked: dict[str, Any], files: Sequence[int] = ()) -> dict[str, Any]:
        """Have a piece of work done; what the worker says of it."""
        try:
            put(self._channel, asked, files)
        except OSError as error:
            raise WorkerDied(self._how()) from error
        told = self._answer()
        self.facts = {name: told[name] for name in ("memory", "due")}
        return told

    @property
    def is_too_large(self) -> bool:
        """Whether it holds so much memory that a fresh one should take its place."""
        return int(self.facts.get("memory", 0)) > LARGEST

    def end(self, seconds: float = 5.0) -> None:
        """Let it end by itself, which it does when it has no more work; else kill it."""
        self._channel.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        try:
            told, _ = take(self._channel)
        except (OSError, ValueError) as error:
            raise WorkerDied(self._how()) from error
        if told is None:
            raise WorkerDied(self._how())
        return told

    def _how(self) -> str:
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()
            return "it did not answer"
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def _listen(self) -> None:
        """What engines print by themselves goes to the log."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if text := line.decode("utf-8", "replace").rstrip():
                LOG.info("worker: %s", text)
