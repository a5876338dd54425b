"""What a PDF holds beside what is seen never becomes a number: drawn twice, covered, invisible, outside, watermarks, form fields."""

from __future__ import annotations

import random

import pytest

from ingest.extract import extract
from ingest.model import Cell, Issue, Paragraph
from ingest.readers.pdf import read_pdf
from tests.factory import random_record
from tests.factory.overdrawn import PAGES, WAYS, as_overdrawn

RECORD = random_record(random.Random(11), "2021", 5000, "示例甲镇", 2024)
# Ways in which the file contradicts itself, or shows numbers that are no text: they are told as unreadable.
UNREADABLE = {"said-otherwise", "field-without-appearance", "field-shows-otherwise", "outlined", "erased", "raised"}
ALIKE = {"flat-alike"}  # text that nothing but its place tells from a number


def read(name: str, style: str = "boxes") -> tuple[dict[str, Cell], list[Issue]]:
    _, cells, issues = extract(read_pdf(as_overdrawn(RECORD, name, style)))
    return {c.code: c for c in cells}, issues


@pytest.mark.parametrize("style", ["boxes", "strokes", "bare"])
@pytest.mark.parametrize("name", sorted({*WAYS} - UNREADABLE - {"note", "field", "field-in-comb"}))
@pytest.mark.quirk(110, 111, 112)
def test_a_number_is_what_is_seen_and_counts_once(name: str, style: str):
    cells, _ = read(name, style)
    assert {code: c.printed for code, c in cells.items()} == RECORD.values


@pytest.mark.parametrize("name", sorted({*PAGES} - ALIKE))
@pytest.mark.quirk(113, 114)
def test_a_watermark_and_what_lies_outside_the_page_are_no_part_of_the_report(name: str):
    cells, issues = read(name)
    assert {code: c.printed for code, c in cells.items()} == RECORD.values
    assert {i.code for i in issues} <= {"watermark", "hidden_text"}


def test_digits_that_only_their_place_tells_from_a_number_are_never_part_of_one():
    cells, issues = read("flat-alike")
    assert [c for code, c in cells.items() if c.printed not in (None, RECORD.values[code])] == [] and issues


@pytest.mark.parametrize("name", ["note", "field", "field-in-comb"])
@pytest.mark.quirk(115)
def test_a_number_in_a_form_field_or_a_note_is_read_in_its_cell(name: str):
    cells, _ = read(name)
    assert {code: c.printed for code, c in cells.items()} == RECORD.values


@pytest.mark.parametrize("name", sorted(UNREADABLE))
@pytest.mark.quirk(115, 116, 117)
def test_what_contradicts_itself_or_is_no_text_is_unreadable_and_never_blank(name: str):
    cells, issues = read(name)
    assert {c.state for c in cells.values()} == {"unreadable"}
    assert sum(i.code == "cell_unreadable" for i in issues) >= 185


@pytest.mark.parametrize("name", ["outside", "cut-off"])
@pytest.mark.quirk(114)
def test_the_title_of_another_year_outside_the_page_is_not_read(name: str):
    text = "".join(b.text for b in read_pdf(as_overdrawn(RECORD, name)).blocks if isinstance(b, Paragraph))
    assert "2019" not in text and "示例甲镇2024年" in text
