"""What is printed is the number itself: nothing small becomes 0, nothing long loses a digit."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from foi.published import as_csv, as_json, as_table


@pytest.mark.parametrize(
    ("value", "screen", "full"),
    [
        (0.00004, "0.00004", "0.00004"), (1e-12, "0.000000000001", "0.000000000001"), (1 / 3, "0.333333", "0.3333333333333333"),
        (0.0, "0", "0"), (2.0, "2", "2"), (100.0, "100", "100"), (None, "", ""), (0, "0", "0"),
        (Decimal("0.000001"), "0.000001", "0.000001"), (Decimal("27.000000"), "27", "27"), (Decimal("100"), "100", "100"),
        (Decimal("12345678901234567890123456789012.345678"), *["12345678901234567890123456789012.345678"] * 2),
        ([Decimal("1.50"), 2], "1.5, 2", "1.5, 2"),
    ],
)  # fmt: skip
def test_a_number_is_shown_as_it_is(value: object, screen: str, full: str):
    assert as_table(["n"], [[value]]).split("\n")[2:] == [screen]
    assert as_csv(["n", "x"], [[value, 1]]).splitlines()[1].replace('"', "") == f"{full},1"


def test_json_is_valid_and_exact():
    values = [Decimal("0.1"), Decimal("12345678901234567.123456"), Decimal("7.000000"), float("nan"), float("inf"), 0.00004, None]
    row = json.loads(as_json([f"c{i}" for i in range(len(values))], [values]))[0]
    assert list(row.values()) == [0.1, "12345678901234567.123456", 7, "nan", "inf", 0.00004, None]


def test_a_line_break_in_a_cell_does_not_break_the_table():
    assert as_table(["a", "b"], [["one\ntwo", 1]]).splitlines()[2] == "one two  1"
