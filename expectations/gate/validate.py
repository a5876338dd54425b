"""Great Expectations itself: one suite, built once in a process and asked again of each warehouse."""

from __future__ import annotations

import logging
import os
from functools import cache
from pathlib import Path
from typing import Any

from expectations.gate.lazily import loaded_later
from expectations.gate.scope import Scope
from expectations.gate.suites import Check
from ingest.home.environment import forget

# The failing rows that belong to the batch's reports, and those that belong to no single report. Great Expectations is shown no more
# than whose they are: it looks through its own call stack for every decimal number that it passes on, which takes longer than all else.
OF_THE_BATCH = (
    "select {columns} from ({query}) as failing where report_id is null or report_id in (select report_id from {{batch}})"
)
# Of whatever report they are; the batch is named since Great Expectations wants that.
OF_ALL = "select {columns} from ({query}) as failing where (select count(*) from {{batch}}) >= 0"
SEVERITIES = {"error": "critical", "warning": "warning", "hint": "info"}  # ours, and what Great Expectations calls it


def failing_rows(check: Check, scope: Scope, columns: str = "*") -> str:
    """The query for what fails of a check, with {batch} where the reports that are judged have their place."""
    is_of_all = scope.is_late and check.name in scope.over_all
    return (OF_ALL if is_of_all else OF_THE_BATCH).format(columns=columns, query=check.query)


def validate(warehouse: Path, scope: Scope, engine: dict[str, Any]) -> dict[str, Any]:
    """What Great Expectations says of each check, by its name; every connection is closed afterwards.

    `engine` is how DuckDB is opened (engine_settings).
    """
    from sqlalchemy import URL

    from expectations.gate.dialect import NAME, close_all

    queries = tuple((check, failing_rows(check, scope, "report_id, report_year")) for check in scope.checks)
    suite = _suite(queries)
    place = URL.create(NAME, database=str(warehouse), query=engine).render_as_string()
    source = _context().data_sources.add_or_update_sql("warehouse", connection_string=place)
    batch = source.add_query_asset("reports", query=scope.reports).add_batch_definition_whole_table("all")
    try:
        results = batch.get_batch().validate(suite, result_format="BASIC").results
    finally:
        for opened in (source.get_engine(), source.get_execution_engine().engine):
            opened.dispose()
        close_all()
    return {r.expectation_config.meta["check"]: r for r in results if r.expectation_config and r.expectation_config.meta}


@cache
def _context() -> Any:
    forget("GX_", "GE_")
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    # Half of what it imports is for distributions and charts, of which no check of ours knows.
    with loaded_later("scipy.stats", "altair"):
        import great_expectations as gx

    # What could not run stands in the results; some of its modules set a level of their own, so that it has no way out.
    log = logging.getLogger("great_expectations")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    return context


@cache
def _failing_rows() -> Any:
    """The expectation that a query finds no rows; the rows themselves are read by who writes them down (expectations.gate.run)."""
    from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation

    class FailingRows(UnexpectedRowsExpectation):
        metric_dependencies = ("unexpected_rows_query.row_count",)

        def _validate(
            self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
        ) -> dict[str, Any]:
            found = metrics["unexpected_rows_query.row_count"]
            return {"success": found == 0, "result": {"observed_value": found}}

    return FailingRows


@cache
def _suite(queries: tuple[tuple[Check, str], ...]) -> Any:
    _context()
    import great_expectations as gx
    from great_expectations.expectations.metadata_types import FailureSeverity

    expected = [
        _failing_rows()(
            unexpected_rows_query=query,
            description=f"{check.suite}: {check.name}",
            meta={"check": check.name},
            severity=FailureSeverity(SEVERITIES[check.severity]),
        )
        for check, query in queries
    ]
    return gx.ExpectationSuite(name="foi", expectations=expected)
