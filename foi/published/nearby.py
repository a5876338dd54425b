"""What was meant by a name that nobody has: the units or areas whose names are nearest."""

from __future__ import annotations

from typing import Any

from foi.messages import Complaint, message
from ingest.words.language import Text

SHOWN, CELLS_SHOWN = 5, 6
WITH_REPORTS = "select distinct unit_name, unit_code from fct_reports where unit_code is not null"
KNOWN_AREAS = "select unit_name, unit_code from dim_unit where level in ('province', 'city', 'county')"


class NoSuchName(Complaint):
    """Nothing is called as was asked."""


def no_such_name(connection: Any, name: str, known: str = WITH_REPORTS) -> NoSuchName:
    """The complaint about a name that none has of those a query gives (unit_name, unit_code): all with reports unless told."""
    # 丙镇 is nearer to 示例丙镇 than to 上海市: names that hold one another, then those with most characters in common.
    near = connection.execute(
        f"select unit_name, unit_code from ({known}) where unit_name is not null"
        " order by contains(unit_name, $1) or contains($1, unit_name) desc, jaccard(unit_name, $1) desc,"
        f" jaro_winkler_similarity(unit_name, $1) desc, unit_code limit {SHOWN}",
        [name],
    ).fetchall()
    return NoSuchName(message("trend.no_unit", name=name, near=", ".join(f"{n} {c}" for n, c in near)), 2)


def near_cells(connection: Any, cell: str) -> list[str]:
    """Lines with the cells whose codes are nearest to one that no form has."""
    rows = connection.execute(
        "select code, zh, en from dim_measure order by contains(code, $1) desc, jaro_winkler_similarity(code, $1) desc, code"
        f" limit {CELLS_SHOWN}",
        [cell],
    ).fetchall()
    return [f"  {code}  {Text(zh, en).shown}" for code, zh, en in rows]
