"""`foi export`: what is written holds every number as it is, an empty cell for a missing one, and appears whole or not at all."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from foi.ask.export import EXCEL_ROWS, export
from foi.messages import Complaint
from tests.foi.conftest import Published

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheets(path: Path) -> dict[str, list[dict[str, tuple[str, str]]]]:
    """Each sheet as rows of column letter → (type, text); an empty cell is not there."""
    with zipfile.ZipFile(path) as book:
        names = [s.attrib["name"] for s in ElementTree.fromstring(book.read("xl/workbook.xml")).iterfind(".//m:sheet", NS)]
        shared = ["".join(si.itertext()) for si in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        found = {}
        for number, name in enumerate(names, 1):
            root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            found[name] = [
                {
                    re.sub(r"\d", "", c.attrib["r"]): (kind, shared[int(v.text or 0)] if kind == "s" else v.text or "")
                    for c in row
                    for v in c.iterfind("m:v", NS)
                    for kind in (c.get("t", "n"),)
                }
                for row in root.iterfind(".//m:row", NS)
            ]
    return found


def column(rows: list[dict[str, tuple[str, str]]], code: str) -> str:
    return next(letter for letter, (_, text) in rows[1].items() if text == code)


def test_excel_keeps_numbers_states_and_empty_cells(small: Published, tmp_path: Path):
    small.year("990101101", 2022, received=0, granted="blank", fees=1.25)
    target = tmp_path / "a.xlsx"
    export(small.path, target)
    book = sheets(target)
    assert list(book) == ["unit_year", "area_year", "violations", "dim_measure"]
    rows = book["unit_year"]
    cell = {code: rows[2].get(column(rows, code)) for code in ("received", "granted", "granted_state", "fees", "unit_code")}
    assert cell.pop("granted") is None
    assert {code: (kind, float(text)) for code, (kind, text) in cell.items() if kind == "n"} == {
        "received": ("n", 0), "fees": ("n", 1.25)}  # fmt: skip
    assert cell["granted_state"] == ("s", "blank") and cell["unit_code"] == ("s", "990101101")
    assert len(book["dim_measure"]) > 200
    assert b'state="frozen"' in zipfile.ZipFile(target).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("sheet", ["unit_year", "area_year", "violations"])
def test_every_excel_column_has_a_chinese_head(small: Published, tmp_path: Path, sheet: str):
    target = tmp_path / "a.xlsx"
    export(small.path, target)
    heads, codes = sheets(target)[sheet][:2]
    bare = [codes[letter][1] for letter, (_, text) in heads.items() if not re.search(r"[\u4e00-\u9fff]", text)]
    assert bare == []


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


def test_too_many_rows_for_excel(small: Published, tmp_path: Path):
    with duckdb.connect(str(small.path)) as connection:
        connection.execute(
            f"insert into marts.unit_year (unit_code, report_year) select 'u' || range, 2022 from range({EXCEL_ROWS + 1})"
        )
    with pytest.raises(Complaint, match=r"\.csv"):
        export(small.path, tmp_path / "a.xlsx")
    export(small.path, tmp_path / "a.csv")
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["a.csv"]


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
