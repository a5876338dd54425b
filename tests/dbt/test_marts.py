"""The marts, figure by figure: versions, duplicates, broken and missing numbers, both forms, the gate, rates, order."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.dbt import Warehouse
from dagster_project.defs.publish import publish
from ingest.home import Home
from ingest.law.forms import every_form, load_forms
from ingest.law.measures import load_losses
from tests.dbt import scenario as s
from tests.dbt.conftest import Built, environment_kept

UNIT = "select {} from unit_year where unit_code = ? and report_year = ?"
AREA = "select {} from area_year where area_code = ? and report_year = ?"


def test_the_version_published_last_is_current(built: Built) -> None:
    found = built.rows("select file, version_number, versions, is_current, report_state from fct_reports where unit_code = ?"
                       " and report_year = 2023 order by 2", s.TOWN)  # fmt: skip
    assert found == [(s.FIRST.file, 1, 2, False, "superseded"), (s.SECOND.file, 2, 2, True, "loaded")]
    assert built.row(UNIT.format("file, granted, versions"), s.TOWN, 2023) == (s.SECOND.file, 4, 2)
    assert built.rows("select input_state, superseded_by from fct_inputs where file = ?", s.FIRST.file) == [
        ("superseded", s.SECOND.file)
    ]


def test_same_bytes_at_two_paths_are_one_report_and_the_matched_path_speaks(built: Built) -> None:
    assert built.row("select input_state, duplicate_of from fct_inputs where file = ?", s.AGAIN.file) == (
        "duplicate",
        s.TWICE.file,
    )
    assert built.row("select file, unit_code from fct_reports where report_id = ?", s.TWICE.report_id) == (s.TWICE.file, s.FARM)
    assert built.row(UNIT.format("received, rules_passed"), s.FARM, 2023) == (10, 42)


def test_every_input_has_one_state_and_a_quarantined_one_its_reason(built: Built) -> None:
    assert built.rows("select input_state, count(*) from fct_inputs group by 1 order by 1") == [
        ("duplicate", 1), ("loaded", 19), ("quarantined", 1), ("superseded", 1),
    ]  # fmt: skip
    assert built.row("select reason_code, reason_place, reason_found, reason_expected, report_id from fct_inputs where file = ?",
                     s.QUARANTINED.file) == ("empty_file", "第1页", "空文件", "年度报告", None)  # fmt: skip


def test_a_reading_that_landed_twice_counts_once_and_the_newest_row_of_a_file_decides(built: Built) -> None:
    assert built.row("select count(*) from fct_cells where report_id = ? and state <> 'not_asked'", s.FIRST.report_id) == (200,)
    assert built.rows("select unit_code from fct_inputs where file = ?", s.CORRECTED.file) == [(s.LAKE,)]


def test_a_broken_total_fails_with_both_sums(built: Built) -> None:
    found = built.rows("select rule_id, unit_name, report_year, left_sum, right_sum, difference, severity, law from violations"
                       " where report_id = ? and rule in (select rule from dim_rule) order by rule_id", s.BROKEN.report_id)  # fmt: skip
    unit = built.row("select unit_name from dim_unit where unit_code = ?", s.HILL)[0]
    rules = {r.rule_id: r for r in load_forms()["2021"].rules}
    assert [(f[0], *f[3:6]) for f in found] == [
        ("requests_applicant_total.closed", 494, 500, -6),
        ("requests_balance.total", 500, 494, 6),
        ("requests_closed_total.total", 494, 500, -6),
    ]
    assert {f[1] for f in found} == {unit} and {f[2] for f in found} == {2023}
    assert all(f[6:] == (rules[f[0]].severity, rules[f[0]].law) for f in found)
    assert built.row(UNIT.format("quality_state, rules_failed"), s.HILL, 2023) == ("fail", 3)


def test_a_blank_makes_a_rule_not_assessable_even_if_the_rest_adds_up(built: Built) -> None:
    assert built.row("select result, left_sum, right_sum, difference, missing_codes from rule_results where report_id = ?"
                     " and rule_id = 'requests_closed_total.total'", s.BLANK.report_id) == (
        "not_assessable", None, None, None, "requests.denied_inquiry.total blank, requests.partly_granted.total blank")  # fmt: skip
    assert built.row(UNIT.format("quality_state, rules_failed, rules_not_assessable"), s.LAKE, 2023) == ("not_assessable", 0, 3)
    assert built.row(UNIT.format("partly_granted, partly_granted_state, denied_by_law, denied, denied_state"), s.LAKE, 2023) == (
        None, "blank", 2, None, "blank")  # fmt: skip


def test_a_report_without_its_table_does_not_pass(built: Built) -> None:
    assert built.row(UNIT.format("quality_state, rules_passed, rules_failed, received, received_state"), s.RIVER, 2023) == (
        "not_assessable", 3, 0, None, "absent")  # fmt: skip


def test_each_report_has_every_code_and_what_its_form_does_not_ask_is_null(built: Built) -> None:
    codes = built.row("select count(*) from dim_measure")[0]
    assert codes == len({c.code for f in every_form().values() for c in f.cells})
    codes = len({c.code for f in load_forms().values() for c in f.cells})
    counts = " union all ".join(f"select report_id from fct_{t}" for t in ("disclosure", "requests", "challenges"))
    assert {n for _, n in built.rows(f"select report_id, count(*) from ({counts}) group by 1")} == {codes}
    query = "select amount, amount_state from fct_disclosure where report_id = ? and measure = ?"
    assert built.row(query, s.OLD_FORM.report_id, "rules_published_total") == (3, "reported")
    assert built.row(query, s.OLD_FORM.report_id, "rules_in_force") == (None, "not_asked")
    assert built.row(query, s.NOTHING.report_id, "rules_published_total") == (None, "not_asked")
    assert built.row(query, s.NOTHING.report_id, "rules_in_force") == (0, "reported")
    assert built.row(query, s.ABSENT.report_id, "licenses") == (None, "unreadable")


def test_a_number_exists_only_where_one_was_read(built: Built) -> None:
    for table, number in (("disclosure", "amount"), ("requests", "requests"), ("challenges", "cases"), ("statistics", "amount"),
                          ("measures", "amount")):  # fmt: skip
        wrong = f"select * from fct_{table} where ({number} is null) = ({number}_state in ('reported', 'corrected', 'derived'))"
        assert built.rows(wrong) == []


def test_both_forms_meet_in_otherwise_and_the_fact_does_not_invent_the_group(built: Built) -> None:
    columns = "otherwise, otherwise_state, otherwise_closed_state, fees, fees_state, form_requests"
    assert built.row(UNIT.format(columns), s.TOWN, 2020) == (2, "reported", "not_asked", None, "not_asked", "2019")
    assert built.row(UNIT.format("otherwise, otherwise_state, otherwise_closed, fees_state"), s.TOWN, 2023) == (
        0, "reported", 0, "reported")  # fmt: skip
    fact = (
        "select requests, requests_state from fct_requests where report_id = ? and outcome = 'otherwise' and applicant = 'total'"
    )
    assert built.row(fact, s.SECOND.report_id) == (None, "not_asked")


def test_a_number_in_another_unit_is_kept_apart_and_a_free_unit_is_named(built: Built) -> None:
    assert built.row(UNIT.format("fees, fees_state"), s.TOWN, 2022) == (None, "other_unit")
    assert built.row("select amount, unit from fct_disclosure where report_id = ? and measure = 'fees'", s.NOTHING.report_id) == (
        90, "元")  # fmt: skip
    assert built.row(UNIT.format("procurement_amount, procurement_amount_unit"), s.TOWN, 2020) == (12, "元")


def test_newly_published_is_never_repealed_and_published_in_all_never_in_force(built: Built) -> None:
    known = built.rows("select measure, form, relation, source_code, note_zh, note_en from measure_by_form where form = '2019'")
    repealed, in_force = ([r for r in known if r[0].endswith(e)] for e in ("_repealed", "_in_force"))
    assert {(r[2], r[3]) for r in repealed} == {("not_asked", None)} and all("不是废止数" in r[4] for r in repealed)
    assert {r[2:4] for r in in_force} == {
        ("different", "disclosure.rules_published_total"), ("different", "disclosure.normative_published_total")}  # fmt: skip
    assert all("不是现行有效数" in r[4] and "not what is in force" in r[5] for r in in_force)
    columns = "rules_published_total, rules_in_force, rules_in_force_state, rules_repealed, rules_repealed_state"
    assert built.row(UNIT.format(columns), s.TOWN, 2020) == (3, None, "not_asked", None, "not_asked")


def test_each_measure_of_the_mart_has_a_relation_to_each_form(built: Built) -> None:
    measures = {c.removesuffix("_state") for (c,) in built.rows("select column_name from duckdb_columns() where table_name = 'unit_year'")
                if c.endswith("_state") and c != "quality_state"}  # fmt: skip
    pairs = set(built.rows("select distinct measure, form from measure_by_form"))
    assert pairs == {(measure, form) for measure in measures for form in every_form()}
    assert {(x.measure, x.form) for x in load_losses()} == pairs


@pytest.mark.quirk(34)
def test_a_local_table_feeds_what_means_the_same_and_nothing_else(built: Built) -> None:
    columns = "received, closed, denied, granted, lawsuit_total, form_statistics, form_requests"
    assert built.row(UNIT.format(columns), s.FARM, 2013) == (6, 6, 6, 0, 2, "fujian-2011", None)
    states = "carried_in_state, denied_by_law_state, lawsuit_direct_total_state, fees_state, unavailable_state"
    assert set(built.row(UNIT.format(states), s.FARM, 2013)) == {"not_asked"}
    query = "select amount from fct_statistics where report_id = ? and measure = 'received' order by is_cumulative"
    assert built.rows(query, s.LOCAL.report_id) == [(6,), (9,)]


def test_the_national_table_adds_what_belongs_together_and_a_missing_part_is_missing(built: Built) -> None:
    # granted = already public + granted; the fee for information is not the fees of the organ
    columns = "granted, closed, normative_made, denied_third_party, denied_third_party_state, fees, fees_state, lawsuit_total"
    assert built.row(UNIT.format(columns), s.FARM, 2014) == (8, 9, 7, None, "blank", None, "not_asked", 1)
    assert built.row("select amount, unit from fct_statistics where report_id = ? and measure = 'fees_collected'",
                     s.NATIONAL.report_id) == (4, "万元")  # fmt: skip
    # told to correct is a step and never an outcome
    assert built.row(UNIT.format("unclear_after_correction, unclear_after_correction_state"), s.FARM, 2014) == (None, "not_asked")


def test_the_sums_of_an_older_table_are_rows_like_any_other(built: Built) -> None:
    query = "select rule_id, result, severity, left_sum, right_sum from rule_results where report_id = ? and result <> 'pass' order by 1"
    assert built.rows(query, s.NATIONAL.report_id) == [
        ("channels_total.year", "fail", "error", 9, 8), ("denied_total.year", "not_assessable", "error", None, None)]  # fmt: skip
    # a channel that this year did not have is missing and not 0
    assert [r[:2] for r in built.rows(query, s.LOCAL.report_id)] == [("channels_total.year", "not_assessable")]
    assert built.row(UNIT.format("quality_state"), s.FARM, 2014) == ("fail",)
    assert built.row(UNIT.format("quality_state"), s.FARM, 2013) == ("not_assessable",)


def test_a_report_of_prose_has_no_form_and_no_number(built: Built) -> None:
    columns = "form_requests, form_statistics, received, received_state, quality_state"
    assert built.row(UNIT.format(columns), s.FARM, 2009) == (None, None, None, "absent", "not_assessable")
    assert built.rows("select * from fct_statistics where report_id = ?", s.PROSE.report_id) == []


def test_an_area_says_which_forms_its_units_used(built: Built) -> None:
    assert built.row(AREA.format("forms_requests, forms_disclosure, received, lawsuit_total"), s.COUNTY, 2013) == (
        "fujian-2011", "fujian-2011", 6, 2)  # fmt: skip
    assert built.row(AREA.format("forms_requests"), s.COUNTY, 2023) == ("2021",)


def test_units_without_a_certain_name_or_year_wait_for_a_person_and_never_supersede(built: Built) -> None:
    found = built.rows("select file, unit_name, candidates from unmatched_units order by file")
    assert found == [(s.UNMATCHED_TWIN.file, "城关镇", None), (s.UNMATCHED.file, "城关镇", "110101001, 210101101")]
    assert built.rows("select file from undated_reports") == [(s.UNDATED.file,)]
    assert built.rows("select file from fct_reports where unit_code is null and not is_current") == []
    assert built.rows("select file from unit_year where unit_code is null or report_year is null") == []


def test_units_outside_the_registry_hang_below_their_area(built: Built) -> None:
    query = "select unit_name, level, parent_code, county_code, county_name, city_name from dim_unit where unit_code = ?"
    above = built.row("select county_name, city_name from dim_unit where unit_code = ?", s.TOWN)
    assert built.row(query, s.BUREAU) == ("抚远市教育局", "department", s.COUNTY, s.COUNTY, *above)
    assert built.row(query, s.STRANGER) == ("示例镇", "township", s.COUNTY, s.COUNTY, *above)


@pytest.mark.parametrize("area", ["230883", "2308", "23"])
def test_an_area_sums_its_units_without_the_excluded_and_without_the_government(built: Built, area: str) -> None:
    # town 10, farm 10, lake 9, bureau 5; river without table three; table three of hill excluded by the gate; the county's own 9000 not added
    columns = "units_reporting, units_excluded, units_missing, received, received_units, partly_granted, partly_granted_units"
    reporting, excluded, missing, *numbers = built.row(AREA.format(columns), area, 2023)
    assert (reporting, excluded, *numbers) == (6, 1, 34, 4, 1, 3)
    owing = (
        "select count(*) from progress where level in ('township', 'department') and report_id is null and not is_exempt"
        " and list_contains([province_code, city_code, county_code], ?) and report_year = ?"
    )
    assert built.row(owing, area, 2023) == (missing,) and missing > 1  # the list of townships knows more than have ever filed
    # in 2022: town, lake and the unknown township
    assert built.row(AREA.format("units_reporting"), area, 2022) == (3,)
    assert built.row(owing, area, 2022) == built.row(AREA.format("units_missing"), area, 2022)


def test_rates_are_ratios_of_sums_over_the_same_units(built: Built) -> None:
    rate = "{0}_numerator, {0}_denominator, {0}_units, {0}_reason"
    # granted and closed: town 4/10, farm 1/10, lake 7/9, bureau 5/5
    assert built.row(AREA.format(rate.format("grant_rate")), s.COUNTY, 2023) == (17, 34, 4, None)
    assert built.row(AREA.format("grant_rate"), s.COUNTY, 2023)[0] == pytest.approx(17 / 34)
    # lake did not fill in partly granted, so it counts neither above nor below the line
    assert built.row(AREA.format(rate.format("grant_in_part_rate")), s.COUNTY, 2023) == (11, 25, 3, None)
    assert built.row(AREA.format("grant_in_part_rate"), s.COUNTY, 2023)[0] == pytest.approx(11 / 25)
    assert built.row(AREA.format(rate.format("challenge_rate")), s.COUNTY, 2023) == (2, 34, 4, None)


def test_zero_by_zero_is_no_requests_and_a_missing_number_is_not_reported(built: Built) -> None:
    columns = "grant_rate, grant_rate_reason, challenge_rate, challenge_rate_reason, closed, closed_units"
    assert built.row(AREA.format(columns), s.COUNTY, 2019) == (None, "no_requests", None, "no_requests", 0, 1)
    assert built.row(AREA.format(columns), s.COUNTY, 2021) == (None, "not_reported", None, "not_reported", None, 0)
    assert built.row(UNIT.format("closed, closed_state"), s.FARM, 2019) == (0, "reported")
    assert built.row(UNIT.format("closed, closed_state"), s.FARM, 2021) == (None, "absent")


def test_lateness_and_replacement_are_judged_of_the_current_report(built: Built) -> None:
    rule = (
        "select s.result, s.left_sum, s.found, s.expected from signal_results as s where s.unit_code = ? and s.report_year = 2023"
        " and s.rule = ? and s.is_current"
    )
    # Its correction of March does not make the report of January late; the numbers differ all the same.
    assert built.row(rule, s.TOWN, "late") == ("pass", 0, "2024-01-20", "2024-01-31")
    assert built.row(rule, s.TOWN, "replaced")[0] == "fail" and built.row(rule, s.TOWN, "replaced")[2] == "2"
    assert built.row(rule, s.LAKE, "late") == ("fail", 20, "2024-02-20", "2024-01-31")
    assert built.row(rule, s.FARM, "late")[0] == "not_assessable" and built.row(rule, s.FARM, "replaced")[0] == "pass"
    states = built.rows(
        "select distinct p.state, s.result from signal_results as s left join progress as p using (unit_code, report_year)"
        " where s.rule = 'late' and s.is_current and s.unit_code is not null order by all"
    )
    assert set(states) == {("on_time", "pass"), ("late", "fail"), ("filed_undated", "not_assessable"), (None, "not_assessable")}


def test_the_marts_do_not_depend_on_the_order_of_the_batches(built: Built, reordered: Built) -> None:
    for table in (
        "unit_year",
        "area_year",
        "area_year_constant",
        "progress",
        "reporting_rates",
        "fct_reports",
        "fct_inputs",
        "fct_measures",
        "rule_results",
        "violations",
        "dim_unit",
        "fct_statistics",
        "fct_cells",
        "relation_results",
        "signal_results",
        "area_bounds",
        "rule_yield",
        "indicators",
        "benchmark",
        "similar_reports",
        "measure_by_form",
    ):
        digest = f"select md5(string_agg(hash(t)::varchar, ',' order by hash(t))), count(*) from {table} as t"
        assert built.row(digest) == reordered.row(digest), table


def test_a_warehouse_with_nothing_readable_builds(nothing_readable: Built) -> None:
    assert nothing_readable.rows("select input_state from fct_inputs") == [("quarantined",)]
    assert nothing_readable.rows("from unit_year union all by name from area_year union all by name from progress") == []


def test_the_file_stands_alone_when_the_raw_zone_is_gone(built: Built, tmp_path: Path) -> None:
    home = Home(tmp_path)
    shutil.copyfile(built.path, home.build)
    publish(home)
    with duckdb.connect(str(home.published), read_only=True, config={"enable_external_access": "false"}) as connection:
        tables = connection.execute("select table_schema, table_name, table_type from information_schema.tables").fetchall()
        assert {kind for _, _, kind in tables} == {"BASE TABLE", "VIEW"}
        assert {schema for schema, _, _ in tables} == {"core", "quality", "marts"}
        for schema, name, _ in tables:
            connection.execute(f"select * from {schema}.{name} limit 1")


def test_dbt_docs_describe_every_model_and_column(built: Built) -> None:
    with environment_kept():
        Warehouse(Home(built.home)).run("docs", "generate")
    manifest = json.loads((built.home / "dbt" / "manifest.json").read_text("utf-8"))
    catalog = json.loads((built.home / "dbt" / "catalog.json").read_text("utf-8"))["nodes"]
    undescribed = []
    for key, node in manifest["nodes"].items():
        if node["resource_type"] in ("model", "seed"):
            described = {name for name, column in node["columns"].items() if column["description"].strip()}
            undescribed += [f"{key}.{column}" for column in catalog[key]["columns"] if column not in described]
            undescribed += [] if node["description"] else [key]
    assert undescribed == []
    assert sources_without_asset_key(manifest) == []


def sources_without_asset_key(manifest: dict[str, Any]) -> list[str]:
    """The sources that Dagster could not connect to the asset of the same name."""
    schemas = {"raw": "raw", "gate": "quality"}
    return [
        source["name"]
        for source in manifest["sources"].values()
        if source["config"]["meta"]["dagster"]["asset_key"] != [schemas[source["source_name"]], source["name"]]
    ]


def test_decimals_stay_exact(built: Built) -> None:
    assert isinstance(built.row(UNIT.format("received"), s.TOWN, 2023)[0], Decimal)
