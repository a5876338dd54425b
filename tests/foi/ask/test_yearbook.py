"""`foi export --template yearbook`: a sheet for each table, a line for each unit and year, a word where a number is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from foi.ask.query import answer_of
from foi.ask.yearbook import Question, export_yearbook
from foi.messages import Complaint
from ingest.words.language import speaking
from tests.foi.ask.test_export import sheets
from tests.foi.conftest import Published
from tests.one_language import assert_one_language

ALL = Question("yearbook")


def filed(small: Published, code: str, year: int, **progress: Any) -> str:
    report = f"r{code}{year}"
    small.year(code, year)
    with small.open() as connection:
        connection.execute(
            "update marts.unit_year set report_id = $1 where unit_code = $2 and report_year = $3", [report, code, year]
        )
    small.add("marts.progress", unit_code=code, report_year=year, report_id=report, state="on_time", is_exempt=False, **progress)
    return report


def lines(path: Path, sheet: str) -> list[dict[str, Any]]:
    head, *rows = sheets(path)[sheet]
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_every_line_has_its_numbers_or_words_for_them_and_never_an_invented_0(small: Published, tmp_path: Path):
    small.unit("990101101", "示例甲镇")
    small.unit("990101102", "示例乙镇")
    report = filed(small, "990101101", 2023)
    small.cell(report, "disclosure.licenses", 0, form="2021", unit="件")
    small.cell(report, "disclosure.penalties", None, "blank", form="2021")
    small.cell(report, "disclosure.coercive_measures", 7, "corrected", form="2021", original_value=5, unit="件")
    small.cell(report, "disclosure.fees", 90, form="2021", unit="元")
    small.add(
        "marts.progress", unit_code="990101102", report_year=2023, state="not_filed", is_exempt=False, due=date(2024, 1, 31)
    )
    export_yearbook(small.path, tmp_path / "y.xlsx", ALL)
    assert list(sheets(tmp_path / "y.xlsx")) == ["表二", "表三", "表四", "字段说明", "来源"]
    there, missing = lines(tmp_path / "y.xlsx", "表二")
    assert (there["行政许可"], there["行政处罚"], there["行政强制"]) == (0.0, "空白", 7.0)
    assert there["行政事业性收费金额"] == "90 元" and there["规章对外公开总数"] == "本表不设"
    assert there["说明"] == "空白：行政处罚；更正：行政强制（来源为 5）"
    assert (missing["单位名称"], missing["行政许可"], missing["说明"]) == ("示例乙镇", "…", "未报")


def test_a_table_that_is_not_there_is_one_note(small: Published, tmp_path: Path):
    small.unit("990101101", "示例甲镇")
    report = filed(small, "990101101", 2023)
    with small.open() as connection:
        codes = connection.execute("select code from core.dim_measure where table_name = 'challenges'").fetchall()
    for (code,) in codes:
        small.cell(report, code, None, "absent")
    export_yearbook(small.path, tmp_path / "y.xlsx", ALL)
    (line,) = lines(tmp_path / "y.xlsx", "表四")
    assert line["说明"] == "缺失：全表" and line["行政复议 总计"] == "缺失"


def test_a_statistics_table_of_before_2019_has_a_sheet_of_its_own(small: Published, tmp_path: Path):
    small.unit("990101101", "示例甲镇")
    report = filed(small, "990101101", 2016)
    with small.open() as connection:
        connection.execute("update marts.unit_year set form_statistics = '2014'")
    small.cell(report, "statistics.received", 6, form="2014", unit="件")
    export_yearbook(small.path, tmp_path / "y.xlsx", ALL)
    (line,) = lines(tmp_path / "y.xlsx", "统计表")
    assert 6.0 in line.values() and line["表样"] == "2014" and "本表不设" in line.values()


def test_an_area_and_a_year_narrow_it(small: Published, tmp_path: Path):
    for code, county in (("990101101", "990101"), ("990102101", "990102")):
        small.unit(code, f"示例{code[-4]}镇")
        for year in (2022, 2023):
            filed(small, code, year, county_code=county)
    small.add("core.dim_unit", unit_code="990101", unit_name="示例县", level="county")
    small.add("marts.area_year", area_code="990101", report_year=2023)
    export_yearbook(small.path, tmp_path / "y.xlsx", Question("yearbook", "示例县", 2023))
    assert [(line["单位代码"], line["年度"]) for line in lines(tmp_path / "y.xlsx", "表三")] == [("990101101", 2023.0)]
    export_yearbook(small.path, tmp_path / "y.xlsx", ALL)
    assert len(lines(tmp_path / "y.xlsx", "表三")) == 4


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_yearbook_of_the_examples_is_the_published_cells_in_one_language(language: str, loaded: Path, tmp_path: Path):
    with speaking(language):
        assert_one_language(export_yearbook(loaded / "published.duckdb", tmp_path / "y.xlsx", ALL), language)
    book = list(sheets(tmp_path / "y.xlsx").values())
    assert len(book) == 5  # no report of the examples is of before 2019
    query = (
        "select sum(c.value) from fct_cells as c inner join unit_year as y using (report_id) inner join dim_measure as m using (code)"
        " where c.table_name = '{}' and c.unit = m.unit"
    )
    for table, rows in zip(("disclosure", "requests", "challenges"), book, strict=False):
        found = sum(Decimal(repr(value)) for row in rows[1:] for value in row[7:-1] if isinstance(value, float))
        assert found == answer_of(loaded / "published.duckdb", query.format(table)).rows[0][0], table
    assert_one_language("\n".join(str(cell) for cell in book[1][0]), language)


def test_what_cannot_be_written_is_said(small: Published, tmp_path: Path):
    for question, target, words in (
        (ALL, "y.csv", "xlsx"), (Question("almanac"), "y.xlsx", "yearbook"), (Question("", "示例县"), "y.xlsx", "--template"),
        (Question("yearbook", "", 1999), "y.xlsx", "1999"),
    ):  # fmt: skip
        with pytest.raises(Complaint, match=words):
            export_yearbook(small.path, tmp_path / target, question)
