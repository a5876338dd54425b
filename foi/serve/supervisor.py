"""The supervisor of a home folder: it takes work over a socket, hands it to the worker one after the other, and outlives every worker."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dagster_project.resident import address_of, fingerprint, put, take
from foi.serve.crew import Worker, WorkerDied
from foi.serve.watch import Watch
from ingest.home import Home

POLL = 2.0  # seconds between two looks at the inbox
SHARE = 50  # and as many times as long as a look takes, for a look is no work that counts
GRACE = 15.0  # seconds that work at hand is given to end when the supervisor must
PAUSE = 30.0  # seconds until a worker that cannot begin is tried again
WRITING = ("decide", "correct", "withdraw", "lock", "unlock")  # commands after which there is something to bring up to date
TRIES = 2  # for work that nobody waits for and that killed its worker
LOG = logging.getLogger("foi.serve")


@dataclass
class Work:
    """A piece of work: what is asked, who waits for it, and the open files of the caller."""

    asked: dict[str, Any]
    caller: socket.socket | None = None
    files: list[int] = field(default_factory=list)
    tries: int = 0

    @property
    def what(self) -> str:
        """What it is, for the log: a command by its first words."""
        return "foi " + " ".join(self.asked["words"][:2]) if self.asked["kind"] == "command" else str(self.asked["kind"])

    def tell(self, state: str, **more: Any) -> None:
        """Say something to whoever waits, if he still does."""
        if self.caller:
            with contextlib.suppress(OSError):
                put(self.caller, {"state": state, **more})

    def close(self) -> None:
        """Let go of what belongs to the caller."""
        for file in self.files:
            with contextlib.suppress(OSError):
                os.close(file)
        self.files = []
        if self.caller:
            self.caller.close()


class Supervisor:
    """One for each home folder, as long as `foi serve` runs."""

    def __init__(self, home: Home) -> None:
        self._home, self._since = home, datetime.now(UTC).isoformat(timespec="seconds")
        self._watch = Watch(home)
        self._waiting: deque[Work] = deque()
        self._changed = threading.Condition()
        self._at_hand: Work | None = None
        self._worker: Worker | None = None
        self._is_ready = self._is_ending = False

    def serve(self) -> None:
        """Take work until `end` is called."""
        self._home.socket.unlink(missing_ok=True)  # of one that was killed: whoever holds the lock of the server knows
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            before = os.umask(0o177)
            try:
                listener.bind(address_of(self._home))
            finally:
                os.umask(before)
            listener.listen(64)
            listener.settimeout(0.5)
            if self._home.batches.is_dir():
                self._want("inbox")  # whatever was begun or decided while nothing served is brought up to date
            worker = threading.Thread(target=self._work)
            worker.start()
            threading.Thread(target=self._look, daemon=True).start()
            while not self._is_ending:
                with contextlib.suppress(TimeoutError):
                    caller, _ = listener.accept()
                    threading.Thread(target=self._hear, args=(caller,), daemon=True).start()
            self._home.socket.unlink(missing_ok=True)
        self._finish(worker)

    def end(self) -> None:
        """Take no more work; what is at hand may be finished."""
        self._is_ending = True

    def _finish(self, thread: threading.Thread) -> None:
        with self._changed:
            at_hand = self._at_hand
            self._changed.notify_all()
            for work in self._waiting:
                work.tell("refused", why="ending", process=os.getpid())
                work.close()
            self._waiting.clear()
        if at_hand:
            LOG.info("ending: %s is given %.0f s to be finished", at_hand.what, GRACE)
        thread.join(GRACE)
        if thread.is_alive() and self._worker:
            LOG.warning("ended %s: nothing of it is half done, the next load goes on", at_hand.what if at_hand else "the worker")
            self._worker.kill()
            thread.join()

    def _hear(self, caller: socket.socket) -> None:
        """Answer one caller, or put what he asks for into the line."""
        try:
            caller.settimeout(30)
            asked, files = take(caller)
            caller.settimeout(None)
        except (OSError, ValueError):
            caller.close()
            return
        work = Work({**(asked or {}), "kind": (asked or {}).get("ask")}, caller, files)
        why = self._why_not(work, caller)
        if work.asked["kind"] == "standing":
            with contextlib.suppress(OSError):
                put(caller, self._standing())
        elif why:
            work.tell("refused", why=why, process=os.getpid())
        elif self._put(work):
            return
        work.close()

    def _why_not(self, work: Work, caller: socket.socket) -> str:
        """Why work is not taken: it is somebody else's, of another program, or would have to wait and must not."""
        if hasattr(socket, "SO_PEERCRED"):
            user = struct.unpack("3i", caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))[1]
            if user != os.getuid():
                return "user"
        if work.asked["kind"] not in ("command", "run") or self._is_ending:
            return "ending"
        if work.asked["kind"] == "command" and len(work.files) != 3:
            return "files"
        if work.asked.get("fingerprint") != fingerprint():
            LOG.warning("%s is of another version of the program: end this process and begin it again", work.what)
            return "version"
        with self._changed:
            is_busy = self._at_hand is not None or bool(self._waiting) or not self._is_ready
        return "busy" if is_busy and not work.asked.get("waits", True) else ""

    def _put(self, work: Work) -> bool:
        """Put work into the line; False if it was only taken note of."""
        is_command = work.asked["kind"] == "command"
        if not is_command:
            work.tell("taken", process=os.getpid())
            work.close()
            work.caller = None
        with self._changed:
            before = len(self._waiting) + (self._at_hand is not None)
            self._waiting.append(work)
            self._changed.notify_all()
        if is_command and before:
            work.tell("waiting", before=before)
        return True

    def _standing(self) -> dict[str, Any]:
        with self._changed:
            return {
                "process": os.getpid(),
                "worker": self._worker.process if self._worker else None,
                "since": self._since,
                "fingerprint": fingerprint(),
                "inbox": str(self._home.inbox),
                "is_ready": self._is_ready,
                "at_hand": self._at_hand.what if self._at_hand else None,
                "waiting": len(self._waiting),
                "memory": self._worker.facts.get("memory") if self._worker else None,
            }

    def _look(self) -> None:
        """Watch the inbox and the clock."""
        while not self._is_ending:
            begun = time.monotonic()
            with contextlib.suppress(OSError):
                if self._watch.look():
                    self._want("inbox")
                facts = self._worker.facts if self._worker else {}
                if facts.get("due", float("inf")) <= time.time():
                    self._want("due")
            time.sleep(max(POLL, SHARE * (time.monotonic() - begun)))

    def _want(self, kind: str) -> None:
        """Put work that nobody waits for into the line, once."""
        with self._changed:
            if all(work.asked["kind"] != kind for work in (*self._waiting, *filter(None, [self._at_hand]))):
                self._waiting.append(Work({"kind": kind}))
                self._changed.notify_all()

    def _work(self) -> None:
        """Hand over one piece of work after the other, with a worker that is alive."""
        while not self._is_ending:
            worker = self._alive()
            if worker is None:
                continue
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_ending)
                if self._is_ending:
                    break
                work = self._at_hand = self._waiting.popleft()
            self._hand_over(worker, work)
            with self._changed:
                self._at_hand = None
            if worker.is_too_large:
                LOG.info("the worker holds %s MiB: a fresh one takes its place", int(worker.facts["memory"]) >> 20)
                self._replace()
        self._replace()

    def _hand_over(self, worker: Worker, work: Work) -> None:
        LOG.info("%s", work.what)
        begun = time.monotonic()
        if work.asked["kind"] == "inbox":
            self._watch.taken()
        try:
            files = [*work.files, work.caller.fileno()] if work.caller else []
            told = worker.do(work.asked, files)
        except WorkerDied as error:
            LOG.error("%s: the worker ended before it was done (%s); a fresh one takes its place", work.what, error)
            work.tell("lost")
            self._replace()
            self._again(work)
        else:
            self._watch.forget(told.get("unfinished", ()))
            came = told.get("said", f"exit code {told.get('exit_code')}")
            level = logging.WARNING if told.get("failed") else logging.INFO
            LOG.log(level, "%s: %s (%.1f s)", work.what, came, time.monotonic() - begun)
            if work.asked["kind"] == "command" and work.asked["words"][0] in WRITING and told.get("exit_code", 2) <= 1:
                self._want("inbox")  # the watch would notice it too, a few seconds later
        finally:
            work.close()

    def _again(self, work: Work) -> None:
        """What was begun is brought up to date; work that killed its worker twice is not tried again until something changes."""
        work.tries += 1
        if work.asked["kind"] == "inbox" and work.tries < TRIES:
            with self._changed:
                self._waiting.append(work)
        elif work.asked["kind"] == "command":
            self._want("inbox")

    def _alive(self) -> Worker | None:
        """The worker, ready for work; None, after a pause, where none can begin."""
        if self._worker is None:
            try:
                begun = time.monotonic()
                self._worker = Worker(self._home)
                self._worker.ready()
                self._is_ready = True
                LOG.info("the worker is ready (process %d, %.1f s)", self._worker.process, time.monotonic() - begun)
            except (WorkerDied, OSError) as error:
                LOG.error("no worker can begin (%s): it is tried again in %.0f s, and commands work without it", error, PAUSE)
                self._replace()
                self._refuse_all()
                with self._changed:
                    self._changed.wait_for(lambda: self._is_ending, PAUSE)
        return self._worker

    def _refuse_all(self) -> None:
        with self._changed:
            for work in self._waiting:
                work.tell("refused", why="no_worker", process=os.getpid())
                work.close()
            self._waiting.clear()

    def _replace(self) -> None:
        worker, self._worker, self._is_ready = self._worker, None, False
        if worker:
            worker.end()
