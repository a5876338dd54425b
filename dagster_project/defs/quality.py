"""The gate: Great Expectations over the warehouse, its results as a table, a page and asset checks."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from dagster_project.defs.warehouse import FACTS, RESULTS
from dagster_project.settings import Settings
from ingest.home.memory import engine_settings

CHECKS = ("no_error", "no_warning", "nothing_incomplete", "nothing_broken")


@dg.asset(key=RESULTS, deps=[FACTS], group_name="quality", pool="duckdb", kinds={"greatexpectations"})
def expectation_results(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
    """Check the facts against the statutory sums and write every failing row to quality.expectation_results."""
    settings.announce("checking")
    from expectations.gate.run import run_expectations

    place, change = settings.place, settings.change
    is_late = change is not None and not change.is_full
    summary = run_expectations(place.build, place.expectations, decisions=place.decisions, touched=is_late)
    return dg.MaterializeResult(metadata={"passed": summary.passed, "failed": summary.failed, "broken": summary.broken})


def expectation_checks() -> Sequence[dg.AssetChecksDefinition]:
    """One check each for errors, warnings, reports that are not whole and checks that could not run; none blocks, the gate works by table."""

    @dg.multi_asset_check(
        specs=[dg.AssetCheckSpec(name, asset=RESULTS) for name in CHECKS], name="expectation_checks", pool="duckdb"
    )
    def checks(settings: dg.ResourceParam[Settings]):  # type: ignore[no-untyped-def]
        import duckdb

        place = settings.place
        with duckdb.connect(str(place.build), config=engine_settings(place)) as connection:
            counts = dict(
                connection.sql(
                    "select case when status = 'broken' then 'nothing_broken' when suite = 'completeness' then 'nothing_incomplete'"
                    " when severity = 'error' then 'no_error' else 'no_warning' end,"
                    " count(*) from quality.expectation_results where status in ('failed', 'broken') and severity <> 'hint' group by 1"
                ).fetchall()
            )
        for name in CHECKS:
            severity = dg.AssetCheckSeverity.WARN if name == "no_warning" else dg.AssetCheckSeverity.ERROR
            yield dg.AssetCheckResult(
                asset_key=RESULTS,
                check_name=name,
                passed=not counts.get(name),
                severity=severity,
                metadata={"rows": counts.get(name, 0)},
            )

    return [checks]
