"""Who stands in an area is found by the column of its own level, and is the same as by all of them."""

from __future__ import annotations

from pathlib import Path

from foi.published import published
from foi.published.areas import LEVELS, inside, known_areas

BY_ALL = f"$1 in ({', '.join(f'{level}_code' for level in LEVELS)})"


def test_the_units_of_an_area_are_those_that_name_it_in_any_column(loaded: Path):
    with published(loaded / "published.duckdb") as connection:

        def found(condition: str, code: str) -> list[tuple[str, int]]:
            return connection.execute(
                f"select unit_code, report_year from progress where {condition} order by all", [code]
            ).fetchall()

        codes = connection.execute("select distinct unnest([province_code, city_code, county_code]) from progress").fetchall()
        areas = [code for (code,) in codes if code]
        assert len(areas) > 5 and {known_areas(connection)[code].level for code in areas} == set(LEVELS)
        for code in areas:
            assert found(inside(connection, code), code) == found(BY_ALL, code) != [], code
        assert found(inside(connection, "999999"), "999999") == []
        assert len(found(inside(connection, ""), "")) == connection.execute("select count(*) from progress").fetchone()[0]


def test_no_code_is_that_of_areas_of_two_levels(loaded: Path):
    query = " union all ".join(f"select distinct {level}_code as code from dim_unit" for level in LEVELS)
    with published(loaded / "published.duckdb") as connection:
        twice = connection.execute(
            f"select code from ({query}) where code is not null group by code having count(*) > 1"
        ).fetchall()
        others = connection.execute(
            "select unit_code from dim_unit as u where level in ('province', 'city', 'county')"
            " and case level when 'province' then province_code when 'city' then city_code else county_code end <> unit_code"
        ).fetchall()
    assert twice == [] and others == []
