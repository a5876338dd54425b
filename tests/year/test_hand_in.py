"""A clerk hands a checked file in: it lands in the inbox once, only the unit's own, and then it counts."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from foi.access.log import Question, found
from foi.line.hand_in import hand_in as put_in
from foi.published import published
from ingest.home import Home
from ingest.landing.inbox import survey
from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.factory.record import Record, with_defect
from tests.year.conftest import COUNTY, Office

UNIT, OTHER = "990101101", "990101102"


def report(unit: str = "示例甲镇", year: int = 2023, seed: int = 7) -> Record:
    return replace(random_record(random.Random(seed), "2021", 40, unit, year), place="示例县")


def hand_in(client: httpx.Client, data: bytes, name: str = "年报.docx", checked: str = "") -> httpx.Response:
    return client.post("/hand-in", files={"file": (name, data)}, data={"checked": checked} if checked else {})


def test_no_list_in_the_inbox_says_of_a_file_that_is_handed_in_whose_it_is(tmp_path: Path):
    home = Home(tmp_path)
    home.inbox.mkdir()
    (home.inbox / "manifest.csv").write_text(
        f"file,unit_code,report_year\n乙镇.docx,{OTHER},2023\nCAFE.docx,{OTHER},2023\n", "utf-8"
    )
    for name in ("乙镇.docx", "cafe.docx", "甲镇.docx"):
        put_in(home, name, name.encode())
    assert [(one.file, one.hints.unit_code) for one in survey(home.inbox).inputs] == [
        ("cafe-2.docx", None), ("乙镇-2.docx", None), ("甲镇.docx", None),
    ]  # fmt: skip


@pytest.fixture
def before(office: Office) -> list[str]:
    """What lies in the inbox before a test."""
    return inbox(office)


def inbox(office: Office) -> list[str]:
    return sorted(path.name for path in (office.home / "inbox").glob("*"))


def test_the_verdict_offers_to_hand_in_to_who_has_a_name_and_tells_others_how(office: Office, before: list[str]):
    data = as_docx(report())
    shown = office.anybody.post("/check", files={"file": ("年报.docx", data)})
    assert "报送须先登录" in shown.text and 'name="checked"' not in shown.text
    with office.clerk(UNIT) as clerk:
        page = clerk.post("/check", files={"file": ("年报.docx", data)}).text
    assert f'name="checked" value="{hashlib.sha256(data).hexdigest()}"' in page and inbox(office) == before


def test_nobody_and_the_clerk_of_another_unit_hand_nothing_in(office: Office, before: list[str]):
    data = as_docx(report())
    assert hand_in(office.anybody, data).status_code == 403
    with office.clerk(OTHER) as clerk:
        refused = hand_in(clerk, data)
    assert refused.status_code == 403 and UNIT in refused.text
    assert hand_in(office.stranger, data).status_code == 403 and inbox(office) == before


def test_only_the_file_that_was_checked_is_taken(office: Office, before: list[str]):
    other = hashlib.sha256(b"another").hexdigest()
    with office.clerk(UNIT) as clerk:
        refused = hand_in(clerk, as_docx(report()), checked=other)
    assert refused.status_code == 400 and "不是刚才检查的文件" in refused.text and inbox(office) == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"nothing", "不能作为年度报告收下"),
        (as_docx(replace(report(), unit="我镇", place="")), "没有写清是哪个单位"),
    ],
)
def test_what_is_no_report_of_a_known_unit_is_not_taken(office: Office, before: list[str], data: bytes, said: str):
    with office.clerk(UNIT) as clerk:
        refused = hand_in(clerk, data)
    assert refused.status_code == 400 and said in refused.text and inbox(office) == before


def test_bytes_that_landed_before_are_refused_and_named(office: Office):
    there = next(Home(office.home).originals.glob("*/*.html"))
    with office.clerk(UNIT) as clerk:
        refused = hand_in(clerk, there.read_bytes(), "同一份.html")
    assert refused.status_code == 400 and "完全相同" in refused.text and re.search(r"此前收下的 \d\.html", refused.text)


def test_a_file_that_is_handed_in_lands_is_noted_and_counts(office: Office, before: list[str]):
    data = as_docx(with_defect(report(seed=8), "row_total"))
    with office.clerk(UNIT) as clerk:
        taken = hand_in(clerk, data, "../示例甲镇2023.docx", hashlib.sha256(data).hexdigest())
        assert taken.status_code == 200 and "已收下 示例甲镇2023.docx" in taken.text
        assert "可能发函核实" in taken.text and f'href="/progress/{COUNTY}?year=2023#year"' in taken.text
        again = hand_in(clerk, data, "又一份.docx")
        assert again.status_code == 400 and "示例甲镇2023.docx" in again.text
        mended = as_docx(report(seed=8))
        assert "还在等待计入" in hand_in(clerk, mended, "示例甲镇2023.docx").text
    assert inbox(office) == sorted([*before, "示例甲镇2023.docx", "示例甲镇2023-2.docx"])
    assert (office.home / "inbox" / "示例甲镇2023.docx").read_bytes() == data
    noted = [one for _, one in found(Home(office.home), Question(act="hand_in")).lines if not one.refused]
    assert ("示例clerk", f"{UNIT} 2023 示例甲镇2023.docx") in [(one.who, one.about) for one in noted]

    # Neither says a day, and by its name the first one would come last: what was handed in last counts.
    id_of = [hashlib.sha256(one).hexdigest()[:16] for one in (data, mended)]

    def counted() -> bool:
        return id_of[1] in office.anybody.get(f"/changes?area={COUNTY}&since=2025-01-01").text

    assert office.until(counted)
    with published(Home(office.home).published) as connection:
        query = "select report_id, is_current from fct_reports where unit_code = ? and report_year = 2023 order by version_number"
        assert connection.execute(query, [UNIT]).fetchall() == [(id_of[0], False), (id_of[1], True)]
    with office.clerk(UNIT) as clerk:
        again = hand_in(clerk, data, "又一份.docx")
        assert again.status_code == 400 and "示例甲镇2023.docx" in again.text
        third = hand_in(clerk, as_docx(report(seed=9)), "示例甲镇2023.docx").text
    assert "此前已有一份报告" in third and f'href="/report/{id_of[1]}"' in third
