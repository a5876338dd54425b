"""A place is one type in every format: made of its parts, kept as text, and its parts found again."""

from __future__ import annotations

import pickle

import pytest

from ingest.place import Box, Place
from ingest.words.places import place_text

BOX = "page 2, x 10–20.5, y 30–40 pt"


@pytest.mark.parametrize(
    ("place", "text", "zh"),
    [
        (Place.of(page=2, table=1).inside(row=4, column=3), "page 2 table 1 row 4 column 3", "第2页第1张表第4行第3列"),
        (Place.of(line=9).inside(row=2, column=1), "line 9 row 2 column 1", "第9行起的表第2行第1列"),
        (
            Place.of_rows("表 (2) row 7", 3, 9).inside("B4", row=2, column=1),
            "sheet 表 (2) row 7 rows 3–9 row 2 column 1 (B4)",
            "工作表“表 (2) row 7”第3–9行，其中第2行第1列（B4）",
        ),
        (Place.of(paragraph=5), "paragraph 5", "第5段"),
    ],
)
def test_a_place_made_of_its_parts_is_said_in_both_languages(place: Place, text: str, zh: str):
    assert place == text and place_text(place) == (zh, text)


def test_the_parts_and_the_box_of_a_place_are_found_again():
    cell = Place.of(page=2, table=1).inside(BOX, row=4, column=3)
    assert (cell.number("page"), cell.number("table"), cell.number("row"), cell.number("column")) == (2, 1, 4, 3)
    assert cell.box == Box(2, 10, 20.5, 30, 40, "pt") and cell.sheet is None
    row = Place.of_rows("总表", 3, 9).inside(row=2)
    assert (row.sheet, row.number("row"), row.box) == ("总表", 2, None)


@pytest.mark.parametrize("text", ["", "a.zip!/b/page 3.doc", "units.csv 3", "tables row 1", "page", "meta <title>"])
def test_what_is_no_place_in_a_document_has_no_parts(text: str):
    assert Place(text).parts == () and Place(text).box is None


def test_a_place_that_was_sent_to_another_process_is_one_still():
    assert isinstance(pickle.loads(pickle.dumps(Place.of(line=1))), Place)
