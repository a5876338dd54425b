"""`foi rules`: every rule with its source; the page in docs is made from the same data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from foi.ask.show_rules import rules_page, show_rules, show_yield
from foi.messages import Complaint
from ingest.law.entries import entries
from ingest.law.forms import every_form
from ingest.law.relations import relations_of
from ingest.law.signals import signals
from tests.one_language import assert_one_language
from tests.paths import ROOT

PAGES = {"zh": ROOT / "docs" / "rules.md", "en": ROOT / "docs" / "rules.en.md"}


@pytest.mark.parametrize("language", PAGES)
def test_the_pages_of_rules_are_up_to_date(language: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FOI_LANG", language)
    page = PAGES[language]
    assert page.read_text("utf-8") == rules_page(), f"run foi rules --markdown --lang {language} > docs/{page.name}"


@pytest.mark.parametrize("language", PAGES)
def test_the_rules_are_told_in_one_language(language: str, monkeypatch: pytest.MonkeyPatch, loaded: Path):
    monkeypatch.setenv("FOI_LANG", language)
    # Where a rule stands is a place of the form or of the law, as printed there; 规章 is the name of a kind of document.
    sources = ["规章", *(e.law for e in entries())]
    for text in (show_rules(False), rules_page(), show_yield(loaded / "published.duckdb")):
        assert_one_language(text, language, *sources)


def test_every_rule_of_every_form_is_listed_with_both_languages_and_its_source():
    listed = {e.rule for e in entries()}
    assert listed == {r.rule for f in every_form().values() for r in f.rules} | {
        r.rule for f in every_form() for r in relations_of(f)
    } | set(signals())
    assert all(e.zh and e.en and e.law and e.severity in ("error", "warning", "hint") for e in entries())
    said = show_rules(False)
    assert all(rule in said for rule in listed) and said.index("requests_balance") < said.index("carry_over")


def test_the_rules_as_json_say_what_they_need():
    by_rule = {e["rule"]: e for e in json.loads(show_rules(True))}
    assert by_rule["carry_over"]["needs"] == ["cell", "last_year"] and by_rule["prose_requests"]["needs"] == ["prose", "cell"]


def test_a_wrong_rule_file_is_one_sentence_and_no_traceback():
    code = (
        "import sys, foi.cli, ingest.law.relations\n"
        "read = ingest.law.relations.read_yaml\n"
        "ingest.law.relations.read_yaml = lambda path: {k: {**v, 'equation': 'requests.x.y = 0'} for k, v in read(path).items()}\n"
        "sys.argv = ['foi', 'rules']\n"
        "foi.cli.main()"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert said.returncode == 2 and "relations.yaml:" in said.stderr and "Traceback" not in said.stderr


def test_the_yield_of_each_rule_counts_what_was_judged_and_what_failed(loaded: Path):
    rows = json.loads(show_yield(loaded / "published.duckdb", json=True))
    broken = [r for r in rows if r["rule"] == "requests_closed_total" and r["hits"]]
    assert broken and all(r["assessed"] >= r["hits"] == r["open"] and r["precision"] is None for r in broken)
    said = show_yield(loaded / "published.duckdb")
    assert said.index("requests_closed_total") < said.index("carry_over")


def test_a_file_of_an_older_version_says_to_load_again(tmp_path: Path):
    with duckdb.connect(str(tmp_path / "published.duckdb")) as connection:
        connection.execute("create schema marts; create schema core; create schema quality")
    with pytest.raises(Complaint, match="foi load"):
        show_yield(tmp_path / "published.duckdb")
