"""What the interface gives: the tables that can be listed with their parameters, and the years of a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dagster_project.names import Table
from foi.ask.boundary_breaks import BOUNDARIES
from foi.ask.listing import SOURCES
from foi.messages import bilingual
from portal.api.parameters import Parameter

MOST = 1000  # rows of one page
YEARS = (1990, 2100)
NARROWED = {"cells": ("report", "unit")}  # a table of millions is asked by one of these
# The column whose words a condition takes, where it is called otherwise.
OF_COLUMN = {"year": "report_year", "table": "table_name", "current": "is_current"}


@dataclass(frozen=True, slots=True)
class Resource:
    """A table of the interface: its name, the table it shows, its parameters, and the types of the key that orders its rows."""

    name: str
    table: Table
    parameters: tuple[Parameter, ...]
    key: tuple[type, ...]


def resources(tables: Sequence[Table]) -> dict[str, Resource]:
    """Every table that can be listed, by its name; one that a release of an older program lacks is not there."""
    by_name = {table.name: table for table in tables}
    return {
        name: _resource(name, by_name[source.table], source.key, source.conditions)
        for name, source in SOURCES.items()
        if source.table in by_name
    }


def series_parameters() -> tuple[Parameter, ...]:
    """The parameters of /api/v1/series."""
    return (
        Parameter("measure", bilingual("api.measure"), is_required=True),
        *(Parameter(name, bilingual(f"api.series_{name}")) for name in ("unit", "area")),
        Parameter("boundaries", bilingual("api.boundaries"), values=tuple(BOUNDARIES)),
    )


def _resource(name: str, table: Table, key: Sequence[str], conditions: Mapping[str, str]) -> Resource:
    columns = {column.name: column for column in table.columns}
    parameters = []
    for condition in conditions:
        column = columns.get(OF_COLUMN.get(condition, condition))
        meaning = bilingual(f"api.{condition}")
        if condition == "year":
            parameters.append(Parameter(condition, meaning, "integer", between=YEARS))
        elif condition == "current":
            parameters.append(Parameter(condition, meaning, "boolean"))
        else:
            parameters.append(Parameter(condition, meaning, values=column.values if column else ()))
    parameters += [
        Parameter("limit", bilingual("api.limit"), "integer", between=(1, MOST)),
        Parameter("next", bilingual("api.next"), longest=2000),
    ]
    kinds = tuple(int if columns[part].type in ("INTEGER", "BIGINT") else str for part in key)
    return Resource(name, table, tuple(parameters), kinds)
