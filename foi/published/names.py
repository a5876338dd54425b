"""What the published tables and their columns are called in Chinese and English."""

from __future__ import annotations

from typing import Any

from foi.messages import has_message, joined, message, template
from ingest.words.language import Text

# What a column says about the measure it is named after.
ENDINGS = ("_state", "_units", "_reason", "_numerator", "_denominator", "_unit")


class Names:
    """The Chinese and the English name of each column and measure."""

    def __init__(self, connection: Any) -> None:
        # A cell by its row and column; a total goes by its row alone, as in the marts.
        cells = "select concat_ws('_', row_code, column_code), zh, en from dim_measure"
        rows = connection.execute(f"select code, zh, en from stg_terms union all {cells}").fetchall()
        self._terms = {code: Text(zh, en) for code, zh, en in rows}

    def of(self, column: str) -> Text:
        """Both names of a column; its own code when nothing is known of it."""
        if found := template(f"column.{column}") or self._terms.get(column):
            return found
        for ending in ENDINGS:
            if column.endswith(ending):
                return joined([self.of(column.removesuffix(ending)), template(f"ending.{ending[1:]}") or ""], "")
        return Text(column, column)


def table_lines(connection: Any) -> str:
    """The tables a question may be asked of, one line each."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, table_name from duckdb_tables() where schema_name <> 'staging' order by 1"
    ).fetchall()
    return "\n".join(
        f"  {name:30} {message(f'about.{table}') if has_message(f'about.{table}') else ''}".rstrip() for name, table in rows
    )
