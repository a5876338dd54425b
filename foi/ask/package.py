"""What is published as a data package (datapackage.org): every table with its columns, what they mean, their types and units."""

from __future__ import annotations

from typing import Any

from dagster_project.names import Table
from foi.ask.tables import all_tables
from foi.published.release import checksums_of, published_tables, release_of
from ingest.home import Home

# The types of DuckDB in the words of the Table Schema; whatever else there is is a text.
TYPES = {
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}


def package_of(home: Home) -> dict[str, Any]:
    """The description of the release: its tables as parquet, in the order of their names, each file with its checksum."""
    release, described = release_of(home), {table.name: table for table in all_tables(home.published)}
    sums = {path: digest for digest, path in checksums_of(home)}
    resources = []
    for table in published_tables(home):
        paths = [path.relative_to(home.root).as_posix() for path in table.files]
        about = _about(described[table.name]) if table.name in described else {}
        resources.append({
            "name": table.name, **about, "path": paths, "format": "parquet", "bytes": table.size,
            "hashes": {path: f"sha256:{sums[path]}" for path in paths},
        })  # fmt: skip
    return {
        "profile": "data-package",
        "name": "foi",
        "version": release.number,
        "created": release.at.isoformat(timespec="seconds"),
        "licenses": [{"name": "MIT", "title": "MIT License (the software and its tables; the numbers are those of the reports)"}],
        "resources": resources,
    }


def _about(table: Table) -> dict[str, Any]:
    """A table in both languages, with its columns."""
    fields = [
        {"name": c.name, "type": _type(c.type), "title": c.title.zh, "title_en": c.title.en, "description": c.meaning.zh,
         "description_en": c.meaning.en, **({"unit": c.unit.zh, "unit_en": c.unit.en} if c.unit else {})}
        for c in table.columns
    ]  # fmt: skip
    about = {
        "title": table.title.zh,
        "title_en": table.title.en,
        "description": table.meaning.zh,
        "description_en": table.meaning.en,
    }
    return {**about, "schema": {"fields": fields, "missingValues": [""]}}


def _type(kind: str) -> str:
    return "number" if kind.startswith("DECIMAL") else "array" if kind.endswith("[]") else TYPES.get(kind, "string")
