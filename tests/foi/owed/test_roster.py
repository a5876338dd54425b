"""A roster is read as offices write it; every line that is wrong is named with its file, line, what was found and expected."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from ingest.home import Home
from ingest.landing.inbox import list_inputs
from ingest.law.deadlines import due_by_law, due_dates
from ingest.roster import Roster, RosterError
from ingest.roster.read import read_roster
from ingest.roster.store import keep_roster, keep_rosters_of, open_season, roster_lines
from ingest.units import load_registry
from ingest.units.succession import unit_spans
from ingest.words.issues import issue_texts

TOWN, FARM = "230883101", "230883102"


def roster(tmp_path: Path, text: str | bytes, year: int | None = None, name: str = "名单.csv") -> Roster:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_roster(path, load_registry(), year)


def wrong(tmp_path: Path, text: str, year: int | None = None) -> str:
    with pytest.raises(RosterError) as error:
        roster(tmp_path, text, year)
    return "\n".join(issue_texts(issue)["message_zh"] for issue in error.value.issues)


def test_a_line_says_who_owes_what_until_when(tmp_path: Path):
    lines = [f"{TOWN},寒葱沟镇人民政府,2024,2025-01-26,,县通知", f"{FARM},,,1月20日,0,", "230883-教育局,,,,机构改革,"]
    text = "\n".join(["unit_code,unit_name,report_year,due,exempt,note", *lines])
    town, farm, bureau = roster(tmp_path, text).lines
    assert (town.report_year, town.due, town.is_exempt, town.note, town.line) == (2024, (1, 26), False, "县通知", 2)
    assert (farm.report_year, farm.due, farm.is_exempt) == (None, (1, 20), False)
    assert (bureau.unit_name, bureau.level, bureau.county_code) == ("抚远市教育局", "department", "230883")
    assert (bureau.is_exempt, bureau.exempt_reason) == (True, "机构改革")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_every_way_excel_writes_text_is_read(tmp_path: Path, encoding: str, separator: str):
    text = (
        separator.join(["单位代码", "单位名称", "年度", "期限", "免报原因"])
        + "\r\n"
        + separator.join([TOWN, "寒葱沟镇", "2024年", "2025/1/26", ""])
        + "\r\n"
    )
    (line,) = roster(tmp_path, text.encode(encoding)).lines
    assert (line.unit_code, line.report_year, line.due) == (TOWN, 2024, (1, 26))


def test_a_workbook_is_read_with_its_numbers_and_dates(tmp_path: Path):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["unit_code", "report_year", "due", "exempt"])
        sheet.write_row(1, 0, [int(TOWN), 2024])
        sheet.write_datetime(1, 2, datetime(2025, 1, 26), day)
        sheet.write_row(3, 0, [FARM, "", "", "是"])
    town, farm = roster(tmp_path, data.getvalue(), name="名单.xlsx").lines
    assert (town.unit_code, town.report_year, town.due, town.line) == (TOWN, 2024, (1, 26), 2)
    assert (farm.unit_code, farm.is_exempt, farm.exempt_reason, farm.line) == (FARM, True, None, 4)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("999999,,,", ["名单.csv:2", "999999"]),
        ("230883-,,,", ["名单.csv:2", "230883-"]),
        (",,2024,", ["名单.csv:2", "没有 unit_code"]),
        (f"{TOWN},浓桥镇,,", ["名单.csv:2", "浓桥镇", "寒葱沟镇"]),
        (f"{TOWN},,24,", ["名单.csv:2", "24", "2024"]),
        (f"{TOWN},,2024,2025-02-30", ["名单.csv:2", "2025-02-30", "2025-01-31"]),
        (f"{TOWN},,2024,月底前", ["名单.csv:2", "月底前"]),
        (f"{TOWN},,2024,2024-01-31", ["名单.csv:2", "2024-01-31", "2025-01-31"]),
        (f"{TOWN},,,2025-01-31", ["名单.csv:2", "2025-01-31", "01-31"]),
        (f"{TOWN},,2023,2024-02-30", ["2024-02-30"]),
        (f"{TOWN},,2024,02-29", ["02-29"]),
        ("120107,,2010,", ["塘沽区", "120116 滨海新区"]),
        ("500110,,2010,", ["綦江区", "2011"]),
        (f"{TOWN},,2024,\n{TOWN},,2024,", ["名单.csv:3", TOWN, "第 2 行"]),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, said: list[str]):
    found = wrong(tmp_path, f"unit_code,unit_name,report_year,due\n{line}\n")
    assert all(word in found for word in said), found


def test_all_wrong_lines_are_named_at_once_and_none_is_kept(tmp_path: Path):
    found = wrong(tmp_path, f"unit_code,due\n1,\n{TOWN},\n2,\n")
    assert "名单.csv:2" in found and "名单.csv:4" in found


def test_a_table_without_codes_is_no_roster(tmp_path: Path):
    assert "没有 unit_code 一列（有：单位负责人, 期限）" in wrong(tmp_path, "单位负责人,期限\n甲,1月31日\n")
    assert "没有 unit_code 一列" in wrong(tmp_path, "")


def test_what_is_not_used_is_reported(tmp_path: Path):
    (note,) = roster(tmp_path, f"unit_code,电话\n{TOWN},1\n").notes
    assert (note.code, note.found) == ("roster_column_ignored", "电话")


def test_a_leap_day_and_a_line_of_another_year_are_right(tmp_path: Path):
    lines = roster(tmp_path, f"unit_code,report_year,due\n{TOWN},2023,2024-02-29\n{TOWN},,01-20\n").lines
    assert [line.due for line in lines] == [(2, 29), (1, 20)]


def test_asked_about_one_year_a_line_for_every_year_may_name_a_date(tmp_path: Path):
    (line,) = roster(tmp_path, f"unit_code,due\n{TOWN},2025-02-20\n", 2024).lines
    assert line.due == (2, 20)
    assert "2024-02-20" in wrong(tmp_path, f"unit_code,due\n{TOWN},2024-02-20\n", 2024)


def test_a_renamed_area_goes_by_its_code_of_today_and_a_merged_one_ends(tmp_path: Path):
    found = roster(tmp_path, "unit_code,report_year\n610322,2019\n120107,2008\n120108,\n")
    renamed, once, ended = found.lines
    assert renamed.unit_code == "610305" and found.notes[0].code == "roster_renamed"
    assert (once.unit_name, once.level, once.province_code) == ("塘沽区", "county", "12")
    assert ended.last_year == 2008


def test_a_later_line_replaces_an_earlier_one_and_the_same_file_counts_once(tmp_path: Path):
    first = roster(tmp_path, f"unit_code,report_year,due\n{TOWN},2024,2025-01-20\n{FARM},2024,\n")
    second = roster(tmp_path, f"unit_code,report_year,due\n{TOWN},2024,2025-01-25\n")
    for each in (first, second):
        keep_roster(tmp_path, each)
    assert [(x["unit_code"], x["due_day"]) for x in roster_lines(tmp_path)] == [(TOWN, 25), (FARM, None)]
    keep_roster(tmp_path, first)
    assert [(x["unit_code"], x["due_day"]) for x in roster_lines(tmp_path)] == [(TOWN, 20), (FARM, None)]
    keep_roster(tmp_path, second, replace=True)
    assert [(x["unit_code"], x["due_day"]) for x in roster_lines(tmp_path)] == [(TOWN, 25)]


def test_the_rosters_of_a_folder_are_taken_once_and_are_no_reports(tmp_path: Path):
    folder, home = tmp_path / "in", Home(tmp_path / "home")
    (folder / "县").mkdir(parents=True)
    (folder / "roster.csv").write_text(f"unit_code,due\n{TOWN},01-20\n", "utf-8")
    (folder / "县" / "应报名单.csv").write_bytes(f"单位代码\n{FARM}\n".encode("gb18030"))
    assert list_inputs(folder) == []
    assert [r.file for r in keep_rosters_of(home, folder, load_registry())] == ["roster.csv", "应报名单.csv"]
    # A later correction is not undone by loading the folder again.
    keep_roster(home.reference, roster(tmp_path, f"unit_code,due\n{TOWN},01-25\n"))
    assert keep_rosters_of(home, folder, load_registry()) == []
    assert [(x["unit_code"], x["due_day"]) for x in roster_lines(home.reference)] == [(TOWN, 25), (FARM, None)]


def test_a_home_without_a_roster_has_empty_tables(tmp_path: Path):
    home = Home(tmp_path)
    keep_rosters_of(home, tmp_path / "nowhere", load_registry())
    assert (
        pl.read_parquet(home.reference / "roster.parquet").height
        == pl.read_parquet(home.reference / "seasons.parquet").height
        == 0
    )
    assert open_season(home.reference, 2025) and not open_season(home.reference, 2025)


def test_the_days_of_the_law_are_data():
    assert [due_by_law(level, 2024).isoformat() for level in ("township", "department", "county", "province")] == [
        "2025-01-31", "2025-01-31", "2025-03-31", "2025-03-31"]  # fmt: skip
    assert {due_by_law(d.level, 2018).isoformat() for d in due_dates()} == {"2019-03-31"}
    assert due_by_law("county", 2000) is None


def test_units_that_were_not_always_there():
    registry = load_registry().extended(
        [{"unit_code": "990101106", "name": "示例己镇", "level": "township", "kind": "town", "last_year": "2023"}]
    )
    spans = {s["unit_code"]: (s["first_year"], s["last_year"]) for s in unit_spans(registry)}
    assert spans["990101106"] == (None, 2023) and spans["500110"] == (2011, None)
    assert "610305" not in spans  # renamed: it lives on
