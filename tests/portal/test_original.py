"""Nobody but a reviewer of its area sees an original as it was handed in; all others see it masked, on every page and in every file."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from foi.access.audit import entries
from ingest.home import Home
from tests.factory import random_record
from tests.factory.html import clean
from tests.foi.conftest import TOWN, Landed, landed
from tests.portal.serving import served, signed_in

__all__ = ["landed"]
FILE = "示例/报告-13800001111.html"
SECRETS = ("13800001111", "王示例", "04542134567")


def personal() -> bytes:
    """A report in whose prose and in one of whose cells people are named."""
    record = random_record(random.Random(4), "2021", 60, "示例甲镇", 2024)
    page = clean(replace(record, cells={**record.cells, "requests.received.total": "联系人：王示例 13800001111"}))
    return page.replace(b"</body>", "<p>联系人：王示例，手机13800001111，联系电话：04542134567。</p></body>".encode())


@pytest.fixture
def report(landed: Landed) -> tuple[Path, str]:
    """A home folder with such a report, and its id."""
    landed.unit(TOWN, "示例甲镇")
    name = landed.report(personal(), ending="html")
    with landed.open() as connection:
        connection.execute("update core.fct_reports set file = $1", [FILE])
    return landed.path.parent, name


@pytest.fixture
def client(report: tuple[Path, str]) -> Iterator[httpx.Client]:
    with served(report[0]) as made:
        yield made


def test_a_reader_sees_no_person_on_any_page_or_file_of_a_report(client: httpx.Client, report: tuple[Path, str]):
    assert all(secret.encode() in personal() for secret in SECRETS)
    _, name = report
    for path in (f"/report/{name}", f"/report/{name}/document", f"/report/{name}.csv", f"/report/{name}.json",
                 f"/report/{name}/cell/requests.received.total", f"/report/{name}/cell/requests.received.total.json"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200 and not [secret for secret in SECRETS if secret in answer.text], path
    assert "［姓名］" in client.get(f"/report/{name}/document").text
    listed = client.get("/api/v1/reports").text
    assert SECRETS[0] not in listed and "报告-［手机］.html" in listed


def test_the_name_of_a_file_is_whole_for_reviewers_of_its_area_alone(client: httpx.Client, report: tuple[Path, str]):
    home, name = report
    assert "报告-［手机］.html" in client.get(f"/report/{name}").text
    for area, is_whole in ((TOWN[:6], True), ("230883", False)):
        with signed_in(client, home, "reviewer", area) as somebody:
            assert (FILE in somebody.get(f"/report/{name}").text) is is_whole


def test_an_original_is_for_reviewers_of_its_area_and_each_time_is_written_down(client: httpx.Client, report: tuple[Path, str]):
    home, name = report
    path = f"/report/{name}/original"
    assert client.get(path).status_code == 403 and client.get(path, headers={"range": "bytes=0-10"}).status_code == 403
    for role, area, status in (
        ("clerk", TOWN, 403),
        ("reviewer", "230883", 403),
        ("reviewer", TOWN[:6], 200),
        ("admin", "", 200),
    ):
        with signed_in(client, home, role, area) as somebody:
            answer = somebody.get(path)
            assert answer.status_code == status, (role, area)
            assert (path in somebody.get(f"/report/{name}/document").text) == (status == 200)
            if status == 200:
                assert answer.content == personal() and answer.headers["content-disposition"].startswith("attachment")
                assert (
                    answer.headers["cache-control"] == "no-store" and answer.headers["content-type"] == "application/octet-stream"
                )
    told = [(e.who, e.refused) for line in entries(Home(home)) if (e := line.entry) and e.act == "original"]
    assert told == [
        ("", "no_name"),
        ("", "no_name"),
        ("示例clerk", "role"),
        ("示例reviewer", "area"),
        ("示例reviewer", ""),
        ("示例admin", ""),
    ]


def test_an_original_that_is_gone_and_a_report_that_is_none_are_told(client: httpx.Client, report: tuple[Path, str]):
    home, name = report
    for original in home.glob("originals/*/*"):
        original.unlink()
    with signed_in(client, home, "admin") as admin:
        assert admin.get(f"/report/{name}/original").status_code == 404 and admin.get("/report/none/original").status_code == 404
