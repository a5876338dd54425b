"""What a whole load costs in tests: those that test something else than the warehouse's own tests leave these out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster_project.dbt import Warehouse


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
