"""`foi letter` and the reply sheet: a unit is asked in words, and its answer is read back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from foi.answer.decide import Wish, decide
from foi.answer.show_decide import show_decisions
from foi.letters.letter import write_letters
from foi.letters.show_answers import show_reply
from foi.messages import Complaint
from ingest.readers.word.docx import read_docx
from tests.conftest import foi


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    target = tmp_path / "home"
    target.mkdir()
    shutil.copyfile(loaded / "published.duckdb", target / "published.duckdb")
    return target


def test_a_letter_says_what_fails_and_how_it_could_be_put_right(home: Path, tmp_path: Path):
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        found = connection.sql(
            "select unit_code, report_year from quality.violations where rule = 'challenges_total' and left_sum = 0 limit 1"
        ).fetchall()
    ((unit, year),) = found
    result = foi("letter", tmp_path / "核实单", "--unit", unit, "--year", year, "--home", home)
    assert result.returncode == 0 and "已写出 1 份核实单和回执表" in result.stdout, result.stderr
    written = sorted(p.name for p in (tmp_path / "核实单").iterdir())
    assert {Path(n).suffix for n in written} == {".docx", ".html", ".xlsx"}
    name = next(n for n in written if n.endswith(".docx"))
    document = read_docx((tmp_path / "核实单" / name).read_bytes())
    text = "\n".join(getattr(b, "text", "") for b in document.blocks)
    page = (tmp_path / "核实单" / name.replace(".docx", ".html")).read_text("utf-8")
    assert "请核实后更正或说明" in text and "请核实后更正或说明" in page and "http" not in page
    assert "—总计”由 0 改为" in text  # 总计 left at 0, named as the form prints it
    assert "可能原因：漏填总计（填了 0）" in text and "可能原因：漏填总计（填了 0）" in page
    assert "challenges." not in text  # our codes mean nothing to the unit
    assert any(hasattr(b, "cells") for b in document.blocks)


def asked(home: Path, out: Path) -> str:
    """The letters of the unit whose total of reviews is left at 0, as text; nothing if there is none."""
    write_letters(home / "published.duckdb", out, "示例丁乡", 2022)
    return "".join(p.read_text("utf-8") for p in out.glob("*.html")) if out.exists() else ""


def test_a_decision_counts_before_the_next_load(home: Path, tmp_path: Path):
    assert "填 0" in asked(home, tmp_path / "before")
    decide(home, Wish("示例丁乡", 2022, "challenges_total.review", "explain", "示例", None))
    assert asked(home, tmp_path / "after") == ""


def test_a_correction_of_ours_is_told_with_what_the_report_says(home: Path, tmp_path: Path):
    with duckdb.connect(str(home / "published.duckdb")) as connection:
        connection.execute(
            "insert into core.cell_corrections by name select report_id, is_current, 'challenges.review.total' as code, '2021' as form,"
            " 9 as original_value, 'reported' as original_state, 0 as value, 'applied' as outcome"
            " from core.fct_reports where unit_name = '示例丁乡' and report_year = 2022 and is_current"
        )
    text = asked(home, tmp_path / "told")
    assert "“行政复议—总计”报告原填 9，按更正计 0" in text and "<td>9（按更正计 0）</td>" in text
    with duckdb.connect(str(home / "published.duckdb")) as connection:
        connection.execute(
            "insert into quality.correction_results by name select unit_code, report_year, 'challenges_total.review' as broken_rules"
            " from core.fct_reports where unit_name = '示例丁乡' and report_year = 2022 and is_current"
        )
    assert asked(home, tmp_path / "ours") == ""


def test_where_nothing_fails_no_letter_is_written(home: Path, tmp_path: Path):
    assert "没有需要核实的问题" in write_letters(home / "published.duckdb", tmp_path / "out", "寒葱沟镇", 2024)
    assert not (tmp_path / "out").exists()


def test_a_unit_without_a_report_is_not_said_to_be_fine(home: Path, tmp_path: Path):
    with pytest.raises(Complaint, match=r"没有“不存在镇”的报告"):
        write_letters(home / "published.duckdb", tmp_path / "out", "不存在镇", 2024)


def fill(sheet: Path, action: str, why: str, numbers: dict[str, object] | None = None, **changes: str) -> None:
    """Answer the first violation, as a person does in Excel; `numbers` are the right ones, by the code of their cell."""
    book = CalamineWorkbook.from_path(sheet)
    first, second = (book.get_sheet_by_index(at).to_python() for at in (0, 1))
    answer = dict(zip(first[1], first[2], strict=False)) | {"action": action, "why": why, "who": "示例科", **changes}
    first[2] = [answer.get(name, "") for name in first[1]]
    for row in second[2:]:
        row[5:] = [(numbers or {}).get(row[1], "") if row[0] == answer["rule_id"] else ""]
    with xlsxwriter.Workbook(sheet) as written:
        for rows in (first, second):
            page = written.add_worksheet()
            for n, row in enumerate(rows):
                page.write_row(n, 0, row)


def test_a_reply_is_read_back_into_the_ledger(home: Path, tmp_path: Path):
    write_letters(home / "published.duckdb", tmp_path / "out")
    sheet = next((tmp_path / "out").glob("*.xlsx"))
    assert "没有填写答复" in show_reply(home, sheet)[0]
    fill(sheet, "无误（说明情况）", "系统口径不同")
    text, exit_code = show_reply(home, sheet, "示例办")
    assert exit_code == 0 and "已说明，下次加载生效" in text
    (decision,) = json.loads(show_decisions(home, json=True))
    assert (decision["action"], decision["who"]) == ("explain", "示例办")
    assert "系统口径不同" in decision["why"] and "示例科" in decision["why"]  # the words of the unit, and who wrote them
    # The same sheet once more is not a second decision.
    assert "此前已记录" in show_reply(home, sheet)[0] and len(json.loads(show_decisions(home, json=True))) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"left": "999"}, "数字已变"),
        ({"action": "忘记"}, "G3 的答复“忘记”不能采用，可填：无误（说明情况）、有误"),
        ({"action": "豁免"}, "单位不能豁免自己的问题"),
        ({"why": " "}, "“理由”一栏没有填写（单元格 H3）"),
        ({"who": ""}, "“填写人或科室”一栏（单元格 I3）"),
        ({"report_year": "去年"}, "B3 的年度“去年”"),
        ({"rule_id": "no_such_rule"}, "不在待核实的问题之中"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named_by_its_line(home: Path, tmp_path: Path, changes: dict[str, str], said: str):
    write_letters(home / "published.duckdb", tmp_path / "out")
    sheet = next((tmp_path / "out").glob("*.xlsx"))
    fill(sheet, **{"action": "已说明", "why": "示例", **changes})  # type: ignore[arg-type]
    text, exit_code = show_reply(home, sheet)
    assert exit_code == 1 and "第 3 行未采用" in text and said in text and not (home / "decisions.jsonl").exists()
    assert "--why" not in text and "confirm" not in text


def test_who_hands_in_a_sheet_without_a_name_may_answer_for_it(home: Path, tmp_path: Path):
    write_letters(home / "published.duckdb", tmp_path / "out")
    sheet = next((tmp_path / "out").glob("*.xlsx"))
    fill(sheet, "确认有误", "示例", who="")
    assert show_reply(home, sheet, "示例科")[1] == 0
    (decision,) = json.loads(show_decisions(home, json=True))
    assert (decision["who"], decision["action"]) == ("示例科", "confirm")


def test_another_file_is_no_reply_sheet(home: Path, tmp_path: Path):
    (tmp_path / "x.xlsx").write_bytes(b"no workbook")
    with pytest.raises(Complaint, match="不是可以打开的 Excel 文件"):
        show_reply(home, tmp_path / "x.xlsx")
