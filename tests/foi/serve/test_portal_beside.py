"""The portal beside the line is a process of its own: it is begun again when it ends, and ends with the line."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from foi.messages import Complaint
from foi.serve.begin import unit_file
from foi.serve.portal_beside import PortalBeside
from portal.run import bound


@pytest.fixture
def port() -> int:
    """A port that nobody uses."""
    with bound(0) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def beside(tmp_path: Path, port: int) -> Iterator[PortalBeside]:
    made = PortalBeside(tmp_path, port, pause=0.1)
    made.begin()
    yield made
    made.end()


def _answers(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/about", trust_env=False, timeout=10).status_code == 200
    return False


def _until(port: int, is_so: bool) -> None:
    end = time.monotonic() + 120
    while _answers(port) is not is_so:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_portal_that_is_killed_is_begun_again_and_ends_with_the_line(
    beside: PortalBeside, port: int, capfd: pytest.CaptureFixture[str]
):
    _until(port, True)
    assert f"http://127.0.0.1:{port}/sign-in?once=" in capfd.readouterr().err
    assert beside.process is not None
    os.kill(beside.process, signal.SIGKILL)
    _until(port, False)
    _until(port, True)
    beside.end()
    assert not _answers(port)


def test_a_port_that_is_taken_is_told_before_anything_begins(tmp_path: Path):
    with bound(0) as taken:
        taken.listen()
        with pytest.raises(Complaint, match="--port"):
            PortalBeside(tmp_path, int(taken.getsockname()[1])).begin()


def test_the_unit_file_names_the_port(tmp_path: Path):
    assert "--portal 8321" in unit_file(tmp_path, None, 8321) and "--portal" not in unit_file(tmp_path, None)
