"""Digits that ran together: cut apart only where every sum of the table leaves one way."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.model import Cell
from ingest.readers import read_document
from ingest.tables import extract
from ingest.tables.glued_digits import cuts, solve_challenges, solve_requests
from tests.factory import Record, random_record, zero_record
from tests.factory.strategies import broken_records, records
from tests.factory.text import as_text

KINDS = ("CONCAT", "ONE-CONCAT")


def read(record: Record, kind: str) -> dict[str, Cell]:
    return {c.code: c for c in extract(read_document(as_text(record, kind)))[1] if c.value is not None}


def test_a_row_with_one_way_to_cut_it_and_one_with_several():
    assert cuts("640020470", 7) == [(64, 0, 0, 2, 0, 4, 70)]
    assert cuts("0000000", 7) == [(0, 0, 0, 0, 0, 0, 0)]
    assert cuts("112000013", 7) == [(1, 12, 0, 0, 0, 0, 13), (11, 2, 0, 0, 0, 0, 13)]
    assert cuts("000", 7) == [] and cuts("12x", 2) == []


@pytest.mark.quirk(52, 65, 79)
@pytest.mark.parametrize("kind", KINDS)
def test_a_table_whose_sums_hold_is_read_and_each_number_says_what_decided_it(kind: str):
    record = random_record(random.Random(4), "2021", 30, "示例甲镇", 2024)
    got = read(record, kind)
    requests = {code: text for code, text in record.values.items() if code.startswith("requests.")}
    assert {code: got[code].printed for code in requests} == requests
    assert all(got[code].state == "derived" and "requests_closed_total" in got[code].derivation for code in requests)


@pytest.mark.quirk(52)
def test_a_row_of_table_two_has_no_sum_and_stays_unread_unless_it_is_all_zeros():
    record = random_record(random.Random(4), "2021", 30, "示例甲镇", 2024)
    assert not any(code.startswith("disclosure.normative") for code in read(record, "CONCAT"))
    zeros = read(zero_record(), "CONCAT")
    assert zeros["disclosure.rules_made"].state == "derived" and zeros["disclosure.rules_made"].value == 0


@pytest.mark.quirk(73, 76)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(broken_records(), st.sampled_from(KINDS))
def test_a_report_whose_own_sums_do_not_hold_gives_no_wrong_number(record: Record, kind: str):
    got = read(record, kind)
    assert {code: c.printed for code, c in got.items() if record.cells.get(code) != c.printed} == {}


@pytest.mark.quirk(49, 51)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(records(max_blanks=40), st.sampled_from(KINDS))
def test_blanks_that_vanished_between_glued_digits_give_no_wrong_number(record: Record, kind: str):
    got = read(record, kind)
    assert {code: c.printed for code, c in got.items() if record.cells.get(code) != c.printed} == {}


@pytest.mark.quirk(49, 52)
def test_digits_that_fit_a_total_by_chance_are_not_believed_beside_a_table_with_gaps():
    whole = random_record(random.Random(4), "2021", 30)
    direct = {"upheld": None, "corrected": "23", "other": None, "pending": None, "total": "229"}  # 2 + 3 + 2 + 2 = 9
    cells = {**whole.cells, **{f"challenges.lawsuit_direct.{k}": v for k, v in direct.items()}, "requests.granted.total": None}
    got = read(replace(whole, cells=cells), "CONCAT")
    assert {code: c.printed for code, c in got.items() if cells.get(code) != c.printed} == {}


def test_a_row_that_is_missing_leaves_the_whole_table_unread():
    record = random_record(random.Random(4), "2021", 30)
    digits: dict[str, str] = {}
    for code, text in record.values.items():
        table, row, *_ = code.split(".")
        if table == "requests":
            digits[row] = digits.get(row, "") + text
    assert solve_requests("2021", digits)
    digits.pop("granted")
    assert solve_requests("2021", digits) == {}


def test_fifteen_numbers_in_one_string_are_cut_only_if_the_three_totals_leave_one_way():
    assert solve_challenges("2021", "10203120001200000") == [1, 0, 2, 0, 3, 12, 0, 0, 0, 12, 0, 0, 0, 0, 0]
    assert solve_challenges("2021", "1" * 40) == [] and solve_challenges("2021", "12345") == []


def test_endless_digits_are_given_up_not_waited_for():
    assert cuts("1234567890" * 8, 7) in (None, [])
    assert solve_requests("2021", dict.fromkeys([*_rows()], "1" * 60)) == {}
    assert solve_challenges("2021", "1111222233334444" * 10) == []


def _rows() -> list[str]:
    from ingest.law.forms import load_forms

    return list(load_forms()["2021"].tables["requests"].rows)
