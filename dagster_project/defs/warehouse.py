"""The warehouse in two steps: everything up to the rules, then (behind the gate) what rests on them; each step is one asset.

A load is recorded by few events: which models dbt built, and how long each took, stands in the metadata of the step.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project.dbt import Warehouse
from dagster_project.defs.landing import LANDED, REFERENCE, SEASONS
from dagster_project.settings import Settings
from dagster_project.up_to_date import begin_building
from ingest.landing.schemas import SCHEMAS

FACTS, SUMS = dg.AssetKey(["warehouse", "facts"]), dg.AssetKey(["warehouse", "sums"])
RESULTS = dg.AssetKey(["quality", "expectation_results"])
NO_WARNING = "nothing_to_look_at"  # of dbt's tests that only warn; one that fails ends the run
ABOUT = {
    FACTS: "Reports, official numbers, and every rule of the form judged: the models of staging, core and quality, and duties.",
    SUMS: "What rests on the results of the expectations: areas, progress, what is left out and what was decided.",
}


def warehouse_assets(warehouse: Warehouse) -> list[dg.AssetsDefinition]:
    """Two sets of dbt models; expectations run between them."""

    @dg.multi_asset(
        specs=[_spec(FACTS, [LANDED, REFERENCE])], check_specs=[_check(FACTS)], name="warehouse", pool="duckdb", can_subset=False
    )
    def before_gate(settings: dg.ResourceParam[Settings]) -> Iterator[dg.MaterializeResult[Any]]:
        begin_building(warehouse.home)
        settings.change, results = warehouse.build_facts(settings.rebuild)
        yield _result(FACTS, results, why=settings.change.reason or "", touched_reports=settings.change.reports)

    @dg.multi_asset(
        specs=[_spec(SUMS, [FACTS, RESULTS])],
        check_specs=[_check(SUMS)],
        name="marts_after_gate",
        pool="duckdb",
        can_subset=False,
    )
    def after_gate(settings: dg.ResourceParam[Settings]) -> Iterator[dg.MaterializeResult[Any]]:
        settings.announce("summing")
        yield _result(SUMS, warehouse.build_sums(settings.change))

    return [before_gate, after_gate]


def models(manifest: dict[str, Any]) -> Iterator[dg.AssetSpec]:
    """Every raw table and model of dbt with what it is made from, for whoever looks at the way of a number; no run has an event for each."""
    nodes = manifest["nodes"] | manifest["sources"]
    for key in sorted({_key(node) for node in manifest["sources"].values()} - {RESULTS, SEASONS}):
        yield dg.AssetSpec(key, deps=[LANDED if key.path[-1] in SCHEMAS else REFERENCE], group_name="raw", kinds={"parquet"})
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            parents = [_key(nodes[name]) for name in node["depends_on"]["nodes"] if name in nodes]
            yield dg.AssetSpec(
                _key(node),
                deps=[*dict.fromkeys(parents)],
                group_name=node["schema"],
                description=node["description"],
                kinds={"dbt"},
            )


def _key(node: dict[str, Any]) -> dg.AssetKey:
    if node["resource_type"] == "source":
        return dg.AssetKey(node["config"]["meta"]["dagster"]["asset_key"])
    return dg.AssetKey([node["schema"], node["name"]])


def _spec(key: dg.AssetKey, deps: list[dg.AssetKey]) -> dg.AssetSpec:
    return dg.AssetSpec(key, deps=deps, group_name="warehouse", description=ABOUT[key], kinds={"dbt", "duckdb"})


def _check(key: dg.AssetKey) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(NO_WARNING, asset=key, description="No test of dbt that only warns found anything.")


def _result(key: dg.AssetKey, results: list[Any], **more: Any) -> dg.MaterializeResult[Any]:
    """What dbt did, as one materialization and one check."""
    built = {r.node.name: round(r.execution_time, 3) for r in results if r.node.resource_type in ("model", "seed")}
    found = {r.node.name: r.failures or 0 for r in results if r.node.resource_type == "test" and str(r.status) == "warn"}
    looked = dg.AssetCheckResult(
        asset_key=key, check_name=NO_WARNING, passed=not found, severity=dg.AssetCheckSeverity.WARN, metadata={"found": found}
    )
    return dg.MaterializeResult(asset_key=key, metadata={"seconds": built, "models": len(built), **more}, check_results=[looked])
