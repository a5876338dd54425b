"""What a unit is, and what became of a name that was looked up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ingest.words.yaml_files import read_yaml

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting body: its code (division code, or area code with a suffix), name, level, kind, and the codes above it."""

    unit_code: str
    name: str
    level: str
    kind: str
    parent_code: str | None
    province_code: str
    city_code: str | None
    county_code: str | None
    full_name: str

    @property
    def area(self) -> str:
        """The division code the unit belongs to: its own, or that of the area whose department it is."""
        return self.unit_code.split("-")[0]


@dataclass(frozen=True, slots=True)
class Resolution:
    """The unit a name stands for, or None with the candidates.

    Reasons for a unit: place, unique_name, former_name. Without one: unknown_name, ambiguous_name, place_contradicts,
    needs_place (only a place tells a 经济开发区 from another), merged_area (the area became part of another one that has
    reports of its own), name_not_in_use (the area had been renamed before the report year).
    """

    unit: Unit | None
    candidates: tuple[Unit, ...]
    reason: str


@cache
def words() -> dict[str, Any]:
    """The beginnings and ends of names that say what a unit is (kinds.yaml)."""
    loaded: dict[str, Any] = read_yaml(HERE / "kinds.yaml")
    return loaded
