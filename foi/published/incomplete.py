"""Reports that are not whole: which tables, numbers and rows they lack. Nothing is called fine while there is one."""

from __future__ import annotations

from typing import Any

from expectations.incomplete import SUITE
from foi.messages import message, template
from foi.published.namesakes import namesakes, told_apart

TABLES = ("absent_tables", "empty_tables")
COUNTS = ("blank", "unreadable", "absent", "rows_unread", "sums_not_assessable")
COLUMNS = ("report_id", "unit_code", "unit_name", "report_year", "file", *TABLES, *COUNTS)
GAPS = """
select report_id, unit_code, unit_name, report_year, file, coalesce(absent_tables, '') as absent_tables,
    coalesce(empty_tables, '') as empty_tables, blank + dash as blank,
    unreadable, absent, rows_unread, sums_not_assessable
from completeness where not is_complete
"""
# What a person explained or waived as a whole needs nobody any more; what the gate could not look at does.
OPEN = f"""
{GAPS} and report_id not in (
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


def gaps_by_report(connection: Any) -> dict[str, str]:
    """What each report that is not whole lacks, in a few words, by its report_id."""
    return {report["report_id"]: message("gap.all", gaps=gaps(report)) for report in _reports(connection, GAPS)}


def gaps(report: dict[str, Any]) -> tuple[str, str]:
    """What a report lacks, in a few words of Chinese and of English."""
    given = [(f"gap.{kind}", _joined([_words(f"gap.{table}") for table in report[kind]])) for kind in TABLES if report[kind]]
    given += [(f"gap.{name}", (report[name], report[name])) for name in COUNTS if report[name]]
    return _joined([(_words(key)[0].format(what=zh), _words(key)[1].format(what=en)) for key, (zh, en) in given])


def incomplete_lines(reports: list[dict[str, Any]], most: int | None = None) -> list[str]:
    """A heading and a line for each report; of many only the first, and how many more there are."""
    if not reports:
        return []
    unknown, shown = _words("read.unknown"), reports[:most]
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


def _joined(words: list[tuple[str, str]]) -> tuple[str, str]:
    zh, en = _words("gap.comma")
    return zh.join(pair[0] for pair in words), en.join(pair[1] for pair in words)


def _words(key: str) -> tuple[str, str]:
    return template(key) or (key, key)
