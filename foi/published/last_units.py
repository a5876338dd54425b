"""Of which unit the report of the year before is, where a unit changed since."""

from __future__ import annotations

from typing import Any

from foi.published.kept import once

QUERY = "select unit_code, report_year, last_unit_code from last_units"


def last_unit(connection: Any, unit_code: str, report_year: int) -> str | None:
    """The unit whose report of the year before compares with that of a unit and year; None where none does."""
    found: dict[tuple[str, int], str | None] = once(QUERY, lambda: _changed(connection))
    return found.get((unit_code, report_year), unit_code)


def _changed(connection: Any) -> dict[tuple[str, int], str | None]:
    return {(unit, year): last for unit, year, last in connection.execute(QUERY).fetchall()}
