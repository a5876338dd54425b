"""The example notebook runs as it stands, on the loaded examples, and its numbers are those of the trend."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from foi.ask.trend import Question, trend_of
from tests.paths import ROOT

NOTEBOOK = ROOT / "examples" / "notebooks" / "trend.py"
pytestmark = pytest.mark.skipif(not find_spec("marimo"), reason="no marimo: make notebook")


@pytest.mark.parametrize("measure", ["received", "granted"])
def test_the_notebook_tells_the_numbers_of_the_trend(loaded: Path, measure: str):
    words = ["--home", str(loaded), "--area", "990101", "--measure", measure]
    ran = subprocess.run([sys.executable, str(NOTEBOOK), *words], capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    rows = list(csv.DictReader(io.StringIO(ran.stdout)))
    trend = trend_of(loaded / "published.duckdb", Question(measure, area="990101"))
    assert [(int(r["report_year"]), float(r[measure])) for r in rows] == [(y.report_year, float(y.value)) for y in trend.years]
    assert [int(r["units_missing"]) for r in rows] == [y.missing for y in trend.years]
    assert len(rows) > 5 and all(float(r[measure]) == float(r["of_units"]) for r in rows)
