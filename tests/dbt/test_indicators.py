"""The rates of units are made of the numbers of unit_year and of nothing else; what is compared is what the project says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ingest.words.yaml_files import read_yaml
from tests.dbt.conftest import Built
from tests.paths import ROOT

VARS: dict[str, Any] = read_yaml(ROOT / "dbt" / "dbt_project.yml")["vars"]


def summed(row: dict[str, Any], measures: list[str]) -> Decimal | None:
    numbers = [row[measure] for measure in measures]
    return None if None in numbers else sum(numbers, Decimal(0))


def reason(above: Decimal | None, below: Decimal | None, zero: str) -> str | None:
    if above is None or below is None:
        return "not_reported"
    return None if below else "contradictory" if above else zero


def test_every_rate_is_made_of_the_numbers_of_its_unit(built: Built) -> None:
    names = [name for (name,) in built.rows("select column_name from (describe unit_year)")]
    units = [dict(zip(names, row, strict=True)) for row in built.rows("from unit_year")]
    expected = {}
    for unit in units:
        for name, of in VARS["indicators"].items():
            above, below = summed(unit, of["above"]), summed(unit, of["below"])
            expected[unit["unit_code"], unit["report_year"], name] = (
                above, below, reason(above, below, of["zero"]), below is None or below < VARS["cases"],
            )  # fmt: skip
    found = built.rows("select unit_code, report_year, indicator, numerator, denominator, rate_reason, is_small from indicators")
    assert {row[:3]: row[3:] for row in found} == expected
    assert {why for _, _, why, _ in expected.values()} >= {None, "not_reported", "no_requests", "no_cases"}
    wrong = (
        "select * from indicators where (rate is null) <> (rate_reason is not null) or rate <> numerator / denominator::double"
    )
    assert built.rows(wrong) == []


def test_every_unit_is_compared_with_those_of_its_kind_form_and_year(built: Built) -> None:
    compared = {m for of in VARS["compared"].values() for m in (*of["measures"], *of["rates"])}
    groups = "select distinct level, kind, report_year, form_requests from unit_year where form_requests is not null"
    found = built.rows(
        f"select distinct b.measure from ({groups}) as g inner join benchmark as b using (level, kind, report_year)"
    )
    assert {measure for (measure,) in found} == compared
    assert built.rows("select * from benchmark where (p25 is null) <> (band_reason is not null) or p25 > p50 or p50 > p75") == []
    few = f"select * from benchmark where band_reason is null and (peers < {VARS['peers']} or cases < {VARS['cases']})"
    assert built.rows(few) == []


def test_what_is_left_out_of_the_sums_of_an_area_is_nobodys_peer(built: Built) -> None:
    asked = (
        "select count(*) from unit_year as y where received is not null and report_id not in (select report_id from exclusions"
        " where table_name in ('requests', 'statistics'))"
    )
    assert built.row("select sum(peers) from benchmark where measure = 'received'") == built.row(asked)
