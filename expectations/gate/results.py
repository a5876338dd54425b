"""The table of results: one row for each row that fails, one for each check that passed or could not run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from expectations.gate.scope import REJUDGED, RESULTS, SHARED, Scope

TYPES = {
    "run_at": "timestamp", "suite": "varchar", "expectation": "varchar", "rule_id": "varchar", "severity": "varchar",
    "status": "varchar", "report_id": "varchar", "unit_code": "varchar", "unit_name": "varchar", "report_year": "integer",
    "left_sum": "decimal(18, 6)", "right_sum": "decimal(18, 6)", "difference": "decimal(18, 6)",
    "message_zh": "varchar", "message_en": "varchar",
}  # fmt: skip
AT_ONCE = 10_000  # rows in memory; of a whole nation there may be a million


def store(connection: Any, scope: Scope, rows: Iterator[dict[str, Any]], broken: set[str], run_at: datetime) -> None:
    """Put these rows in the place of those of the same reports and checks, and say which checks passed; all in one transaction.

    `broken` are the checks that could not run: whatever they found before holds no more.
    """
    connection.execute("begin")
    try:
        _make_room(connection, scope, broken)
        columns = ", ".join(TYPES)
        for batch in _batches(rows):
            connection.register("failing_rows", batch)
            connection.execute(f"insert into {RESULTS} ({columns}) select {columns} from failing_rows")
        connection.execute(
            f"insert into {RESULTS} (run_at, suite, expectation, severity, status)"
            " select $1, c.suite, c.name, c.severity, 'passed' from (select unnest($2) as c)"
            f" where c.name not in (select expectation from {RESULTS})",
            [run_at, [{"suite": c.suite, "name": c.name, "severity": c.severity} for c in scope.checks]],
        )
        connection.execute(
            f"create or replace table {SHARED} as select unnest($1::varchar[]) as unit_name", [sorted(scope.shared)]
        )
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def _make_room(connection: Any, scope: Scope, broken: Iterable[str]) -> None:
    if not scope.is_late:
        columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
        connection.execute("create schema if not exists quality")
        connection.execute(f"create or replace table {RESULTS} ({columns})")
        return
    connection.execute(
        f"delete from {RESULTS} where report_id is null or report_id in (select report_id from {REJUDGED})"
        " or list_contains($1, expectation) or not list_contains($2, expectation)",
        [sorted({*scope.over_all, *broken}), [check.name for check in scope.checks]],
    )


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[Any]:
    import pyarrow as pa

    kinds = {
        "timestamp": pa.timestamp("us"),
        "varchar": pa.string(),
        "integer": pa.int32(),
        "decimal(18, 6)": pa.decimal128(18, 6),
    }
    schema = pa.schema([(name, kinds[kind]) for name, kind in TYPES.items()])
    while batch := [{name: row.get(name) for name in TYPES} for row in islice(rows, AT_ONCE)]:
        yield pa.Table.from_pylist(batch, schema=schema)
