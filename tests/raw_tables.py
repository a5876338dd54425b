"""`python -m tests.raw_tables`: write docs/raw-tables.md, the columns of the raw tables, from the tables a load makes and dbt's sources."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from dagster_project.defs.landing import write_references
from ingest.home import Home
from ingest.landing.schemas import SCHEMAS
from tests.paths import ROOT

SOURCES = ROOT / "dbt" / "models" / "sources.yml"
PAGE = ROOT / "docs" / "raw-tables.md"
TYPES = {"String": "text", "Int32": "int", "Int64": "int", "Boolean": "bool", "Date": "date", "List(Int64)": "list of int"}
HEAD = """# Raw tables: the contract between ingest and dbt

Made by `python -m tests.raw_tables` from the tables as they are written and from dbt/models/sources.yml; a test fails when this page is not up
to date. The first seven are one file a batch (raw/batches/<batch_id>/), the others stand in raw/reference/.
"""


def sources() -> dict[str, dict[str, Any]]:
    """What dbt says of each raw table, by its name."""
    given = yaml.safe_load(SOURCES.read_text("utf-8"))["sources"]
    return {table["name"]: table for source in given if source["name"] == "raw" for table in source["tables"]}


def schemas() -> dict[str, dict[str, Any]]:
    """The columns of every raw table, as they are written."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        write_references(home, Path(folder))
        reference = {path.stem: dict(pl.read_parquet_schema(path)) for path in sorted(home.reference.glob("*.parquet"))}
    return SCHEMAS | reference


def page() -> str:
    """The page: each table with what it holds, and its columns with their types and what dbt says of them."""
    lines, told = [HEAD], sources()
    for name, columns in schemas().items():
        about = {column["name"]: column["description"] for column in told[name].get("columns", [])}
        lines += [f"## {name}", told[name]["description"], "", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| {column} | {_type(kind)} | {about.get(column, '')} |" for column, kind in columns.items()]
        lines.append("")
    return "\n".join(lines)


def _type(kind: Any) -> str:
    text = str(kind)
    if text.startswith("Decimal"):
        return "decimal(18,6)"
    return "timestamp" if text.startswith("Datetime") else TYPES[text]


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
