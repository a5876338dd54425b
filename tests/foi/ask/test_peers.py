"""A unit beside the middle half of its kind: none where there are too few to compare, no rank for a rate of few cases."""

from __future__ import annotations

from typing import Any

import pytest

from foi.ask.peers import Compared, bands_of, comparison_of
from foi.published.nearby import NoSuchName
from tests.foi.conftest import Published


def towns(small: Published, n: int, **numbers: Any) -> None:
    with small.open() as connection:
        before = connection.execute("select count(*) from marts.unit_year").fetchall()[0][0]
    for at in range(before, before + n):
        small.year(f"9901{at:05}", 2023, received=at, **numbers)
    with small.open() as connection:
        connection.execute("update marts.unit_year set level = 'township', kind = 'town', report_id = 'r' || unit_code")


def compared(small: Published, code: str) -> dict[str, Compared]:
    return {one.measure: one for one in comparison_of(small.path, code).rows}


def test_a_band_is_the_middle_half_of_eight_units_and_more(small: Published):
    towns(small, 7, closed=20, granted=5)
    few = bands_of(small.path, "township", "town", 2023)["requests", "2021", "received"]
    assert (few.peers, few.p25, few.p50, few.p75) == (7, None, None, None) and few.why_none is not None
    assert (few.why_none.zh, few.why_none.en) == ("同类单位太少，不作比较", "too few units to compare")
    towns(small, 2, closed=20, granted=5)
    bands = bands_of(small.path, "township", "town", 2023)
    enough = bands["requests", "2021", "received"]
    assert (enough.peers, enough.p25, enough.p50, enough.p75, enough.why_none) == (9, 2, 4, 6, None)
    assert bands["requests", "2021", "grant_rate"].p50 == pytest.approx(0.25)
    assert bands_of(small.path, "township", "street", 2023) == bands_of(small.path, "township", "town", 2022) == {}


def test_a_unit_stands_below_within_or_above_the_middle_half(small: Published):
    towns(small, 9, closed=20, granted=5)
    stands = [compared(small, f"9901{at:05}")["received"].stands for at in range(9)]
    assert stands == ["below"] * 2 + ["within"] * 5 + ["above"] * 2
    rate = compared(small, "990100000")["grant_rate"]
    assert (rate.value, rate.fraction, rate.stands) == (0.25, (5, 20), "within")


def test_a_rate_of_few_cases_stands_nowhere_and_a_missing_number_says_why(small: Published):
    towns(small, 9, closed=20, granted=5)
    small.year("990199999", 2023, closed=4, granted=1, received="blank")
    with small.open() as connection:
        connection.execute(
            "update marts.unit_year set level = 'township', kind = 'town', report_id = 'x' where unit_code = '990199999'"
        )
    found = compared(small, "990199999")
    assert (found["grant_rate"].is_small, found["grant_rate"].fraction, found["grant_rate"].stands) == (True, (1, 4), "")
    assert found["grant_rate"].band.peers == 9
    assert (found["received"].value, found["received"].state, found["received"].stands) == (None, "blank", "")
    assert (found["challenge_rate"].value, found["challenge_rate"].state) == (None, "not_reported")


def test_a_rate_of_few_cases_and_a_table_that_is_left_out_are_nobodys_peers(small: Published):
    towns(small, 8, closed=9, granted=9)
    assert bands_of(small.path, "township", "town", 2023)["requests", "2021", "grant_rate"].peers == 0
    small.add("quality.exclusions", report_id="r990100000", table_name="requests")
    bands = bands_of(small.path, "township", "town", 2023)
    assert (bands["requests", "2021", "received"].peers, bands["challenges", "2021", "review_total"].peers) == (7, 0)


def test_tables_of_another_form_are_not_compared(small: Published):
    towns(small, 8, closed=20, granted=5)
    small.year("990199999", 2023, form="2019", closed=20, granted=5)
    with small.open() as connection:
        connection.execute(
            "update marts.unit_year set level = 'township', kind = 'town', report_id = 'x' where unit_code = '990199999'"
        )
    assert compared(small, "990199999")["closed"].band.peers == 1


def test_a_unit_without_a_report_names_those_nearby(small: Published):
    with pytest.raises(NoSuchName):
        comparison_of(small.path, "990199998")
