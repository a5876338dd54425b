"""What was decided in a page is counted by itself: one refresh behind several acts, by the resident process if one serves."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from dagster_project.resident import standing
from ingest.home import Home

QUIET = 1.5  # seconds without another act, after which it is counted


class Counting:
    """The refreshes that the pages of one portal ask for: never two at a time, and none that was asked for is left out.

    `foi refresh` hands the work to the resident process (`foi serve`) and carries it out by itself where none serves.
    """

    def __init__(self, home: Home, command: Sequence[str] = (sys.executable, "-m", "foi", "refresh")) -> None:
        self._home, self._command = home, [*command, "--home", str(home.root)]
        self._changed = threading.Condition()
        self._asked_at = 0.0
        self._is_wanted = self._is_running = False
        self._thread: threading.Thread | None = None
        self.refreshes = 0  # that were carried out
        self.failed = ""  # what the last one said, if it failed

    def ask(self) -> None:
        """Something was decided that the published tables do not know yet."""
        with self._changed:
            self._is_wanted, self._asked_at = True, time.monotonic()
            if self._thread is None:
                self._thread = threading.Thread(target=self._stay, daemon=True)
                self._thread.start()

    @property
    def state(self) -> str:
        """What becomes of what was asked: failed, running, waiting, or idle where nothing was."""
        with self._changed:
            if self._is_running:
                return "running"
            return "waiting" if self._is_wanted else "failed" if self.failed else "idle"

    @property
    def is_served(self) -> bool:
        """Whether a resident process does the work."""
        return standing(self._home) is not None

    def wait(self, seconds: float) -> bool:
        """Wait until all that was asked for is done; False if that takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: self._thread is None, seconds)

    def _stay(self) -> None:
        while True:
            with self._changed:
                while (left := self._asked_at + QUIET - time.monotonic()) > 0:
                    self._changed.wait(left)
                self._is_wanted, self._is_running = False, True
            failed = self._refresh()
            with self._changed:
                self._is_running, self.failed = False, failed
                self.refreshes += 1
                if not self._is_wanted:
                    self._thread = None
                    self._changed.notify_all()
                    return

    def _refresh(self) -> str:
        """Carry it out; what went wrong in the words of the command, empty if nothing did."""
        log = self._home.logs / "refresh.log"
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("wb") as said:
                code = subprocess.run(self._command, stdin=subprocess.DEVNULL, stdout=said, stderr=said).returncode
        except OSError as error:
            return str(error)
        words = log.read_text("utf-8", "replace").strip().splitlines()
        return "" if code == 0 else (words[-1] if words else f"exit code {code}")[:500]
