"""What lies in a folder that is handed in: lists as any Excel saves them, clutter, homes, and what is no file or cannot be opened."""

from __future__ import annotations

import codecs
import hashlib
import os
import socket
from pathlib import Path

import pytest

from ingest.handed_in.folder import entries
from ingest.handed_in.lists import ListError
from ingest.handed_in.manifest import extra_units
from ingest.home import Home
from ingest.landing.batches import land, new_inputs
from ingest.landing.inbox import list_inputs, survey
from ingest.landing.reading import read_inputs
from ingest.roster.files import rosters_in
from ingest.units import load_registry
from ingest.units.known import registry_for
from ingest.units.succession import final_units, wrong_successors
from ingest.words.issues import issue_texts

LINES = [["文件", "单位代码", "报告年度", "公开日期"], ["子目录\\河卡.html", "632524101", "2022年", "2023/1/9"]]
WAYS = {
    "gbk": ("gbk", ",", b""), "gb18030": ("gb18030", "\t", b""), "utf8": ("utf-8", "，", b""), "bom": ("utf-8", ";", codecs.BOM_UTF8),
    "utf16": ("utf-16", "\t", b""), "utf16be": ("utf-16-be", ",", codecs.BOM_UTF16_BE), "no-bom": ("utf-16-le", "\t", b""),
    "full-width": ("gbk", "；", b""),
}  # fmt: skip


def folder(tmp_path: Path, manifest: str | bytes, *files: str) -> Path:
    source = tmp_path / "in"
    for name in files:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(f"报告 {name}", "utf-8")
    source.mkdir(exist_ok=True)
    (source / "manifest.csv").write_bytes(manifest.encode() if isinstance(manifest, str) else manifest)
    return source


def wrong(source: Path) -> list[str]:
    with pytest.raises(ListError) as error:
        survey(source)
    return [issue_texts(issue)["message_zh"] for issue in error.value.issues]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.quirk(173)
def test_a_manifest_is_read_however_excel_saved_it(tmp_path: Path, way: str):
    encoding, separator, mark = WAYS[way]
    data = mark + "\r\n".join(separator.join(line) for line in LINES).encode(encoding)
    source = folder(tmp_path, data, "子目录/河卡.html", "温泉.html")
    listing = survey(source)
    town, other = listing.inputs
    assert (town.file, town.hints.unit_code, town.hints.report_year) == ("子目录/河卡.html", "632524101", 2022)
    assert (town.hints.published_on, other.hints.unit_code, listing.unmatched(set())) == ("2023-01-09", None, [])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.quirk(173)
def test_own_units_are_read_however_excel_saved_them(tmp_path: Path, way: str):
    encoding, separator, mark = WAYS[way]
    lines = [["单位代码", "名称", "级别", "类别"], ["990101199", "示例子镇", "乡级", "镇"]]
    (tmp_path / "units.csv").write_bytes(mark + "\n".join(separator.join(line) for line in lines).encode(encoding))
    assert extra_units(tmp_path) == [{"unit_code": "990101199", "name": "示例子镇", "level": "township", "kind": "town"}]


@pytest.mark.quirk(173)
def test_a_line_of_own_units_that_is_wrong_is_told(tmp_path: Path):
    (tmp_path / "units.csv").write_text(
        "unit_code,name,level,last_year\n990101199,示例子镇,村级,\n990101198,,town,去年\n", "utf-8"
    )
    with pytest.raises(ListError) as error:
        extra_units(tmp_path)
    assert [i.place for i in error.value.issues] == ["units.csv:2", "units.csv:3", "units.csv:3", "units.csv:3"]


@pytest.mark.quirk(173)
def test_excel_says_in_the_first_line_what_parts_the_cells_and_a_quoted_cell_may_hold_it(tmp_path: Path):
    source = folder(tmp_path, 'sep=;\nfile;url\n"a;b.html";https://example.test/a,b\n', "a;b.html")
    assert survey(source).inputs[0].hints.url == "https://example.test/a,b"


@pytest.mark.parametrize(
    ("written", "file"),
    [
        ("./子目录/河卡.html", "子目录/河卡.html"), ("\\子目录\\河卡.html", "子目录/河卡.html"), ("河卡.HTML", "河卡.html"),
        ("报告e\u0301.html", "报告\u00e9.html"), (" 河卡.html ", "河卡.html"),
    ],
)  # fmt: skip
@pytest.mark.quirk(174)
def test_a_name_is_found_as_people_write_it(tmp_path: Path, written: str, file: str):
    source = folder(tmp_path, f"file,report_year\n{written},2022\n", file)
    assert [(i.file, i.hints.report_year) for i in survey(source).inputs] == [(file, 2022)]


@pytest.mark.quirk(174)
def test_a_line_that_fits_no_file_is_told_with_its_number(tmp_path: Path):
    source = folder(tmp_path, "file,report_year\na.html,2022\n\nb.html,2022\nc.zip!/x.doc,2022\n", "a.html", "c.zip")
    listing = survey(source)
    assert [(x.place, x.written) for x in listing.unmatched({"c.zip!/x.doc"})] == [("manifest.csv:4", "b.html")]
    assert [x.place for x in listing.unmatched({"c.zip!/y.doc"})] == ["manifest.csv:4", "manifest.csv:5"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,report_year\na.html,22\nb.html,去年\n", ["manifest.csv:2", "manifest.csv:3"]),
        ("file,published_on\na.html,2025-02-30\n", ["manifest.csv:2"]),
        ("file,published_on\na.html,月底\n", ["manifest.csv:2"]),
        ("file,report_year\n甲,乙.html,2022\n", ["manifest.csv:2"]),
        ("file,report_year\na.html,2022,重报\n", ["manifest.csv:2"]),
        ("file,report_year\na.html,2022\na.html,2023\n", ["manifest.csv:3 与 manifest.csv:2"]),
        ("report_year\n2022\n", ["没有 file 一列（有：report_year）"]),
        ("", ["是空的"]),
        (b"file\n\x81\xff\xff\n", ["manifest.csv:2"]),
        (b"file\na\x00b\n", ["manifest.csv:2"]),
        ("file,note\na.html,\"" + "x" * 200_000, ["manifest.csv:2"]),
    ],
)  # fmt: skip
@pytest.mark.quirk(173)
def test_a_list_that_is_wrong_is_told_line_by_line_and_never_ends_in_a_traceback(
    tmp_path: Path, text: str | bytes, said: list[str]
):
    found = wrong(folder(tmp_path, text, "a.html"))
    assert len(found) == len(said) and all(part in line for part, line in zip(said, found, strict=True)), found


@pytest.mark.quirk(173)
def test_a_line_that_stands_twice_and_columns_of_an_office_are_no_fault(tmp_path: Path):
    listing = survey(folder(tmp_path, "file,备注,report_year\na.html,已核,2022\na.html,,2022\n", "a.html"))
    assert [i.hints.report_year for i in listing.inputs] == [2022] and [n.found for n in listing.manifest.notes] == ["备注"]


@pytest.mark.quirk(175)
def test_what_systems_leave_behind_is_passed_over_and_named(tmp_path: Path):
    left = ["Thumbs.db", "子/desktop.ini", "报告 - 快捷方式.lnk", ".DS_Store", "~$报告.docx", "~WRL0001.tmp", "子/~WRD12.tmp", "._a.doc",
            ".~lock.a.ods#", "__MACOSX/a.doc", "$RECYCLE.BIN/a.doc", ".git/config"]  # fmt: skip
    listing = survey(folder(tmp_path, "file\n", "a.html", "子/~b.html", "thumbs.html", *left))
    assert [i.file for i in listing.inputs] == ["a.html", "thumbs.html", "子/~b.html"]
    folders = {"__MACOSX/a.doc": "__MACOSX", "$RECYCLE.BIN/a.doc": "$RECYCLE.BIN", ".git/config": ".git"}
    assert sorted(listing.passed_over) == sorted(folders.get(name, name) for name in left)


@pytest.mark.quirk(175)
def test_a_home_in_the_folder_or_the_folder_itself_is_not_read(tmp_path: Path):
    source = folder(tmp_path, "file\n", "a.html", "库/raw/batches/x/inputs.parquet", "库/originals/ab/ab.html", "库/roster.csv",
                    "新库/.landing.lock", "新库/originals/ab/ab.html", "raw/batches.html")  # fmt: skip
    listing = survey(source)
    assert [i.file for i in listing.inputs] == ["a.html", "raw/batches.html"] and rosters_in(source) == []
    assert listing.passed_over == ["库", "新库"]
    folder(tmp_path, "file\n", "published.duckdb", "originals/ab/ab.html", "raw/batches/x/inputs.parquet", "decisions.jsonl")
    assert [i.file for i in list_inputs(source)] == ["a.html"]


@pytest.mark.quirk(176)
def test_what_is_no_file_or_cannot_be_opened_costs_itself_and_says_why(tmp_path: Path):
    source = folder(tmp_path, "file\n", "a.html", "子/b.html")
    os.mkfifo(source / "pipe.html")
    (source / "gone.html").symlink_to(source / "nowhere.html")
    (source / "loop.html").symlink_to(source / "loop.html")
    (source / "broken.html").symlink_to("/proc/self/mem")  # reading it is an error of input
    (source / "子" / "up").symlink_to(source, target_is_directory=True)
    (source / "linked").symlink_to(source / "子", target_is_directory=True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(source / "s.html"))
        registry, home = load_registry(), Home(tmp_path / "home")
        fresh = new_inputs(home, list_inputs(source), registry)
        reading = read_inputs([i for i in fresh if i.problem], registry)
    codes = {r.input.file: r.report.reason.code for r in reading.left if r.report.reason}
    assert codes == {"pipe.html": "not_a_file", "s.html": "not_a_file", "子/up": "not_a_file", "linked/up": "not_a_file",
                     "gone.html": "file_gone", "loop.html": "file_gone", "broken.html": "file_gone"}  # fmt: skip
    assert [i.file for i in fresh if not i.problem] == ["a.html", "linked/b.html", "子/b.html"]
    assert land(home, reading, registry) is None


@pytest.mark.parametrize("change", ["gone", "replaced"])
@pytest.mark.quirk(176)
def test_a_file_that_changes_while_a_load_runs_is_set_aside_alone(tmp_path: Path, change: str):
    import polars as pl

    source, registry, home = folder(tmp_path, "file\n", "a.html", "b.html"), load_registry(), Home(tmp_path / "home")
    reading = read_inputs(new_inputs(home, list_inputs(source), registry), registry)
    path = source / "b.html"
    path.unlink()
    if change == "replaced":
        path.write_text("另一份", "utf-8")
    assert land(home, reading, registry)
    assert [r.report.reason.code for r in reading.left if r.report.reason] == [
        {"gone": "file_gone", "replaced": "file_changed"}[change]
    ]
    assert pl.read_parquet(list(home.batches.glob("*/inputs.parquet")))["file"].to_list() == ["a.html"]
    kept = [p for p in home.originals.rglob("*") if p.is_file()]
    assert [hashlib.sha256(p.read_bytes()).hexdigest() == p.stem for p in kept] == [True]


@pytest.mark.quirk(176)
def test_a_name_whose_bytes_are_no_utf_8_is_read_as_a_chinese_system_wrote_it(tmp_path: Path):
    (tmp_path / "in").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/" + "河卡.html".encode("gbk"))).write_text("x", "utf-8")
    assert [e.name for e in entries(tmp_path / "in")] == ["河卡.html"]


@pytest.mark.quirk(177)
def test_thousands_of_own_units_are_looked_up_one_by_one():
    rows = [{"unit_code": f"9901-z{i:05}", "name": f"示例{i}区", "level": "county", "kind": "zone"} for i in range(4000)]
    rows = [{**row, "last_year": "2020", "successor_code": "9901-z00000"} if i else row for i, row in enumerate(rows)]
    registry = load_registry().extended([{"unit_code": "9901", "name": "示例市", "level": "city", "kind": "government"}, *rows])
    assert list(wrong_successors(registry)) == [] and len(final_units(registry)) == 3999
    named = [registry.by_code(f"{row['unit_code']}-教育局") for row in rows]
    assert [u.name for u in named if u][:2] == ["示例0区教育局", "示例1区教育局"]


@pytest.mark.quirk(177)
def test_a_code_and_a_name_find_the_homes_own_units_and_what_is_near_a_wrong_code(tmp_path: Path):
    source = folder(tmp_path, "file\n", "a.html")
    (source / "units.csv").write_bytes(
        "单位代码,名称,级别,类别\n990101,示例县,county,government\n990101199,示例子镇,township,town\n".encode("gbk")
    )
    registry = registry_for(source, Home(tmp_path / "home"))
    for asked in ("990101199", "示例子镇", "子镇", "示例子镇人民政府", "9901011"):
        assert "990101199" in [u.unit_code for u in registry.search(asked)], asked
    assert [u.unit_code for u in registry.search("岚皋县城关镇")] == ["610925100"]
    assert [u.unit_code for u in registry.near("990101198")] == ["990101199"] and registry.near("zz") == []
    assert registry.by_code("990101-") is None and registry.by_code("990101-xyz") is None
