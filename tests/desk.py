"""A folder of reports that somebody edits, and the home folder into which it is landed again and again, mostly without building."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from dagster_project.change.build import begin
from dagster_project.dbt import Warehouse
from dagster_project.defs.landing import write_references
from dagster_project.settings import Settings
from ingest.home import Home
from ingest.landing.batches import land
from ingest.units.known import registry_for
from tests.dbt.conftest import environment_kept
from tests.factory.html import clean
from tests.factory.record import Record, zero_record

CELL = "disclosure.licenses"


def page(unit: str, number: int, year: int = 2024, **cells: str) -> bytes:
    """A report with a number by which it can be known again, and whatever else is to stand in its cells."""
    record = zero_record(unit=unit, year=year)
    return clean(Record(unit, year, "2021", {**record.cells, CELL: str(number), **cells}))


class Desk:
    """A folder of reports that somebody edits, and the home folder into which it is landed again and again."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.home = folder / "inbox", Home(folder / "home")
        self.inbox.mkdir(parents=True)

    def put(self, name: str, content: bytes | str) -> None:
        self.inbox.joinpath(name).write_bytes(content.encode() if isinstance(content, str) else content)

    def land(self, source: Path | None = None) -> list[str]:
        """Land the folder as a load does, without building anything; the files that were new."""
        settings = Settings(home=str(self.home.root), inbox=str(source or self.inbox))
        reading = settings.read_new()
        landed = list(reading.landed)
        land(self.home, reading, registry_for(source or self.inbox, self.home))
        settings.keep_listing(landed)
        return [one.input.file for one in landed]

    def reports(self) -> dict[str, tuple[str | None, int | None, bool]]:
        """Unit, year and whether it counts, for each report by its file and number, as the models see it."""
        write_references(self.home, self.inbox)
        with environment_kept():
            begin(self.home, "asked")
            Warehouse(self.home).run("run", "--select", "+fct_inputs", "+fct_cells")
        rows = self.query(
            "select concat(file, ' ', coalesce(original_value, value)::int), unit_code, report_year, is_current from core.fct_reports"
            f" join core.fct_cells using (report_id) where code = '{CELL}'"
        )
        return {name: (unit, year, is_current) for name, unit, year, is_current in rows}

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """What stands in the warehouse that was built last."""
        with duckdb.connect(str(self.home.build), read_only=True) as connection:
            return connection.execute(f"{sql} order by 1").fetchall()
