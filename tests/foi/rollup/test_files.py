"""The files of a roll-up: the form as Word, read again with the same cells, and the workbook whose columns add up to it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from foi.draft.check import Checked, check_file
from foi.published import json_value
from foi.rollup.book import workbook
from foi.rollup.document import word_file
from foi.rollup.rollup import Rollup, rollup
from foi.rollup.show_rollup import rollup_values, show_rollup
from ingest.model import Hints
from ingest.readers import read_document
from ingest.words.language import LANGUAGES, speaking
from tests.conftest import foi
from tests.foi.rollup.conftest import COUNTY, MISSING
from tests.one_language import assert_one_language

YEARS = range(2019, 2026)


def _checked(found: Rollup, home: Path, folder: Path) -> Checked:
    file = folder / f"{found.code}-{found.report_year}.docx"
    file.write_bytes(word_file(found))
    return check_file(file, home, Hints(unit_code=found.code, report_year=found.report_year))


def _same_cells(found: Rollup, checked: Checked) -> None:
    assert {c.code: c.value for c in checked.report.cells} == {code: cell.value for code, cell in found.cells.items()}
    assert set(checked.report.forms.values()) == {found.form.form} and checked.report.report_year == found.report_year


@pytest.mark.parametrize("year", YEARS)
def test_the_word_file_of_the_examples_reads_back_as_it_was_written(loaded: Path, tmp_path: Path, year: int):
    found = rollup(loaded / "published.duckdb", "示例县", year)
    checked = _checked(found, loaded, tmp_path)
    _same_cells(found, checked)
    fails = {one.judgment.rule_id for one in found.sums if one.result == "fail"}
    assert {v.rule_id for v in checked.violations} == fails and bool(fails) == (year == 2021)
    assert checked.report.sections.keys() >= {"overview", "problems", "other"}


@pytest.mark.parametrize(("year", "holds"), [(2024, True), (2023, False)])
def test_a_county_with_units_missing_and_one_incomplete_reads_back_too(warehouse: Path, tmp_path: Path, year: int, holds: bool):
    found = rollup(warehouse, COUNTY, year)
    assert len(found.in_state("incomplete")) >= 1 and (len(found.in_state("missing")) == len(MISSING)) == holds
    checked = _checked(found, tmp_path, tmp_path)
    _same_cells(found, checked)
    fails = {one.judgment.rule_id for one in found.sums if one.result == "fail"}
    assert {v.rule_id for v in checked.violations if v.is_printed} == fails and bool(fails) != holds
    counts = {c.code: c.value for c in checked.report.counts if c.scope == "this_year"}
    assert counts["received"] == found.cells["requests.received.total"].value


def test_what_units_wrote_is_attributed_and_masked(warehouse: Path):
    found = rollup(warehouse, COUNTY, 2024)
    (first, *_), (other, *_) = found.counted(), found.counted()[1:]
    written = {
        first.unit_code: {"problems": "一、存在的主要问题\n联系电话：13800138000"},
        other.unit_code: {"other": "没有\x01<w:p/>。"},
    }
    document = read_document(word_file(replace(found, prose=written)))
    texts = [block.text for block in document.blocks if hasattr(block, "text")]
    (wrote,) = [text for text in texts if text.startswith(f"{first.unit_name}（{first.unit_code}）：")]
    assert "13800138000" not in wrote and "存在的主要问题" in wrote
    assert any(text.endswith("：没有<w:p/>。") for text in texts)
    assert any("示例庚乡" in text and "未报" in text for text in texts)


def test_a_column_of_the_workbook_adds_up_to_the_number_of_the_area(loaded: Path):
    for year in (2021, 2022, 2023):
        found = rollup(loaded / "published.duckdb", "990101", year)
        book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(found, loaded / "published.duckdb")))
        assert len(book.sheet_names) == 8
        for name, table in zip(book.sheet_names, found.form.tables.values(), strict=False):
            head, *rows = book.get_sheet_by_name(name).to_python()
            assert len(rows) == len(found.members)
            for at, cell in enumerate(table.cells, 3):
                added = [Decimal(str(row[at])) for row in rows if isinstance(row[at], int | float)]
                assert (sum(added), len(added)) == (found.cells[cell.code].value or 0, found.cells[cell.code].units), head[at]


def test_json_has_every_part_and_is_made_of_the_same_value(loaded: Path):
    found = rollup(loaded / "published.duckdb", "示例县", 2022)
    values = json.loads(json.dumps(rollup_values(found)))
    assert len(values["cells"]) == 200 and len(values["sums"]) == 42 and not values["is_whole"]
    for cell in values["cells"]:
        added = [part["value"] for part in cell["parts"] if part["is_counted"]]
        assert sum(map(Decimal, map(str, added))) == Decimal(str(cell["value"])) and len(added) == cell["units"]
        assert cell["value"] == json_value(found.cells[cell["code"]].value)


def test_the_command_tells_writes_and_ends_with_its_code(loaded: Path, tmp_path: Path):
    whole = foi("rollup", "示例县", "--year", 2024, "--home", loaded, "--out", tmp_path / "out" / "new")
    assert whole.returncode == 0 and "勾稽全部成立" in whole.stdout
    assert sorted(file.name for file in (tmp_path / "out" / "new").iterdir()) == [
        "990101-示例县-2024-汇总.docx",
        "990101-示例县-2024-汇总.xlsx",
    ]
    lacking = foi("rollup", "990101", "--year", 2020, "--home", loaded, "--json")
    assert lacking.returncode == 1 and json.loads(lacking.stdout)["files"] == []
    assert foi("rollup", "示例县", "--year", 2018, "--home", loaded).returncode == 3
    nowhere = foi("rollup", "示例无此县", "--year", 2024, "--home", loaded)
    assert nowhere.returncode == 2 and "Traceback" not in nowhere.stderr
    blocked = tmp_path / "file"
    blocked.write_text("x")
    refused = foi("rollup", "示例县", "--year", 2024, "--home", loaded, "--out", blocked / "in")
    assert refused.returncode == 3 and "Traceback" not in refused.stderr


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_it_is_told_in_one_language(loaded: Path, language: str, year: int):
    with speaking(language):
        told, code = show_rollup(rollup(loaded / "published.duckdb", "示例县", year), loaded / "published.duckdb")
    assert code == 1
    assert_one_language(told, language)
