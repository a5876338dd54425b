"""Which rows differ from what was published last: only the files in which one of them stands are written anew.

Rows are known by what a late build touches them by: their report, document, place or area. It makes every row of a place anew, and most
of them as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEPT = "change.published"
NOW, BEFORE, TOUCHED = (f"temp.published_{name}" for name in ("now", "before", "touched"))
# What rows are known by: their number and the sum of what each hashes to.
ROWS = "select '{name}' as name, {key}::varchar as key, part, count(*) as rows, sum(hash(t)) as content from ({rows}) as t where {where} group by all"
CONTENTS = "change.contents"  # the checksum of the list of what the files hold


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a published table as a query, each with its part.

    `key` is what they are touched by, `touched` the query for the keys that a late build touched.
    """

    rows: str
    key: str
    touched: str

    def is_touched(self, name: str) -> str:
        """The condition that a row of the table of this name is touched."""
        return f"{self.key} in (select key from {TOUCHED} where name = '{name}')"


def parts_that_differ(connection: Any, tables: Mapping[str, Rows]) -> dict[str, set[str]] | None:
    """By the name of a table, the parts in which a touched row stands or stood that is another now.

    Of `tables` the touched rows are looked at, whatever others they have. None where nothing is known of the last time.
    """
    import duckdb

    touched = " union all ".join(
        f"select '{name}' as name, key::varchar as key from ({of.touched}) as t (key)" for name, of in tables.items()
    )
    try:
        connection.execute(f"select name, key from {KEPT} limit 0")
        connection.execute(f"create or replace temp table {_own(TOUCHED)} as {touched}")
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    connection.execute(f"create or replace temp table {_own(NOW)} as {_rows(tables, is_late=True)}")
    connection.execute(
        f"create or replace temp table {_own(BEFORE)} as select k.* from {KEPT} as k semi join {TOUCHED} using (name, key)"
    )
    one_way = "(from {} except from {})"
    found = connection.execute(
        f"select distinct name, part from ({one_way.format(NOW, BEFORE)} union all {one_way.format(BEFORE, NOW)})"
    ).fetchall()
    return {name: {part for of, part in found if of == name} for name in tables}


def contents_kept(connection: Any) -> str:
    """The checksum of the list of files that was published last; another list is not of what this build file made."""
    import duckdb

    try:
        (digest,) = connection.execute(f"from {CONTENTS}").fetchone()
    except duckdb.CatalogException:
        return ""
    return str(digest)


def keep_published(connection: Any, tables: Mapping[str, Rows], contents: str, whole: bool) -> None:
    """Note what was published now, and the checksum of the list of its files; with `whole` of every row, else of those that were looked at."""
    connection.execute("create schema if not exists change")
    connection.execute("begin")
    if whole:
        connection.execute(f"create or replace table {KEPT} as {_rows(tables, is_late=False)}")
    else:
        connection.execute(f"delete from {KEPT} as k using {TOUCHED} as t where k.name = t.name and k.key = t.key")
        connection.execute(f"insert into {KEPT} from {NOW}")
    connection.execute(f"create or replace table {CONTENTS} as select $1 as digest", [contents])
    connection.execute("commit")
    for table in () if whole else (NOW, BEFORE, TOUCHED):
        connection.execute(f"drop table {table}")


def _rows(tables: Mapping[str, Rows], is_late: bool) -> str:
    return " union all ".join(
        ROWS.format(name=name, key=of.key, rows=of.rows, where=of.is_touched(name) if is_late else "true")
        for name, of in tables.items()
    )


def _own(table: str) -> str:
    return table.partition(".")[2]
