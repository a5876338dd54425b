"""Units that share a name: wherever people read of one of them, its code stands beside the name."""

from __future__ import annotations

from typing import Any

from foi.published.kept import once

QUERY = (
    "select unit_name from fct_reports where unit_code is not null and unit_name is not null"
    " group by unit_name having min(unit_code) <> max(unit_code)"
)


def namesakes(connection: Any) -> frozenset[str]:
    """The names that several units with reports have."""
    found: frozenset[str] = once(namesakes, lambda: frozenset(name for (name,) in connection.execute(QUERY).fetchall()))
    return found


def told_apart(name: str | None, code: str | None, shared: frozenset[str]) -> str | None:
    """The name of a unit, with its code where another one has the same name; the code where there is no name, None where there is neither."""
    if not name or not code:
        return name or code
    return f"{name} {code}" if name in shared else name
