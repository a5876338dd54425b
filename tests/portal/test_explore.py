"""The explorer shows the numbers of the area's table and no others, runs under the policy of all pages, and tells whoever has no script."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import httpx

from portal.explorer import name_of
from portal.explorer_chart import CODES
from tests.portal.browser import browser, needs_browser

__all__ = ["browser"]
COUNTY = "/explore?area=990101&year=2023"


def test_the_numbers_of_the_chart_are_those_of_the_table(portal: httpx.Client):
    rows = list(csv.DictReader(io.StringIO(portal.get("/area/990101/2023.csv").text.removeprefix("\ufeff"))))
    points = portal.get("/explore/chart?area=990101&year=2023").json()["data"]["values"]
    drawn = {point["code"]: point for point in points if point["report_year"] == 2023}
    assert drawn.keys() == {row["code"] for row in rows} and len(points) > len(rows)
    for row in rows:
        for code in CODES:
            told = row[code] if code != "grant_rate" or _is_told(row) else ""
            assert (drawn[row["code"]][code] is None) == (told == ""), (row["name"], code)
            assert told == "" or abs(drawn[row["code"]][code] - float(told)) < 1e-9, (row["name"], code)


def _is_told(row: dict[str, str]) -> bool:
    """Whether a rate rests on cases that count, and on enough of them."""
    return bool(int(row["granted_units"]) and int(row["closed_units"])) and float(row["grant_rate_denominator"]) >= 10


def test_a_unit_is_shown_among_those_of_its_county_with_it_chosen(portal: httpx.Client):
    chart = portal.get("/explore/chart?unit=990101103&lang=en").json()
    assert chart["vconcat"][0]["layer"][0]["params"][0]["value"] == [{"code": "990101103"}]
    assert {point["code"] for point in chart["data"]["values"]} > {"990101103", "990101101"}
    assert chart["params"][0]["value"]["received"] == "received"
    assert 'href="/explore?unit=990101103"' in portal.get("/trend?unit=990101103").text


def test_a_wrong_address_says_what_to_do(portal: httpx.Client):
    for path in ("/explore?area=880000", "/explore?area=990101&year=x", "/explore/chart?area=990101&year=1990"):
        answer = portal.get(path)
        assert answer.status_code in (400, 404) and 'class="error-summary"' in answer.text, path
    assert portal.get("/static/explorer/explorer.0.js").status_code == 404


def test_the_script_is_one_file_under_a_name_with_its_hash(portal: httpx.Client):
    (address,) = re.findall(r'<script src="([^"]+)" defer>', portal.get(COUNTY).text)
    assert address.endswith(name_of())
    answer = portal.get(address)
    assert "immutable" in answer.headers["cache-control"] and "explorer-failed" in answer.text and len(answer.text) > 500_000


@needs_browser
def test_the_chart_is_drawn_under_the_policy_of_all_pages_and_answers_to_the_hand(browser: Any, portal: httpx.Client):
    page, wrong = browser.new_page(viewport={"width": 1280, "height": 1400}), []
    page.on("console", lambda told: told.type == "error" and wrong.append(told.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(str(portal.base_url).rstrip("/") + COUNTY)
    page.wait_for_selector("#explorer[data-state=drawn]", timeout=120_000)
    marks = page.locator("#explorer [aria-roledescription=point]")
    before = [marks.nth(at).get_attribute("aria-label") for at in range(marks.count())]
    assert "示例己街道 2023: 148" in before
    page.select_option("#explorer-fields select >> nth=0", "grant_rate")
    page.wait_for_function("document.querySelector('#explorer [aria-roledescription=point]').ariaLabel.endsWith('%')")
    assert wrong == []


@needs_browser
def test_without_scripts_the_page_says_so_and_leads_to_the_tables(browser: Any, portal: httpx.Client):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(str(portal.base_url).rstrip("/") + COUNTY)
    assert "要用 JavaScript" in page.inner_text("main")
    page.click("main a:has-text('示例县的各表')")
    assert page.url.endswith("/area/990101/2023")
