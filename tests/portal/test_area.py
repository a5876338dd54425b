"""An area tells on how many units each number rests, who is missing and why, and is the sum of what it is made of."""

from __future__ import annotations

import csv
import io
import random
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import httpx
import pytest
from python_calamine import CalamineWorkbook

from foi.ask.area import Area, area_of
from foi.ask.area_numbers import MEASURES, RATES
from foi.published.kept import keeping


@pytest.fixture(scope="module")
def places(loaded: Path) -> list[tuple[str, int]]:
    """Every area and year of which something is known, the whole country first."""
    import duckdb

    with duckdb.connect(str(loaded / "published.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select distinct unnest(['', province_code, city_code, county_code]), report_year from marts.progress order by all"
        ).fetchall()
    return [(code, year) for code, year in rows if code is not None]


@cache
def _known(path: Path, places: tuple[tuple[str, int], ...]) -> dict[tuple[str, int], Area]:
    with keeping(path):
        return {place: area_of(path, *place) for place in places}


def _areas(home: Path, places: list[tuple[str, int]]) -> dict[tuple[str, int], Area]:
    """The areas of all places, asked once."""
    return _known(home / "published.duckdb", tuple(places))


def _rows(portal: httpx.Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(portal.get(path).text.removeprefix("\ufeff"))))


def _address(code: str, year: int, ending: str = "") -> str:
    return f"/area/{code}/{year}{ending}" if code else f"/{ending}?year={year}"


def test_what_an_area_is_made_of_adds_up_to_its_numbers(loaded: Path, places: list[tuple[str, int]]):
    rng = random.Random(16)
    picked = [(place, measure) for place in places for measure in MEASURES]
    wrong = []
    areas = _areas(loaded, places)
    for place, measure in rng.sample(picked, min(1000, len(picked))):
        area = areas[place]
        counted = [p.numbers for p in area.parts if p.numbers.units.get(measure)]
        total = sum(n.values[measure] for n in counted) if counted else None
        units = sum(n.units[measure] for n in counted)
        if (total, units) != (area.numbers.values.get(measure), area.numbers.units.get(measure, 0)):
            wrong.append((place, measure, total, area.numbers.values.get(measure)))
    assert wrong == []


def test_a_rate_is_the_ratio_of_the_sums_of_its_parts(loaded: Path, places: list[tuple[str, int]]):
    seen = 0
    for area in _areas(loaded, places).values():
        for rate in RATES:
            counted = [p.numbers.fractions[rate] for p in area.parts if p.numbers.units.get(rate)]
            above, below = (sum(pair[i] for pair in counted) for i in (0, 1))
            assert area.numbers.rate(rate) == (float(above / below) if below else None)
            seen += bool(below)
    assert seen > 5


def test_the_parts_of_a_file_add_up_to_the_number_on_the_page(portal: httpx.Client, ask):
    for code, year, received in ask("select area_code, report_year, received from area_year where received > 0"):
        rows = _rows(portal, _address(code, year, ".csv"))
        assert sum(Decimal(row["received"]) for row in rows if row["received"]) == received
        shown = re.search(r'class="l">本年新收</span>\s*<span class="v">([\d,]+)<', portal.get(_address(code, year)).text)
        assert shown is not None and Decimal(shown[1].replace(",", "")) == received


def test_units_that_are_missing_are_named_and_no_number_stands_for_them(portal: httpx.Client):
    text = portal.get("/area/230883/2024").text
    assert "10 个应报单位中 1 个计入" in text and ">浓桥镇</a>" in text
    rows = {row["code"]: row for row in _rows(portal, "/area/230883/2024.csv")}
    assert rows["230883102"]["received"] == "" and rows["230883102"]["missing"] == "1" and rows["230883101"]["received"] == "0"
    assert "0/0" in text and "0.0%" not in text


def test_what_is_left_out_is_named_with_the_reason_and_not_counted(portal: httpx.Client, ask):
    found = ask(
        "select e.unit_code, e.report_year, y.county_code from exclusions as e join unit_year as y using (report_id)"
        " where table_name = 'requests' and was_there and county_code is not null and received is not null"
    )
    assert found
    for code, year, county in found:
        text = portal.get(f"/area/{county}/{year}").text
        assert "勾稽不成立" in text and "不计入</span>" in text
        (row,) = [row for row in _rows(portal, f"/area/{county}/{year}.csv") if row["code"] == code]
        assert row["received"] == "" and row["received_units"] == "0" and row["excluded"] == "1"


def test_the_list_of_units_is_that_of_progress_and_can_be_narrowed(portal: httpx.Client):
    rows = _rows(portal, "/area/230883/2024/units.csv")
    assert len(rows) == 11 and sum(row["filing"] == "未报" for row in rows) == 10
    narrowed = _rows(portal, "/area/230883/2024/units.csv?state=missing")
    assert len(narrowed) == 10 and {row["filing"] for row in narrowed} == {"未报"}
    assert portal.get("/area/230883/2024/units?state=nothing").status_code == 400


def test_columns_are_sorted_by_links_and_missing_numbers_stand_last(portal: httpx.Client):
    text = portal.get("/area/230883/2024?sort=received&order=asc").text
    assert 'aria-sort="ascending"' in text
    codes = re.findall(r'<th scope="row"><a href="/unit/(\d+)"', text)
    assert codes[0] == "230883101" and len(codes) == 10


def test_outcomes_are_a_chart_with_text_and_the_same_numbers_as_a_table(portal: httpx.Client):
    answer = portal.get("/area/990101/2025.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml") and "<title>" in answer.text and "style=" not in answer.text
    assert "<details><summary>图中的数</summary>" in portal.get("/area/990101/2025").text


def test_without_a_year_the_last_one_is_shown_and_the_language_stays(portal: httpx.Client):
    answer = portal.get("/area/230883?lang=en", follow_redirects=True)
    assert answer.url.path == "/area/230883/2024" and "units that owe a report" in answer.text


@pytest.mark.parametrize(("path", "status"), [
    ("/area/999999", 404), ("/area/999999/2024", 404), ("/area/230883/2003", 404), ("/area/230883/x", 400),
    ("/area/230883/2024?sort=nothing", 400), ("/area/230883101/2024", 404), ("/?year=1", 400), ("/?year=2003", 404),
])  # fmt: skip
def test_what_is_not_known_is_answered_with_what_is(portal: httpx.Client, path: str, status: int):
    answer = portal.get(path)
    assert answer.status_code == status and 'class="error-summary"' in answer.text


def test_a_page_that_was_made_is_known_by_its_tag(portal: httpx.Client):
    first = portal.get("/area/230883/2024")
    again = portal.get("/area/230883/2024", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and again.content == b"" and "content-security-policy" in again.headers
    assert portal.get("/area/230883/2024").content == first.content


def test_a_file_names_the_address_that_its_own_reader_asked(portal: httpx.Client):
    for host in ("foi.example", "elsewhere.example"):
        file = portal.get("/area/230883/2024.xlsx", headers={"host": host}).content
        book = CalamineWorkbook.from_filelike(io.BytesIO(file))
        said = str(book.get_sheet_by_name(book.sheet_names[-1]).to_python())
        assert f"http://{host}/" in said
