"""Whose report and of which year: evidence, conflicts, and never a guess."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from ingest.model import Hints, Report
from ingest.pipeline import ingest_bytes
from ingest.units import load_registry
from tests.factory import Record, blank_record, random_record, zero_record
from tests.factory.html import clean
from tests.factory.text import as_text
from tests.paths import ROOT


def read(record: Record, hints: Hints | None = None, **changes: str) -> Report:
    text = as_text(record, "P").decode()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return ingest_bytes(text.encode(), "x.txt", hints or Hints(), load_registry())


def codes(report: Report) -> set[str]:
    return {i.code for i in report.issues}


def test_a_name_with_its_place_is_matched():
    report = read(replace(zero_record(unit="城关镇"), place="岚皋县"))
    assert (report.unit_code, report.unit_name, report.report_year) == ("610925100", "城关镇", 2024)


@pytest.mark.quirk(9)
def test_a_name_that_many_units_have_is_never_guessed():
    report = read(zero_record(unit="城关镇"))
    assert report.state == "loaded" and report.unit_code is None and "unit_unmatched" in codes(report)


@pytest.mark.quirk(9)
def test_the_folders_say_which_of_the_namesakes():
    report = read(zero_record(unit="城关镇"), Hints(("陕西省", "安康市", "岚皋县")))
    assert report.unit_code == "610925100"


def test_a_place_that_contradicts_the_name_leaves_the_unit_open():
    report = read(zero_record(unit="寒葱沟镇"), Hints(("衢江区",)))
    assert report.unit_code is None


@pytest.mark.quirk(6)
def test_a_report_that_only_says_our_town_is_loaded_without_a_unit():
    report = ingest_bytes(clean(replace(random_record(random.Random(1)), unit="")), "x.html", Hints(), load_registry())
    assert report.state == "loaded" and report.unit_code is None and "unit_missing" in codes(report)


@pytest.mark.quirk(18)
def test_the_manifest_decides_and_a_conflict_is_said():
    report = read(zero_record(unit="寒葱沟镇"), Hints((), "610925100", 2023))
    assert (report.unit_code, report.report_year) == ("610925100", 2023)
    assert {"unit_conflict", "year_conflict"} <= codes(report)


@pytest.mark.quirk(17)
def test_title_and_period_that_disagree_are_told_and_only_an_older_period_is_outvoted():
    for year, decided, code in ((2023, 2024, "wrong_year_named"), (2025, None, "year_conflict")):
        lines = (f"本报告的时间范围为{year}年1月1日至{year}年12月31日。",)
        report = read(replace(zero_record(unit="寒葱沟镇"), lines=lines))
        assert report.report_year == decided and code in codes(report)
        assert {c.value for c in report.candidates if c.kind == "year"} >= {str(year), "2024"}


@pytest.mark.quirk(13)
def test_the_year_is_never_the_publication_or_folder_year():
    record = replace(zero_record(unit="寒葱沟镇", year=2023), published_on="2026-01-09")
    report = ingest_bytes(clean(record), "x.html", Hints(("2019",)), load_registry())
    assert (report.report_year, report.published_on) == (2023, "2026-01-09")


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("2019年度政府信息公开工作年度报告", 2019), ("2021政府信息公开工作年度报告", 2021), ("2024年政府信息公开年度报告", 2024),
        ("2023年度政府信息公开工作报告", 2023), ("2020年政府信息公开年报", 2020),
    ],
)  # fmt: skip
@pytest.mark.quirk(1, 2, 3)
def test_titles_as_offices_write_them(title: str, year: int):
    text = as_text(zero_record(unit="寒葱沟镇", year=year), "P").decode()
    head = text.splitlines()[0]
    report = ingest_bytes(text.replace(head, f"抚远市寒葱沟镇{title}").encode(), "x.txt", Hints(), load_registry())
    assert (report.report_year, report.unit_code) == (year, "230883101")


@pytest.mark.quirk(4)
def test_a_title_over_two_lines_is_read():
    text = (
        as_text(zero_record(unit="寒葱沟镇"), "P").decode().replace("政府信息公开工作年度报告", "政府信息公开工作\n年度报告", 1)
    )
    assert ingest_bytes(text.encode(), "x.txt", Hints(), load_registry()).unit_code == "230883101"


def test_government_and_office_of_a_place_are_two_units():
    government, office = (read(zero_record(unit=u)) for u in ("淮安市人民政府", "淮安市人民政府办公室"))
    assert (government.unit_code, office.unit_code) == ("3208", "3208-office")


def test_a_department_belongs_to_its_area():
    assert read(zero_record(unit="抚远市教育局")).unit_code == "230883-教育局"
    assert read(zero_record(unit="教育局")).unit_code is None


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (clean(blank_record()), "blank_form"),
        (
            "<title>关于做好2024年政府信息公开工作年度报告编制工作的通知</title><body><p>各乡镇：请按时报送。</p></body>".encode(),
            "not_a_report",
        ),
        ("<body><p>今日天气晴。</p></body>".encode(), "not_a_report"),
        ("某县政府信息公开指南\n一、信息公开的范围".encode(), "not_a_report"),
    ],
)
def test_what_is_no_report_is_set_aside_with_the_reason(page: bytes, code: str):
    report = ingest_bytes(page, "x", Hints(), load_registry())
    assert (report.state, report.reason.code if report.reason else None, report.cells) == ("quarantined", code, ())


@pytest.mark.quirk(64)
def test_a_report_whose_tables_were_lost_is_loaded_as_prose():
    text = "寒葱沟镇2024年政府信息公开工作年度报告\n一、总体情况\n主动公开政府信息18条。\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况"
    report = ingest_bytes(text.encode(), "x.txt", Hints(), load_registry())
    assert report.state == "loaded" and report.cells == () and "table_absent" in codes(report)
    assert [(c.code, int(c.value)) for c in report.counts] == [("disclosed", 18)]


def test_every_reason_for_an_open_unit_is_said_in_words():
    from ingest.identity.page import words
    from ingest.words.issues import issue_texts

    rooms = (ROOT / "ingest" / room for room in ("units", "identity"))
    source = [path for room in rooms for path in room.glob("*.py")]
    used = set(re.findall(r'"(\w+_\w+)"', "".join(p.read_text("utf-8") for p in source))) & {
        "unknown_name", "ambiguous_name", "place_contradicts", "needs_place", "merged_area", "name_not_in_use",
        "office_or_owner", "names_the_page",
    }  # fmt: skip
    assert used == set(words()["unit_reasons"])
    issue = next(i for i in read(zero_record(unit="城关镇")).issues if i.code == "unit_unmatched")
    assert "多个单位同名" in issue_texts(issue)["message_zh"] and "ambiguous_name" not in issue.found
