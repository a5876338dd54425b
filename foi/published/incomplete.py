"""Reports that are not whole: which tables, numbers and rows they lack. Nothing is called fine while there is one."""

from __future__ import annotations

from typing import Any

from expectations.incomplete import SUITE
from foi.messages import bilingual, joined, message, word_of
from foi.published.namesakes import namesakes, told_apart
from foi.published.spans import rows_in
from ingest.words.language import Text

TABLES = ("absent_tables", "empty_tables")
COUNTS = ("blank", "unreadable", "absent", "rows_unread", "sums_not_assessable")
COLUMNS = ("report_id", "unit_code", "unit_name", "report_year", "file", *TABLES, *COUNTS)
GAPS = """
select report_id, unit_code, unit_name, report_year, file, coalesce(absent_tables, '') as absent_tables,
    coalesce(empty_tables, '') as empty_tables, blank + dash as blank,
    unreadable, absent, rows_unread, sums_not_assessable
from {rows} where not is_complete
"""
# What a person explained or waived as a whole needs nobody any more; what the gate could not look at does.
OPEN = f"""
{GAPS.format(rows="completeness")} and report_id not in (
    select report_id from expectation_results where suite = '{SUITE}' and report_id is not null
    group by report_id having count(*) filter (where status = 'failed') = 0
)
order by tables_absent desc, cells - numbers desc, unit_code, report_year, report_id
"""
SHOWN = 40  # reports that a load names; status has them all


def read_incomplete(connection: Any) -> list[dict[str, Any]]:
    """The current reports that are not whole and on which nobody decided, those that lack most first."""
    shared = namesakes(connection)
    found = _reports(connection, OPEN)
    return [{**report, "unit_name": told_apart(report["unit_name"], report["unit_code"], shared)} for report in found]


def gaps_by_report(connection: Any, reports: list[str]) -> dict[str, Text]:
    """What each of these reports lacks that is not whole, in a few words, by its report_id."""
    found = _reports(connection, GAPS.format(rows=rows_in("completeness", *reports))) if reports else []
    return {report["report_id"]: bilingual("gap.all", gaps=gaps(report)) for report in found}


def gaps(report: dict[str, Any]) -> Text:
    """What a report lacks, in a few words of Chinese and of English."""
    tables = [bilingual(f"gap.{kind}", what=joined(word_of("gap", t) for t in report[kind])) for kind in TABLES if report[kind]]
    return joined([*tables, *(bilingual(f"gap.{name}", what=report[name]) for name in COUNTS if report[name])])


def incomplete_lines(reports: list[dict[str, Any]], most: int | None = None) -> list[str]:
    """A heading and a line for each report; of many only the first, and how many more there are."""
    if not reports:
        return []
    unknown, shown = message("read.unknown"), reports[:most]
    lines = [
        message(
            "status.incomplete_line",
            unit=r["unit_name"] or unknown,
            year=r["report_year"] or unknown,
            file=r["file"],
            gaps=gaps(r),
        )
        for r in shown
    ]
    more = [message("load.more_status", n=len(reports) - len(shown))] if len(shown) < len(reports) else []
    return ["", message("status.incomplete", n=len(reports)), *(f"  {line}" for line in [*lines, *more])]


def _reports(connection: Any, query: str) -> list[dict[str, Any]]:
    found = [dict(zip(COLUMNS, row, strict=True)) for row in connection.execute(query).fetchall()]
    return [{**report, **{kind: [t for t in report[kind].split(", ") if t] for kind in TABLES}} for report in found]
