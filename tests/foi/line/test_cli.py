"""Wrong input gives a sentence with what to do, the right exit code, and never a traceback."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT, foi
from tests.factory import zero_record
from tests.factory.docx import as_docx
from tests.factory.html import clean

SEED = next(EXAMPLES.rglob("寒葱沟镇2024*.txt"))


def complains(result, code: int, *words: str) -> None:
    said = result.stdout + result.stderr
    assert result.returncode == code, said
    assert "Traceback" not in said
    assert all(word in said for word in words), said


def test_a_path_that_does_not_exist(tmp_path: Path):
    complains(foi("load", tmp_path / "nowhere", "--home", tmp_path / "home"), 2, "nowhere", "请检查路径")
    complains(foi("read", tmp_path / "nowhere.html"), 2, "nowhere.html")


def test_a_folder_without_reports(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    complains(foi("load", tmp_path / "empty", "--home", tmp_path / "home"), 3, "没有报告文件")


def test_a_folder_in_which_nothing_can_be_read(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "cut.docx").write_bytes(as_docx(zero_record())[:1500])
    (folder / "empty.html").write_bytes(b"")
    complains(foi("load", folder, "--home", tmp_path / "home"), 3, "cut.docx", "empty.html", "文件是空的", "另存为")


def test_only_whole_reports_are_loaded_with_exit_code_0(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(SEED, folder)
    result = foi("load", folder, "--home", tmp_path / "home", "--json")
    complains(result, 0)
    assert json.loads(result.stdout)["loaded"] == 1 and json.loads(result.stdout)["incomplete"] == []
    # Beside one without its table three the same folder is fine no more, and says why.
    page = clean(replace(zero_record(unit="抚远镇", year=2024), place="抚远市")).decode()
    table_three = max(re.findall(r"<table.*?</table>", page, re.DOTALL), key=len)
    (folder / "抚远镇2024.html").write_text(page.replace(table_three, ""), "utf-8")
    result = foi("load", folder, "--home", tmp_path / "home")
    complains(result, 1, "不完整的报告 1 份", "缺表三", "39 条勾稽无法判断")


def test_a_manifest_line_that_is_wrong(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(SEED, folder)
    (folder / "manifest.csv").write_text("file,report_year\nx.txt,去年\n", "utf-8")
    complains(foi("load", folder, "--home", tmp_path / "home"), 2, "manifest.csv:2", "去年")


def test_a_damaged_published_file(tmp_path: Path):
    (tmp_path / "published.duckdb").write_bytes(b"not a database")
    complains(foi("status", "--home", tmp_path), 3, "published.duckdb", "foi load")


def test_nothing_loaded_yet(tmp_path: Path):
    for command in (["status"], ["query", "select 1"], ["trend", "--unit", "示例甲镇"], ["export", tmp_path / "x.csv"]):
        complains(foi(*command, "--home", tmp_path / "home"), 3, "foi demo")


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (["query", "drop table unit_year"], 2, ["SELECT"]),
        (["query", "select 1; select 2"], 2, ["SELECT"]),
        (["query", "select * from nothing_here"], 2, ["nothing_here", "marts.unit_year"]),
        (["query", "selec 1"], 2, ["SQL"]),
        (["query", "select * from read_csv('/etc/passwd')"], 2, ["SQL"]),
        (["trend", "--unit", "示例甲"], 2, ["示例甲镇"]),
        (["trend", "--area", "示列县"], 2, ["示例县"]),
        (["progress", "--area", "示列县", "--year", "2024"], 2, ["示例县"]),
        (["progress", "--area", "示例县", "--year", "2024", "--on", "2月1日"], 2, ["“2月1日”不是日期，请写成 2026-03-01"]),
        (["query", "select 1", "--as-of", "2999-01-01"], 2, ["2999-01-01 还没有到"]),
        (["versions", "--unit", "示例甲"], 2, ["示例甲镇 990101101"]),
        (["letter", "/tmp/x", "--unit", "示例甲"], 2, ["示例甲"]),
        (["decide", "--unit", "示例甲", "--year", "2022", "--action", "explain", "--why", "x"], 2, ["示例甲镇 990101101"]),
        (["trend", "--unit", "示例甲镇", "--measure", "happiness"], 2, ["received"]),
        (["trend"], 2, ["--unit"]),
        (["export", "/tmp/x.pdf"], 2, [".xlsx"]),
        (["forms", "1999"], 2, ["2021"]),
        (["nonsense"], 2, []),
    ],
)
def test_wrong_questions(loaded: Path, command: list[str], code: int, words: list[str]):
    home = [] if command[0] in ("forms", "nonsense") else ["--home", str(loaded)]
    complains(foi(*command, *home), code, *words)


def test_a_trend_shows_blanks_missing_years_and_the_change_of_form(loaded: Path):
    said = foi("trend", "--unit", "示例乙镇", "--measure", "granted", "--home", loaded).stdout
    assert "空白" in said and "2019" in said and "2021" in said
    assert "未报" in foi("trend", "--unit", "示例庚街道", "--home", loaded).stdout
    assert "无申请" in foi("trend", "--unit", "寒葱沟镇", "--measure", "grant_rate", "--home", loaded).stdout
    assert "本表不设" in foi("trend", "--unit", "示例甲镇", "--measure", "fees", "--home", loaded).stdout


def test_a_load_says_when_each_stage_begins(loaded: Path):
    lines = (loaded / "stderr.txt").read_text("utf-8").splitlines()
    stages = [
        n for word in ("已读", "正在建库", "正在核对", "正在汇总", "正在发布") for n, line in enumerate(lines) if word in line
    ]
    assert len(stages) >= 5 and stages == sorted(stages), lines


def test_status_says_everything_a_person_must_do(loaded: Path):
    said = foi("status", "--home", loaded).stdout
    assert all(word in said for word in ("平潭综合实验区 2020 年", "损坏的文件.docx", "只写我镇.html", "foi units find"))


@pytest.mark.parametrize("ending", ["xlsx", "csv", "parquet"])
def test_exports_hold_every_row_and_no_false_zero(loaded: Path, tmp_path: Path, ending: str):
    import duckdb

    target = tmp_path / f"out.{ending}"
    complains(foi("export", target, "--home", loaded), 0, str(target))
    if ending == "xlsx":
        from python_calamine import CalamineWorkbook

        head, *lines = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()
        line = next(line for line in lines if line[:1] + line[2:3] == ["990101102", 2021.0])
        assert (line[head.index("予以公开")], line[head.index("予以公开（状态）")], len(lines)) == ("", "空白", 62)
        return
    where = "unit_code = '990101102' and report_year = 2021"
    rows = duckdb.sql(f"select granted, count(*) over () from '{target}' where {where}").fetchall()
    assert rows == [(None, 1)]
    assert duckdb.sql(f"select count(*) from '{target}'").fetchall() == [(62,)]


def test_units_are_found_by_a_part_of_their_name():
    complains(foi("units", "find", "寒葱沟"), 0, "230883101", "黑龙江省佳木斯市抚远市寒葱沟镇")
    complains(foi("units", "find", "没有这个名字"), 2)


def test_a_mistake_in_the_loss_table_is_one_sentence(monkeypatch: pytest.MonkeyPatch):
    from foi.ask.show_dictionary import show_forms
    from ingest.words.yaml_files import FormError

    def broken() -> None:
        raise FormError("measures.yaml:7: received in 2027: there is no such form")

    monkeypatch.setattr("ingest.law.measures.load_losses", broken)
    with pytest.raises(FormError, match=r"measures\.yaml:7"):
        show_forms()


def test_forms_are_printed_for_a_person():
    complains(foi("forms"), 0, "2021", "2019", "国办公开办函")
    complains(foi("forms", "2021", "--cells"), 0, "requests.closed.total ", "（七）总计—总计 (件)", "challenges.review.upheld")
    complains(foi("forms", "--cells"), 2, "foi forms 2021 --cells")
    complains(
        foi("forms", "2021"), 0, "foi forms 2021 --cells", "requests_balance × 7", "requests_applicant_total × 25", "本年新收"
    )


def test_the_readme_names_every_command():
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in (
        "make demo",
        "make test",
        "foi load",
        "foi read",
        "foi status",
        "foi trend",
        "foi query",
        "foi export",
        "foi units find",
    ):
        assert command in readme


def test_a_clerk_sees_which_sums_of_a_draft_do_not_hold():
    broken = next(EXAMPLES.rglob("示例丙镇/2023*.docx"))
    complains(foi("read", broken), 1, "不成立 2 条", "22", "28")
    complains(foi("read", SEED), 0, "成立 42 条，不成立 0 条")
    assert foi("read", "--json", SEED, broken).returncode == 1


def test_a_file_that_cannot_be_read_is_set_aside_beside_others_and_nothing_alone(tmp_path: Path):
    (tmp_path / "empty.html").write_bytes(b"")
    complains(foi("read", tmp_path / "empty.html", SEED), 1, "已隔离", "已读取")
    for command in ("read", "check"):
        complains(foi(command, tmp_path / "empty.html"), 3, "文件是空的")
