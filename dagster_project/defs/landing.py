"""From the inbox to raw tables: read what is new and land it, one batch per run, partitioned by report year."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.settings import YEAR_KEYS, Settings, partition_of
from expectations.decisions import write_decisions
from ingest.home import Home
from ingest.landing.batches import land, lock
from ingest.landing.corrections import write_corrections
from ingest.landing.reference import write_reference
from ingest.landing.schemas import SCHEMAS
from ingest.landing.withdrawals import known_corrections
from ingest.roster.store import keep_rosters_of
from ingest.units.known import registry_for

# In the season files come in every week: whoever looks on a Monday sees when nothing was landed for seven days.
SEASON_MONDAYS = dg.FreshnessPolicy.cron("0 9 * 1-4 1", timedelta(days=7), timezone="Asia/Shanghai")
years = dg.StaticPartitionsDefinition(YEAR_KEYS)
SPECS = [
    dg.AssetSpec(["raw", "originals"], group_name="raw", description="Every file handed in, named by the hash of its bytes."),
    *(
        dg.AssetSpec(
            ["raw", name],
            deps=[["raw", "originals"]],
            group_name="raw",
            description=f"Raw table {name}, parquet by batch.",
            freshness_policy=SEASON_MONDAYS if name == "inputs" else None,
        )
        for name in SCHEMAS
    ),
]
REFERENCE_TABLES = (
    "form_cells", "groups", "rules", "rule_terms", "relations", "relation_terms", "losses", "terms", "units", "forms", "signals",
    "signal_values", "decisions", "due_dates", "vertical_bodies", "unit_spans", "successions",
    "final_units", "former_places", "roster", "corrections",
)  # fmt: skip
REFERENCE = [
    dg.AssetSpec(["raw", name], group_name="raw", description=f"Reference table {name}, written from the forms and the registry.")
    for name in REFERENCE_TABLES
]


@dg.multi_asset(specs=SPECS, partitions_def=years, backfill_policy=dg.BackfillPolicy.single_run(), pool="duckdb", name="landing")
def landing(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> Iterator[dg.MaterializeResult[Any]]:
    """Read the new files of the inbox and land those of the run's years, and every file that names no year."""
    wanted = {*context.partition_keys, "undated"}
    reading = settings.read_new()
    results = [r for r in reading.landed if partition_of(r) in wanted]
    with lock(settings.place):
        batch = land(settings.place, reading, registry_for(Path(settings.inbox), settings.place), results)
        settings.keep_listing(results)
    context.log.info(f"{len(results)} new files, batch {batch}")
    for spec in SPECS:
        yield dg.MaterializeResult(asset_key=spec.key, metadata={"new_files": len(results)})


@dg.multi_asset(specs=REFERENCE, pool="duckdb", name="reference")
def reference(settings: dg.ResourceParam[Settings]) -> Iterator[dg.MaterializeResult[Any]]:
    """Write forms, rules, terms, units, due dates, decisions and corrections as parquet, and take over the rosters of the inbox."""
    write_references(settings.place, Path(settings.inbox))
    for spec in REFERENCE:
        yield dg.MaterializeResult(asset_key=spec.key)


def write_references(home: Home, source: Path) -> None:
    """Write every reference table: what the forms and the registry say, and what people decided, corrected and expect."""
    with lock(home):
        registry = registry_for(source, home)
        write_reference(home.reference, registry)
        keep_rosters_of(home, source, registry)
        write_decisions(home.decisions, home.reference)
        write_corrections(home.reference, known_corrections(home))
