"""The board of an area: every unit and year with one state, the same as the command line tells; deadlines for a calendar, news as a feed."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import httpx
import pytest
from lxml import etree

from foi.owed.board import Board, board_of
from foi.owed.progress import Question, progress_of
from portal.calendar import _folded

COUNTY, CITY = "990101", "9901"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(scope="module")
def board(loaded: Path) -> Board:
    return board_of(loaded / "published.duckdb", COUNTY)


def unfolded(text: str) -> list[str]:
    """The lines of a calendar."""
    return text.replace("\r\n ", "").split("\r\n")


def test_every_duty_of_every_year_stands_once_as_the_command_line_tells_it(board: Board, loaded: Path):
    assert len(board.years) > 2 and board.units
    for year in board.years:
        asked = progress_of(loaded / "published.duckdb", Question(COUNTY, year))
        told = {unit.unit_code: unit.duties[year] for unit in board.units if year in unit.duties}
        assert told == {duty.unit_code: duty for duty in asked.duties}
        assert board.rates[year] == asked.rates


def test_the_page_has_a_word_for_each_and_leads_to_each_report(board: Board, portal: httpx.Client):
    page = portal.get(f"/progress/{COUNTY}")
    assert page.status_code == 200
    text = re.sub(r"<[^>]+>", " ", page.text)
    assert all(unit.unit_name in text for unit in board.units) and "五个比率" in text
    linked = set(re.findall(r'href="/report/([0-9a-f]{16})"', page.text))
    assert linked == {duty.report_id for unit in board.units for duty in unit.duties.values() if duty.report_id}
    assert len(re.findall(r"<td>", page.text)) >= len(board.units) * len(board.years)


def test_a_state_lists_the_units_that_are_in_it_in_some_year(board: Board, portal: httpx.Client):
    page = portal.get(f"/progress/{COUNTY}?state=missing").text
    missing = {u.unit_name for u in board.units if any(d.state == "missing" for d in u.duties.values())}
    shown = set(re.findall(r'<th scope="row"><a href="/unit/[^"]+">([^<]+)</a>', page))
    assert missing and shown == missing
    assert portal.get(f"/progress/{COUNTY}?state=lost").status_code == 400


def test_of_one_year_the_counts_the_units_and_the_file_are_those_of_the_year(board: Board, portal: httpx.Client):
    year = next(y for y in board.years if any(u.duties[y].state == "missing" for u in board.units if y in u.duties))
    missing = {u.unit_name for u in board.units if year in u.duties and u.duties[year].state == "missing"}
    page = portal.get(f"/progress/{COUNTY}?state=missing&year={year}").text
    assert set(re.findall(r'<th scope="row"><a href="/unit/[^"]+">([^<]+)</a>', page)) == missing
    assert f"<strong>未报 {len(missing)}</strong>" in page and f"{year} 年度的单位数" in page
    rows = [*csv.DictReader(io.StringIO(portal.get(f"/progress/{COUNTY}.csv?lang=en&year={year}").text.lstrip("\ufeff")))]
    assert len(rows) == sum(year in unit.duties for unit in board.units) and {row["report_year"] for row in rows} == {str(year)}
    before = portal.get(f"/progress/{COUNTY}?year=2019").text
    assert ("2019 年度还没有应报名单" in before) is (2019 not in board.years)


def test_the_file_holds_every_duty(board: Board, portal: httpx.Client):
    rows = list(csv.DictReader(io.StringIO(portal.get(f"/progress/{COUNTY}.csv").text.lstrip("\ufeff"))))
    assert len(rows) == sum(len(unit.duties) for unit in board.units)
    assert {(row["code"], int(row["report_year"])) for row in rows} == {(u.unit_code, y) for u in board.units for y in u.duties}


def test_the_calendar_has_each_day_on_which_reports_are_due(board: Board, portal: httpx.Client):
    answer = portal.get(f"/progress/{COUNTY}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert max(len(line.encode()) for line in answer.text.split("\r\n")) <= 75
    lines = unfolded(answer.text)
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    days = [date.fromisoformat(line.rpartition(":")[2]) for line in lines if line.startswith("DTSTART")]
    assert days == [deadline.due for deadline in board.deadlines()]
    assert len({line for line in lines if line.startswith("UID")}) == len(days)
    lacking = {name for deadline in board.deadlines() for name in deadline.lacking}
    told = " ".join(line for line in lines if line.startswith("DESCRIPTION"))
    assert lacking and all(name in told for name in lacking)


def test_a_line_is_folded_between_characters():
    line = "SUMMARY:" + "示例县；报告，" * 30
    parts = list(_folded(line))
    assert len(parts) > 5 and all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line


def test_what_landed_is_a_feed_whose_entries_lead_to_reports(portal: httpx.Client):
    answer = portal.get("/changes.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(answer.content)
    entries = feed.findall("a:entry", ATOM)
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
    assert entries and len(set(ids)) == len(ids)
    assert portal.get(entries[0].find("a:link", ATOM).get("href")).status_code == 200
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", e.findtext("a:updated", namespaces=ATOM)) for e in entries)


def test_an_area_can_be_named_and_one_without_duties_says_what_to_do(portal: httpx.Client):
    found = portal.get("/progress", params={"area": "示例县"})
    assert found.status_code == 303 and found.headers["location"] == f"/progress/{COUNTY}"
    assert portal.get("/progress/110101").status_code == 404 and "foi roster load" in portal.get("/progress/110101").text
    assert portal.get("/progress/nowhere").status_code == 404
    assert portal.get(f"/progress/{COUNTY}.atom").status_code == 404
    assert "who filed" in portal.get(f"/progress/{COUNTY}?lang=en").text
