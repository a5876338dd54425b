"""From the inbox to raw tables: read what is new and land it, one batch per run, partitioned by report year."""

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
from ingest.landing.withdrawals import known_corrections
from ingest.roster.store import keep_rosters_of
from ingest.units.known import registry_for

# In the season files come in every week: whoever looks on a Monday sees when nothing was landed for seven days.
SEASON_MONDAYS = dg.FreshnessPolicy.cron("0 9 * 1-4 1", timedelta(days=7), timezone="Asia/Shanghai")
years = dg.StaticPartitionsDefinition(YEAR_KEYS)
LANDED, REFERENCE, SEASONS = (dg.AssetKey(["raw", name]) for name in ("landed", "reference", "seasons"))


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            LANDED,
            group_name="raw",
            description="Every file handed in, named by the hash of its bytes, and what was read of it: the raw tables, parquet by batch.",
            freshness_policy=SEASON_MONDAYS,
        )
    ],
    partitions_def=years,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool="duckdb",
    name="landing",
)
def landing(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
    """Read the new files of the inbox and land those of the run's years, and every file that names no year."""
    wanted = {*context.partition_keys, "undated"}
    reading = settings.read_new()
    results = [r for r in reading.landed if partition_of(r) in wanted]
    with lock(settings.place):
        batch = land(settings.place, reading, registry_for(Path(settings.inbox), settings.place), results)
        settings.keep_listing(results)
    context.log.info(f"{len(results)} new files, batch {batch}")
    return dg.MaterializeResult(asset_key=LANDED, metadata={"new_files": len(results)})


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            REFERENCE,
            deps=[LANDED],  # what came after its year was closed is known once it has landed
            group_name="raw",
            description="Forms, rules, terms, units, rosters, decisions and corrections as parquet.",
        )
    ],
    pool="duckdb",
    name="reference",
)
def reference(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[Any]:
    """Write forms, rules, terms, units, due dates, decisions and corrections as parquet, and take over the rosters of the inbox."""
    write_references(settings.place, Path(settings.inbox))
    return dg.MaterializeResult(asset_key=REFERENCE)


def write_references(home: Home, source: Path) -> None:
    """Write every reference table: what the forms and the registry say, and what people decided, corrected and expect."""
    with lock(home):
        registry = registry_for(source, home)
        write_reference(home.reference, registry)
        keep_rosters_of(home, source, registry)
        write_decisions(home.decisions, home.reference)
        write_corrections(home.reference, known_corrections(home))
