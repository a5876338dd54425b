"""The published tables as parquet: a mart in one file, what grows with the reports in one file for each year and province, or city.

Only the files whose rows differ are written anew, each put in its place whole, its rows in an order that is always the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from dagster_project.published_rows import Rows, contents_kept, keep_published, parts_that_differ
from dagster_project.releases import checksum
from ingest.home import Home
from ingest.home.placing import placed

MARTS = ("unit_year", "area_year", "area_year_constant", "boundary_changes", "successions", "progress", "reporting_rates")
WITHOUT_REPORT = ("fct_reports", "fct_inputs", "progress")  # some of their rows are of no report that is there
BY_CITY = ("fct_cells",)  # of a province and year there are hundreds of thousands
# Where the rows of a report stand: the year of the report, and the province or city of its unit.
PROVINCE, CITY = r"^\d\d", r"^\d\d(?:\d\d)?"
PART = "coalesce(report_year::varchar, 'undated') || '/' || coalesce(regexp_extract(unit_code, '{unit}'), 'unknown')"
# What a late build touches a row by, and which keys it touched; a table that is none of these is made anew as a whole.
REPORTS = "select report_id from change.reports"
TOUCHED_BY = {
    "fct_reports": ("report_id", REPORTS),
    "fct_inputs": ("document_id", "select document_id from change.documents"),
    "progress": ("coalesce(county_code, unit_code)", "select place from change.places"),
    **dict.fromkeys(("area_year", "area_year_constant", "reporting_rates"), ("area_code", "select area_code from change.areas")),
}
AS_A_WHOLE = ("''", "select ''")
OF_SUMS = ("area_year", "area_year_constant")  # what is made after the gate: a decision changes these and no others

AT_ONCE = 1_000_000  # rows that are sorted at once
Kept = dict[str, list[Any]]  # by part: checksum and size of its file


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
    def part(self) -> str:
        """The part of a row, by report_year and unit_code."""
        return PART.format(unit=CITY if self.name in BY_CITY else PROVINCE) if self.split else "''"

    @property
    def source(self) -> str:
        """The rows as a query, each with its part beside it."""
        table = f"{self.schema}.{self.name}"
        if self.split == "report":
            return f"select t.*, p.part from {table} as t inner join ({self._parts}) as p using (report_id)"
        return f"select *, {self.part} as part from {table}"

    @property
    def parts(self) -> str:
        """The query for the parts there may be."""
        return (
            f"select distinct part from ({self._parts if self.split == 'report' else self.source})" if self.split else "select ''"
        )

    @property
    def known_by(self) -> Rows:
        """What its rows are known by from one publish to the next."""
        key, touched = TOUCHED_BY.get(self.name, ("report_id", REPORTS) if self.split == "report" else AS_A_WHOLE)
        return Rows(self.source, key, touched)

    @property
    def _parts(self) -> str:
        return f"select report_id, {self.part} as part from {'made' if self.schema == 'made' else 'core'}.fct_reports"

    def file(self, folder: Path, part: str) -> Path:
        """Where a part lies: fct_requests/2024/11.parquet; the one file of a table that is not split lies beside the folders."""
        return folder / self.name / f"{part}.parquet" if part else folder / f"{self.name}.parquet"


def write_tables(home: Home, connection: Any, whole: bool, has_facts: bool = True) -> None:
    """Write the marts and all facts; with `whole` every file, else only those whose rows differ.

    Where no facts were made, but sums anew, there is nothing to look for among them.
    """
    folder, ledger = home.published_tables, home.published_tables / ".contents.json"
    tables = _tables(connection)
    made = {} if whole else _made(connection, tables)
    of_all = {table.name: table.known_by for table in tables}
    looked_at = {name: made[name].known_by if name in made else of for name, of in of_all.items() if has_facts or name in OF_SUMS}
    differ = None if whole else parts_that_differ(connection, looked_at)
    known: dict[str, Kept] = {} if differ is None else _read(ledger, contents_kept(connection))
    contents = {}
    for table in tables:
        kept, is_known = known.get(table.name, {}), table.name in known
        if differ is not None and is_known:
            gone = {part for part, (_, size) in kept.items() if not _is_there(table.file(folder, part), size)}
            stale = differ.get(table.name, set()) | gone
        else:
            stale = {part for (part,) in connection.execute(table.parts).fetchall()}
        written = dict(_write(connection, table, made.get(table.name) if is_known else None, folder, sorted(stale), kept))
        contents[table.name] = {part: of for part, of in (kept | written).items() if of[1]}
        _take_away(table, folder, contents[table.name])
    text = json.dumps(contents).encode()
    with placed(ledger) as scratch:
        scratch.write_bytes(text)
    keep_published(connection, of_all, hashlib.sha256(text).hexdigest(), differ is None)


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


def _made(connection: Any, tables: list[Published]) -> dict[str, Published]:
    """The rows that the build made of a table, where they stand apart: they need not be looked for among all others."""
    there = {
        name for (name,) in connection.execute("select table_name from duckdb_tables() where schema_name = 'made'").fetchall()
    }
    return {t.name: replace(t, schema="made") for t in tables if t.name in there}


def _split(name: str, columns: set[str]) -> str:
    if name in WITHOUT_REPORT:
        return "own"
    return "report" if "report_id" in columns else ""


def _is_there(file: Path, size: int) -> bool:
    return file.is_file() and file.stat().st_size == size


def _write(
    connection: Any, table: Published, made: Published | None, folder: Path, parts: list[str], kept: Kept
) -> Iterator[tuple[str, list[Any]]]:
    """Write these parts of a table, in an order of their rows that is always the same; each with what its file is known by."""
    for some in _portions(table, parts):
        rows = _merged(table, made, folder, some, kept) or table.source
        connection.execute(
            f"create or replace temp table portion as select * from ({rows}) where list_contains($1, part)"
            f" order by part, {_order(connection, table)}",
            [some],
        )
        filled = {part for (part,) in connection.execute("select distinct part from portion").fetchall()}
        for part in some:
            file = table.file(folder, part)
            if part not in filled and part:  # a table that is not split has its file also while it is empty
                yield part, ["", 0]
                continue
            with placed(file) as scratch:
                found = f"select * exclude (part) from portion where part = '{part}'"
                connection.execute(f"copy ({found}) to '{_quoted(scratch)}' (format parquet)")
            yield part, [checksum(file), file.stat().st_size]
        connection.execute("drop table portion")


def _merged(table: Published, made: Published | None, folder: Path, parts: list[str], kept: Kept) -> str | None:
    """The rows of these parts as a query of what the build made and what stands in their files; None where one of them is not as it was written.

    To read all reports of a nation for those of one city would take longer than all else.
    """
    files = {part: table.file(folder, part) for part in parts if part in kept}
    if made is None or any(not file.is_file() or checksum(file) != kept[part][0] for part, file in files.items()):
        return None
    of_others = [
        f"select *, '{part}' as part from read_parquet('{_quoted(file)}') as t where not coalesce({made.known_by.is_touched(table.name)}, false)"
        for part, file in files.items()
    ]
    return " union all by name ".join([made.source, *of_others])


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
    wanted = {table.file(folder, part) for part in parts}
    for file in [*(folder / table.name).glob("*/[!.]*.parquet"), *folder.glob(f"{table.name}.parquet")]:
        if file not in wanted:
            file.unlink(missing_ok=True)
            with suppress(OSError):  # others are left in it
                file.parent.rmdir()


def _read(ledger: Path, digest: str) -> dict[str, Kept]:
    """What was written before; nothing where that cannot be read or is not the list of this checksum, so that all is written anew."""
    try:
        text = ledger.read_bytes()
        if hashlib.sha256(text).hexdigest() != digest:
            return {}
        found = json.loads(text)
        return {
            str(name): {str(part): [str(digest), int(size)] for part, (digest, size) in parts.items()}
            for name, parts in found.items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
