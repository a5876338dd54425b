"""The units that a home folder knows: the official list, and what units.csv of this folder and of earlier loads adds."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from ingest.handed_in.manifest import UNITS, extra_units
from ingest.home import Home
from ingest.home.placing import placed
from ingest.model import IngestError
from ingest.units import Registry, load_registry
from ingest.units.succession import wrong_successors


def registry_for(source: Path, home: Home) -> Registry:
    """The registry with the extra units of this folder and of earlier loads."""
    rows = own_units(home)
    merged = {row["unit_code"]: row for row in [*rows, *extra_units(source)]}
    registry = _extended(json.dumps(list(merged.values())))
    for code, found, column in wrong_successors(registry):
        raise IngestError("manifest_line", f"{UNITS} {code}", found, column)
    if list(merged.values()) != rows:
        with placed(home.reference / "extra_units.json", sure=True) as scratch:
            scratch.write_text(json.dumps(list(merged.values()), ensure_ascii=False, indent=1), "utf-8")
    return registry


def registry_of(home: Home) -> Registry:
    """The registry with the extra units of earlier loads; nothing is written."""
    return _extended(json.dumps(own_units(home)))


@lru_cache(maxsize=2)
def _extended(rows: str) -> Registry:
    """The official list with these units; made once as long as they stay the same."""
    units = json.loads(rows)
    return load_registry().extended(units) if units else load_registry()


def own_units(home: Home) -> list[dict[str, str]]:
    """The rows of units.csv of earlier loads; IngestError where the file that keeps them is damaged."""
    stored = home.reference / "extra_units.json"
    if not stored.is_file():
        return []
    try:
        rows: list[dict[str, str]] = json.loads(stored.read_bytes())  # in any of the UTF encodings
        if not all(row["unit_code"] and row["name"] and all(isinstance(v, str | None) for v in row.values()) for row in rows):
            raise ValueError("unit_code, name")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IngestError("own_units_damaged", stored.name, str(error)[:200]) from error
    return rows
