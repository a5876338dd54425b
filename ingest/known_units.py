"""The units that a home folder knows: the official list, and what units.csv of this folder and of earlier loads adds."""

from __future__ import annotations

import json
from pathlib import Path

from ingest.home import Home
from ingest.manifest import UNITS, extra_units
from ingest.model import IngestError
from ingest.units import Registry, load_registry
from ingest.units.succession import wrong_successors


def registry_for(source: Path, home: Home) -> Registry:
    """The registry with the extra units of this folder and of earlier loads."""
    rows = _extra_units_of(home)
    merged = {row["unit_code"]: row for row in [*rows, *extra_units(source)]}
    registry = load_registry().extended(list(merged.values())) if merged else load_registry()
    for code, found, column in wrong_successors(registry):
        raise IngestError("manifest_line", f"{UNITS} {code}", found, column)
    if list(merged.values()) != rows:
        home.reference.mkdir(parents=True, exist_ok=True)
        text = json.dumps(list(merged.values()), ensure_ascii=False, indent=1)
        (home.reference / "extra_units.json").write_text(text, "utf-8")
    return registry


def registry_of(home: Home) -> Registry:
    """The registry with the extra units of earlier loads; nothing is written."""
    rows = _extra_units_of(home)
    return load_registry().extended(rows) if rows else load_registry()


def _extra_units_of(home: Home) -> list[dict[str, str]]:
    stored = home.reference / "extra_units.json"
    rows: list[dict[str, str]] = json.loads(stored.read_text("utf-8")) if stored.is_file() else []
    return rows
