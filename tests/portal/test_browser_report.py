"""What a browser sees of a report: a person goes from a town to its report, to the evidence of a number, and takes the cells away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from tests.portal.browser import SIZES, hindrances, needs_browser

pytestmark = needs_browser
SEED = "/unit/230883101"
CELL = "requests.received.total"


def paths(portal: httpx.Client) -> list[str]:
    """The pages of a report of the seed, and of one in which a sum fails."""
    (seed,) = set(re.findall(r'href="/report/([0-9a-f]{16})"', portal.get(SEED).text))
    failing = re.findall(r'href="/report/([0-9a-f]{16})"', portal.get("/unit/990101103").text)[:1]
    below = ("", "?lang=en", "/document", f"/cell/{CELL}", f"/cell/{CELL}?lang=en")
    return [*(f"/report/{seed}{path}" for path in below), *(f"/report/{one}" for one in failing), "/report/0000000000000000"]


@pytest.mark.parametrize("width", SIZES)
def test_nothing_of_a_report_hinders_a_screen_reader_or_is_too_wide_or_comes_from_elsewhere(
    browser: Any, portal: httpx.Client, width: int
):
    assert hindrances(browser, portal, paths(portal), width) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_goes_from_a_town_to_the_evidence_of_its_number_and_takes_the_cells_away(
    browser: Any, portal: httpx.Client, tmp_path: Path, scripts: bool
):
    page = browser.new_context(java_script_enabled=scripts, accept_downloads=True).new_page()
    page.goto(str(portal.base_url).rstrip("/") + SEED)
    page.click("th a:has-text('2024')")
    number = page.inner_text(f"[id='c-{CELL}'] > a")
    with page.expect_download() as taken:
        page.click(".files a:has-text('XLSX')")
    taken.value.save_as(tmp_path / "taken.xlsx")
    head, *rows = CalamineWorkbook.from_path(tmp_path / "taken.xlsx").get_sheet_by_index(0).to_python()
    (told,) = (row[head.index("值")] for row in rows if row[head.index("代码")] == CELL)
    assert float(number.replace(",", "")) == told
    page.click(f"[id='c-{CELL}'] > a")
    assert page.inner_text("#marked") == number and number in page.inner_text(".figure")
    page.click("a:has-text('在原件中')")
    assert page.url.endswith(f"/document#n-{CELL}") and page.inner_text(f"[id='n-{CELL}']") == number
    page.click(f"[id='n-{CELL}']")
    page.click("a:has-text('在表中')")
    assert page.url.endswith(f"#c-{CELL}") and page.inner_text(f"[id='c-{CELL}'] > a") == number
