"""`foi serve`: begin to serve a home folder, or say why not; and the unit file with which systemd does."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from dagster_project.resident import address_of, fingerprint, has_sockets, standing
from foi.faults import require
from foi.messages import Complaint, message
from foi.serve.log import open_log
from foi.serve.portal_beside import PortalBeside
from foi.serve.supervisor import Supervisor
from ingest.beijing import beijing
from ingest.home import Home
from ingest.words.issues import why

UNIT = """\
[Unit]
Description=foi serve {home}
After=network.target

[Service]
ExecStart={command}
WorkingDirectory={folder}
EnvironmentFile=-{variables}
Restart=on-failure
RestartSec=10
TimeoutStopSec=30
KillMode=mixed

[Install]
WantedBy=default.target
"""


def serve(root: Path, inbox: Path | None, portal: int | None = None) -> int:
    """Serve a home folder until the process is asked to end (Ctrl-C, SIGTERM); with a port, its portal too."""
    require("warehouse")
    home = _prepared(root, inbox)
    from filelock import FileLock, Timeout

    lock = FileLock(home.root / ".serve.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        told = standing(home) or {}
        since = beijing(told.get("since"))
        raise Complaint(message("serve.already", home=home.root, process=told.get("process", "?"), since=since or "?")) from error
    with lock:
        log, supervisor = open_log(home), Supervisor(home)
        beside = PortalBeside(home.root, portal) if portal else None
        if beside:
            beside.begin()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: supervisor.end())
        print(message("serve.begun", home=home.root, inbox=home.inbox, log=home.logs / "serve.log"), file=sys.stderr, flush=True)
        log.info("serving %s, inbox %s, process %d, program %s", home.root, home.inbox, os.getpid(), fingerprint())
        try:
            supervisor.serve()
        finally:
            if beside:
                beside.end()
        log.info("ended")
        print(message("serve.ended"), file=sys.stderr, flush=True)
    return 0


def work(channel: int, root: Path, run: Callable[[list[str]], int]) -> int:
    """Be the worker of a supervisor, which is reached over an open file of this number."""
    from foi.serve import worker

    worker.work(channel, Home(root), run)
    return 0


def unit_file(root: Path, inbox: Path | None, portal: int | None = None) -> str:
    """A unit file for `systemctl --user`, with the paths of this installation and home folder."""
    home = Home(root.resolve())
    words = [str(_program()), "serve", "--home", str(home.root), *(["--inbox", str(inbox.resolve())] if inbox else [])]
    words += ["--portal", str(portal)] if portal else []
    command = " ".join(_quoted(word) for word in words)
    return UNIT.format(
        home=_plain(home.root), command=command, folder=_plain(home.root), variables=_plain(home.root / "serve.env")
    )


def _prepared(root: Path, inbox: Path | None) -> Home:
    """The home folder with its inbox, both there; a Complaint where this cannot be."""
    if not has_sockets():
        raise Complaint(message("serve.no_sockets"), 3)
    home = Home(root.resolve())
    os.environ["FOI_INBOX"] = str((inbox or home.inbox).resolve())
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        home.inbox.mkdir(parents=True, exist_ok=True)
        (home.root / ".serve.lock").touch()
        home.logs.mkdir(exist_ok=True)
        address_of(home)
    except OSError as error:
        raise Complaint(message("error.home_not_writable", path=error.filename or home.root, reason=why(error)), 3) from error
    return home


def _program() -> Path:
    """The program as it was begun, with an absolute path."""
    beside = Path(sys.executable).with_name("foi")
    return beside if beside.is_file() else Path(sys.argv[0]).resolve()


def _quoted(word: str) -> str:
    """A word of a command as systemd reads it: % and $ mean something there."""
    plain = _plain(word).replace("$", "$$")
    return plain if shlex.quote(plain) == plain else '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(path: Path | str) -> str:
    return str(path).replace("%", "%%")
