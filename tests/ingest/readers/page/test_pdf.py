"""PDF with a text layer: every way of drawing the same tables gives the same numbers; what has no readable text is refused."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ingest.model import IngestError, Paragraph, Table
from ingest.readers import read_document
from ingest.readers.page.pdf import read_pdf
from ingest.tables import extract
from ingest.words.issues import issue_texts
from tests.factory import random_record
from tests.factory.pdf import as_pdf

RECORD = random_record(random.Random(11), "2021", 5000, "示例甲镇", 2024)


def numbers(data: bytes) -> dict[str, str]:
    _, cells, _ = extract(read_document(data))
    return {c.code: c.printed for c in cells if c.printed is not None}


@pytest.mark.quirk(66)
def test_a_table_over_two_pages_is_one_table_and_each_cell_knows_its_page():
    tables = [b for b in read_pdf(as_pdf(RECORD, "continued")).blocks if isinstance(b, Table)]
    assert len(tables) == 3
    pages = {c.box.split(",")[0] for c in tables[1].cells}
    assert pages == {"page 1", "page 2"} or pages == {"page 2", "page 3"}


def test_a_frame_round_prose_is_no_table():
    document = read_pdf(as_pdf(RECORD, "framed"))
    assert sum(isinstance(b, Table) for b in document.blocks) == 3
    assert any("年度报告" in b.text for b in document.blocks if isinstance(b, Paragraph))


def test_digits_drawn_one_by_one_are_one_number_and_each_number_has_its_place_on_the_page():
    _, cells, _ = extract(read_pdf(as_pdf(RECORD, "split")))
    assert {c.code: c.printed for c in cells} == RECORD.values
    assert all(c.place.startswith("page ") and "x " in c.place and " pt)" in c.place for c in cells)


def test_a_rare_character_that_comes_in_two_halves_is_one_character():
    record = replace(RECORD, lines=("示例𬭎街道公开信息。",))
    text = "".join(b.text for b in read_pdf(as_pdf(record)).blocks if isinstance(b, Paragraph))
    assert "示例𬭎街道公开信息" in text
    text.encode()


@pytest.mark.quirk(70)
def test_text_without_a_map_to_unicode_is_refused_not_guessed():
    with pytest.raises(IngestError) as caught:
        read_pdf(as_pdf(RECORD, "garbage"))
    assert caught.value.issue.code == "pdf_no_unicode" and "乱码" in issue_texts(caught.value.issue)["message_zh"]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"%PDF-1.7 nothing", "damaged_pdf"), (as_pdf(RECORD)[:3000], "damaged_pdf")],
)
def test_a_damaged_file_is_refused_with_what_to_do(data: bytes, code: str):
    with pytest.raises(IngestError) as caught:
        read_pdf(data)
    assert caught.value.issue.code == code


def test_pages_that_refer_to_each_other_in_a_circle_are_refused_or_read():
    data = as_pdf(RECORD).replace(b"/Kids [6 0 R", b"/Kids [2 0 R", 1)
    try:
        got = numbers(data)
    except IngestError as error:
        assert issue_texts(error.issue)
    else:
        assert {k: v for k, v in got.items() if RECORD.values.get(k) != v} == {}


@pytest.mark.parametrize("seed", range(60))
def test_a_file_with_bytes_changed_never_gives_another_number_of_digits_it_did_not_print(seed: int):
    rng = random.Random(seed)
    data = bytearray(as_pdf(RECORD, "strokes"))
    start = data.find(b"stream")
    for _ in range(rng.choice((1, 4, 40))):  # the drawing of the numbers itself is left alone: it says what is printed
        at = rng.randrange(len(data))
        if at < start or data[at] in b"qwlmSRTEB\n":
            data[at] = rng.randrange(256)
    try:
        numbers(bytes(data))
    except IngestError as error:
        assert issue_texts(error.issue)
