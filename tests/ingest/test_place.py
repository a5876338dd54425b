"""A place is one type in every format: made of its parts, kept as text, and its parts found again."""

from __future__ import annotations

import pickle

import pytest

from ingest.place import Box, Place, Share, Shown, pages_text, share_of
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


def test_a_box_becomes_a_part_of_what_is_shown_of_its_page():
    pages = pages_text([Shown(0, -842, 595, -0.0), None, Shown(10, 20, 110, 220)])
    assert pages == "0,-842,595,0 - 10,20,110,220"
    assert share_of("page 3 table 1 row 4 column 3 (page 3, x 20–60, y 40–120 mm)", pages) == Share(3, 0.1, 0.1, 0.5, 0.5)
    assert share_of("page 1 table 1 row 1 column 1 (page 1, x 0–595, y -842–-421 pt)", pages) == Share(1, 0, 0, 1, 0.5)
    beyond = share_of("page 3 table 1 row 1 column 1 (page 3, x 0–60, y 40–400 mm)", pages)
    assert beyond == Share(3, 0, 0.1, 0.5, 1), "what lies outside of what is shown ends at its edge"


@pytest.mark.parametrize(
    ("place", "pages"),
    [
        ("table 1 row 4 column 3", "0,0,210,297"),
        ("page 2 line 4", "0,0,210,297 0,0,210,297"),
        (f"page 2 table 1 row 4 column 3 ({BOX})", None),
        (f"page 2 table 1 row 4 column 3 ({BOX})", "0,0,210,297"),
        (f"page 2 table 1 row 4 column 3 ({BOX})", "0,0,210,297 -"),
        (f"page 2 table 1 row 4 column 3 ({BOX})", "0,0,210,297 5,5,5,5"),
    ],
)
def test_a_place_without_a_box_or_a_page_of_unknown_size_has_no_share(place: str, pages: str | None):
    assert share_of(place, pages) is None


def test_pages_that_a_format_does_not_have_are_no_text():
    assert pages_text([]) is None
