"""The band of same-kind units: asked once for a release, and none where there are too few to compare."""

from __future__ import annotations

from typing import Any

import pytest

from foi.ask.peers import bands_of
from tests.foi.conftest import Published


def towns(small: Published, n: int, **numbers: Any) -> None:
    with small.open() as connection:
        before = connection.execute("select count(*) from marts.unit_year").fetchall()[0][0]
    for at in range(before, before + n):
        small.year(f"9901{at:05}", 2023, received=at, **numbers)
    with small.open() as connection:
        connection.execute("update marts.unit_year set level = 'township', kind = 'town', report_id = 'r' || unit_code")


def test_a_band_is_the_middle_half_of_eight_units_and_more(small: Published):
    towns(small, 7, closed=20, granted=5)
    bands = bands_of(small.path, "township", "town")
    few = bands[2023, "2021", "received"]
    assert (few.peers, few.p25, few.p50, few.p75) == (7, None, None, None) and few.why_none is not None
    assert (few.why_none.zh, few.why_none.en) == ("同类单位太少，不作比较", "too few units to compare")
    towns(small, 2, closed=20, granted=5)
    bands = bands_of(small.path, "township", "town")
    enough = bands[2023, "2021", "received"]
    assert (enough.peers, enough.p25, enough.p50, enough.p75, enough.why_none) == (9, 2, 4, 6, None)
    assert bands[2023, "2021", "grant_rate"].p50 == pytest.approx(0.25)
    assert bands_of(small.path, "township", "street") == {}


def test_a_rate_of_few_cases_and_a_table_that_is_left_out_are_nobodys_peers(small: Published):
    towns(small, 8, closed=9, granted=9)
    assert bands_of(small.path, "township", "town")[2023, "2021", "grant_rate"].peers == 0
    small.add("quality.exclusions", report_id="r990100000", table_name="requests")
    bands = bands_of(small.path, "township", "town")
    assert (bands[2023, "2021", "received"].peers, bands[2023, "2021", "review_total"].peers) == (7, 0)
