"""A published file with the columns of the real one and only the rows a test puts in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

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
