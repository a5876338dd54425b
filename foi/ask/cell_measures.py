"""Which published measures rest on a cell, and which cells make a measure: the last step from the form to the mart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

# A column of unit_year that is one cell, and those that are the sum of several: of the rows of a group, or of both kinds of lawsuits.
QUERY = """
with columns as (
    select column_name as measure from duckdb_columns() where schema_name = 'marts' and table_name = 'unit_year'
),
cells as (
    select unnest(string_split(forms, ',')) as form, code, table_name, row_code, column_code from dim_measure
),
made as (
    select form, code, row_code as measure from cells where table_name = 'disclosure'
    union all
    select form, code, row_code from cells where table_name = 'requests' and column_code = 'total'
    union all
    select c.form, c.code, g.group_code from cells as c inner join dim_group as g on c.form = g.form and c.row_code = g.row_code
    where c.table_name = 'requests' and c.column_code = 'total'
    union all
    select form, code, concat('received_', column_code) from cells
    where table_name = 'requests' and row_code = 'received' and column_code <> 'total'
    union all
    select form, code, concat_ws('_', row_code, column_code) from cells where table_name = 'challenges'
    union all
    select form, code, 'lawsuit_total' from cells
    where table_name = 'challenges' and column_code = 'total' and row_code in ('lawsuit_direct', 'lawsuit_after_review')
    union all
    select form, source_code, measure from measure_by_form
    where starts_with(source_code, 'statistics.') and relation not in ('different', 'not_asked')
)
select distinct m.form, m.measure, m.code from made as m inner join columns using (measure) order by all
"""


class CellMeasures:
    """The measures of unit_year by the cells that they are made of, in each form."""

    def __init__(self, connection: Any) -> None:
        self._cells: dict[tuple[str, str], list[str]] = defaultdict(list)
        for form, measure, code in connection.execute(QUERY).fetchall():
            self._cells[form, measure].append(code)

    def of_cell(self, code: str, form: str | None) -> dict[str, list[str]]:
        """The measures that a cell stands in, each with all of its cells; those that are this cell alone first."""
        found = {measure: cells for (of, measure), cells in self._cells.items() if of == form and code in cells}
        return dict(sorted(found.items(), key=lambda one: (len(one[1]), one[0])))

    def of_measure(self, measure: str, forms: Iterable[str]) -> list[str]:
        """The cells of a measure in the forms that are given, the first form that has it."""
        return next((self._cells[form, measure] for form in forms if (form, measure) in self._cells), [])
