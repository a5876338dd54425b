"""The forms say the law right, and a mistake in a form file is found with its line."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.forms import FORMS, FormError, Rule, load_form, load_forms, load_terms
from tests.factory import random_record, with_defect

RULES = [(form.form, rule) for form in load_forms().values() for rule in form.rules]


def test_the_2021_form_has_200_cells_and_42_sums():
    form = load_forms()["2021"]
    assert {name: len(t.cells) for name, t in form.tables.items()} == {"disclosure": 10, "requests": 175, "challenges": 15}
    assert len(form.rules) == 42


def test_the_2019_form_has_198_cells_and_40_sums():
    form = load_forms()["2019"]
    assert {name: len(t.cells) for name, t in form.tables.items()} == {"disclosure": 22, "requests": 161, "challenges": 15}
    assert len(form.rules) == 40


def failing(form: str, values: dict[str, str]) -> set[str]:
    def total(codes: tuple[str, ...]) -> Decimal:
        return sum((Decimal(values[c]) for c in codes), Decimal())

    return {r.rule_id for r in load_forms()[form].rules if total(r.left) != total(r.right)}


@pytest.mark.parametrize(("form", "rule"), RULES, ids=[f"{f}-{r.rule_id}" for f, r in RULES])
def test_each_rule_passes_a_good_report_and_fails_a_bad_one(form: str, rule: Rule):
    good = random_record(random.Random(rule.rule_id), form).values
    assert failing(form, good) == set()
    for cell in (rule.left[0], rule.right[-1]):
        bad = {**good, cell: str(int(good[cell]) + 1)}
        # A wrong cell breaks each sum it is part of, and no other.
        expected = {r.rule_id for f, r in RULES if f == form and cell in (*r.left, *r.right)}
        assert rule.rule_id in expected
        assert failing(form, bad) == expected


@pytest.mark.parametrize(
    ("defect", "expected"),
    [
        ("closed_total", {"requests_closed_total.natural_person", "requests_closed_total.total"}),
        ("challenges_total_zero", {"challenges_total.review"}),
        ("carried_out", {"requests_balance.natural_person", "requests_balance.total"}),
        ("row_total", {"requests_applicant_total.repeated", "requests_closed_total.total"}),
    ],
)
def test_a_named_defect_breaks_exactly_the_sums_it_says(defect: str, expected: set[str]):
    assert failing("2021", with_defect(random_record(random.Random(3)), defect).values) == expected


def mistake(tmp_path: Path, old: str, new: str) -> str:
    text = (FORMS / "2021.yaml").read_text("utf-8")
    assert old in text
    path = tmp_path / "2027.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(FormError) as caught:
        load_form(path, load_terms())
    line = int(str(caught.value).split(":")[1])
    assert new.strip().split("\n")[-1][:20] in path.read_text("utf-8").splitlines()[line - 1]
    return str(caught.value)


def test_an_unknown_name_in_an_equation_is_found(tmp_path: Path):
    assert "carried_on" in mistake(tmp_path, "    equation: received + carried_in =", "    equation: received + carried_on =")


def test_a_label_that_stands_twice_is_found(tmp_path: Path):
    new = "      denied_case_file:      6.属于四类过程性信息"
    assert "already stands for" in mistake(tmp_path, "      denied_case_file:      7.属于行政执法案卷", new)


def test_a_code_without_a_term_is_found(tmp_path: Path):
    assert "no entry in terms.yaml" in mistake(tmp_path, "      licenses:  ", "      licenses_again:  ")


def test_a_key_that_stands_twice_is_found(tmp_path: Path):
    new = "      petition: 重复\n      petition:  "
    assert "stands twice" in mistake(tmp_path, "      petition:  ", new)


def test_every_rule_says_its_law_in_both_languages():
    assert all(rule.law and rule.zh and rule.en for _, rule in RULES)
