"""Any report in any format gives the same cells, or fewer; never others."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.law.forms import earliest_alike, load_forms
from ingest.readers import read_document
from ingest.tables import extract
from tests.factory import blank_record, random_record, with_defect, zero_record
from tests.factory.formats import COMPLETE, FORMATS
from tests.factory.record import Record


def read(record: Record, format_name: str) -> dict[str, str]:
    _, cells, _ = extract(read_document(FORMATS[format_name](record)))
    return {c.code: c.printed for c in cells if c.printed is not None}


@pytest.mark.parametrize("form", load_forms())
@pytest.mark.parametrize("format_name", COMPLETE)
@pytest.mark.quirk(60, 61, 62, 71)
def test_every_number_comes_back(format_name: str, form: str):
    record = random_record(random.Random(f"{format_name}{form}"), form, 5000)
    assert read(record, format_name) == record.values


@pytest.mark.parametrize("form", load_forms())
@pytest.mark.parametrize("format_name", COMPLETE)
def test_the_form_is_known_by_its_labels(format_name: str, form: str):
    forms, _, _ = extract(read_document(FORMATS[format_name](zero_record(form))))
    assert set(forms.values()) == {earliest_alike(form)} and len(forms) == 3


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6), form=st.sampled_from(sorted(load_forms())), name=st.sampled_from(sorted(FORMATS)),
    top=st.sampled_from([1, 9, 300, 10**7]), blanks=st.sets(st.integers(0, 197), max_size=40),
)  # fmt: skip
def test_no_number_is_wrong_or_invented(seed: int, form: str, name: str, top: int, blanks: set[int]):
    record = random_record(random.Random(seed), form, top)
    cells = {code: None if i in blanks else text for i, (code, text) in enumerate(record.cells.items())}
    dirty = Record(record.unit, record.year, form, cells)
    got = read(dirty, name)
    assert {code: text for code, text in got.items() if dirty.cells.get(code) != text} == {}


@pytest.mark.parametrize("format_name", COMPLETE)
@pytest.mark.quirk(48)
def test_a_blank_is_never_a_zero(format_name: str):
    record = with_defect(random_record(random.Random(5)), "blank_row")
    assert not any(code.startswith("requests.granted.") for code in read(record, format_name))
    assert read(blank_record(), format_name) == {}
