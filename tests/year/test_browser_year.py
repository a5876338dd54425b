"""A clerk in a browser without scripts: a broken draft, the repaired file, and handing it in; and nothing of these pages hinders anybody."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from foi.access.tokens import new_token
from foi.owed.closing import lock_year
from ingest.home import Home
from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.factory.record import with_defect
from tests.portal.browser import SIZES, hindered, needs_browser
from tests.year.conftest import COUNTY, Office

pytestmark = needs_browser
UNIT = "990101101"
WHOLE = replace(random_record(random.Random(5), "2021", 60, "示例甲镇", 2022), place="示例县")


def person(browser: Any, office: Office, role: str, area: str, **options: Any) -> Any:
    """A page of a browser in which somebody signed in."""
    secret = new_token(Home(office.home), f"示例{role}", role, area, 30)
    page = browser.new_context(java_script_enabled=False, accept_downloads=True, **options).new_page()
    page.goto(f"{str(office.anybody.base_url).rstrip('/')}/sign-in")
    page.fill("#token", secret)
    page.click("main button")
    return page


def check(page: Any, draft: bytes, name: str) -> str:
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": draft})
    page.click("form button:has-text('检查')")
    page.wait_for_selector("h1:has-text('检查结果')")
    return str(page.inner_text(".banner"))


def test_a_clerk_drops_a_broken_draft_takes_the_repaired_file_and_hands_it_in(browser: Any, office: Office, tmp_path: Path):
    page = person(browser, office, "clerk", UNIT)
    page.click("nav a:has-text('检查草稿')")
    assert "有错误" in check(page, as_docx(with_defect(WHOLE, "row_total")), "草稿.docx")
    with page.expect_download() as taken:
        page.click("a:has-text('改好的草稿')")
    taken.value.save_as(repaired := tmp_path / "示例甲镇2022.docx")
    assert "结论：正确" in check(page, repaired.read_bytes(), repaired.name)
    page.set_input_files("#hand-in-file", repaired)
    page.click("button:has-text('报送')")
    page.wait_for_selector(".banner:has-text('已收下')", timeout=60_000)
    assert "已收下 示例甲镇2022.docx" in page.inner_text(".banner >> nth=0")
    page.click("main a:has-text('报送情况')")
    assert page.url.endswith(f"/progress/{COUNTY}?year=2022#year")
    assert (office.home / "inbox" / repaired.name).read_bytes() == repaired.read_bytes()


def test_a_reviewer_writes_a_line_of_the_roster(browser: Any, office: Office):
    page = person(browser, office, "reviewer", COUNTY)
    page.goto(f"{str(office.anybody.base_url).rstrip('/')}/roster/{COUNTY}/2025")
    page.fill("#unit_code", "990101102")
    page.fill("#due", "2026-02-15")
    page.click("button:has-text('保存这一行')")
    page.wait_for_selector(".banner:has-text('已保存')", timeout=60_000)
    assert "已保存 1 行" in page.inner_text(".banner") and "2026-02-15" in page.inner_text("main table")


@pytest.mark.parametrize("width", SIZES)
def test_nothing_of_these_pages_hinders_a_screen_reader(browser: Any, office: Office, width: int):
    if width == max(SIZES):
        lock_year(office.home, COUNTY, 2021, "汇总已报市里", "示例科")
    page = person(browser, office, "reviewer", COUNTY, viewport={"width": width, "height": 900}, bypass_csp=True)
    cookies = page.context.cookies()
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    context.add_cookies(cookies)
    page = context.new_page()
    for path in (f"/roster/{COUNTY}/2024?unit={UNIT}", f"/roster/{COUNTY}/2021", f"/progress/{COUNTY}?year=2021", "/hand-in"):
        page.goto(str(office.anybody.base_url).rstrip("/") + path)
        assert hindered(page) == []
