"""Run the suites with Great Expectations and write every failing row to quality.expectation_results."""

from __future__ import annotations

import gc
import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from expectations.messages import sentence
from expectations.report import write_page
from expectations.suites import Check, checks

COLUMNS = (
    "run_at timestamp, suite varchar, expectation varchar, rule_id varchar, severity varchar, status varchar, report_id varchar,"
    " unit_code varchar, unit_name varchar, report_year integer, left_sum decimal(18, 6), right_sum decimal(18, 6),"
    " difference decimal(18, 6), message_zh varchar, message_en varchar"
)
# The failing rows that belong to the batch's reports, and those that belong to no single report.
OF_THE_BATCH = "select * from ({query}) as failing where report_id is null or report_id in (select report_id from {{batch}})"
NAMES = [part.split()[0] for part in COLUMNS.replace("(18, 6)", "").split(", ")]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many expectations passed, failed, or could not run."""

    passed: int
    failed: int
    broken: int


def run_expectations(warehouse: Path, page: Path, selected: list[Check] | None = None) -> Summary:
    """Check a warehouse; results go to the table quality.expectation_results and to an HTML page that works offline."""
    selected = checks() if selected is None else selected
    outcomes = _validate(warehouse, selected)
    rows: list[dict[str, Any]] = []
    statuses = []
    now = datetime.now(UTC).replace(tzinfo=None)
    for check in selected:
        status, failing = outcomes[check.name]
        statuses.append(status)
        base = {"run_at": now, "suite": check.suite, "expectation": check.name, "severity": check.severity, "status": status}
        if status != "failed":
            rows.append({**base, "message_en": failing[0].get("problem") if failing else None})
        for row in failing if status == "failed" else ():
            zh, en = sentence(check.kind, row)
            rows.append({**row, **base, "message_zh": zh, "message_en": en})
    _store(warehouse, rows)
    write_page(page, rows)
    return Summary(*(statuses.count(s) for s in ("passed", "failed", "broken")))


def _validate(warehouse: Path, selected: list[Check]) -> dict[str, tuple[str, list[dict[str, Any]]]]:
    """Status and failing rows of each check; a check that could not run is broken, which says nothing of the data."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    for name in ("great_expectations", "great_expectations.data_context"):
        logging.getLogger(name).setLevel(logging.ERROR)
    import great_expectations as gx

    from expectations.dialect import NAME

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    source = context.data_sources.add_sql("warehouse", connection_string=f"{NAME}:///{warehouse}")
    batch = source.add_query_asset("reports", query="select * from core.fct_reports").add_batch_definition_whole_table("all")
    suite = context.suites.add(gx.ExpectationSuite(name="foi"))
    for check in selected:
        suite.add_expectation(
            gx.expectations.UnexpectedRowsExpectation(
                unexpected_rows_query=OF_THE_BATCH.format(query=check.query),
                description=f"{check.suite}: {check.name}",
                meta={"check": check.name},
                severity="critical" if check.severity == "error" else "warning",
            )
        )
    definition = context.validation_definitions.add(gx.ValidationDefinition(name="foi", data=batch, suite=suite))
    try:
        result = definition.run(result_format="COMPLETE")
    finally:
        for engine in (source.get_engine(), source.get_execution_engine().engine):
            engine.dispose()
        gc.collect()  # the last connections hang on cursors that nothing refers to any more
    return _outcomes(warehouse, selected, result)


def _outcomes(warehouse: Path, selected: list[Check], result: Any) -> dict[str, tuple[str, list[dict[str, Any]]]]:
    import duckdb

    by_name = {r.expectation_config.meta["check"]: r for r in result.results}
    outcomes: dict[str, tuple[str, list[dict[str, Any]]]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for check in selected:
            found = by_name[check.name]
            if found.success:
                outcomes[check.name] = ("passed", [])
            elif "observed_value" not in found.result:
                outcomes[check.name] = ("broken", [{"problem": str(found.exception_info)[:1000]}])
            else:
                # Great Expectations lists at most 200 rows; people must see all of them.
                query = connection.sql(check.query)
                names = query.columns
                outcomes[check.name] = ("failed", [dict(zip(names, row, strict=True)) for row in query.fetchall()])
    return outcomes


def _store(warehouse: Path, rows: list[dict[str, Any]]) -> None:
    import duckdb

    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists quality")
        connection.execute(f"create or replace table quality.expectation_results ({COLUMNS})")
        if rows:
            values = [[row.get(name) for name in NAMES] for row in rows]
            marks = ", ".join("?" for _ in NAMES)
            connection.executemany(f"insert into quality.expectation_results values ({marks})", values)
