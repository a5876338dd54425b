"""An area's roll-up: the form as printed, every figure leads to the units it is the sum of, and they to their evidence."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import httpx
import pytest

from ingest.law.forms import form_in_force

AREA, YEARS = "990101", (2020, 2021, 2022, 2024)


def _rows(portal: httpx.Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(portal.get(path).text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("year", YEARS)
def test_every_cell_of_the_form_stands_in_the_page_and_leads_to_its_parts(portal: httpx.Client, year: int):
    page = portal.get(f"/rollup/{AREA}/{year}").text
    form = form_in_force(year)
    assert form is not None
    linked = re.findall(rf'href="/rollup/{AREA}/{year}/cell/([\w.]+)"', page)
    assert sorted(linked) == sorted(cell.code for cell in form.cells)
    rows = {row["code"]: row for row in _rows(portal, f"/rollup/{AREA}/{year}.csv")}
    assert len(rows) == len(form.cells)
    for row in rows.values():
        counted = f"{row['units']}/{row['of']} 个单位"
        assert (row["units"] == row["of"]) or counted in page


@pytest.mark.parametrize(
    "code", ["requests.granted.total", "requests.closed.research", "challenges.review.total", "disclosure.fees"]
)
def test_the_parts_add_up_and_lead_to_the_evidence(portal: httpx.Client, code: str):
    for year in (2021, 2022):
        rows = _rows(portal, f"/rollup/{AREA}/{year}/cell/{code}.csv")
        added = [Decimal(row["value"]) for row in rows if row["is_counted"] == "计入"]
        (cell,) = [row for row in _rows(portal, f"/rollup/{AREA}/{year}.csv") if row["code"] == code]
        assert sum(added) == Decimal(cell["value"]) and len(added) == int(cell["units"])
        page = portal.get(f"/rollup/{AREA}/{year}/cell/{code}").text
        for row in rows:
            assert f'href="{row["evidence"]}"' in page and portal.get(row["evidence"]).status_code == 200


def test_what_is_not_whole_is_said_with_the_unit_and_the_sums_that_cannot_hold(portal: httpx.Client):
    page = portal.get(f"/rollup/{AREA}/2021").text
    assert "不能成立" in page and "示例乙镇（空白）" in page and 'class="n broken"' in page and "这份汇总还不完整" in page
    assert "示例庚街道" in portal.get(f"/rollup/{AREA}/2020").text.partition("一、总体情况")[0]
    assert "勾稽不成立" in portal.get(f"/rollup/{AREA}/2022").text
    whole = portal.get(f"/rollup/{AREA}/2024").text
    assert "勾稽全部成立" in whole and 'class="n broken"' not in whole and 'class="beside"' not in whole


def test_it_comes_as_word_workbook_csv_and_json(portal: httpx.Client):
    address = f"/rollup/{AREA}/2023"
    for ending, begin in (("docx", b"PK"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("json", b"{")):
        answer = portal.get(f"{address}.{ending}")
        assert answer.status_code == 200 and answer.content.startswith(begin), ending
        assert f'href="{address}.{ending}"' in portal.get(address).text
    assert portal.get(f"{address}.svg").status_code == 404
    assert portal.get(f"/area/{AREA}/2023.docx").status_code == 404


def test_the_page_of_an_area_leads_to_it_where_there_is_a_form(portal: httpx.Client):
    assert f'href="/rollup/{AREA}/2023"' in portal.get(f"/area/{AREA}/2023").text
    assert "/rollup/" not in portal.get("/?year=2023").text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/990101/x", 400), ("/990101/2018", 404), ("/990101/2030", 404), ("/1/2023", 404), ("/990101/2023/cell/nothing", 404)],
)
def test_what_is_not_there_is_said_with_the_right_status(portal: httpx.Client, path: str, status: int):
    answer = portal.get(f"/rollup{path}")
    assert answer.status_code == status and 'role="alert"' in answer.text


def test_nothing_a_page_shows_needs_a_script_or_another_host(portal: httpx.Client):
    for path in (f"/rollup/{AREA}/2021", f"/rollup/{AREA}/2021/cell/requests.granted.total"):
        page = portal.get(path).text
        assert "<script" not in page and "style=" not in page and not re.search(r'(?:src|href)="https?:', page)
