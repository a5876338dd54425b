"""Today is Beijing's day, whatever zone the machine stands in."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.paths import ROOT

PRINTED = (
    "from datetime import datetime, timedelta, timezone; from ingest.beijing import beijing_today;"
    "from dagster_project.settings import Settings;"
    "there = datetime.now(timezone(timedelta(hours=8))).date();"
    "print(there == beijing_today() == Settings('h', 'i').today)"
)


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati"])  # never the same day; one of them is not Beijing's
def test_the_day_is_that_of_beijing_in_every_zone(zone: str):
    told = subprocess.run(
        [sys.executable, "-c", PRINTED], cwd=ROOT, env={**os.environ, "TZ": zone}, capture_output=True, text=True
    )
    assert told.stdout == "True\n", told.stderr


def test_no_code_asks_the_machine_what_day_it_is():
    rooms = ("ingest", "foi", "expectations", "dagster_project")
    code = {p: p.read_text("utf-8") for room in rooms for p in (ROOT / room).rglob("*.py")}
    asks = re.compile(r"date\.today\(|datetime\.now\(\)|datetime\.today\(|utcnow\(|time\.localtime\(")
    assert [str(path) for path, text in code.items() if asks.search(text)] == []
    models = [*(ROOT / "dbt" / "models").rglob("*.sql"), *(ROOT / "dbt" / "macros").rglob("*.sql")]
    assert not any(re.search(r"current_date|current_timestamp|\bnow\(\)|today\(\)", p.read_text("utf-8")) for p in models)
