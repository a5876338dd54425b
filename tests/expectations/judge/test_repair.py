"""The smallest change that makes every sum hold is proposed, and evidence decides between equal ones."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.judge.repair import repairs
from expectations.judge.rules import Facts, judge
from expectations.judge.verdict import verdict
from ingest.model import Hints, Issue
from ingest.pipeline import ingest_bytes
from ingest.units import load_registry
from tests.factory import Record, random_record
from tests.factory.html import clean
from tests.factory.record import with_defect

FORMS = {table: "2021" for table in ("disclosure", "requests", "challenges")}
RECORD = random_record(random.Random(8), "2021", 60, "示例甲镇", 2024)


def facts(values: dict[str, str], **changes: str) -> Facts:
    return Facts(FORMS, {code: Decimal(text) for code, text in {**values, **changes}.items()})


def change(values: dict[str, str], code: str, text: str) -> dict[str, str]:
    return {**values, code: text}


def first(report: Facts, last_year: Facts | None = None) -> dict[str, str]:
    found = repairs(report, last_year)
    return {e.code: f"{e.after:f}" for e in found[0]} if found else {}


def test_a_report_that_adds_up_needs_no_repair():
    assert repairs(facts(RECORD.values)) == []


@pytest.mark.parametrize(
    "code",
    ["requests.received.natural_person", "requests.closed.company", "requests.carried_out.total", "challenges.review.total",
     "requests.repeated.total", "requests.granted.total"],
)  # fmt: skip
@pytest.mark.parametrize("off", [1, 10, 97])
def test_one_wrong_number_is_found(code: str, off: int):
    wrong = facts(change(RECORD.values, code, str(int(RECORD.values[code]) + off)))
    assert first(wrong) == {code: RECORD.values[code]}


def test_a_total_left_at_zero_is_filled_in_first():
    values = {**RECORD.values, "challenges.review.upheld": "10", "challenges.review.corrected": "1",
              "challenges.review.other": "0", "challenges.review.pending": "0", "challenges.review.total": "0"}  # fmt: skip
    assert first(facts(values)) == {"challenges.review.total": "11"}


def test_digits_exchanged_are_put_back():
    values = {**RECORD.values, "challenges.review.upheld": "30", "challenges.review.corrected": "1",
              "challenges.review.other": "4", "challenges.review.pending": "1", "challenges.review.total": "63"}  # fmt: skip
    assert first(facts(values)) == {"challenges.review.total": "36"}


def test_last_year_decides_between_equal_repairs():
    column = "natural_person"
    values = dict(RECORD.values)
    for code in (f"requests.carried_in.{column}", "requests.carried_in.total"):
        values[code] = str(int(values[code]) + 3)
    last_year = Facts(
        {}, {c.replace("carried_in", "carried_out"): Decimal(v) for c, v in RECORD.values.items() if "carried_in" in c}
    )
    repaired = first(facts(values), last_year)
    assert repaired == {c: RECORD.values[c] for c in (f"requests.carried_in.{column}", "requests.carried_in.total")}


def test_what_cannot_be_repaired_in_four_changes_is_left_to_a_person():
    rng = random.Random(1)
    values = {c: str(int(v) + rng.randint(1, 50)) if c.startswith("requests.") else v for c, v in RECORD.values.items()}
    assert repairs(facts(values)) == []


def test_a_sum_with_a_missing_number_is_not_repaired():
    values = {c: v for c, v in RECORD.values.items() if c != "challenges.review.pending"}
    assert repairs(facts({**values, "challenges.review.total": "999"})) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_every_repair_makes_every_sum_hold_and_invents_no_negative_number(seed: int, data: st.DataObject):
    record = random_record(random.Random(seed), "2021", 40)
    values = dict(record.values)
    for code in data.draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=2, unique=True)):
        values[code] = str(data.draw(st.integers(0, 99)))
    report = facts(values)
    for repair in repairs(report):
        after = {**report.values, **{e.code: e.after for e in repair}}
        assert all(e.after >= 0 and e.before == report.values[e.code] and e.after != e.before for e in repair)
        assert "fail" not in {f.result for f in judge(Facts(FORMS, after)) if f.is_printed}


def broken(record: Record) -> tuple[Facts, object]:
    report = ingest_bytes(clean(with_defect(record, "row_total")), "x.html", Hints(), load_registry())
    return Facts(report.forms, {c.code: c.value for c in report.cells if c.value is not None}), report


def test_whose_fault_it_is():
    from dataclasses import replace

    numbers, report = broken(RECORD)
    violation = next(f for f in judge(numbers) if f.result == "fail" and f.is_printed)
    best = repairs(numbers)[0]
    assert verdict(violation, best, report) == "report"  # type: ignore[arg-type]
    right = RECORD.values["requests.repeated.total"]
    unread = replace(report, issues=(Issue("unread_row", "warning", "table 2 row 9", f"重复申请 | {right} |"),))  # type: ignore[type-var]
    assert verdict(violation, best, unread) == ("extraction" if right != "0" else "undecided")
    assert verdict(violation, best, replace(report, reader="scan")) == "undecided"  # type: ignore[type-var]
