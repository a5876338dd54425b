"""What a browser sees: nothing hinders a screen reader, nothing is loaded from elsewhere, nothing needs a script, nothing is too wide."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from tests.portal.browser import SIZES, hindrances, needs_browser

pytestmark = needs_browser

PAGES = (
    "/", "/?lang=en", "/area/990101/2023", "/area/990101/2023/units",
    "/rollup/990101/2021", "/rollup/990101/2021/cell/requests.granted.total", "/unit/990101001", "/unit/230883101?lang=en", "/search", "/search?q=政务",
    "/trend", "/trend?area=990101&measure=grant_rate", "/compare?unit=990101101+990101102", "/dictionary", "/dictionary/rules",
    "/dictionary/tables", "/dictionary/tables/unit_year", "/data", "/changes", "/check", "/progress/990101", "/health", "/about", "/explore?area=990101",
    "/nowhere",
)  # fmt: skip


@pytest.mark.parametrize("width", SIZES)
def test_nothing_hinders_a_screen_reader_or_is_too_wide_or_comes_from_elsewhere(browser: Any, portal: httpx.Client, width: int):
    assert hindrances(browser, portal, PAGES, width) == []


def test_every_page_says_the_same_without_scripts(browser: Any, portal: httpx.Client):
    host = str(portal.base_url).rstrip("/")
    pages = [browser.new_context(java_script_enabled=allowed).new_page() for allowed in (True, False)]
    for path in PAGES:
        if path.startswith("/explore"):  # which is a chart and its fields, and says so
            continue
        texts = [(page.goto(host + path), page.inner_text("body"))[1] for page in pages]
        assert texts[0] == texts[1] and len(texts[0]) > 40, path


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_finds_a_town_goes_up_to_its_county_and_takes_its_table_away(
    browser: Any, portal: httpx.Client, tmp_path: Path, scripts: bool
):
    page = browser.new_context(java_script_enabled=scripts, accept_downloads=True).new_page()
    page.goto(str(portal.base_url))
    page.fill("#q", "示例丙镇")
    page.click("text=查找 >> nth=-1")
    page.click("a:has-text('示例丙镇')")
    assert "各年度" in page.inner_text("main")
    page.click("nav.crumbs a:has-text('示例县')")
    page.click(".years a:has-text('2023')")
    shown = {
        row.query_selector("th").inner_text(): [cell.inner_text() for cell in row.query_selector_all("td")]
        for row in page.query_selector_all("#parts + div tbody tr")
    }
    with page.expect_download() as taken:
        page.click(".files a:has-text('XLSX')")
    taken.value.save_as(tmp_path / "taken.xlsx")
    head, *rows = CalamineWorkbook.from_path(tmp_path / "taken.xlsx").get_sheet_by_index(0).to_python()
    name, received = head.index("名称"), head.index("本年新收")
    told = {row[name]: row[received] for row in rows}
    assert told.keys() == shown.keys() and len(told) == 8
    for town, cells in shown.items():
        number = re.match(r"[\d,]+", cells[2])
        is_counted = "不计入" not in cells[2]
        assert number is not None
        assert (told[town] == float(number[0].replace(",", ""))) if is_counted else told[town] == "", town
