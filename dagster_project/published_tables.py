"""The published tables as parquet: a mart in one file, what grows with the reports in one file for each year and province.

Only the files whose rows differ are written anew, each put in its place whole, its rows in an order that is always the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from dagster_project.published_reports import keep_published, parts_that_differ
from ingest.home import Home
from ingest.home.placing import placed

MARTS = ("unit_year", "area_year", "area_year_constant", "boundary_changes", "successions", "progress", "reporting_rates")
WITHOUT_REPORT = ("fct_reports", "fct_inputs", "progress")  # some of their rows are of no report that is there
# Where the rows of a report stand: the year of the report, and the province of its unit.
PART = "coalesce(report_year::varchar, 'undated') || '/' || coalesce(regexp_extract(unit_code, '^\\d\\d'), 'unknown')"
PARTS = f"select report_id, {PART} as part from core.fct_reports"
# Whether rows are the same: their number and the sum of what each hashes to.
FINGERPRINT = "concat_ws(' ', count(*), sum(hash(t)))"

AT_ONCE = 1_000_000  # rows that are sorted at once
Kept = dict[str, list[Any]]  # by part: what its rows are known by, and the size of its file


@dataclass(frozen=True, slots=True)
class Published:
    """A table that is published as parquet; `split` says by what: nothing, its own columns, or the report of each row.

    `rows` is about how many it has.
    """

    schema: str
    name: str
    split: str
    rows: int

    @property
    def source(self) -> str:
        """The rows as a query, each with its part beside it."""
        table = f"{self.schema}.{self.name}"
        if self.split == "report":
            return f"select t.*, p.part from {table} as t inner join ({PARTS}) as p using (report_id)"
        return f"select *, {PART if self.split == 'own' else repr('')} as part from {table}"

    def file(self, folder: Path, part: str) -> Path:
        """Where a part lies: fct_requests/2024/11.parquet; the one file of a table that is not split lies beside the folders."""
        return folder / self.name / f"{part}.parquet" if part else folder / f"{self.name}.parquet"


def write_tables(home: Home, connection: Any, whole: bool) -> None:
    """Write the marts and all facts; with `whole` every file, else only those whose rows differ."""
    folder, ledger = home.published_tables, home.published_tables / ".contents.json"
    tables = _tables(connection)
    sources = {table.name: table.source for table in tables if table.split == "report"}
    differ = None if whole else parts_that_differ(connection, sources | _made(connection, tables))
    known: dict[str, Kept] = {} if differ is None else _read(ledger)
    reports = _fingerprints(connection, "core.fct_reports", PART)
    contents = {}
    for table in tables:
        wanted, changed = reports, (differ or {}).get(table.name, set())
        if table.split != "report":
            part = PART if table.split == "own" else ""
            wanted, changed = _fingerprints(connection, f"{table.schema}.{table.name}", part), set()
        kept = known.get(table.name, {})
        stale = [p for p in sorted(wanted) if p in changed or not _is_there(table.file(folder, p), kept.get(p), wanted[p])]
        written = dict(_write(connection, table, folder, stale))
        contents[table.name] = {p: [wanted[p], *written.get(p, kept.get(p, ["", 0])[1:])] for p in wanted}
        _take_away(table, folder, contents[table.name])
    with placed(ledger) as scratch:
        scratch.write_text(json.dumps(contents), "utf-8")
    keep_published(connection, sources, differ is None)


def _tables(connection: Any) -> list[Published]:
    """The marts, and every table of facts; a view of facts shows only what stands in one of them."""
    rows = connection.execute(
        "select schema_name, table_name, any_value(size), list(column_name) from duckdb_columns()"
        " join (select schema_name, table_name, estimated_size as size from duckdb_tables() where database_name = current_database()"
        " and (schema_name = 'core' and starts_with(table_name, 'fct_') or schema_name = 'marts' and list_contains($1, table_name))"
        " union all select schema_name, view_name, 0 from duckdb_views() where database_name = current_database()"
        " and schema_name = 'marts' and list_contains($1, view_name)) using (schema_name, table_name)"
        " where database_name = current_database() group by all order by all",
        [list(MARTS)],
    ).fetchall()
    return [Published(schema, name, _split(name, set(columns)), size) for schema, name, size, columns in rows]


def _made(connection: Any, tables: list[Published]) -> dict[str, str]:
    """The rows that the build made of a table, where they stand apart: they need not be looked for among all others."""
    there = {
        name for (name,) in connection.execute("select table_name from duckdb_tables() where schema_name = 'made'").fetchall()
    }
    return {t.name: replace(t, schema="made").source for t in tables if t.split == "report" and t.name in there}


def _split(name: str, columns: set[str]) -> str:
    if name in WITHOUT_REPORT:
        return "own"
    return "report" if "report_id" in columns else ""


def _fingerprints(connection: Any, table: str, part: str) -> dict[str, str]:
    """What the rows of each part are known by; the one part of a table that is not split is there also while it is empty."""
    what = f"{part}, {FINGERPRINT} from {table} as t group by 1" if part else f"'', {FINGERPRINT} from {table} as t"
    return dict(connection.execute(f"select {what}").fetchall())


def _is_there(file: Path, kept: list[Any] | None, wanted: str) -> bool:
    if kept is None or kept[0] != wanted:
        return False
    size = file.stat().st_size if file.is_file() else 0
    return bool(size == kept[1])


def _write(connection: Any, table: Published, folder: Path, parts: list[str]) -> Iterator[tuple[str, list[int]]]:
    """Write these parts of a table, in an order of their rows that is always the same; each with the size of its file."""
    for some in _portions(table, parts):
        connection.execute(
            f"create or replace temp table portion as select * from ({table.source}) where list_contains($1, part)"
            f" order by part, {_order(connection, table)}",
            [some],
        )
        filled = {part for (part,) in connection.execute("select distinct part from portion").fetchall()}
        for part in some:
            file = table.file(folder, part)
            if part in filled or not part:  # a table that is not split has its file also while it is empty
                rows = f"select * exclude (part) from portion where part = '{part}'"
                with placed(file) as scratch:
                    connection.execute(f"copy ({rows}) to '{_quoted(scratch)}' (format parquet)")
            yield part, [file.stat().st_size if part in filled or not part else 0]
        connection.execute("drop table portion")


def _portions(table: Published, parts: list[str]) -> Iterator[list[str]]:
    """The parts that are sorted together: all of a small table, those of one year of a large one."""
    for _, some in groupby(parts, key=lambda part: table.rows > AT_ONCE and part.partition("/")[0]):
        yield list(some)


def _order(connection: Any, table: Published) -> str:
    """What the rows are ordered by: of facts, the report, the cell and what else is short; to compare texts would take most of the time."""
    columns = connection.execute(f"select * from {table.schema}.{table.name} limit 0").description
    return ", ".join(f'"{column[0]}"' for column in (columns[:4] if table.split == "report" else columns))


def _take_away(table: Published, folder: Path, parts: Kept) -> None:
    """Take away the files of parts that have no rows any more, and the one file of a table that is split now."""
    wanted = {table.file(folder, part) for part, (_, size) in parts.items() if size}
    for file in [*(folder / table.name).glob("*/[!.]*.parquet"), *folder.glob(f"{table.name}.parquet")]:
        if file not in wanted:
            file.unlink(missing_ok=True)
            with suppress(OSError):  # others are left in it
                file.parent.rmdir()


def _read(ledger: Path) -> dict[str, Kept]:
    """What was written before; nothing where that cannot be read, so that all is written anew."""
    try:
        found = json.loads(ledger.read_bytes())
        return {str(name): dict(parts) for name, parts in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
