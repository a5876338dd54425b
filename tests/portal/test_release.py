"""An address of a release stays: what is known of it is told, what changed since too, and what is not kept any more is said not to be."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from python_calamine import CalamineWorkbook

from dagster_project.releases import keep_database, keep_release, number_of
from ingest.home import Home
from tests.portal.serving import served

DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Published:
    """A portal of a home that published on three days."""

    portal: httpx.Client
    home: Home
    numbers: tuple[str, ...]


def _publish(home: Home, days_ago: int, mark: str) -> str:
    """Put the same database in its place as if it were so many days ago."""
    keep_database(home)
    fresh = home.published.with_name("fresh.duckdb")
    shutil.copyfile(home.published, fresh)
    fresh.replace(home.published)
    home.state.write_text(f"{mark} {mark * 64}", "utf-8")
    at = time.time() - days_ago * DAY
    os.utime(home.published, (at, at))
    keep_release(home)
    return number_of(home)


@pytest.fixture(scope="module")
def three(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Three releases: between the first two, one rule was added, one taken away, one says something else, and a measure has a new name."""
    folder = tmp_path_factory.mktemp("three")
    home = Home(Path(shutil.copytree(loaded, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("originals", "releases"))))
    numbers = [_publish(home, 2, "a")]
    about = home.releases / numbers[0] / "release.json"
    told = json.loads(about.read_bytes())
    rules = json.loads((home.releases / "words" / told["rules"]).read_bytes())
    terms = json.loads((home.releases / "words" / told["dictionary"]).read_bytes())
    rules[1]["zh"], rules[2]["rule"], terms["measures"][0]["zh"] = "示例旧规则", "example_rule_of_before", "示例旧名"
    for kind, found in (("rules", rules), ("dictionary", terms)):
        (home.releases / "words" / f"older-{kind}.json").write_text(json.dumps(found), "utf-8")
    about.write_text(json.dumps({**told, "rules": "older-rules.json", "dictionary": "older-dictionary.json"}), "utf-8")
    numbers += [_publish(home, 1, "b"), _publish(home, 0, "c")]
    with served(home.root) as portal:
        yield Published(portal, home, tuple(numbers))


def test_all_releases_are_listed_and_those_whose_database_is_gone_say_so(three: Published):
    text = three.portal.get("/data").text
    assert all(f'href="/data/release/{number}"' in text for number in three.numbers) and text.count("未保留") == 1
    gone = three.portal.get(f"/data/release/{three.numbers[0]}/published.duckdb")
    assert gone.status_code == 404 and "--as-of" in gone.text and 'class="error-summary"' in gone.text
    for number in three.numbers[1:]:
        answer = three.portal.get(f"/data/release/{number}/published.duckdb")
        assert answer.content == three.home.published.read_bytes() and number in answer.headers["content-disposition"]


def test_the_page_of_a_release_tells_what_it_held_and_leads_to_what_stays(three: Published, ask):
    ((reports,),) = ask("select count(*) from fct_reports")
    for number in three.numbers:
        page = three.portal.get(f"/data/release/{number}")
        assert page.status_code == 200 and f"<dd>{reports}</dd>" in page.text
        assert ("现在发布的版本" in page.text) == (number == three.numbers[-1])
        for name in ("SHA256SUMS", "rules.json", "dictionary.json"):
            assert three.portal.get(f"/data/release/{number}/{name}").status_code == 200, name
    assert "published.duckdb" in three.portal.get(f"/data/release/{three.numbers[1]}/SHA256SUMS").text
    assert three.portal.get(f"/data/release/{three.numbers[0]}/rules.json").json()[1]["zh"] == "示例旧规则"


def test_the_changes_of_a_release_are_the_reports_that_came_with_it_and_the_rules_that_changed(three: Published, ask):
    first, second, third = (three.portal.get(f"/changes?release={number}").text for number in three.numbers)
    rows = list(
        csv.DictReader(io.StringIO(three.portal.get(f"/changes.csv?release={three.numbers[0]}").text.removeprefix("\ufeff")))
    )
    assert len(rows) == ask("select count(*) from fct_reports")[0][0] and "没有更早的版本" in first
    assert "没有新的报告" in second and "示例旧规则" in second and "示例旧名" in second
    assert all(f"<td>{word}" in second for word in ("新增", "取消", "修改")) and "example_rule_of_before" in second
    assert "规则没有变动" in third and "示例旧规则" not in third


def test_a_release_that_is_none_is_told_with_those_there_are(three: Published):
    for path in ("/data/release/2020-01-01-00000000", "/data/release/..%2fx", "/changes?release=x", "/data/release/x/rules.json"):
        answer = three.portal.get(path)
        assert answer.status_code == 404 and 'class="error-summary"' in answer.text, path
    assert three.numbers[-1] in three.portal.get("/data/release/2020-01-01-00000000").text


def test_a_home_that_wrote_down_no_release_yet_says_nothing_of_them(small):
    small.unit("990101101", "示例甲镇")
    with served(small.path.parent) as client:
        assert "历次数据版本" not in client.get("/data").text and "没有更早的版本" in client.get("/changes").text


def test_a_table_that_answers_csv_answers_xlsx_with_the_same_rows(portal: httpx.Client, ask):
    text = portal.get("/data").text
    assert 'href="/data/area_year.xlsx"' in text and 'href="/data/fct_cells.xlsx"' in text
    head, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(portal.get("/data/area_year.xlsx").content)).get_sheet_by_index(0).to_python()
    )
    assert len(rows) == ask("select count(*) from area_year")[0][0] and "地区代码" in head
    assert portal.get("/data/nothing.xlsx").status_code == 404


def test_a_table_that_is_too_large_for_a_workbook_says_how_to_get_it(portal: httpx.Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.pages.data.IN_BOOK", 1000)
    answer = portal.get("/data/fct_cells.xlsx")
    assert (
        answer.status_code == 404
        and "foi export fct_cells.xlsx" in answer.text
        and "fct_cells.xlsx" not in portal.get("/data?lang=en").text
    )
