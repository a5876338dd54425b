"""`foi export`: what is written holds every number as it is, an empty cell for a missing one, and appears whole or not at all."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from foi.ask.export import export
from foi.ask.workbook import CHARACTERS, ROWS, Field, Sheet, write_book
from foi.messages import Complaint
from ingest.words.language import speaking
from tests.foi.conftest import Published


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    """Each sheet as its rows; an empty cell is an empty text."""
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def first_row(rows: list[list[Any]]) -> dict[str, Any]:
    return dict(zip(rows[0], rows[1], strict=True))


def written(tmp_path: Path, *rows: list[Any], words: str = "") -> list[list[Any]]:
    """What stands in a sheet into which rows were written."""
    with (tmp_path / "a.xlsx").open("wb") as out:
        fields = [Field(f"c{at}", f"c{at}", words=words) for at in range(len(rows[0]))]
        write_book(out, [Sheet("data", fields, rows)], [])
    return sheets(tmp_path / "a.xlsx")["data"][1:]


def test_excel_keeps_numbers_days_and_empty_cells_and_tells_states_in_words(small: Published, tmp_path: Path):
    small.year("990101101", 2022, received=0, granted="blank", fees=1.25)
    with small.open() as connection:
        connection.execute("update marts.unit_year set published_on = date '2023-01-20', was_there = true")
    heads = {
        "zh": ("予以公开", "予以公开（状态）", "当年是否存在"),
        "en": ("granted", "granted (state)", "was there in that year"),
    }
    for language, (granted, state, there) in heads.items():
        with speaking(language):
            export(small.path, tmp_path / "a.xlsx")
        book = sheets(tmp_path / "a.xlsx")
        assert list(book) == [
            "unit_year",
            "字段说明" if language == "zh" else "columns",
            "来源" if language == "zh" else "source",
        ]
        row = first_row(book["unit_year"])
        assert row[granted] == "" and row[state] == ("空白" if language == "zh" else "blank")
        assert row[there] == ("是" if language == "zh" else "yes") and date(2023, 1, 20) in row.values()
        assert {value for name, value in row.items() if isinstance(value, float)} == {0.0, 1.25, 2022.0}
        assert "990101101" in row.values()


def test_the_heading_stays_in_sight_and_filters(small: Published, tmp_path: Path):
    small.year("990101101", 2022)
    export(small.path, tmp_path / "a.xlsx")
    page = zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert 'xSplit="3" ySplit="1"' in page and 'state="frozen"' in page and "<autoFilter ref=" in page
    assert page.count("<col ") > 1


def test_the_second_sheet_explains_every_column_and_the_third_says_where_it_is_from(small: Published, tmp_path: Path):
    small.year("990101101", 2022, granted="blank", fees=1.25)
    export(small.path, tmp_path / "a.xlsx")
    data, columns, source = sheets(tmp_path / "a.xlsx").values()
    assert [row[1] for row in columns[1:]] == data[0]
    explained = {row[2]: row for row in columns[1:]}
    assert explained["fees"][3] == "万元" and "空白 = blank" in explained["granted_state"][5].splitlines()
    told = dict(row for row in source[1:])
    assert told["行数"] == 1 and len(told["数据版本"]) == len("2026-03-01-") + 8 and "绝不表示 0" in told["缺数"]
    assert told["取数方法"] == "foi export unit_year.xlsx --table unit_year"


@pytest.mark.parametrize("table", ["unit_year", "area_year", "violations", "progress", "fct_inputs", "decisions"])
def test_every_excel_column_has_a_chinese_head(small: Published, tmp_path: Path, table: str):
    export(small.path, tmp_path / "a.xlsx", table)
    heads = sheets(tmp_path / "a.xlsx")[table][0]
    assert len(set(heads)) == len(heads) and [h for h in heads if not any("\u4e00" <= c <= "\u9fff" for c in h)] == []


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://示例.invalid")', "http://示例.invalid", "007"]
)
def test_a_text_stays_a_text_whatever_it_begins_with(tmp_path: Path, text: str):
    assert written(tmp_path, [text]) == [[text]]
    book = zipfile.ZipFile(tmp_path / "a.xlsx")
    page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page and "hyperlink" not in page and 't="inlineStr"' in page
    assert ('quotePrefix="1"' in book.read("xl/styles.xml").decode()) == (text[0] in "=+-@\t")


def test_a_number_that_excel_would_change_is_its_text(tmp_path: Path):
    exact = [Decimal("123456789012345"), Decimal("0.000001"), Decimal("12.500000"), 10**14, 0]
    assert written(tmp_path, exact) == [[123456789012345.0, 0.000001, 12.5, 1e14, 0.0]]
    beyond = [Decimal("1234567890123456"), Decimal("1234567890.123456"), float("inf"), 2**60]
    assert written(tmp_path, beyond) == [["1234567890123456", "1234567890.123456", "Infinity", str(2**60)]]


def test_a_day_that_excel_does_not_know_is_its_text(tmp_path: Path):
    found = written(tmp_path, [date(2023, 1, 20), datetime(2023, 1, 20, 8, 30), date(1899, 12, 31), date(1900, 1, 1)])
    assert found == [[date(2023, 1, 20), datetime(2023, 1, 20, 8, 30), "1899-12-31", "1900-01-01"]]


def test_a_text_longer_than_a_cell_says_that_it_was_cut(tmp_path: Path):
    ((text,),) = written(tmp_path, ["字" * (CHARACTERS + 1)])
    assert len(text) == CHARACTERS and text.endswith(f"（原文 {CHARACTERS + 1} 字，Excel 一格容不下）")


def test_csv_opens_in_excel_and_keeps_empty_cells(small: Published, tmp_path: Path):
    small.year("990101101", 2022, received=0, granted="blank")
    target = tmp_path / "a.csv"
    export(small.path, target)
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert duckdb.sql(f"select received, granted, granted_state from '{target}'").fetchall() == [(0, None, "blank")]


def test_parquet_keeps_types(small: Published, tmp_path: Path):
    small.year("990101101", 2022, fees=1.25)
    target = tmp_path / "a.parquet"
    export(small.path, target)
    assert duckdb.sql(f"select typeof(fees), fees::varchar from '{target}'").fetchall() == [("DECIMAL(18,6)", "1.250000")]


def test_more_rows_than_a_sheet_of_excel_holds(small: Published, tmp_path: Path):
    with small.open() as connection:
        connection.execute(f"insert into core.final_units (unit_code) select range::varchar from range({ROWS + 1})")
    with pytest.raises(Complaint, match=rf"{ROWS + 1} 行.*{ROWS} 行.*\.csv"):
        export(small.path, tmp_path / "a.xlsx", "final_units")
    assert not [p for p in tmp_path.iterdir() if p.is_file()]
    export(small.path, tmp_path / "a.csv", "final_units")
    assert duckdb.sql(f"select count(*) from '{tmp_path / 'a.csv'}'").fetchall() == [(ROWS + 1,)]


def test_every_table_can_be_exported_and_an_unknown_one_names_those_nearby(small: Published, tmp_path: Path):
    export(small.path, tmp_path / "a.csv", "quality.similar_reports")
    with pytest.raises(Complaint, match="unit_year"):
        export(small.path, tmp_path / "a.csv", "unit_yaer")


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.xls"])
def test_an_unknown_ending(small: Published, tmp_path: Path, name: str):
    with pytest.raises(Complaint, match=r"\.xlsx"):
        export(small.path, tmp_path / name)


def test_an_ending_may_be_in_capitals(small: Published, tmp_path: Path):
    export(small.path, tmp_path / "A.XLSX")
    assert "unit_year" in sheets(tmp_path / "A.XLSX")


@pytest.mark.parametrize("ending", ["xlsx", "csv", "parquet"])
def test_a_target_that_cannot_be_written_leaves_nothing_behind(small: Published, tmp_path: Path, ending: str):
    folder = tmp_path / "out"
    (folder / f"taken.{ending}").mkdir(parents=True)
    for target in (folder / f"taken.{ending}", folder / f"{'x' * 250}.{ending}"):
        with pytest.raises(Complaint, match="无法打开"):
            export(small.path, target)
    assert [p.name for p in folder.iterdir()] == [f"taken.{ending}"]


def test_an_old_file_is_replaced_whole(small: Published, tmp_path: Path):
    target = tmp_path / "a.csv"
    target.write_text("old")
    export(small.path, target)
    assert "old" not in target.read_text("utf-8-sig") and [p.name for p in tmp_path.glob("*.csv")] == ["a.csv"]
