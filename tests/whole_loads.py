"""What a whole load costs in tests: those that test something else leave out the warehouse's own tests, and the making of an empty record."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from dagster_project.dbt import Warehouse
from dagster_project.history import History


@contextmanager
def without_dbt_tests() -> Iterator[None]:
    """Loads in this process build every model and judge every report, but do not run dbt's tests of the models.

    Those run on the examples (the home folder `loaded`, the demo of the wheel) and on the scenario of tests/dbt.
    """
    whole = Warehouse.build

    def build(self: Warehouse, *selection: str) -> list[Any]:
        return whole(self, *selection, "--exclude-resource-type", "test")

    Warehouse.build = build  # type: ignore[method-assign]
    try:
        yield
    finally:
        Warehouse.build = whole  # type: ignore[method-assign]


@cache
def empty_record() -> Path:
    """Dagster's record of a home folder in which nothing was loaded yet, made once: the tables of all its files take two seconds.

    It goes when the process ends that made it, not with those that were forked from it.
    """
    folder, owner = Path(tempfile.mkdtemp(prefix="record-")), os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == owner else None)
    History.from_local(str(folder)).dispose()
    return folder


@contextmanager
def with_prepared_record() -> Iterator[None]:
    """Homes that are made in this process begin with a copy of that record."""
    made = History.__init__

    def begin(self: History, base_dir: str, inst_data: Any = None) -> None:
        if not (Path(base_dir) / "history").exists():
            shutil.copytree(empty_record(), base_dir, dirs_exist_ok=True)
        made(self, base_dir, inst_data)

    History.__init__ = begin  # type: ignore[method-assign]
    try:
        yield
    finally:
        History.__init__ = made  # type: ignore[method-assign]
