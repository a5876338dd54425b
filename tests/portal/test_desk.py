"""The desk through HTTP: three thousand violations are decided in a few acts, each of which can be undone; rights; what has changed."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from foi.access.audit import entries
from foi.access.tokens import new_token
from foi.answer.accept import proposed
from foi.answer.decide import Wish, decide
from ingest.home import Home
from ingest.landing.corrections import load_corrections
from portal.app import app_of
from portal.desk.counting import Counting
from tests.foi.conftest import Published

WHY = "示例：已核对"
COUNTY = "990101"
RULES = (
    ("statutory_sums", "error", "requests_closed_total", ("total", "natural_person", "company")),
    ("statutory_sums", "error", "requests_balance", ("total", "natural_person", "company")),
    ("statutory_sums", "error", "challenges_total", ("review", "lawsuit_direct")),
    ("relations", "warning", "made_within_stock", ("year",)),
    ("completeness", "error", "incomplete", ("requests",)),
)
REPORT = (
    "report_id",
    "unit_code",
    "unit_name",
    "report_year",
    "is_current",
    "form_disclosure",
    "form_requests",
    "form_challenges",
)
RESULT = ("suite", "expectation", "rule_id", "severity", "status", "report_id", "unit_code", "unit_name", "report_year", "left_sum", "right_sum",
          "message_zh", "message_en")  # fmt: skip
UNITS, YEARS = 60, range(2019, 2024)


@dataclass
class Desk:
    """The portal of a home folder, for somebody who has come in with a token."""

    client: TestClient
    home: Home

    def sent(self, path: str, **words: Any) -> Any:
        return self.client.post(path, data=words)

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the form that decides."""
        text = self.client.get(path).text
        found = re.search(r'<form action="/violations/decide".*?</form>', text, re.S)
        assert found, text[:2000]
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[0]))

    def groups(self, query: str = "") -> list[str]:
        """The addresses of all groups by rule."""
        found = re.findall(r'class="rule"><a data-row href="([^"]+)"', self.client.get(f"/violations{query}").text)
        return [unescape(address) for address in found]

    def states(self) -> dict[str, int]:
        rows = self.client.get("/violations.json").json()
        rows = rows if isinstance(rows, list) else rows["rows"]
        counts: dict[str, int] = {}
        for row in rows:
            counts[row["state"]] = counts.get(row["state"], 0) + 1
        return counts


def coming(home: Path, role: str = "reviewer", area: str = "", command: tuple[str, ...] = (sys.executable, "-c", "")) -> Desk:
    """The desk of somebody with a role; instead of a refresh a command of Python runs that does nothing."""
    app = app_of(Home(home))
    app.state.counting = Counting(Home(home), command)
    secret = new_token(Home(home), f"示例{role}", role, area, 30)
    return Desk(TestClient(app, headers={"authorization": f"Bearer {secret}"}), Home(home))


@pytest.fixture
def own(loaded: Path, tmp_path: Path) -> Path:
    """A copy of the examples in which a test may write."""
    return Path(shutil.copytree(loaded, tmp_path / "own", symlinks=True))


@pytest.fixture
def desk(own: Path) -> Iterator[Desk]:
    made = coming(own)
    with made.client:
        yield made
        assert made.client.app.state.counting.wait(60)


@pytest.fixture
def busy(small: Published) -> Iterator[Desk]:
    """A county with 3,000 violations of ten kinds."""
    small.unit(COUNTY, "示例县")
    reports, results = [], []
    for unit in range(UNITS):
        code, name = f"{COUNTY}{unit + 101}", f"示例{unit}镇"
        for year in YEARS:
            report_id = f"{unit:08x}{year:08x}"
            reports.append((report_id, code, name, year, True, "2021", "2021", "2021"))
            for suite, severity, rule, instances in RULES:
                for n, instance in enumerate(instances):
                    sentence = (f"{name} {year} 年：{rule}", f"{name} {year}: {rule}")
                    results.append(
                        (suite, rule, f"{rule}.{instance}", severity, "failed", report_id, code, name, year, n, n + 7, *sentence)
                    )
    small.add_all("core.fct_reports", REPORT, reports)
    small.add_all("quality.expectation_results", RESULT, results)
    made = coming(small.path.parent)
    with made.client:
        yield made
        assert made.client.app.state.counting.wait(60)


def test_three_thousand_violations_are_decided_in_forty_acts_and_each_is_undone(busy: Desk):
    assert busy.states() == {"open": 3000}
    done = []
    for address in busy.groups():
        form = busy.form(address)
        answer = busy.sent("/violations/decide", **form, which="all", action="explain", why=WHY)
        assert answer.status_code == 200, answer.text
        done.append(re.search(r"/violations/acts/(\w+)/undo", answer.text)[1])
    assert len(done) <= 40
    assert busy.states() == {"explained": 3000}
    assert len(busy.home.decisions.read_bytes().splitlines()) == 3000
    listed = busy.client.get("/violations/acts.json").json()
    rows = listed if isinstance(listed, list) else listed["rows"]
    assert [row["act"] for row in rows] == done[::-1] and sum(row["in_force"] for row in rows) == 3000
    for act in done:
        answer = busy.sent(f"/violations/acts/{act}/undo")
        assert answer.status_code == 200, answer.text
    assert busy.states() == {"open": 3000}
    assert len(busy.home.decisions.read_bytes().splitlines()) == 6000  # nothing written is ever changed


def test_a_group_is_shown_page_by_page_with_true_totals(busy: Desk):
    address = next(one for one in busy.groups("?kind=error") if "requests_closed_total" in one)
    text = busy.client.get(address).text
    assert "× 900" in text and "本组全部待办的 900 处" in text
    assert text.count("<details data-place") == 20 and "共 45 页、900 处" in text
    assert busy.client.get(f"{address}&page=45").text.count("<details data-place") == 20
    assert busy.client.get(f"{address}&page=46").status_code == 400
    assert len(busy.client.get(address.replace("/group", "/group.csv")).text.strip().splitlines()) == 901


def test_only_what_is_ticked_is_decided(desk: Desk):
    address = next(one for one in desk.groups() if "requests_closed_total" in one)
    ticks = re.findall(r'name="one" value="([^"]+)"', desk.client.get(address).text)
    answer = desk.sent("/violations/decide", **desk.form(address), which="ticked", one=ticks[:2], action="waive", why=WHY)
    assert "豁免：记录 2 处" in answer.text
    assert desk.states()["waived"] == 2
    nothing = desk.sent("/violations/decide", **desk.form(address), which="ticked", action="waive", why=WHY)
    assert nothing.status_code == 400 and "没有勾选" in nothing.text
    text = desk.client.get(address).text
    assert "已豁免" in text and "示例reviewer: 豁免" in text  # what is settled stays, with its mark and history
    report = re.search(r'href="(/report/[0-9a-f]{16})"', text)
    assert report and f"豁免；{WHY}" in desk.client.get(report[1]).text  # also where the tables do not count it yet


def test_a_decision_of_a_page_is_that_of_the_command(desk: Desk):
    address = next(one for one in desk.groups() if "challenges_total" in one)
    desk.sent("/violations/decide", **desk.form(address), which="all", action="confirm", why=WHY)
    (by_page,) = map(json.loads, desk.home.decisions.read_text("utf-8").splitlines())
    desk.home.decisions.unlink()
    decide(desk.home.root, Wish("990101201", 2022, "challenges_total.review", "confirm", WHY))
    (by_command,) = map(json.loads, desk.home.decisions.read_text("utf-8").splitlines())
    for line in (by_page, by_command):
        assert datetime.fromisoformat(line.pop("decided_at")).tzinfo
        line.pop("who")
    assert by_page == by_command


def test_what_changed_since_the_page_was_made_is_refused(busy: Desk, small: Published):
    address = next(one for one in busy.groups("?kind=error") if "challenges_total" in one)
    form = busy.form(address)
    beside = Published(small.path.with_name("next.duckdb"))
    shutil.copy(small.path, beside.path)
    with beside.open() as connection:
        changed = "unit_code = '990101101' and report_year = 2020 and rule_id = 'challenges_total.review'"
        connection.execute(f"update quality.expectation_results set right_sum = 99 where {changed}")
        connection.execute("delete from quality.expectation_results where unit_code = '990101102' and report_year = 2021")
    beside.path.replace(small.path)  # as a load does it
    assert "打开本页之后数据已经更新" in busy.client.get(f"{address.partition('&release')[0]}&release=2020-01-01-00000000").text
    answer = busy.sent("/violations/decide", **form, which="all", action="explain", why=WHY)
    assert "记录 597 处；此前已是这样的 0 处；没有办理的 3 处" in answer.text
    assert "示例0镇 2020" in answer.text and "数字已变" in answer.text and "已经没有这处不符" in answer.text


def test_who_may_not_decide_hears_why(own: Path):
    group = "/violations/group?area=990101&kind=error&rule=requests_closed_total"
    for role, area in (("reader", ""), ("reviewer", "230883")):
        desk = coming(own, role, area)
        with desk.client:
            before = desk.home.decisions.read_bytes() if desk.home.decisions.is_file() else b""
            seen = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', desk.client.get(group).text))
            answer = desk.sent("/violations/decide", **seen, which="all", action="explain", why=WHY)
            assert answer.status_code == 403, answer.text
            assert (desk.home.decisions.read_bytes() if desk.home.decisions.is_file() else b"") == before
    assert entries(Home(own))[-1].entry.refused == "area"


def test_nobody_without_a_name_decides(desk: Desk):
    form = desk.form(desk.groups()[0])
    desk.client.headers.pop("authorization")
    assert "<button>办理</button>" not in desk.client.get(desk.groups()[0]).text
    assert desk.sent("/violations/decide", **form, which="all", action="explain", why=WHY).status_code == 403


def test_every_act_stands_in_the_log(desk: Desk):
    desk.sent("/violations/decide", **desk.form(desk.groups()[0]), which="all", action="explain", why=WHY)
    last = entries(desk.home)[-1].entry
    assert last is not None and (last.act, last.who, last.after) == ("decide", "示例reviewer", f"explain: {WHY}")


def test_a_repair_that_is_accepted_becomes_a_correction(desk: Desk):
    (repair, *_) = proposed(desk.home, "990101201", 2022)
    page = desk.client.get("/violations/repair?unit=990101201&year=2022").text
    assert repair.cells in page and "由 0 改为 11" in page
    words = {"unit": "990101201", "year": "2022", "cells": repair.cells, "why": WHY}
    assert desk.sent("/violations/repair", **words, evidence=" ").status_code == 400
    answer = desk.sent("/violations/repair", **words, evidence="示例：单位来电")
    assert answer.status_code == 200, answer.text
    (one,) = [one for one in load_corrections(desk.home.corrections) if one.origin == "home"]
    assert (one.code, one.expect, one.value, one.evidence, one.who) == (
        "challenges.review.total", "0", "11", "示例：单位来电", "示例reviewer",
    )  # fmt: skip
    assert desk.sent("/violations/repair", **words | {"cells": "示例"}, evidence="示例").status_code == 400
    changed = desk.sent("/corrections/status", correction=one.correction_id, status="reported", why=WHY)
    assert changed.status_code == 200 and "已告知单位" in changed.text and WHY in changed.text
    assert desk.sent("/corrections/status", correction="示例", status="reported", why=WHY).status_code == 400


def test_a_report_is_withdrawn_with_a_reason_and_put_back(desk: Desk):
    without = desk.sent("/withdrawals", unit="990101103", year="2023", why="")
    assert without.status_code == 400
    page = desk.sent("/withdrawals", unit="990101103", year="2023", why=WHY)
    assert page.status_code == 200 and '已撤下 <span class="soft">× 1' in page.text and WHY in page.text
    file = re.search(r'name="undo" value="1"><input type="hidden" name="file" value="([^"]+)"', page.text)[1]
    assert "× 0" in desk.sent("/withdrawals", undo="1", file=unescape(file), why=WHY).text
    other = coming(desk.home.root, area="230883")
    with other.client:
        assert other.sent("/withdrawals", unit="990101103", year="2023", why=WHY).status_code == 403


def test_a_file_that_vanished_is_told(desk: Desk):
    for listing in desk.home.folders.glob("*.json"):
        known = json.loads(listing.read_text("utf-8"))
        file, document = next((f, d) for f, d in known["files"].items() if "丙镇" in f and "2023" in f)
        del known["files"][file]
        left = {"folder": known["folder"], "file": file, "document_id": document, "since": "2026-01-01T00:00:00+00:00"}
        listing.write_text(json.dumps({**known, "left": [{**left, "is_replaced": False}]}, ensure_ascii=False), "utf-8")
    assert "已不在原文件夹" in desk.client.get("/violations").text
    assert file in unescape(desk.client.get("/withdrawals").text)
    assert '<a href="/withdrawals#left">' in desk.client.get("/health").text


def test_several_acts_in_a_row_make_one_refresh_and_none_is_lost(tmp_path: Path):
    log = tmp_path / "refreshes"
    command = (sys.executable, "-c", f"import time; time.sleep(1); open({str(log)!r}, 'a').write('x')")
    counting = Counting(Home(tmp_path), command)
    for _ in range(5):
        counting.ask()
    assert counting.state in ("waiting", "running")  # on a busy machine it has begun
    assert counting.wait(60) and log.read_text() == "x" and counting.state == "idle"
    counting.ask()
    while (state := counting.state) != "running":
        assert state == "waiting"
    counting.ask()  # what is asked while one runs is not in it
    assert counting.wait(60) and log.read_text() == "xxx"


def test_a_refresh_that_fails_is_told(tmp_path: Path):
    counting = Counting(Home(tmp_path), (sys.executable, "-c", "import sys; sys.exit('示例：磁盘已满')"))
    counting.ask()
    assert counting.wait(60)
    assert (counting.state, counting.failed) == ("failed", "示例：磁盘已满")
