"""Every text has both languages, and asking loads nothing heavy."""

from __future__ import annotations

import re
import subprocess
import sys

import yaml
from foi.alerts.wording import said

from foi.messages import message
from tests.paths import ROOT

FOI = ROOT / "foi"


def test_every_text_has_both_languages_and_the_same_places():
    for key, text in yaml.safe_load((FOI / "messages.yaml").read_text("utf-8")).items():
        assert set(text) == {"zh", "en"} and text["zh"], key


def test_every_text_that_is_asked_for_exists():
    known = yaml.safe_load((FOI / "messages.yaml").read_text("utf-8"))
    asked = {key for path in FOI.rglob("*.py") for key in re.findall(r"\bsay\(\"([\w.]+)\"", path.read_text("utf-8"))}
    assert len(asked) > 40 and asked - set(known) == set()


def test_chinese_stands_first():
    assert message("trend.year") == "年度 / year"


def test_one_is_one_and_two_are_more():
    assert "1 file needs attention" in message("load.problems", n=1) and "2 files need attention" in message("load.problems", n=2)
    assert "1 alert was not" in said("unsent", n=1) and "还有 1 天，2 个单位" in said("due_in", year=2024, due="x", days=1, n=2)


def test_a_list_that_is_empty_is_not_announced():
    assert "相近的：" in message("trend.no_unit", name="甲镇", near="乙镇")
    assert "相近的：" not in message("trend.no_unit", name="甲镇", near="") and "near:" not in message(
        "trend.no_unit", name="甲镇", near=""
    )


def test_asking_loads_no_heavy_package():
    code = (
        "import sys, foi.query, foi.trend, foi.status, foi.export, foi.messages\n"
        "print([m for m in ('dagster', 'dbt', 'great_expectations', 'duckdb', 'xlsxwriter') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=FOI.parent)
    assert said.stdout.strip() == "[]", said.stderr
