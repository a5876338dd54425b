"""What a whole load costs in tests: those that test something else leave out the warehouse's own tests, and the making of an empty record."""

from __future__ import annotations

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
def empty_record() -> tempfile.TemporaryDirectory[str]:
    """Dagster's record of a home folder in which nothing was loaded yet, made once: the tables of all its files take two seconds."""
    folder = tempfile.TemporaryDirectory(prefix="record-")
    History.from_local(folder.name).dispose()
    return folder


@contextmanager
def with_prepared_record() -> Iterator[None]:
    """Homes that are made in this process begin with a copy of that record."""
    made = History.__init__

    def begin(self: History, base_dir: str, inst_data: Any = None) -> None:
        if not (Path(base_dir) / "history").exists():
            shutil.copytree(empty_record().name, base_dir, dirs_exist_ok=True)
        made(self, base_dir, inst_data)

    History.__init__ = begin  # type: ignore[method-assign]
    try:
        yield
    finally:
        History.__init__ = made  # type: ignore[method-assign]
