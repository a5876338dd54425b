"""Rows and columns of a sheet that no one sees are left out, which is told; what is seen is read as if they were not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import xlwt

from ingest.model import Document
from ingest.readers import read_document
from ingest.tables import extract
from ingest.words.issues import issue_texts
from tests.factory import zero_record
from tests.factory.sheet import as_xls, as_xlsx, as_xml2003

CODE = "disclosure.licenses"
RECORD = replace(zero_record(), cells={**zero_record().cells, CODE: "45"})
OLD = replace(RECORD, cells={code: "7" for code in RECORD.cells})
MARKED = replace(RECORD, cells={**RECORD.cells, CODE: "@"})
HIDDEN = {"hidden": True}
Writes = Callable[..., object]


def read(data: bytes) -> tuple[dict[str, str | None], Document]:
    document = read_document(data)
    return {c.code: c.printed for c in extract(document)[1]}, document


def told(document: Document) -> list[str]:
    return [i.found for i in extract(document)[2] if i.code == "hidden_cells"]


@pytest.mark.parametrize("ways", [["rows"], ["columns"], ["rows", "columns"]])
@pytest.mark.quirk(160)
def test_the_hidden_report_of_last_year_is_not_read(ways: list[str]):
    got, document = read(as_xlsx(RECORD, hidden=dict.fromkeys(ways, OLD)))
    assert got == RECORD.cells
    assert len(told(document)) == 1


def with_number(hide: Writes) -> Writes:
    """Writes 45, and 44 to the right of the table in a column that `hide` hides."""

    def written(book, sheet, row, column):
        sheet.write_number(row, column, 45)
        sheet.write_number(row, 20, 44)
        hide(sheet, row)

    return written


@pytest.mark.parametrize(
    ("hide", "want", "out"),
    [
        (lambda s, row: s.set_column(20, 20, None, None, HIDDEN), "45", ["年报!U"]),
        (lambda s, row: s.set_column(20, 20, 0), "45", ["年报!U"]),
        (lambda s, row: s.set_column(30, 40, None, None, HIDDEN), None, []),
        (lambda s, row: s.set_row(200, None, None, HIDDEN), None, []),
    ],
)
@pytest.mark.quirk(160)
def test_a_number_in_a_hidden_column_is_no_number_of_the_row(hide: Writes, want: str | None, out: list[str]):
    got, document = read(as_xlsx(MARKED, special={"@": with_number(hide)}))
    assert got.get(CODE) == want and told(document) == out
    assert {c: n for c, n in got.items() if c != CODE} == {c: n for c, n in RECORD.cells.items() if c != CODE}


def in_xlsx(height: float | None, options: dict[str, bool]) -> bytes:
    def written(book, sheet, row, column):
        sheet.write_number(row, column, 45)
        sheet.set_row(row, height, None, options)

    return as_xlsx(MARKED, special={"@": written})


def in_xls() -> bytes:
    def written(sheet, row, column):
        sheet.row(row).hidden = True
        return 45, xlwt.Style.default_style

    return as_xls(MARKED, special={"@": written})


def in_xml(attribute: str) -> bytes:
    data = as_xml2003(RECORD).decode()
    at = data.rindex("<Row ", 0, data.index(">45<"))
    return (data[:at] + f"<Row {attribute} " + data[at + 5 :]).encode()


HIDING = {
    "xlsx": lambda: in_xlsx(None, HIDDEN), "no height": lambda: in_xlsx(0, {}), "xls": in_xls, "xml": lambda: in_xml('ss:Hidden="1"'),
    "xml without height": lambda: in_xml('ss:Height="0"'),
}  # fmt: skip


@pytest.mark.parametrize("way", HIDING)
@pytest.mark.quirk(160)
def test_a_number_in_a_hidden_row_is_not_read_and_it_is_told(way: str):
    got, document = read(HIDING[way]())
    assert got.get(CODE) is None and len(told(document)) == 1
    assert {c: n for c, n in got.items() if c != CODE} == {c: n for c, n in RECORD.cells.items() if c != CODE}


@pytest.mark.quirk(160)
def test_hidden_rows_and_columns_that_hold_nothing_change_nothing():
    def written(book, sheet, row, column):
        sheet.write_number(row, column, 45)
        sheet.set_column(16, 30, None, None, HIDDEN)
        for r in (*range(100, 120), 200):
            sheet.set_row(r, None, None, HIDDEN)

    got, document = read(as_xlsx(MARKED, gap=1, special={"@": written}))
    assert got == RECORD.cells and told(document) == []


@pytest.mark.quirk(160)
def test_a_place_is_told_as_the_sheet_counts_it():
    cells = {c.code: c for c in extract(read_document(as_xlsx(RECORD, hidden={"rows": OLD})))[1]}
    plain = {c.code: c for c in extract(read_document(as_xlsx(RECORD)))[1]}
    first, later = (int(found[CODE].place.rsplit("(", 1)[1].strip("ABCDEFGHIJ)")) for found in (plain, cells))
    assert later > first + 30


@pytest.mark.quirk(161)
@pytest.mark.parametrize(("column", "is_told"), [(20, False), (63, False), (64, True), (300, True)])
def test_what_stands_too_far_to_the_right_is_told(column: int, is_told: bool):
    def far(book, sheet, row, at):
        sheet.write_number(row, at, 45)
        sheet.write_string(row, column, "44")

    got, document = read(as_xlsx(MARKED, special={"@": far}))
    issues = [i for i in extract(document)[2] if i.code == "far_columns"]
    assert bool(issues) is is_told and got.get(CODE) in (None, "45")
    assert all("BM" in i.found and i.found in issue_texts(i)["message_zh"] for i in issues)
