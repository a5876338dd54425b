"""What a whole load costs in tests: those that test something else leave out the warehouse's own tests, and the making of an empty record."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from dagster_project import dbt_cache
from dagster_project.dbt import Warehouse
from dagster_project.history import History
from ingest.home import Home
from ingest.landing import reference
from ingest.units import Registry
from tests.paths import ROOT


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


@cache
def written_reference() -> Path:
    """The reference tables of the official units, made once, in a process of its own: what polars makes here would not live on where it is forked."""
    folder, owner = Path(tempfile.mkdtemp(prefix="reference-")), os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == owner else None)
    write = "from ingest.landing.reference import write_reference; from ingest.units import load_registry; import pathlib, sys"
    subprocess.run(
        [sys.executable, "-c", f"{write}; write_reference(pathlib.Path(sys.argv[1]), load_registry())", str(folder)],
        cwd=ROOT,
        check=True,
    )
    return folder


@contextmanager
def with_written_reference() -> Iterator[None]:
    """Homes that are made in this process begin with a copy of these tables; where they are not what the home needs, it writes its own."""
    asked = reference.is_written

    def is_written(folder: Path, registry: Registry) -> bool:
        if not (folder / "version").exists() and not (folder / "units.parquet").exists():
            shutil.copytree(written_reference(), folder, dirs_exist_ok=True)
        return asked(folder, registry)

    reference.is_written = is_written
    try:
        yield
    finally:
        reference.is_written = asked


@cache
def read_project() -> tuple[Any, str]:
    """The parsed project as every process reads it; what dbt makes ready for its first command takes seconds, and so do its macros."""
    with tempfile.TemporaryDirectory(prefix="project-") as scratch:
        warehouse = Warehouse(Home(Path(scratch)))
        warehouse._invoke(warehouse._parsed(), "list", "--select", "fct_reports")
        found = dbt_cache._read(warehouse.home)
    assert found is not None
    _compile_macros(found[0].macros)
    return found


def _compile_macros(macros: dict[str, Any]) -> None:
    """Those of the project, and those of dbt that they need."""
    from dbt_common.clients.jinja import template_cache

    left, seen = [name for name in macros if name.startswith("macro.foi.")], set()
    while left:
        if (name := left.pop()) in macros and name not in seen:
            seen.add(name)
            template_cache.get_node_template(macros[name])
            left += macros[name].depends_on.macros


@contextmanager
def with_read_project() -> Iterator[None]:
    """The first home of this process finds the project read; another one reads its own."""
    read, left = dbt_cache._read, [read_project()]
    dbt_cache._read = lambda home: left.pop() if left else read(home)
    try:
        yield
    finally:
        dbt_cache._read = read
