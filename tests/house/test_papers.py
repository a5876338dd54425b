"""The papers are true: every link leads somewhere, every path they name is there, and the version is the same everywhere."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml

from tests.paths import ROOT

PAPERS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
COMING = "2027"  # the year of the form that docs/adding-a-form.md begins
ROOMS = r"ingest|foi|expectations|dagster_project|dbt|docs|tests|examples"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.name)
def test_every_link_and_every_path_that_is_named_leads_somewhere(paper):
    text = paper.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    named = re.findall(rf"`((?:{ROOMS})/[\w./-]*\w/?)`", text)
    missing = [link for link in links if not (paper.parent / link).exists()]
    wheres = [ROOT, ROOT / "tests"] if paper.name == "quirks.md" else [ROOT]
    named = [name for name in named if COMING not in name]
    missing += [name for name in named if not any((w / f"{name}{end}").exists() for w in wheres for end in ("", ".py"))]
    assert missing == []


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == project["version"] and citation["license"] == project["license"] == "MIT"
    assert project["version"] in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")


def test_a_page_that_is_written_by_hand_is_named_by_another():
    """A newcomer finds every page from the README or from one that it names."""
    texts = {paper.name: paper.read_text("utf-8") for paper in PAPERS}
    assert [name for name in texts if name != "README.md" and not any(name in t for n, t in texts.items() if n != name)] == []
