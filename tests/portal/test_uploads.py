"""What is sent in a loop or without end costs the portal nothing that stays: no file, no process, no memory.

FOI_UPLOADS says how many files are sent one after the other (10000 takes hours); without it, fewer, by the same way.
"""

from __future__ import annotations

import os
import random
import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from portal.sent import MOST
from tests.bench_portal import memory, portal
from tests.factory import random_record
from tests.factory.docx import as_docx

MANY = int(os.environ.get("FOI_UPLOADS", "30"))
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="memory and children of a process are read from /proc"
)


@dataclass
class Running:
    """A portal in a process of its own, its home folder and its folder for temporary files."""

    address: str
    process: int
    home: Path
    scratch: Path

    @property
    def files(self) -> list[str]:
        """What lies in both folders."""
        return sorted(str(path) for folder in (self.home, self.scratch) for path in folder.rglob("*") if path.is_file())

    @property
    def written(self) -> int:
        """How many bytes its open files without a name hold."""
        numbers = (number for number in os.listdir(f"/proc/{self.process}/fd") if int(number) > 2)  # what it prints is no upload
        return sum(_size_without_name(Path(f"/proc/{self.process}/fd/{number}")) for number in numbers)

    @property
    def children(self) -> list[str]:
        """The processes that it began and that are still there."""
        return Path(f"/proc/{self.process}/task/{self.process}/children").read_text("ascii").split()


def _size_without_name(opened: Path) -> int:
    """The size of an open file that has no name (any more); 0 where it was closed meanwhile."""
    with suppress(FileNotFoundError):
        return opened.stat().st_size if "deleted" in str(os.readlink(opened)) else 0
    return 0


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    with portal(home) as (address, process, _):
        yield Running(address, process, home, scratch)


def connected(running: Running, head: str) -> socket.socket:
    """A connection on which the head of a request was sent."""
    host, port = running.address.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=60)
    line.sendall(
        f"POST /check HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: multipart/form-data; boundary=x\r\n{head}\r\n".encode()
    )
    return line


def test_a_gigabyte_is_refused_before_it_arrives(running: Running):
    before = memory(running.process)
    with connected(running, "Content-Length: 1000000000\r\n") as line:
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")
    assert memory(running.process) < before + 20 and running.files == []


def test_what_says_nothing_of_its_size_is_refused_once_it_is_too_much(running: Running):
    before, sent, most = memory(running.process), 0, 0
    chunk = b"x" * 500_000
    with connected(running, "Transfer-Encoding: chunked\r\n") as line:
        line.sendall(b'%x\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n\r\n' % 67)
        try:
            while sent < 1_000_000_000:
                line.sendall(b"%x\r\n" % len(chunk) + chunk + b"\r\n")
                sent += len(chunk)
                most = max(most, running.written)
        except OSError:  # nobody listens any more
            pass
    assert sent < 2 * MOST and most <= MOST + 1_000_000  # a large one is on the disk, without a name
    assert memory(running.process) < before + 60 and running.files == []
    assert httpx.get(f"{running.address}/about", trust_env=False).status_code == 200 and running.written == 0


def test_many_uploads_leave_no_file_no_process_and_no_memory(running: Running):
    draft = as_docx(random_record(random.Random(3), "2021", 60, "示例甲镇", 2024))
    told = re.compile("结论：")

    def send(client: httpx.Client, n: int) -> None:
        data = draft if n % 5 == 0 else b"nothing that could be read"
        answer = client.post("/check", files={"file": (f"../{n}.docx", data)})
        assert answer.status_code in (200, 503) and (answer.status_code == 503 or told.search(answer.text))

    with httpx.Client(base_url=running.address, trust_env=False, timeout=120) as client:
        for n in range(10):
            send(client, n)
        before, kept = memory(running.process), running.written  # what all uploads share is made once
        for n in range(MANY):
            send(client, n)
    end = time.monotonic() + 30
    while running.children and time.monotonic() < end:
        time.sleep(0.1)
    assert running.files == [] and running.children == [] and running.written == kept <= 10_000
    assert memory(running.process) < before + 30 + MANY / 200
