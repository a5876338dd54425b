"""One measure over the years, and up to twelve side by side."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import httpx
import pytest

from foi.ask.trend import Question, trend_of


def _rows(portal: httpx.Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(portal.get(path).text.removeprefix("\ufeff"))))


def test_a_trend_is_that_of_the_command_line(portal: httpx.Client, loaded: Path):
    for measure in ("received", "grant_rate"):
        found = trend_of(loaded / "published.duckdb", Question(measure, area="990101"))
        rows = _rows(portal, f"/trend.csv?area=990101&measure={measure}")
        assert [int(row["report_year"]) for row in rows] == [one.report_year for one in found.years]
        assert [row["value"] == "" for row in rows] == [one.value is None for one in found.years]
        assert [float(row["value"]) for row in rows if row["value"]] == [
            float(one.value) for one in found.years if one.value is not None
        ]


def test_years_that_cannot_be_compared_are_marked(portal: httpx.Client):
    text = portal.get("/trend?area=990101&measure=received").text
    assert "<svg" in text and "表样由 2019 改为 2021" in text


def test_a_comparison_has_a_column_for_each_and_its_file_is_this_view(portal: httpx.Client, ask):
    units = [
        code
        for (code,) in ask(
            "select distinct unit_code from unit_year where county_code = '990101' and level = 'township' order by 1"
        )
    ]
    rows = _rows(portal, f"/compare.csv?unit={'+'.join(units[:3])}&measure=received")
    assert set(units[:3]) <= set(rows[0])
    for row in rows:
        for code in units[:3]:
            found = ask(f"select received from unit_year where unit_code = '{code}' and report_year = {row['report_year']}")
            assert (float(row[code]) if row[code] else None) == (
                float(found[0][0]) if found and found[0][0] is not None else None
            )


@pytest.mark.parametrize("path", [
    "/trend?unit=nothing", "/trend?unit=230883101&measure=nothing", "/trend?unit=230883101&boundaries=nothing", "/trend?unit=1&area=2",
    "/compare?unit=" + "+".join(f"2308831{n:02}" for n in range(13)), "/compare?unit=nothing", "/compare.csv",
])  # fmt: skip
def test_a_wrong_question_is_told(portal: httpx.Client, path: str):
    answer = portal.get(path)
    assert answer.status_code in (400, 404) and 'class="error-summary"' in answer.text


def test_without_a_unit_the_page_asks_for_one(portal: httpx.Client):
    for path in ("/trend", "/compare", "/compare?lang=en"):
        answer = portal.get(path)
        assert answer.status_code == 200 and 'name="unit"' in answer.text and 'name="measure"' in answer.text
