"""A clerk in a browser: sends a broken draft, reads what is wrong, takes the corrected one away, and that one is right."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.factory.record import with_defect
from tests.portal.browser import SIZES, hindered, needs_browser

pytestmark = needs_browser
WHOLE = replace(random_record(random.Random(2), "2021", 60, "寒葱沟镇", 2024), place="抚远市")
BROKEN = as_docx(with_defect(WHOLE, "row_total"))


def send(page: Any, draft: bytes) -> str:
    """Send a draft by the form of the page at hand; what the banner says."""
    page.set_input_files("#file", {"name": "草稿.docx", "mimeType": "application/octet-stream", "buffer": draft})
    page.click("form button:has-text('检查')")
    page.wait_for_selector("h1:has-text('检查结果')")
    return str(page.inner_text(".banner"))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_broken_draft_is_told_and_its_corrected_one_is_right(browser: Any, portal: httpx.Client, tmp_path: Path, scripts: bool):
    page = browser.new_context(java_script_enabled=scripts, accept_downloads=True).new_page()
    page.goto(str(portal.base_url))
    page.click("nav a:has-text('检查草稿')")
    assert "有错误" in send(page, BROKEN)
    page.click("td.broken a >> nth=0")
    assert re.search(r"#p\d$", page.url)
    with page.expect_download() as taken:
        page.click("a:has-text('改好的草稿')")
    taken.value.save_as(corrected := tmp_path / "corrected.docx")
    assert "结论：正确" in send(page, corrected.read_bytes())


@pytest.mark.parametrize("width", SIZES)
def test_nothing_of_a_result_hinders_a_screen_reader(browser: Any, portal: httpx.Client, width: int):
    page = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True).new_page()
    page.goto(str(portal.base_url).rstrip("/") + "/check")
    send(page, BROKEN)
    assert hindered(page) == []
