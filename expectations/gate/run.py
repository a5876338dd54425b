"""Run the suites with Great Expectations and write every failing row to quality.expectation_results."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from expectations.decisions import Ledger
from expectations.gate.page import write_page
from expectations.gate.suites import Check, checks
from expectations.incomplete import RULE, incomplete_sentence
from expectations.messages import reopened, sentence
from ingest.home.environment import forget
from ingest.words.language import Text

TYPES = {
    "run_at": "timestamp", "suite": "varchar", "expectation": "varchar", "rule_id": "varchar", "severity": "varchar",
    "status": "varchar", "report_id": "varchar", "unit_code": "varchar", "unit_name": "varchar", "report_year": "integer",
    "left_sum": "decimal(18, 6)", "right_sum": "decimal(18, 6)", "difference": "decimal(18, 6)",
    "message_zh": "varchar", "message_en": "varchar",
}  # fmt: skip
# The failing rows that belong to the batch's reports, and those that belong to no single report. Great Expectations is shown no more
# than whose they are: it looks through its own call stack for every decimal number that it passes on, which takes longer than all else.
OF_THE_BATCH = (
    "select {columns} from ({query}) as failing where report_id is null or report_id in (select report_id from {{batch}})"
)
REPORTS = "select * from core.fct_reports"
SEVERITIES = {"error": "critical", "warning": "warning", "hint": "info"}  # ours, and what Great Expectations calls it

Outcome = tuple[str, list[dict[str, Any]]]  # status, and the failing rows or why it could not run


@dataclass(frozen=True, slots=True)
class Summary:
    """How many expectations passed, failed, or could not run."""

    passed: int
    failed: int
    broken: int


def run_expectations(warehouse: Path, page: Path, selected: list[Check] | None = None, decisions: Path | None = None) -> Summary:
    """Check a warehouse; results go to the table quality.expectation_results and to an HTML page that works offline.

    What people decided in the ledger `decisions` counts: a row that was explained or waived has failed no more.
    """
    selected = checks() if selected is None else selected
    ledger = Ledger(decisions)
    outcomes = _outcomes(warehouse, selected, _validate(warehouse, selected))
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    shared = _shared_names(warehouse)
    rows = [{"run_at": now, **row} for check in selected for row in _rows(check, *outcomes[check.name], ledger, shared)]
    _store(warehouse, rows)
    write_page(page, rows)
    statuses = [status for status, _ in outcomes.values()]
    return Summary(*(statuses.count(s) for s in ("passed", "failed", "broken")))


def _rows(
    check: Check, status: str, found: list[dict[str, Any]], ledger: Ledger, shared: frozenset[str]
) -> Iterator[dict[str, Any]]:
    """One row for each failing row, with what was decided of it; one for a check that passed or could not run.

    Where several units share a name, the sentence tells the code beside it.
    """
    base = {"suite": check.suite, "expectation": check.name, "severity": check.severity, "status": status}
    kind = {"failed": check.kind, "broken": "broken"}.get(status)
    for row in found or [{}]:
        is_shared = row.get("unit_name") in shared and row.get("unit_code")
        shown = {**row, "unit_name": f"{row['unit_name']} {row['unit_code']}"} if is_shared else row
        text = (incomplete_sentence(shown) if kind == RULE else sentence(kind, shown)) if kind else None
        state, outdated = ledger.status(row) if status == "failed" else (status, None)
        if outdated and text:
            text = Text(*map(" ".join, zip(text, reopened(outdated.left, outdated.right), strict=True)))
        yield {**row, **base, "status": state, "message_zh": text.zh if text else None, "message_en": text.en if text else None}


def _shared_names(warehouse: Path) -> frozenset[str]:
    """The names that several units with reports have; none where there are no reports to look at."""
    import duckdb

    query = "select unit_name from core.fct_reports where unit_name is not null group by 1 having count(distinct unit_code) > 1"
    with duckdb.connect(str(warehouse), read_only=True) as connection, contextlib.suppress(duckdb.CatalogException):
        return frozenset(name for (name,) in connection.execute(query).fetchall())
    return frozenset()


def _validate(warehouse: Path, selected: list[Check]) -> dict[str, Any]:
    """What Great Expectations says of each check, by its name; every connection is closed afterwards."""
    forget("GX_", "GE_")
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # what could not run stands in the results
    import great_expectations as gx
    from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
    from great_expectations.expectations.metadata_types import FailureSeverity

    from expectations.gate.dialect import NAME

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    source = context.data_sources.add_sql("warehouse", connection_string=f"{NAME}:///{warehouse}")
    batch = source.add_query_asset("reports", query=REPORTS).add_batch_definition_whole_table("all")
    expected = [
        UnexpectedRowsExpectation(
            unexpected_rows_query=OF_THE_BATCH.format(columns="report_id, report_year", query=check.query),
            description=f"{check.suite}: {check.name}",
            meta={"check": check.name},
            severity=FailureSeverity(SEVERITIES[check.severity]),
        )
        for check in selected
    ]
    suite = gx.ExpectationSuite(name="foi", expectations=expected)
    try:
        results = batch.get_batch().validate(suite, result_format="BASIC").results
    finally:
        for engine in (source.get_engine(), source.get_execution_engine().engine):
            engine.dispose()
        gc.collect()  # the last connections hang on cursors that nothing refers to any more
    return {r.expectation_config.meta["check"]: r for r in results if r.expectation_config and r.expectation_config.meta}


def _outcomes(warehouse: Path, selected: list[Check], results: dict[str, Any]) -> dict[str, Outcome]:
    """Status and failing rows of each check; one that could not run is broken, which says nothing of the data."""
    import duckdb

    outcomes: dict[str, Outcome] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for check in selected:
            result = results.get(check.name)
            if result is None or "observed_value" not in result.result:
                reason = _first_reason(result.exception_info if result else {})
                outcomes[check.name] = ("broken", [{"name": check.name, "reason": reason}])
            elif result.success:
                outcomes[check.name] = ("passed", [])
            else:
                # Great Expectations lists at most 200 rows; people must see all of them.
                query = connection.sql(OF_THE_BATCH.format(columns="*", query=check.query).format(batch=f"({REPORTS})"))
                outcomes[check.name] = ("failed", [dict(zip(query.columns, row, strict=True)) for row in query.fetchall()])
    return outcomes


def _first_reason(info: Any) -> str:
    """The first line of why a check could not run; the message lies flat or one level down, under the name of a metric."""
    if not isinstance(info, dict):
        return "?"
    if info.get("exception_message"):
        return str(info["exception_message"]).strip().splitlines()[0][:500]
    return next((reason for inner in info.values() if (reason := _first_reason(inner)) != "?"), "?")


def _store(warehouse: Path, rows: list[dict[str, Any]]) -> None:
    """Replace the results in one transaction: readers see the old ones or the new ones, never half of them."""
    import duckdb
    import pyarrow as pa

    kinds = {
        "timestamp": pa.timestamp("us"),
        "varchar": pa.string(),
        "integer": pa.int32(),
        "decimal(18, 6)": pa.decimal128(18, 6),
    }
    schema = pa.schema([(name, kinds[kind]) for name, kind in TYPES.items()])
    columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    with duckdb.connect(str(warehouse)) as connection:
        connection.register("failing_rows", pa.Table.from_pylist([{n: r.get(n) for n in TYPES} for r in rows], schema=schema))
        connection.execute("begin")
        connection.execute("create schema if not exists quality")
        connection.execute(f"create or replace table quality.expectation_results ({columns})")
        connection.execute("insert into quality.expectation_results select * from failing_rows")
        connection.execute("commit")
