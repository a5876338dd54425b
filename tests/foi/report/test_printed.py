"""A table as its form prints it holds every cell of the form once, and its boxes fill a rectangle."""

from __future__ import annotations

import pytest

from foi.report.printed import Row, printed
from ingest.law.forms import every_form
from ingest.words.language import LANGUAGES, speaking

TABLES = [(form, table) for form, spec in every_form().items() for table in spec.tables]


def filled(rows: tuple[Row, ...]) -> list[int]:
    """How many columns are covered in each row, boxes that hang into it included."""
    hanging: list[int] = []
    found = []
    for row in rows:
        wide = sum(box.columns for box in row) + (hanging.pop(0) if hanging else 0)
        found.append(wide)
        for box in row:
            for k in range(box.rows - 1):
                hanging += [0] * (k + 1 - len(hanging))
                hanging[k] += box.columns
    assert not hanging, "a box hangs out of the table"
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("form", "table"), TABLES)
def test_every_cell_of_a_form_is_printed_once_and_the_table_has_no_hole(form: str, table: str, language: str):
    with speaking(language):
        drawn = printed(form, table)
    codes = [box.code for row in drawn.body for box in row if box.code]
    assert codes == [cell.code for cell in every_form()[form].tables[table].cells]
    if table != "statistics":  # where a row may have no running total
        assert len(set(filled(drawn.head + drawn.body))) == 1


@pytest.mark.parametrize(("form", "table"), TABLES)
def test_a_table_is_printed_in_the_words_of_its_form(form: str, table: str):
    with speaking("zh"):
        drawn = printed(form, table)
    texts = {box.text for row in drawn.head + drawn.body for box in row}
    spec = every_form()[form].tables[table]
    assert {*spec.rows.values(), *spec.columns.values()} <= texts
    assert {cell.item for cell in spec.cells} | {cell.row_label for cell in spec.cells} <= texts | {""}


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_in_english_no_label_but_the_article_of_the_law_is_chinese(form: str):
    with speaking("en"):
        drawn = [printed(form, name) for name in ("requests", "challenges")]
    texts = [box.text for one in drawn for row in one.head + one.body for box in row]
    assert not [text for text in texts if any("\u4e00" <= character <= "\u9fff" for character in text)]


@pytest.mark.parametrize(("language", "unit"), [("zh", "（单位：万元）"), ("en", "(10,000 yuan)")])
def test_money_is_printed_with_its_unit(language: str, unit: str):
    with speaking(language):
        drawn = printed("2021", "disclosure")
    assert len([row for row in drawn.body if any(unit in box.text for box in row)]) == 1
