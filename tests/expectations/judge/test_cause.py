"""Why sums fail is named from the first repair; numbers in the wrong cell are put back as one slip, not as many wrong numbers."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from expectations.judge.cause import cause_of, cause_text, causes
from expectations.judge.edits import Edit
from expectations.judge.repair import repairs
from expectations.judge.rules import Facts, judge
from tests.county import FORMS, county
from tests.factory import random_record
from tests.factory.record import ORGANIZATIONS

RIGHT = {c: Decimal(v) for c, v in random_record(random.Random(8), "2021", 60, "示例甲镇", 2024).values.items()}
NUMBERS = dict(zip((*ORGANIZATIONS, "total"), (12, 30, 5, 4, 7, 1, 59), strict=True))


def report(**rows: dict[str, int]) -> dict[str, Decimal]:
    """A report of zeros but for the rows given; what was received was granted and closed."""
    zeros = {c: Decimal() for c in RIGHT}
    return zeros | {f"requests.{row}.{c}": Decimal(n) for row, numbers in rows.items() for c, n in numbers.items()}


FULL = report(received=NUMBERS, granted=NUMBERS, closed=NUMBERS)


def told(values: dict[str, Decimal], last: dict[str, Decimal] | None = None) -> tuple[dict[str, Decimal], list[str]]:
    """The numbers after the first repair, and the causes named."""
    facts, before = Facts(FORMS, values), Facts({}, last) if last else None
    best = repairs(facts, before)[0]
    return {**values, **{e.code: e.after for e in best}}, [c.cause for c in causes(best, facts, before)]


@pytest.mark.parametrize("row", ["received", "granted", "closed"])
@pytest.mark.parametrize("columns", [6, 7])
@pytest.mark.parametrize("step", [1, -1])
def test_a_row_that_slipped_by_one_column_is_put_back(row: str, columns: int, step: int):
    codes = [f"requests.{row}.{c}" for c in NUMBERS][:columns]
    numbers = [FULL[c] for c in codes]
    slipped = [Decimal(), *numbers[:-1]] if step == 1 else [*numbers[1:], Decimal()]
    assert told({**FULL, **dict(zip(codes, slipped, strict=True))}) == (FULL, ["row_shifted"])


@pytest.mark.parametrize(
    ("a", "b"),
    [("received.natural_person", "received.company"), ("closed.other_organization", "closed.total"),
     ("granted.company", "partly_granted.company")],
)  # fmt: skip
def test_neighbors_that_changed_places_are_changed_back(a: str, b: str):
    one, other = f"requests.{a}", f"requests.{b}"
    values = {**FULL, one: FULL[other], other: FULL[one]}
    assert told(values) == (FULL, ["neighbors_swapped"])  # in a column the totals of both rows could be wrong too: two changes


def test_digits_split_over_two_cells_are_joined():
    values = {**FULL, "requests.received.natural_person": Decimal(1), "requests.received.company": Decimal(2)}
    right = {**report(received={**NUMBERS, "company": 0, "total": 29}, granted={**NUMBERS, "company": 0, "total": 29},
                      closed={**NUMBERS, "company": 0, "total": 29})}  # fmt: skip
    split = {**right, **{c: values[c] for c in ("requests.received.natural_person", "requests.received.company")}}
    assert told(split) == (right, ["digits_split"])


@pytest.mark.parametrize(("total", "cause"), [(0, "total_zero"), (58, "total_not_updated")])
def test_a_total_is_told_apart_by_whether_it_is_0(total: int, cause: str):
    assert told({**FULL, "requests.received.total": Decimal(total)}) == (FULL, [cause])


def test_a_forgotten_carry_over_is_known_by_last_year_or_by_a_0():
    reports = county(3)
    now, before = reports[0, 2023].values, reports[0, 2022].values
    right = {c: Decimal(n) for c, n in now.items()}
    last = {c: Decimal(n) for c, n in before.items()}
    row = [c for c in right if c.startswith("requests.carried_in.") and right[c]]
    assert row and told({**right, **dict.fromkeys(row, Decimal())}, last) == (right, ["carry_over_forgotten"])
    one, total = "requests.carried_in.natural_person", "requests.carried_in.total"
    values = report(carried_in={"natural_person": 0, "total": 0}, granted={"natural_person": 9, "total": 9},
                    closed={"natural_person": 9, "total": 9})  # fmt: skip
    edits = (Edit(one, Decimal(), Decimal(9)), Edit(total, Decimal(), Decimal(9)))
    facts = Facts(FORMS, values)
    assert [c.cause for c in causes(edits, facts)] == ["carry_over_forgotten"]
    other = Facts({}, {"requests.carried_out.natural_person": Decimal(4), "requests.carried_out.total": Decimal(4)})
    assert [c.cause for c in causes(edits, facts, other)] == [""]  # last year says something else


def test_a_carry_over_of_0_is_named_where_no_printed_sum_fails():
    last = Facts({}, {f"requests.carried_out.{c}": Decimal(n) for c, n in NUMBERS.items()})
    found = [f for f in judge(Facts(FORMS, FULL), last) if f.result == "fail"]
    assert found and {cause_of(f, []) for f in found} == {"carry_over_forgotten"}


def test_faults_that_share_no_cell_have_causes_of_their_own():
    values = {**FULL, "requests.received.total": Decimal(58), "challenges.review.upheld": Decimal(4)}
    facts = Facts(FORMS, values)
    found = causes(repairs(facts)[0], facts)
    by_rule = {f.rule_id: cause_of(f, found) for f in judge(facts) if f.result == "fail"}
    assert by_rule["challenges_total.review"] == "total_zero"
    assert by_rule["requests_applicant_total.received"] == "total_not_updated"


def test_a_single_wrong_number_has_no_cause_that_could_be_told():
    values = {**FULL, "requests.received.natural_person": Decimal(19)}
    assert told(values) == (FULL, [""])


def test_every_cause_is_said_in_both_languages():
    names = ("total_zero", "total_not_updated", "digits_split", "neighbors_swapped", "row_shifted", "carry_over_forgotten")
    assert all(zh and en and zh != en for zh, en in map(cause_text, names))
