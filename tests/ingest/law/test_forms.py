"""The forms say the law right, and a mistake in a form file is found with its line."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.law.forms import FORMS, STATISTICS, Rule, every_form, load_form, load_forms, load_terms, statistics_forms
from ingest.law.measures import load_losses
from ingest.words.yaml_files import FormError
from tests.factory import random_record, with_defect
from tests.factory.statistics import random_numbers

RULES = [(form.form, rule) for form in every_form().values() for rule in form.rules]


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

    return {r.rule_id for r in every_form()[form].rules if total(r.left) != total(r.right)}


def good_values(rng: random.Random, form: str) -> dict[str, str]:
    if form in load_forms():
        return random_record(rng, form).values
    return {f"{STATISTICS}.{code}": text for code, text in random_numbers(rng, form).items() if text is not None}


@pytest.mark.parametrize(("form", "rule"), RULES, ids=[f"{f}-{r.rule_id}" for f, r in RULES])
def test_each_rule_passes_a_good_report_and_fails_a_bad_one(form: str, rule: Rule):
    good = good_values(random.Random(rule.rule_id), form)
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


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("source: 国办公开办函〔2021〕30号\n", "", r"the form lacks “source”"),
        ("in_force: {from: 2021, to: null}", "in_force: {from: 2021}", r"the form lacks “to”"),
        ("    law: 表四“总计”栏\n", "", r"rule challenges_total: law is missing"),
        ("    severity: error\n", "    severity: wrong\n", r"“wrong” is none of error, warning, hint"),
        ("    each: challenges.rows\n", "    each: challenge.rows\n", r"“challenge.rows” names no rows or columns"),
        ("    each: challenges.rows\n", "    each: challenges\n", r"“challenges” names no rows or columns"),
        ("column: 本年收费金额, unit: 万元, kind: flow}", "column: 本年收费金额, unit: 万元}", r"fees lacks “kind”"),
        (
            "    columns: {upheld: 结果维持, corrected",
            "    colums: {upheld: 结果维持, corrected",
            r"table challenges lacks “columns”",
        ),
    ],
)
def test_what_a_form_lacks_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str):
    text = (FORMS / "2021.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "2027.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(FormError, match=rf"2027.yaml:[1-9]\d*: .*{said}"):
        load_form(tmp_path / "2027.yaml", load_terms())


def test_every_rule_says_its_law_in_both_languages():
    assert all(rule.law and rule.zh and rule.en for _, rule in RULES)


@pytest.mark.quirk(34)
@pytest.mark.parametrize(
    ("form", "has", "lacks"),
    [
        ("fujian-2011", {"received_email", "received_other_form"}, {"fee_waived", "received_letter_fax", "answered_other"}),
        ("fujian-2014", {"fee_waived", "received_letter_fax", "answered_other"}, {"received_fax", "received_email"}),
        ("fujian-2017", {"received_letter_fax", "answered_other"}, {"fee_waived", "received_fax"}),
        ("2014", {"settled", "already_public", "fees_collected", "people_trained"}, {"fee_waived", "received_email"}),
    ],
)
def test_each_older_form_has_the_rows_of_its_years(form: str, has: set[str], lacks: set[str]):
    rows = set(statistics_forms()[form].tables[STATISTICS].rows)
    assert has <= rows and not lacks & rows
    cumulative = {c.code for c in statistics_forms()[form].cells if c.column == "cumulative"}
    assert len(cumulative) == (0 if form == "2014" else len(rows))


@pytest.mark.parametrize(("form", "code", "unit"), [("fujian-2014", "fee_waived", "元"), ("2014", "fees_collected", "万元")])
def test_money_has_the_unit_of_its_form(form: str, code: str, unit: str):
    assert {c.unit for c in statistics_forms()[form].cells if c.row == code} == {unit}
    assert load_forms()["2021"].tables["disclosure"].cells[-1].unit == "万元"
    # Sums of money of other units or meanings never feed the fees of the organ.
    other = {
        f for f, form in every_form().items() if not any(c.code == "disclosure.fees" and c.unit == "万元" for c in form.cells)
    }
    assert "2021" not in other and not any("fee" in source for x in load_losses() if x.measure == "fees" and x.form in other
                                           for source in x.sources if x.relation != "different")  # fmt: skip


def test_the_loss_table_says_what_each_measure_is_in_each_form():
    found = {(x.measure, x.form): x for x in load_losses()}
    assert len(found) == len(load_losses()) == len({x.measure for x in load_losses()}) * len(every_form())
    relation = {key: x.relation for key, x in found.items()}
    assert {form for form in every_form() if relation["granted", form] != "same"} == {"2014"}
    assert found["granted", "2014"].sources == ("statistics.already_public", "statistics.granted")
    assert found["denied_third_party", "2014"].sources == ("statistics.denied_trade_secret", "statistics.denied_privacy")
    assert relation["rules_in_force", "2019"] == relation["fees", "2019"] == "different"
    assert relation["rules_repealed", "2019"] == relation["carried_in", "2014"] == "not_asked"
    for measure, form in found:
        for source in found[measure, form].sources:
            assert source in {c.code for c in every_form()[form].cells}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (r'(\[review_pending\]\n(?:  "\d+": .*\n)*?)  "2019": same\n', r"\1", "0 times for the form 2019"),
        (re.escape("- of: [carried_in, carried_out]"), "- of: [carried_in, carried_out, received]", "received stands 2 times"),
        (re.escape("from: [already_public, granted]"), "from: [already_public, grantd]", "no cell statistics.grantd"),
        (
            re.escape("{is: wider, from: [answered], zh: 2014年表为“申请答复数”，含更改补充等过程性答复,"),
            "{is: wider, from: [answered],",
            "a note in both languages",
        ),
        (r'(- of: \[must_be_created\]\n(?:  "\d+": .*\n)*?  "2021": )same\n', r"\1not_asked\n", "but the form asks for it"),
        (re.escape("own: [items_disclosed, "), "own: [items_disclosed, received, ", "received must be part"),
        # A number that a form asks for and of which the table says nothing; a sum that is made of other rows than in another form.
        (r"- of: \[must_be_created\]\n(?:  .*\n)*", "", r"20\d\d.yaml:\d+: measures.yaml says nothing of must_be_created"),
        (r"received_nonprofit, received_legal_service", "received_nonprofit", "says nothing of received_legal_service"),
        (r"- of: \[review_pending\]\n(?:  .*\n)*", "", "says nothing of review_pending"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_loss_table_is_found_with_its_line(tmp_path: Path, old: str, new: str, said: str):
    text, changes = re.subn(old, new, (FORMS.parent / "rules" / "measures.yaml").read_text("utf-8"), count=1)
    assert changes
    path = tmp_path / "measures.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(FormError, match=said) as caught:
        load_losses(path)
    assert int(str(caught.value).split(":")[1]) > 0


def test_of_two_forms_with_the_same_tables_the_earlier_one_is_meant(monkeypatch: pytest.MonkeyPatch):
    import sys

    from ingest.readers import read_document
    from ingest.tables import extract
    from tests.factory.html import clean

    same = replace(load_forms()["2021"], form="2098")
    both = {"2098": same, **load_forms()}
    for module in ("ingest.tables", "ingest.law.forms"):
        monkeypatch.setattr(sys.modules[module], "load_forms", lambda: both)
    forms, cells, _ = extract(read_document(clean(random_record(random.Random(8), "2021"))))
    assert set(forms.values()) == {"2021"} and len(cells) == 200
