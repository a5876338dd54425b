"""Which process runs which tests, and in which order: dear ones first, and together what shares that which takes long to make."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# What takes seconds is begun first: the many small files after it fill the time until both processes are done.
DEAR = re.compile(r"foi\(\s*\"(?:load|demo)|load\.load\(|load_folder\(|\bbuild\(|\bloaded\b")

# Folders whose files share what takes long to make: one process runs them all. test_late has nothing of it.
TOGETHER = ("dbt", "foi/owed", "foi/rollup", "ingest/home")


def group(test: str) -> str:
    """The tests that one process runs: those of a file, or of a folder.

    >>> group("tests/ingest/home/test_locks.py::test_one"), group("tests/foi/test_cli.py::test_one")
    ('tests/ingest/home', 'tests/foi/test_cli.py')
    """
    path = PurePosixPath(test.split("::", 1)[0])
    folder = path.parent.as_posix()
    return folder if folder.removeprefix("tests/") in TOGETHER and path.stem != "test_late" else path.as_posix()


def turn(text: str) -> int:
    """0 for a dear file, 1 for one that waits for the loaded examples (a browser shows them), 2 for the others."""
    if "needs_browser" in text:
        return 1
    return 2 if not DEAR.search(text) else int("loaded" in text)


class GroupScheduling(LoadFileScheduling):
    """Whole groups go to a process, one after the other; a group that was torn apart is an error of its tests."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        self.runs: dict[str, Any] = {}

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
        ours = group(self.registered_collections[node][item_index])
        if self.runs.setdefault(ours, node) is not node:
            raise pytest.UsageError(f"{ours} ran in two processes: what its tests share was made twice")
        super().mark_test_complete(node, item_index, duration)
