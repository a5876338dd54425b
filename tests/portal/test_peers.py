"""/unit/<code>/peers: what is shown is what the question says, in words where there is no number and where it cannot be compared."""

from __future__ import annotations

from pathlib import Path

import httpx

from foi.ask.peers import comparison_of


def test_the_page_and_its_file_hold_the_comparison(portal: httpx.Client, loaded: Path):
    found = comparison_of(loaded / "published.duckdb", "990101101", 2023)
    page = portal.get("/unit/990101101/peers?year=2023")
    assert page.status_code == 200 and "示例甲镇 2023 年度：与同类单位比" in page.text and "同类单位太少，不作比较" in page.text
    assert page.text.count('<th scope="row">') == len(found.rows) > 20
    rows = portal.get("/unit/990101101/peers.json?year=2023").json()
    assert [row["measure"] for row in rows] == [one.measure for one in found.rows]
    received = next(row for row in rows if row["measure"] == "received")
    assert (received["value"], received["p25"], received["stands_zh"]) == (126, None, "同类单位太少，不作比较")
    small = [row for row in rows if row["state_en"] == "fewer than 10 cases"]
    assert small and all(row["value"] is None and row["denominator"] < 10 for row in small)


def test_a_unit_links_to_its_kind_and_a_wrong_address_says_so(portal: httpx.Client):
    assert 'href="/unit/990101101/peers"' in portal.get("/unit/990101101").text
    assert portal.get("/unit/999999999/peers").status_code == 404
    assert portal.get("/unit/990101101/peers?year=long").status_code == 400
    english = portal.get("/unit/990101101/peers?lang=en").text
    assert "beside units of its kind" in english and "/unit/990101101/peers?year=2019&amp;lang=en" in english.replace(
        "lang=en&amp;year=2019", "year=2019&amp;lang=en"
    )
