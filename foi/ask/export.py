"""`foi export`: a table of the published file as Excel, CSV or parquet; a missing number stays an empty cell, never 0."""

from __future__ import annotations

import io
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

from dagster_project.names import Names
from foi.messages import Complaint, message
from foi.published import as_csv, published
from ingest.words.issues import why

TABLES = ("unit_year", "area_year", "progress", "reporting_rates", "violations", "fct_reports", "fct_measures", "fct_requests", "fct_disclosure",
          "fct_challenges", "fct_counts", "rule_results", "completeness", "table_completeness", "exclusions", "correction_results",
          "version_changes", "dim_unit", "dim_measure")  # fmt: skip
EXCEL_ROWS = 8000


def export(path: Path, target: Path, table: str = "unit_year") -> str:
    """Write one table; Excel also gets the areas, the failing sums and the dictionary as sheets. Returns what was written."""
    if table not in TABLES:
        raise Complaint(message("export.no_table", table=table, tables=", ".join(TABLES)))
    ending = target.suffix.lower()
    if ending not in (".xlsx", ".csv", ".parquet"):
        raise Complaint(message("export.ending", ending=target.suffix or target.name))
    if not target.resolve().parent.is_dir():
        raise Complaint(message("error.no_such_path", path=target.parent))
    scratch = target.with_name(f".{target.stem}.{os.getpid()}{target.suffix}")
    with published(path) as connection:
        columns, rows = _rows(connection, table)
        try:
            if ending == ".csv":
                scratch.write_text("\ufeff" + as_csv(columns, rows) + "\n", "utf-8")
            elif ending == ".parquet":
                import pyarrow.parquet

                pyarrow.parquet.write_table(connection.sql(f"select * from {table} order by all").to_arrow_table(), scratch)
            else:
                scratch.write_bytes(_excel(connection, table))
            os.replace(scratch, target)
        except OSError as error:
            _remove(scratch)
            raise Complaint(message("error.cannot_open", path=target, reason=why(error)), 3) from error
    return message("export.done", target=target, table=table, n=len(rows))


def _remove(scratch: Path) -> None:
    """Leave no half-written file; where none could be made there is nothing to remove."""
    if os.path.exists(scratch):
        scratch.unlink()


def _rows(connection: Any, table: str) -> tuple[list[str], list[Any]]:
    result = connection.execute(f"select * from {table} order by all")
    return [d[0] for d in result.description], result.fetchall()


def _excel(connection: Any, table: str) -> bytes:
    """The workbook; made in memory, since xlsxwriter has its own exceptions for a file it cannot write."""
    import xlsxwriter

    names = Names(connection)
    sheets = dict.fromkeys([table, "area_year", "violations", "dim_measure"])
    data = {name: _rows(connection, name) for name in sheets}
    longest = max(len(rows) for _, rows in data.values())
    if longest > EXCEL_ROWS:
        raise Complaint(message("export.too_many", n=longest, limit=EXCEL_ROWS))
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        bold = book.add_format({"bold": True, "bg_color": "#F3F3F3"})
        for name, (columns, rows) in data.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, [names.of(c).shown for c in columns], bold)
            sheet.write_row(1, 0, columns, bold)
            sheet.freeze_panes(2, 3)
            for r, row in enumerate(rows, 2):
                for c, value in enumerate(row):
                    if isinstance(value, (Decimal, int, float)) and not isinstance(value, bool):
                        sheet.write_number(r, c, value)
                    elif value is not None:
                        sheet.write_string(r, c, str(value))
    return content.getvalue()
