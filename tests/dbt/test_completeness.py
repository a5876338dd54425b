"""Nothing is called fine that is not whole: a county whose reports each lack one thing, checked by the real gate and asked by everyone."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.dbt import Warehouse
from dagster_project.defs.publish import publish
from dagster_project.defs.quality import expectation_checks
from dagster_project.settings import Settings
from expectations.decisions import Decision, append
from expectations.gate.run import run_expectations
from foi.alerts.compose import preview
from foi.alerts.post.rendering import mail_html
from foi.letters.letter import write_letters
from foi.line.show_status import show_status
from foi.owed.progress import Question
from foi.owed.show_progress import show_progress
from foi.published import published
from foi.published.incomplete import read_incomplete
from ingest.beijing import BEIJING
from ingest.home import Home
from ingest.law.forms import load_forms
from tests.dbt.conftest import Built, environment_kept
from tests.dbt.raw_zone import Filing, write_raw_zone
from tests.dbt.scenario import COUNTY, FARM, HILL, LAKE, RIVER, TOWN, handled

STALE_UNIT, FRACTION = "230883-教育局", "230883-民政局"
IN_TIME = date(2025, 1, 20)


def filing(unit: str, cells: dict[str, Any] | None = None, year: int = 2024, **more: Any) -> Filing:
    """A report in which ten requests were granted, one review was closed, and four licenses were given; with other cells, if given."""
    usual = handled(granted=10) | {"challenges.review.upheld": 1, "challenges.review.total": 1, "disclosure.licenses": 4}
    unit_name = {STALE_UNIT: "抚远市教育局", FRACTION: "抚远市民政局"}.get(unit)
    given = {"file": f"{unit}-{year}.html", "published_on": IN_TIME, "unit_name": unit_name} | more
    return Filing(given.pop("file"), unit, year, cells=usual | (cells or {}), **given)


def without(table: str) -> Filing:
    """A report of the farm without one of its tables."""
    whole = filing(FARM)
    cells = {code: n for code, n in whole.cells.items() if not code.startswith(table)}
    return Filing(whole.file, FARM, 2024, cells=cells, forms={table: None}, published_on=IN_TIME,
                  counts=({"code": "reviews", "value": 9},))  # fmt: skip


BLANK = [c.code for c in load_forms()["2021"].tables["requests"].cells if c.code.split(".")[2] != "total"][:90]
WHOLE = filing(TOWN)
NO_TABLE = without("requests")
BLANKS = filing(HILL, dict.fromkeys(BLANK, "blank"))
UNREAD = filing(LAKE, issues=(("unread_row", "公报 7 7", ""),))
BROKEN_FOUR = filing(RIVER, {"challenges.review.total": 3})
STALE = filing(STALE_UNIT)
IMPOSSIBLE = filing(FRACTION, {"disclosure.licenses": 2.5})
# What was replaced is judged no more, nor is the same file at another path.
REPLACED = filing(TOWN, {"disclosure.licenses": "blank"}, 2023, file="a.html", published_on=date(2024, 1, 2))
REPLACING = filing(TOWN, year=2023, file="b.html", published_on=date(2024, 1, 20))
AGAIN = filing(TOWN, year=2023, file="c.html", document="b.html", published_on=date(2024, 1, 20))
# Before 2019 one table is all there is; a report of then without any lacks that one.
OLDER = Filing("older.html", FARM, 2016, form="2014", published_on=date(2017, 1, 2))
PROSE = Filing(
    "prose.html", FARM, 2015, forms=dict.fromkeys(("disclosure", "requests", "challenges")), published_on=date(2016, 1, 2)
)
# The other ways of lacking something, each in one place; and what looks like it and is whole.
DASH = filing(TOWN, {"challenges.review.other": "dash"}, 2022)
UNCLEAR = filing(FARM, {"disclosure.fees": "unreadable"}, 2022)
NO_CELL = filing(HILL, {"requests.carried_out.total": "absent"}, 2022)
PICTURE = filing(LAKE, year=2022, issues=(("scan_pages", "3", ""),))
OLD_BLANK = Filing("old.html", FARM, 2017, form="2014", cells={"statistics.received": "blank"}, published_on=date(2018, 1, 2))
NOBODYS = Filing("nobody.html", None, 2022, unit_name="示例镇", cells={"disclosure.fees": "blank"})
HEADS = filing(RIVER, year=2022, issues=(("unread_row", "结果维持 结果纠正", ""),))
NOTED = filing(STALE_UNIT, year=2022, issues=(("form_words_left", "示例 3", ""),))
FILLED = filing(FRACTION, {"disclosure.fees": "blank"}, 2022)
LACKING = [
    (NO_TABLE, "requests"), (BLANKS, "requests"), (UNREAD, "rows"), (PROSE, "statistics"), (DASH, "challenges"), (UNCLEAR, "disclosure"),
    (NO_CELL, "requests"), (PICTURE, "rows"), (OLD_BLANK, "statistics"), (NOBODYS, "disclosure"),
]  # fmt: skip
FINE = [WHOLE, BROKEN_FOUR, STALE, IMPOSSIBLE, REPLACING, OLDER, HEADS, NOTED, FILLED]
FILINGS = [*(f for f, _ in LACKING), *FINE, REPLACED, AGAIN]
CORRECTION = """- correction_id: {name}
  unit_code: "{unit}"
  report_year: {year}
  cell: {cell}
  action: set
  expect: {expect}
  value: 9
  reason: 示例
  evidence: 来函
  who: 示例科
  when: 2025-03-05
"""
CORRECTIONS = CORRECTION.format(name="stale", unit=STALE_UNIT, year=2024, cell="requests.received.total", expect=99)
CORRECTIONS += CORRECTION.format(name="filled", unit=FRACTION, year=2022, cell="disclosure.fees", expect="blank")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The warehouse of these reports, behind the real gate, and published."""
    home = Home(tmp_path_factory.mktemp("whole"))
    write_raw_zone(home.raw, {"b": FILINGS}, CORRECTIONS)
    with environment_kept():
        warehouse = Warehouse(home)
        change, _ = warehouse.build_facts()
        run_expectations(home.build, home.expectations, decisions=home.decisions)
        warehouse.build_sums(change)
        publish(home)
    return Built(home.root)


def test_each_report_says_what_it_lacks(county: Built):
    columns = "absent_tables, blank, dash, unreadable, absent, rows_unread, sums_not_assessable"
    found = {row[0]: row[1:] for row in county.rows(f"select report_id, {columns} from completeness where not is_complete")}
    assert found == {
        NO_TABLE.report_id: ("requests", 0, 0, 0, 0, 0, 39),
        BLANKS.report_id: (None, 90, 0, 0, 0, 0, found[BLANKS.report_id][-1]),
        UNREAD.report_id: (None, 0, 0, 0, 0, 1, 0),
        PROSE.report_id: ("statistics", 0, 0, 0, 0, 0, 0),
        DASH.report_id: (None, 0, 1, 0, 0, 0, 1),
        UNCLEAR.report_id: (None, 0, 0, 1, 0, 0, 0),
        NO_CELL.report_id: (None, 0, 0, 0, 1, 0, 2),
        PICTURE.report_id: (None, 0, 0, 0, 0, 1, 0),
        OLD_BLANK.report_id: (None, 1, 0, 0, 0, 0, found[OLD_BLANK.report_id][-1]),
        NOBODYS.report_id: (None, 1, 0, 0, 0, 0, 0),
    }
    assert found[BLANKS.report_id][-1] > 10 and found[OLD_BLANK.report_id][-1] > 0
    whole = county.rows("select report_id from completeness where is_complete")
    assert {report for (report,) in whole} == {f.report_id for f in FINE}
    asked = "select is_complete, quality_state from unit_year where report_id = ?"
    assert county.row(asked, WHOLE.report_id) == (True, "pass")
    assert county.row(asked, UNREAD.report_id) == (False, "pass")
    assert county.row(asked, NO_TABLE.report_id) == (False, "not_assessable")


def test_the_rules_of_an_absent_table_are_not_assessable_and_those_of_the_others_are_judged(county: Built):
    rows = county.rows(
        "select table_name, result, count(*) from rule_results join (select distinct rule_id, table_name from dim_rule) using (rule_id)"
        " where report_id = ? group by all order by all",
        NO_TABLE.report_id,
    )
    assert rows == [("challenges", "pass", 3), ("requests", "not_assessable", 39)]
    prose = "select result, left_sum, right_sum from relation_results where report_id = ? and rule = 'prose_reviews'"
    assert county.row(prose, NO_TABLE.report_id) == ("fail", 9, 1)


def test_one_wrong_table_takes_no_other_out_of_the_sums_and_a_stale_correction_none(county: Built):
    assert county.rows("select unit_code, table_name, reasons from exclusions order by 2 desc") == [
        (FRACTION, "disclosure", "impossible_number"),
        (RIVER, "challenges", "broken_sum"),
    ]
    columns = "units_reporting, units_excluded, units_excluded_disclosure, units_excluded_requests, units_excluded_challenges"
    area = "select {} from area_year where area_code = ? and report_year = 2024"
    for code in (COUNTY, COUNTY[:4], COUNTY[:2]):
        assert county.row(area.format(columns), code) == (7, 2, 1, 0, 1)
        # The farm has no table three, a blank stands in no total of the hill.
        assert county.row(area.format("received, received_units, licenses, licenses_units"), code) == (60, 6, 24, 6)
        assert county.row(area.format("review_total, review_total_units, challenge_rate_units"), code) == (6, 6, 5)
        assert county.row(area.format("grant_rate_numerator, grant_rate_denominator, grant_rate_units"), code) == (60, 60, 6)


def test_the_gate_names_each_gap_once_in_words(county: Built):
    found = county.rows("select report_id, unit_code, report_year, rule_id, message_zh from expectation_results"
                        " where suite = 'completeness' and status = 'failed'")  # fmt: skip
    assert {row[0]: row[3] for row in found} == {f.report_id: f"incomplete.{part}" for f, part in LACKING}
    assert len(found) == len(LACKING)
    rows = {f"{unit} {year} {rule}": said for _, unit, year, rule, said in found}
    assert (
        "横线 1" in rows[f"{TOWN} 2022 incomplete.challenges"] and "没有发生的填 0" in rows[f"{TOWN} 2022 incomplete.challenges"]
    )
    for unit, part in ((FARM, "disclosure"), (HILL, "requests")):  # what may only have been misread is not called blank
        assert "对照原件" in rows[f"{unit} 2022 incomplete.{part}"] and "填 0" not in rows[f"{unit} 2022 incomplete.{part}"]
    assert "没有找到表三（依申请公开）" in rows[f"{FARM} 2024 incomplete.requests"]
    assert "39 条勾稽因此无法判断" in rows[f"{FARM} 2024 incomplete.requests"]
    blanks = rows[f"{HILL} 2024 incomplete.requests"]
    assert "表三（依申请公开）缺数 90 格（空白 90），如“" in blanks and "没有发生的填 0" in blanks and "原件" not in blanks
    assert "公报 7 7" in rows[f"{LAKE} 2024 incomplete.rows"] and "填 0" not in rows[f"{LAKE} 2024 incomplete.rows"]


def test_status_tells_of_every_report_that_is_not_whole(county: Built):
    path = county.home / "published.duckdb"
    said, facts = show_status(Home(path.parent)), json.loads(show_status(Home(path.parent), json=True))
    assert f"不完整的报告 {len(LACKING)} 份" in said and "没有需要处理的问题" not in said
    assert "缺表三、39 条勾稽无法判断" in said
    assert "空白 90 格" in said and "未读取 1 处" in said and "缺统计表" in said
    told = [r["report_id"] for r in facts["incomplete"]]
    assert set(told) == {f.report_id for f, _ in LACKING} and told[:3] == [f.report_id for f in (NO_TABLE, PROSE, BLANKS)]
    assert facts["incomplete"][0]["absent_tables"] == ["requests"] and facts["incomplete"][2]["blank"] == 90
    assert "表四（勾稽不成立）" in said and "表二（有不可能的数）" in said


def test_progress_names_them(county: Built):
    path, on = county.home / "published.duckdb", date(2025, 6, 1)
    said = show_progress(path, Question("230883", 2024, on=on, states=["不完整"]))
    assert all(code in said for code in (FARM, HILL, LAKE)) and TOWN not in said and RIVER not in said
    assert "不完整：缺表三" in said and "不完整的报告 3 份" in said
    found = json.loads(show_progress(path, Question("230883", 2024, on=on), "json"))
    lacking = {u["unit_code"]: (u["lacks_zh"], u["lacks_en"]) for u in found["units"] if u["lacks_zh"]}
    assert set(lacking) == {FARM, HILL, LAKE} and found["rates"]["complete"] == 4
    assert "不完整" in show_progress(path, Question("2308", 2024, on=on))  # a column of the areas


def test_letters_and_alerts_tell_the_unit_and_its_county(county: Built, tmp_path: Path):
    write_letters(county.home / "published.duckdb", tmp_path / "letters", FARM, 2024)
    (page,) = (tmp_path / "letters").glob("*.html")
    assert "没有找到表三（依申请公开）" in page.read_text("utf-8")
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(county.home / "published.duckdb", home / "published.duckdb")
    recipients = home / "recipients.yaml"
    recipients.write_text("recipients:\n- {name: 示例办, areas: ['230883'], channels: [{mail: a@example.org}]}\n", "utf-8")
    (message,) = preview(Home(home), recipients, datetime(2025, 6, 1, tzinfo=BEIJING))
    assert message.counts["incomplete"] == 9 and "不完整 9 处" in message.subject.zh and "not complete" in message.subject.en
    html = mail_html(message)
    assert "空白 90" in html and "没有找到表三" in html


def test_dagster_has_a_check_of_its_own(county: Built):
    (checks,) = expectation_checks()
    settings = Settings(home=str(county.home), inbox=str(county.home))
    results = {r.check_name: r for r in checks(settings=settings)}  # type: ignore[call-arg]
    assert not results["nothing_incomplete"].passed and results["nothing_incomplete"].metadata["rows"].value == len(LACKING)
    assert results["nothing_broken"].passed


def test_what_a_person_waived_needs_nobody_any_more(county: Built, tmp_path: Path):
    build, ledger = tmp_path / "build.duckdb", tmp_path / "decisions.jsonl"
    shutil.copyfile(county.home / "build.duckdb", build)
    left, right = county.row("select numbers, cells from table_completeness where report_id = ? and table_name = 'requests'",
                             BLANKS.report_id)  # fmt: skip
    append(
        ledger,
        Decision(
            "2025-03-05T00:00:00+00:00", "示例科", "waive", HILL, 2024, "incomplete.requests", str(left), str(right), "示例"
        ),
    )
    run_expectations(build, tmp_path / "page.html", decisions=ledger)
    with duckdb.connect(str(build), read_only=True) as connection:
        connection.execute("set search_path = 'marts,core,quality'")
        assert BLANKS.report_id not in [r["report_id"] for r in read_incomplete(connection)]
    with published(county.home / "published.duckdb") as connection:
        assert BLANKS.report_id in [r["report_id"] for r in read_incomplete(connection)]
