"""A unit shows all its years in order, says why a number is missing, and what was replaced."""

from __future__ import annotations

import csv
import io
import re

import httpx


def _rows(portal: httpx.Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(portal.get(path).text.removeprefix("\ufeff"))))


def test_all_years_stand_in_order_and_a_year_without_a_report_says_so(portal: httpx.Client):
    rows = _rows(portal, "/unit/230883101.csv")
    years = [int(row["report_year"]) for row in rows]
    assert years == sorted(years) and 2024 in years and len(years) > 3
    found = {row["report_year"]: row for row in rows}
    assert found["2024"]["received"] == "0" and found["2024"]["received_state"] == "已填"
    missing = next(row for row in rows if row["filing"] == "未报")
    assert missing["received"] == "" and missing["received_state"] == "未报"
    page = portal.get("/unit/230883101").text
    assert page.index(">2023<") < page.index(">2024<") and "✕" in page


def test_the_numbers_of_the_page_are_those_of_the_warehouse(portal: httpx.Client, ask):
    units = [code for (code,) in ask("select distinct unit_code from unit_year where level = 'township' order by 1")]
    assert len(units) > 5
    for code in units:
        rows = {int(r["report_year"]): r for r in _rows(portal, f"/unit/{code}.csv")}
        query = f"select report_year, received, closed, review_total, received_state from unit_year where unit_code = '{code}'"
        for year, received, closed, review, state in ask(query):
            shown = [rows[year][name] for name in ("received", "closed", "review_total")]
            assert [None if v == "" else float(v) for v in shown] == [
                None if v is None else float(v) for v in (received, closed, review)
            ]
            assert (shown[0] == "") == (state not in ("reported", "corrected", "derived"))


def test_a_replaced_report_has_a_banner_with_its_versions_and_what_changed(portal: httpx.Client, ask):
    ((code, year),) = ask(
        "select distinct unit_code, report_year from fct_reports where versions > 1 and unit_code is not null limit 1"
    )
    text = portal.get(f"/unit/{code}").text
    assert f"{year} 年的报告公布后被替换，共 2 个版本" in text
    reports = [r for (r,) in ask(f"select report_id from fct_reports where unit_code = '{code}' and report_year = {year}")]
    assert len(reports) == 2 and all(f'href="/report/{report}"' in text for report in reports)


def test_the_prose_counts_stand_with_their_sentences(portal: httpx.Client, ask):
    sentence = ask(
        "select c.sentence from fct_counts as c join fct_reports as r using (report_id) where r.unit_code = '230883101' and is_current"
        " and code = 'disclosed' limit 1"
    )[0][0]
    assert sentence in portal.get("/unit/230883101").text


def test_a_unit_that_is_none_is_answered_with_near_ones(portal: httpx.Client):
    for path in ("/unit/999999999", "/unit/999999999.csv", "/unit/999999999.xlsx"):
        answer = portal.get(path)
        assert answer.status_code == 404 and "没有找到“999999999”" in answer.text


def test_a_unit_is_told_in_one_language(portal: httpx.Client):
    text = re.sub(r"(?s)<nav.*?</nav>|<td>[^<]*</td>", "", portal.get("/unit/230883101?lang=en").text)
    words = set(re.findall(r"[\u4e00-\u9fff]+", text))
    assert words <= {"中文", "寒葱沟镇", "黑龙江省", "佳木斯市", "抚远市", "条", "件", "元", "次", "个"}


def test_json_holds_both_languages(portal: httpx.Client):
    row = portal.get("/unit/230883101.json").json()[0]
    assert row["filing_zh"] and row["filing_en"] and row["received"] is None and row["received_state_en"] == "no report"
