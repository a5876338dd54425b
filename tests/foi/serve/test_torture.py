"""A moment of `make torture`, in the resident process: whatever was killed, the next load makes the same tables. A load of its own that is
killed: tests/foi/line/test_line.py."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ingest.home import Home
from tests.conftest import foi
from tests.torture import Bench


def load(home: Home, folder: Path) -> None:
    """Load to the end, without waiting for what takes seconds to import."""
    done = foi("load", folder, "--home", home.root)
    assert done.returncode in (0, 1), done.stdout + done.stderr


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("torture"), load)


def test_a_resident_worker_that_is_killed_at_any_moment_leaves_what_the_next_load_needs(bench: Bench):
    bench.resident(random.Random(8).uniform(0.1, 0.9))
