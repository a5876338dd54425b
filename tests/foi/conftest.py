"""A published file with the columns of the real one and only the rows a test puts in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest

from ingest.home import Home
from ingest.model import Cell, Hints
from ingest.pipeline import ingest_bytes
from ingest.place import pages_text
from ingest.units import load_registry

TOWN = "990101101"
# Tables that say what things mean stay as they are; the others start empty.
REFERENCE = ("core.dim_term", "core.dim_group", "core.dim_measure", "core.measure_by_form")


class Published:
    """A small published.duckdb."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection that may write."""
        return duckdb.connect(str(self.path))

    def add(self, table: str, **values: Any) -> None:
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        with self.open() as connection:
            connection.execute(f"insert into {table} ({names}) values ({marks})", list(values.values()))

    def add_all(self, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Many rows at once."""
        frame = polars.DataFrame(rows, schema=list(names), orient="row")
        with self.open() as connection:
            connection.register("rows", frame.to_arrow())
            connection.execute(f"insert into {table} ({', '.join(names)}) select * from rows")

    def cell(self, report_id: str, code: str, value: Any = None, state: str = "reported", **others: Any) -> None:
        """A cell of a report, in the table of all cells; the view of its table shows it too."""
        table, row, *column = code.split(".")
        where = {"table_name": table, "row_code": row, "column_code": column[0] if column else None}
        self.add("core.fct_cells", report_id=report_id, code=code, value=value, state=state, **{**where, **others})

    def unit(self, code: str, name: str, county: str = "示例县") -> None:
        self.add("core.dim_unit", unit_code=code, unit_name=name, level="township", province_name="示例省", county_name=county)

    def year(self, code: str, year: int, form: str = "2021", **values: Any) -> None:
        """A report of a unit and year; a number stands for its cell, a word for the state of an empty one."""
        forms = {f"form_{table}": form for table in ("disclosure", "requests", "challenges")}
        with duckdb.connect(str(self.path), read_only=True) as connection:
            columns = connection.sql("from marts.unit_year").columns
        states = {c: "absent" for c in columns if c.endswith("_state") and c != "quality_state"}
        row: dict[str, Any] = {"unit_code": code, "report_year": year, "rules_failed": 0, **forms, **states}
        for name, value in values.items():
            plain = name.startswith(("form_", "rules_failed"))
            row |= {name: value} if plain else {name: None, f"{name}_state": value} if isinstance(value, str) else {
                name: value, f"{name}_state": "reported"}  # fmt: skip
        self.add("marts.unit_year", **row)


class Landed(Published):
    """A small published file with reports that were read from real files, whose originals lie beside it."""

    def report(self, data: bytes, version: int = 1, versions: int = 1, year: int = 2024, ending: str = "bin") -> str:
        """Land a report of 示例甲镇 as a load would; gives back its id."""
        read = ingest_bytes(data, f"示例甲镇{version}.{ending}", Hints(report_year=year), load_registry())
        home, report_id = Home(self.path.parent), read.document_id[:16]
        original = home.originals / read.document_id[:2] / f"{read.document_id}.{ending}"
        original.parent.mkdir(parents=True, exist_ok=True)
        original.write_bytes(data)
        forms = {f"form_{table}": form for table, form in read.forms.items()}
        self.add("core.fct_reports", report_id=report_id, document_id=read.document_id, read_id=report_id, file=read.file, unit_code=TOWN,
                 unit_name="示例甲镇", report_year=year, reader=read.reader, title="", pages=pages_text(read.pages), version_number=version, versions=versions,
                 is_current=version == versions, landed_at=datetime(2025, 2, version), **forms)  # fmt: skip
        for cell in read.cells:
            if cell.code.endswith((".received.total", ".granted.total", "denied_by_law.total")) or cell.code == "disclosure.fees":
                self._cell(report_id, cell)
        return report_id

    def _cell(self, report_id: str, cell: Cell) -> None:
        kept = {k: getattr(cell, k) for k in ("unit", "form", "printed", "raw", "place", "match", "derivation")}
        self.cell(report_id, cell.code, cell.value, cell.state, **kept)


@pytest.fixture
def small(loaded: Path, tmp_path: Path) -> Published:
    path = tmp_path / "small" / "published.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"attach '{loaded / 'published.duckdb'}' as whole (read_only)")
        connection.execute("copy from database whole to published (schema)")
        for table in REFERENCE:
            connection.execute(f"insert into {table} from whole.{table}")
        connection.execute("detach whole")
    return Published(path)


@pytest.fixture
def landed(small: Published) -> Landed:
    return Landed(small.path)
