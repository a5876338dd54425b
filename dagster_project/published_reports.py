"""Which reports have other rows than when they were published last: only the files in which one of them stands are written anew.

A late build makes every report of a place anew, and most of them as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEPT = "change.published"
TOUCHED = "change.reports"
# What the rows of a report are known by: their number and the sum of what each hashes to.
ROWS = (
    "select '{name}' as name, report_id, part, count(*) as rows, sum(hash(t)) as content from ({rows}) as t {where} group by all"
)
WITHIN = f"where report_id in (select report_id from {TOUCHED})"


def parts_that_differ(connection: Any, sources: Mapping[str, str]) -> dict[str, set[str]] | None:
    """By the name of a table, the parts in which a touched report stands or stood whose rows are others now.

    `sources` are the rows of each table as a query, with report_id and part; those of the touched reports at least. None where nothing is
    known of the last time.
    """
    import duckdb

    try:
        connection.execute(f"select * from {TOUCHED}, {KEPT} limit 0")
    except duckdb.CatalogException:
        return None
    connection.execute(f"create or replace temp table published_now as {_rows(sources, WITHIN)}")
    connection.execute(f"create or replace temp table published_before as from {KEPT} {WITHIN}")
    one_way = "(from temp.published_{} except from temp.published_{})"
    found = connection.execute(
        f"select distinct name, part from ({one_way.format('now', 'before')} union all {one_way.format('before', 'now')})"
    ).fetchall()
    return {name: {part for of, part in found if of == name} for name in sources}


def keep_published(connection: Any, sources: Mapping[str, str], whole: bool) -> None:
    """Note what was published now; with `whole` of every report, else of those that `parts_that_differ` looked at."""
    if whole:
        connection.execute("create schema if not exists change")
        connection.execute(f"create or replace table {KEPT} as {_rows(sources, '')}")
        return
    connection.execute("begin")
    connection.execute(f"delete from {KEPT} {WITHIN}")
    connection.execute(f"insert into {KEPT} from temp.published_now")
    connection.execute("commit")
    for name in ("now", "before"):
        connection.execute(f"drop table temp.published_{name}")


def _rows(sources: Mapping[str, str], where: str) -> str:
    return " union all ".join(ROWS.format(name=name, rows=rows, where=where) for name, rows in sources.items())
