"""The dbt models as assets, in two steps: everything up to the rules, then (behind the gate) the marts that sum over areas."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from dagster_project.dbt import AFTER_GATE, Warehouse
from dagster_project.settings import Settings
from dagster_project.up_to_date import begin_building

Event = dg.MaterializeResult[Any] | dg.AssetCheckResult


class Translator(DagsterDbtTranslator):
    """A dbt test that only warns is a check that a person looks at; one that fails ends the run, and would only fill the log."""

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> dg.AssetCheckSpec | None:
        if manifest["nodes"][unique_id]["config"]["severity"].lower() != "warn":
            return None
        return super().get_asset_check_spec(asset_spec, manifest, unique_id, project)


def warehouse_assets(warehouse: Warehouse) -> list[dg.AssetsDefinition]:
    """Two sets of dbt assets; expectations run between them."""
    manifest, translator = warehouse.manifest(), Translator()

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, exclude=AFTER_GATE, name="warehouse", pool="duckdb")
    def before_gate(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> Iterator[Event]:
        begin_building(warehouse.home)
        settings.change, results = warehouse.build_facts(settings.rebuild)
        yield from _events(context, manifest, results)

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, select=AFTER_GATE, name="marts_after_gate", pool="duckdb")
    def after_gate(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> Iterator[Event]:
        settings.announce("summing")
        yield from _events(context, manifest, warehouse.build_sums(settings.change))

    return [before_gate, after_gate]


def _events(context: dg.AssetExecutionContext, manifest: dict[str, Any], results: list[Any]) -> Iterator[Event]:
    """What dbt did, as materializations of assets and results of checks."""
    translator = Translator()
    checks = {key.name: key for key in context.selected_asset_check_keys}
    for result in results:
        node = result.node
        if node.resource_type in ("model", "seed"):
            key = translator.get_asset_key(manifest["nodes"][node.unique_id])
            yield dg.MaterializeResult(asset_key=key, metadata={"seconds": round(result.execution_time, 3)})
        elif node.name in checks:
            key = checks.pop(node.name)
            severity = dg.AssetCheckSeverity.WARN
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=str(result.status) == "pass",
                severity=severity,
                metadata={"failures": result.failures or 0},
            )
