"""When to run: each February and April by schedule, and whenever new files lie in the inbox, one run per report year."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project.settings import Settings, partition_of
from ingest.landing.batches import landings
from ingest.landing.rows import read_id

# 《中华人民共和国政府信息公开条例》第四十九条: departments by 31 January, governments by 31 March.
DUE = {"units_filed": "0 3 1 2 *", "governments_filed": "0 3 1 4 *"}


def schedules(job: Any) -> list[dg.ScheduleDefinition]:
    """The day after each due date, load the report year before."""

    def make(name: str, cron: str) -> dg.ScheduleDefinition:
        @dg.schedule(name=name, cron_schedule=cron, job=job, execution_timezone="Asia/Shanghai")
        def run(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
            year = str(context.scheduled_execution_time.year - 1)
            return dg.RunRequest(run_key=f"{name}-{year}", partition_key=year)

        return run

    return [make(name, cron) for name, cron in DUE.items()]


def inbox_sensor(job: Any, settings: Settings) -> dg.SensorDefinition:
    """New files in the inbox start one run for each report year among them."""

    @dg.sensor(name="inbox", job=job, minimum_interval_seconds=60)
    def inbox(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        by_year, before = defaultdict(list), landings(settings.place)
        for landed in Settings(home=settings.home, inbox=settings.inbox).read_new().landed:
            # A file that went back to what it held before is asked for again: how often it has landed is part of the key.
            name = landed.input.file
            by_year[partition_of(landed)].append(f"{name}{read_id(landed.report.document_id)}{before[name] or ''}")
        if not by_year:
            yield dg.SkipReason(f"no new files in {settings.inbox}")
        for year, files in sorted(by_year.items()):
            key = hashlib.sha256("|".join(sorted(files)).encode()).hexdigest()[:16]
            yield dg.RunRequest(run_key=f"{year}-{key}", partition_key=year)

    return inbox
