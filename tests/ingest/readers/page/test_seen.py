"""What a PDF holds beside what is seen never becomes a number: drawn twice, covered, invisible, outside, watermarks, form fields."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ingest.model import Cell, Hints, IngestError, Issue, Paragraph, Table
from ingest.pipeline import ingest_bytes
from ingest.readers.page.pdf import read_pdf
from ingest.tables import extract
from ingest.units import load_registry
from tests.factory import random_record
from tests.factory.layout import draw
from tests.factory.overdrawn import PAGES, SCANS, WAYS, as_overdrawn
from tests.factory.pdf import _Canvas, _file, _table, columns_of, drawn

RECORD = random_record(random.Random(11), "2021", 5000, "示例甲镇", 2024)
# Ways in which the file contradicts itself, or shows numbers that are no text: they are told as unreadable.
UNREADABLE = {"said-otherwise", "field-without-appearance", "field-shows-otherwise", "outlined", "erased", "raised", "cut"}
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


@pytest.mark.parametrize("name", sorted(SCANS))
@pytest.mark.quirk(120)
def test_a_text_layer_that_no_one_sees_is_not_read_in_place_of_the_picture(name: str):
    with pytest.raises(IngestError) as caught:
        read_pdf(as_overdrawn(RECORD, name))
    assert caught.value.issue.code == "scan_needs_ocr"


class Shifted(_Canvas):
    """A canvas that draws one number lower than the others."""

    def __init__(self, number: str, shift: float) -> None:
        super().__init__("boxes")
        self.number, self.shift = number, shift

    def text(self, x: float, y: float, text: str, size: float = 7) -> None:
        super().text(x, y + (self.shift if text == self.number else 0), text, size)


@pytest.mark.parametrize("shift", [7, 8, 9, 11, 13])
@pytest.mark.quirk(121)
def test_a_number_that_a_rule_runs_through_stands_in_no_row(shift: float):
    record = replace(RECORD, cells={**RECORD.cells, "requests.repeated.nonprofit": "77777"})
    _, cells, _ = extract(read_pdf(drawn(Shifted("77777", shift), record)))
    got = {c.code: c.printed for c in cells}
    assert got["requests.published_work.nonprofit"] in (None, record.values["requests.published_work.nonprofit"])
    assert got["requests.repeated.nonprofit"] in (None, "77777")


@pytest.mark.parametrize("shift", [0, 4, 8.5])
@pytest.mark.quirk(121)
def test_a_number_over_two_rows_is_one_cell_over_both(shift: float):
    rows = [list(row) for row in draw(RECORD, "requests")]
    at = next(k for k, row in enumerate(rows) if any(text == "2.重复申请" for text, _, _ in row))
    rows[at][-4] = ("77777", 2, 1)
    del rows[at + 1][-4]
    canvas = Shifted("77777", shift)
    _table(canvas, rows, columns_of("requests", rows), False)
    document = read_pdf(_file(canvas))
    (cell,) = (c for b in document.blocks if isinstance(b, Table) for c in b.cells if "77777" in c.text)
    assert (cell.text, cell.rowspan) == ("77777", 2)
    assert not [c for c in extract(document)[1] if c.printed == "77777"]


@pytest.mark.quirk(117)
def test_a_file_that_holds_only_outlines_is_told_as_a_scan():
    canvas = _Canvas("boxes")
    canvas.pages[0] += [f"{x} 700 m {x + 1} 706 {x + 3} 706 {x + 3} 700 c f" for x in range(50, 500, 5)]
    with pytest.raises(IngestError) as caught:
        read_pdf(_file(canvas))
    assert caught.value.issue.code == "scan_needs_ocr"


def test_a_file_in_plain_english_is_no_report_and_its_encoding_is_not_to_blame():
    canvas = _Canvas("boxes")
    canvas.embedded = True
    for k in range(20):
        canvas.text(50, 60 + 20 * k, "The quick brown fox jumps over 13 lazy dogs.", 10)
    report = ingest_bytes(_file(canvas), "x.pdf", Hints(), load_registry())
    assert report.reason is not None and report.reason.code == "not_a_report"
