"""Whether a resident process serves a home folder, and how something is asked of it: messages of JSON over a socket in the folder."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import struct
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.home.plain_path import linked_folder
from ingest.project import project_folder

LENGTH = struct.Struct("!I")  # stands before each message
LONGEST = 90  # bytes of a path that every system takes as the address of a socket
FILES = 4  # that may come with one message
ROOMS = ("ingest", "expectations", "dagster_project", "foi", "portal")
ANSWER_WITHIN = 10.0  # seconds for a question that is no work


def has_sockets() -> bool:
    """Whether this system has sockets that stand in a folder and pass on open files; where it has not, no process can serve."""
    return hasattr(socket, "AF_UNIX") and hasattr(socket, "send_fds")


def address_of(home: Home) -> str:
    """Where the resident process of a home folder is reached; by a link, where the path is too long for a socket."""
    here = home.socket.resolve()
    if len(os.fsencode(here)) > LONGEST:
        here = linked_folder(here.parent) / here.name
    return str(here)


@cache
def fingerprint() -> str:
    """Which program this is: its files and its Python; another one must not do our work."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256(f"{sys.version} {sys.prefix} {root}".encode())
    for folder in (*(root / room for room in ROOMS), project_folder("dbt")):
        for path in sorted(p for p in folder.rglob("*") if p.suffix != ".pyc" and p.is_file()):
            stat = path.stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def connected(home: Home) -> socket.socket | None:
    """A connection to the process that serves a home folder; None where none does, or it belongs to somebody else."""
    if not has_sockets() or not home.socket.exists():
        return None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(address_of(home))
    except OSError:  # it was killed, or it is somebody else's
        connection.close()
        return None
    return connection


def standing(home: Home) -> dict[str, Any] | None:
    """What the resident process of a home folder says of itself: its number, since when it serves, what it does; None without one."""
    connection = connected(home)
    if connection is None:
        return None
    with connection:
        connection.settimeout(ANSWER_WITHIN)
        try:
            put(connection, {"ask": "standing"})
            return take(connection)[0]
        except (OSError, ValueError):
            return None


def put(connection: socket.socket, message: dict[str, Any], files: Sequence[int] = ()) -> None:
    """Send a message, with open files (their numbers in this process) if the other side is to have them."""
    data = json.dumps(message).encode()
    if files:
        socket.send_fds(connection, [LENGTH.pack(len(data))], files)
        connection.sendall(data)
    else:
        connection.sendall(LENGTH.pack(len(data)) + data)


def take(connection: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """The next message, and the files that came with it; None where the other side has ended."""
    head, files, *_ = socket.recv_fds(connection, LENGTH.size, FILES)
    if not head:
        return None, []
    head += _exactly(connection, LENGTH.size - len(head))
    message: dict[str, Any] = json.loads(_exactly(connection, LENGTH.unpack(head)[0]))
    return message, list(files)


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise ConnectionError("the other side ended within a message")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
