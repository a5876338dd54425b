"""What is judged: all reports, or only those that differ since the last judgment, read once and set apart for the checks.

The schema `judging` of the build file holds what the gate keeps for itself; nothing of it is published.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from expectations.gate.suites import TABLES, ZERO, ZERO_REPORTS, Check

SCHEMA = "judging"
TOUCHED, CELLS = "change.reports", "core.fct_cells"
MADE = "made"  # the schema of the rows that a late build made
RESULTS = "quality.expectation_results"
# Where several units with reports have one name, a sentence tells the code beside it.
SHARED_NOW = (
    "select unit_name from core.fct_reports where unit_name is not null group by 1 having min(unit_code) <> max(unit_code)"
)
SHARED = f"{SCHEMA}.shared_names"
REJUDGED = f"{SCHEMA}.rejudged"


@dataclass(frozen=True, slots=True)
class Scope:
    """The checks as they are asked now, which of them look at every report, and the names that several units share.

    `is_late` where the results of all other reports stay as they are.
    """

    checks: tuple[Check, ...]
    over_all: frozenset[str]
    shared: frozenset[str]
    is_late: bool

    @property
    def reports(self) -> str:
        """The reports that are judged, as a query."""
        return f"select * from {SCHEMA}.fct_reports" if self.is_late else "select * from core.fct_reports"


def scope(connection: Any, selected: list[Check], touched: bool) -> Scope:
    """Set apart what is to be judged. With `touched` that is what change.reports names, if there was a judgment before."""
    connection.execute(f"create schema if not exists {SCHEMA}")
    shared = frozenset(name for (name,) in _rows(connection, SHARED_NOW))
    known = _known(connection) if touched else None
    if known is None:
        _drop(connection)
        _keep_zero_reports(connection, is_late=False)
        return Scope(tuple(selected), frozenset(c.name for c in selected), shared, is_late=False)
    _set_apart(connection, _renamed(connection, shared))
    _keep_zero_reports(connection, is_late=True)
    # What could not run the last time has no results that could be carried over.
    over_all = frozenset(c.name for c in selected if c.of_all or known.get(c.name, True))
    return Scope(tuple(c if c.name in over_all else c.within(SCHEMA) for c in selected), over_all, shared, is_late=True)


def _known(connection: Any) -> dict[str, bool] | None:
    """The checks of the last judgment, and whether each could not run; None where there was none that could be carried on."""
    try:
        connection.execute(f"select * from {SHARED} limit 0")
        connection.execute(f"select report_id from {TOUCHED} limit 0")
        return dict(connection.execute(f"select expectation, bool_or(status = 'broken') from {RESULTS} group by 1").fetchall())
    except _no_such_thing():
        return None


def _renamed(connection: Any, shared: frozenset[str]) -> list[str]:
    """The names that one unit had alone and now shares, or the reverse: the sentences of all who have it change."""
    return sorted(shared ^ {name for (name,) in _rows(connection, f"select unit_name from {SHARED}")})


def _set_apart(connection: Any, renamed: list[str]) -> None:
    connection.execute("begin")  # one by one they would each wait for the disk
    _drop(connection, SHARED, ZERO)
    connection.execute(
        f"create table {REJUDGED} as select report_id from {TOUCHED} where report_id is not null"
        f" union select report_id from {RESULTS} where report_id is not null and list_contains($1, unit_name)",
        [renamed],
    )
    views = dict(_rows(connection, "select concat(schema_name, '.', view_name), sql from duckdb_views()"))
    tables = {name for (name,) in _rows(connection, "select concat(schema_name, '.', table_name) from duckdb_tables()")}
    made = set() if renamed else tables  # what this build made of a table is of the touched reports and no others
    of_cells = {table: views[table] for table in TABLES if CELLS in views.get(table, "")}
    # What is not there is not set apart, and what reads it says that it could not run.
    for table in [*([CELLS] if of_cells else []), *(table for table in TABLES if table in {*tables, *views} - {*of_cells})]:
        if (new := f"{MADE}.{table.partition('.')[2]}") in made:
            connection.execute(f"create table {_apart(table)} as from {new} union all from {table} where report_id is null")
            continue
        one = "rowid" if table in tables else "report_id"  # where it can be, only the rows that are wanted are read whole
        wanted = f"select {one} from {table} semi join {REJUDGED} using (report_id) union all select {one} from {table} where report_id is null"
        connection.execute(f"create table {_apart(table)} as from {table} where {one} in ({wanted})")
    for view in of_cells.values():  # the cells are many, and read once
        connection.execute(view.replace("core.", f"{SCHEMA}."))
    connection.execute("commit")


def _apart(table: str) -> str:
    return f"{SCHEMA}.{table.partition('.')[2]}"


def _keep_zero_reports(connection: Any, is_late: bool) -> None:
    try:
        if not is_late:
            connection.execute(f"create or replace table {ZERO} as {ZERO_REPORTS.format(table='core.fct_requests')}")
            return
        connection.execute(f"delete from {ZERO} where report_id in (select report_id from {REJUDGED})")
        of_some = ZERO_REPORTS.format(table=f"{SCHEMA}.fct_requests")
        connection.execute(f"insert into {ZERO} select * from ({of_some}) where report_id is not null")
    except _no_such_thing():
        connection.execute(f"drop table if exists {ZERO}")
        if is_late:
            _keep_zero_reports(connection, is_late=False)


def _drop(connection: Any, *kept: str) -> None:
    """Take away what was set apart for the judgment before; without `kept` also what the next one would rest on."""
    for kind in ("view", "table"):
        names = _rows(
            connection, f"select concat(schema_name, '.', {kind}_name) from duckdb_{kind}s() where schema_name = '{SCHEMA}'"
        )
        for name in [name for (name,) in names if name not in kept]:
            connection.execute(f"drop {kind} {name}")


def _rows(connection: Any, query: str) -> Iterator[Any]:
    with contextlib.suppress(*_no_such_thing()):
        yield from connection.execute(query).fetchall()


def _no_such_thing() -> tuple[type[Exception], type[Exception]]:
    import duckdb

    return duckdb.CatalogException, duckdb.BinderException
