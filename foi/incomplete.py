"""Reports that are not whole: which tables, numbers and rows they lack. Nothing is called fine while there is one."""

from __future__ import annotations

from typing import Any

from expectations.incomplete import SUITE
from foi.messages import both, say
from foi.namesakes import namesakes, told_apart

COUNTS = ("blank", "unreadable", "absent", "rows_unread", "sums_not_assessable")
COLUMNS = ("report_id", "unit_code", "unit_name", "report_year", "file", "absent_tables", *COUNTS)
GAPS = """
select report_id, unit_code, unit_name, report_year, file, coalesce(absent_tables, '') as absent_tables, blank + dash as blank,
    unreadable, absent, rows_unread, sums_not_assessable
from completeness where not is_complete
"""
# What a person explained or waived needs nobody any more.
OPEN = f"""
{GAPS} and report_id in (select report_id from expectation_results where suite = '{SUITE}' and status = 'failed')
order by tables_absent desc, cells - numbers desc, unit_code, report_year, report_id
"""
SHOWN = 40  # reports that a load names; status has them all


def read_incomplete(connection: Any) -> list[dict[str, Any]]:
    """The current reports that are not whole and on which nobody decided, those that lack most first."""
    rows = connection.execute(OPEN).fetchall()
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    shared = namesakes(connection)
    for report in found:
        report["unit_name"] = told_apart(report["unit_name"], report["unit_code"], shared)
    return [{**report, "absent_tables": _listed(report["absent_tables"])} for report in found]


def gaps_by_report(connection: Any) -> dict[str, str]:
    """What each report that is not whole lacks, in a few words, by its report_id."""
    reports = [dict(zip(COLUMNS, row, strict=True)) for row in connection.execute(GAPS).fetchall()]
    return {r["report_id"]: say("gap.all", gaps=gaps({**r, "absent_tables": _listed(r["absent_tables"])})) for r in reports}


def gaps(report: dict[str, Any]) -> tuple[str, str]:
    """What a report lacks, in a few words of Chinese and of English."""
    comma, head = _words("gap.comma"), _words("gap.absent_tables")
    names = [_words(f"gap.{table}") for table in report["absent_tables"]]
    counted = [(_words(f"gap.{name}"), report[name]) for name in COUNTS if report[name]]
    said = []
    for at in (0, 1):
        tables = [head[at].format(tables=comma[at].join(name[at] for name in names))] if names else []
        said.append(comma[at].join([*tables, *(text[at].format(n=n) for text, n in counted)]))
    return said[0], said[1]


def incomplete_lines(reports: list[dict[str, Any]], most: int | None = None) -> list[str]:
    """A heading and a line for each report; of many only the first, and how many more there are."""
    if not reports:
        return []
    unknown, shown = _words("read.unknown"), reports[:most]
    lines = [
        say(
            "status.incomplete_line",
            unit=r["unit_name"] or unknown,
            year=r["report_year"] or unknown,
            file=r["file"],
            gaps=gaps(r),
        )
        for r in shown
    ]
    more = [say("load.more_status", n=len(reports) - len(shown))] if len(shown) < len(reports) else []
    return ["", say("status.incomplete", n=len(reports)), *(f"  {line}" for line in [*lines, *more])]


def _listed(tables: str) -> list[str]:
    return [table for table in tables.split(", ") if table]


def _words(key: str) -> tuple[str, str]:
    return both(key) or (key, key)
