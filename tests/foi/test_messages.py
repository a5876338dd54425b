"""Every text has both languages, a reader gets one of them, and asking loads nothing heavy."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
import yaml

from foi.messages import Complaint, bilingual, json_of, message
from ingest.words.language import Text, speaking
from tests.paths import ROOT

FOI = ROOT / "foi"


# What a library says in English stands in the English text alone; a state has its code beside it in Chinese.
ONE_SIDED = {"reason", "words"}


def test_every_text_has_both_languages_and_the_same_places():
    for key, text in yaml.safe_load((FOI / "messages.yaml").read_text("utf-8")).items():
        assert set(text) == {"zh", "en"} and text["zh"] and text["en"], key
        zh, en = ({place.partition(":")[0] for place in re.findall(r"\{(\w+(?::[^}]*)?)\}", one)} for one in text.values())
        assert zh ^ en <= ONE_SIDED, key


def test_every_text_that_is_asked_for_exists():
    known = yaml.safe_load((FOI / "messages.yaml").read_text("utf-8"))
    asking = re.compile(r"\b(?:message|bilingual)\(\s*\"([\w.]+)\"")
    asked = {key for path in FOI.rglob("*.py") for key in asking.findall(path.read_text("utf-8"))}
    assert len(asked) > 150 and asked - set(known) == set()


def test_a_reader_gets_one_language_and_a_program_both():
    for language, word in (("zh", "年度"), ("en", "year")):
        with speaking(language):
            assert message("trend.year") == word and bilingual("trend.year").shown == word
    assert json.loads(json_of({"a": [bilingual("trend.year")], "b": ("x", 1)})) == {
        "a": [{"zh": "年度", "en": "year"}],
        "b": ["x", 1],
    }


def test_a_complaint_that_is_kept_for_others_has_both_languages_and_is_shown_in_one():
    with speaking("en"):
        complaint = Complaint(bilingual("error.memory"), 3)
        assert str(complaint).startswith("There was too little memory")
    assert complaint.text.zh.startswith("内存不足") and Complaint("x").text == Text("x", "x")


def test_one_is_one_and_two_are_more():
    with speaking("en"):
        assert message("load.problems", n=1).startswith("1 file needs") and message("load.problems", n=2).startswith(
            "2 files need"
        )
        assert message("alerts.unsent", n=1).startswith("1 alert was not")
    assert "还有 1 天，2 个单位" in message("alerts.due_in", year=2024, due="x", days=1, n=2)


@pytest.mark.parametrize(("language", "words"), [("zh", "相近的："), ("en", "near:")])
def test_a_list_that_is_empty_is_not_announced(language: str, words: str):
    with speaking(language):
        assert words in message("trend.no_unit", name="甲镇", near="乙镇")
        assert words not in message("trend.no_unit", name="甲镇", near="")


def test_asking_loads_no_heavy_package():
    code = (
        "import sys, foi.ask.query, foi.ask.trend, foi.line.show_status, foi.ask.export, foi.messages\n"
        "print([m for m in ('dagster', 'dbt', 'great_expectations', 'duckdb', 'xlsxwriter') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=FOI.parent)
    assert shown.stdout.strip() == "[]", shown.stderr
