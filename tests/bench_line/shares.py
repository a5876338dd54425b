"""Where the time of a load went, as Dagster's record of the run tells it: nothing is measured that is not kept anyway."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import Any

READING, DBT, GATE, DAGSTER, PUBLISHING = "reading", "dbt", "gate", "Dagster", "publishing"
SHARES = (READING, DBT, GATE, DAGSTER, PUBLISHING)
# What each step of the line is for, by how its name begins; all that lies before the first step is reading, what is between is Dagster.
STEPS = {"landing": READING, "reference": READING, "warehouse": DBT, "marts_after": DBT, "marts__": GATE, "quality": GATE,
         "expectation": GATE, "published": PUBLISHING}  # fmt: skip


def shares_of(home: Path, begun: float, wall: float) -> dict[str, float]:
    """The seconds of each part of the command that began at a moment and took so long; only reading where it began no run.

    Before the run a command starts, looks what is new and reads it; after its last step it says what came of it: both is reading here.
    """
    record = _last_run(home, begun)
    if not record:
        return {READING: wall}
    first, last = record[0].timestamp, record[-1].timestamp
    seconds: dict[str, float] = defaultdict(float)
    seconds[READING] += first - begun + max(begun + wall - last, 0)
    open_steps: dict[str, float] = {}
    made: dict[str, float] = {}
    inside = 0.0
    for entry in record:
        kind, step = _kind(entry), entry.step_key or ""
        if kind == "STEP_START":
            open_steps[step] = entry.timestamp
        elif kind in ("ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION"):
            made.setdefault(step, entry.timestamp)
        elif kind in ("STEP_SUCCESS", "STEP_FAILURE"):
            # dbt ends before its first result is noted; writing the results down is Dagster's.
            end = made.get(step, entry.timestamp) if _part(step) == DBT else entry.timestamp
            seconds[_part(step)] += end - open_steps[step]
            inside += end - open_steps[step]
    seconds[DAGSTER] += last - first - inside
    return dict(seconds)


def _part(step: str) -> str:
    return next((part for begin, part in STEPS.items() if step.startswith(begin)), DAGSTER)


def _kind(entry: Any) -> str:
    return entry.dagster_event.event_type_value if entry.dagster_event else ""


def _last_run(home: Path, begun: float) -> list[Any]:
    """The events of the newest run that began after a moment."""
    if not (home / "dagster" / "dagster.yaml").is_file():
        return []
    import dagster as dg

    os.environ["DAGSTER_HOME"] = str(home / "dagster")
    with dg.DagsterInstance.get() as instance:
        newest = instance.get_run_records(limit=1)
        if not newest or newest[0].create_timestamp.timestamp() < begun:
            return []
        run_id, found, cursor = newest[0].dagster_run.run_id, [], None
        while True:
            part = instance.get_records_for_run(run_id, cursor=cursor)
            found += [record.event_log_entry for record in part.records]
            if not part.has_more:
                return found
            cursor = part.cursor
