"""The portal beside the line: a process of its own, begun again when it ends, so that neither waits for the other."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

from foi.access.proxy import trust_of
from foi.options import TRUST_PROXY, USER_HEADER
from portal.run import bound

PAUSE = 10.0  # seconds until a portal that ended is begun again
GRACE = 5.0  # seconds that a portal is given to end
LOG = logging.getLogger("foi.serve")


class PortalBeside:
    """The portal of a home folder, from `begin` to `end`."""

    def __init__(self, home: Path, port: int, pause: float = PAUSE) -> None:
        self._home, self._port, self._pause = home, port, pause
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._stay, daemon=True)

    @property
    def process(self) -> int | None:
        """The process that serves pages now."""
        return self._process.pid if self._process else None

    def begin(self) -> None:
        """Begin to serve pages; a Complaint where the port is taken, or what is told of proxies cannot be."""
        trust_of(os.environ.get(TRUST_PROXY, ""), os.environ.get(USER_HEADER, ""))
        bound(self._port).close()
        self._thread.start()

    def end(self) -> None:
        """End the portal."""
        self._is_ending.set()
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._thread.join(GRACE)

    def _stay(self) -> None:
        command = [sys.executable, "-m", "foi", "portal", "--port", str(self._port), "--home", str(self._home)]
        while not self._is_ending.is_set():
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
            LOG.info("the portal is at port %d (process %d)", self._port, self._process.pid)
            threading.Thread(target=_tell, args=(self._process,), daemon=True).start()
            code = self._process.wait()
            if not self._is_ending.is_set():
                LOG.error("the portal ended (%d): it is begun again in %.0f s", code, self._pause)
                self._is_ending.wait(self._pause)


def _tell(process: subprocess.Popen[bytes]) -> None:
    """Hand on what a portal says when it begins: its address, and the one that lets an admin in once, which is another one each time."""
    assert process.stdout is not None
    for line in process.stdout:
        print(line.decode("utf-8", "replace").rstrip(), file=sys.stderr, flush=True)
