"""`foi check`: a clerk asks whether a draft is right before it is published."""

from __future__ import annotations

import json
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, foi
from tests.factory import random_record, zero_record
from tests.factory.docx import as_docx
from tests.factory.record import Record, with_defect
from tests.factory.word97 import as_word97

DRAFT = replace(random_record(random.Random(2), "2021", 60, "寒葱沟镇", 2024), place="抚远市")


def write(tmp_path: Path, record: Record, name: str = "草稿.docx") -> Path:
    path = tmp_path / name
    path.write_bytes(as_word97(record) if name.endswith(".doc") else as_docx(record))
    return path


@pytest.mark.parametrize("name", ["草稿.docx", "草稿.doc"])
def test_a_broken_sum_is_said_with_its_cells_the_repair_and_whose_fault_it_is(tmp_path: Path, name: str):
    path = write(tmp_path, with_defect(DRAFT, "row_total"), name)
    result = foi("check", path, "--home", tmp_path / "none")
    right, wrong = DRAFT.values["requests.repeated.total"], str(int(DRAFT.values["requests.repeated.total"]) + 1)
    assert result.returncode == 1 and result.stderr == ""
    assert f"2.重复申请—总计”由 {wrong} 改为 {right}" in result.stdout
    assert "需要改报告" in result.stdout and "请改正后再发布" in result.stdout
    found = json.loads(foi("check", path, "--json", "--home", tmp_path / "none").stdout)
    printed = [v for v in found["violations"] if v["severity"] == "error"]
    assert {v["rule"] for v in printed} == {"requests_applicant_total", "requests_closed_total"}
    assert all(v["verdict"] == "report" for v in printed)
    assert all(v["repairs"][0] == [{"code": "requests.repeated.total", "from": wrong, "to": right}] for v in printed)
    assert {"rule", "severity", "left", "right", "difference", "cells", "verdict", "repairs"} <= set(printed[0])
    assert {v["cause"] for v in printed} == {"total_not_updated"} and printed[0]["cause_zh"] in result.stdout
    assert "可能原因：改了分项，没有更新总计\n" in result.stdout
    assert {n["rule"] for n in found["not_assessable"]} >= {"carry_over", "stock_balance"}


def test_a_total_of_0_is_not_blamed_where_two_numbers_were_swapped(tmp_path: Path):
    zero = replace(zero_record(unit="寒葱沟镇"), place="抚远市")
    rows, columns = ("received", "closed", "granted"), ("natural_person", "total")
    values = {f"requests.{row}.{c}": "5" for row in rows for c in columns}
    values |= {"requests.granted.natural_person": "0", "requests.granted.company": "5"}
    path = write(tmp_path, replace(zero, cells={**zero.cells, **values}))
    text = foi("check", path, "--home", tmp_path / "none").stdout
    assert "可能原因：相邻两格的数填反了" in text and "漏填总计" not in text
    found = json.loads(foi("check", path, "--json", "--home", tmp_path / "none").stdout)["violations"]
    sums = [v for v in found if v["repairs"]]
    assert any(v["left"] == "0" for v in sums) and {v["cause"] for v in sums} == {"neighbors_swapped"}


def test_a_report_without_faults_is_said_to_be_fine(tmp_path: Path):
    result = foi("check", write(tmp_path, replace(zero_record(unit="寒葱沟镇"), place="抚远市")), "--home", tmp_path / "none")
    assert result.returncode == 0 and "没有发现问题" in result.stdout


def test_cells_without_a_number_are_named_and_the_draft_is_not_called_fine(tmp_path: Path):
    record = replace(zero_record(unit="寒葱沟镇"), place="抚远市")
    blank = {code: None for code in record.cells if code.startswith("requests.")}
    whole = foi("check", write(tmp_path, replace(record, cells={**record.cells, **blank})), "--home", tmp_path / "none")
    assert whole.returncode == 1 and "表三 收到和处理政府信息公开申请情况：整张表" in whole.stdout
    assert "结论：不能判断——有 175 格没有填写" in whole.stdout and "没有发现问题" not in whole.stdout
    one = replace(record, cells={**record.cells, "requests.closed.total": None})
    said = json.loads(foi("check", write(tmp_path, one), "--home", tmp_path / "none", "--json").stdout)
    assert said["empty_cells"] == ["requests.closed.total"]


def test_prose_that_says_something_else_than_the_table_is_a_question_not_a_fault(tmp_path: Path):
    record = replace(zero_record(unit="寒葱沟镇"), place="抚远市", lines=("上年结转申请3件。",))
    result = foi("check", write(tmp_path, record), "--home", tmp_path / "none")
    assert result.returncode == 0 and "正文所述上年结转件数" in result.stdout and "有请核对之处" in result.stdout


def test_a_title_that_names_another_unit_than_was_said_is_asked_about_once_and_blames_nobody(tmp_path: Path):
    path = write(tmp_path, replace(zero_record(unit="寒葱沟镇"), place="抚远市"))
    result = foi("check", path, "--home", tmp_path / "none", "--unit-code", "230883102", "--year", 2023)
    assert result.returncode == 1 and "标题写的是“" in result.stdout and "请核对文件放对了没有" in result.stdout
    assert "结论：不能判断——单位或年度有" in result.stdout
    assert "前后矛盾" not in result.stdout and "清单（或命令）写的是 2023" in result.stdout
    found = json.loads(
        foi("check", path, "--json", "--home", tmp_path / "none", "--unit-code", "230883102", "--year", 2023).stdout
    )
    told = {"wrong_unit_named.unit_conflict", "wrong_year_named.year_conflict"}
    assert told <= {v["rule_id"] for v in found["violations"]} <= told | {"wrong_year_named.wrong_year_named"}
    assert {"late", "replaced"} <= {n["rule"] for n in found["not_assessable"]}


def test_what_is_no_report_is_refused_with_the_reason(tmp_path: Path):
    path = tmp_path / "通知.txt"
    path.write_text("关于做好2024年政府信息公开工作年度报告编制工作的通知\n请按时报送。", "utf-8")
    result = foi("check", path)
    assert result.returncode == 3 and "这不是年度报告" in result.stdout and "Traceback" not in result.stderr
    assert foi("check", tmp_path / "nothing.docx").returncode == 2
    folder = foi("check", tmp_path)
    assert folder.returncode == 2 and "foi load" in folder.stderr


def test_the_page_marks_the_cells_and_works_without_a_network(tmp_path: Path):
    page = tmp_path / "标注.html"
    result = foi("check", write(tmp_path, with_defect(DRAFT, "row_total")), "--page", page, "--home", tmp_path / "none")
    text = page.read_text("utf-8")
    assert str(page) in result.stdout and "http" not in text
    assert f'title="requests.repeated.total" class="wrong">{int(DRAFT.values["requests.repeated.total"]) + 1}<' in text
    assert f"→ {DRAFT.values['requests.repeated.total']}" in text
    # The one number that is likely wrong, and three of another rule; the other numbers of its sums are framed thinly.
    assert text.count('class="wrong"') == 4 and text.count('class="beside-it"') > 6


def test_a_page_that_cannot_be_written_is_one_sentence(tmp_path: Path):
    result = foi("check", write(tmp_path, zero_record(unit="寒葱沟镇")), "--page", tmp_path / "nowhere" / "x.html")
    assert result.returncode == 2 and "x.html" in result.stderr and "Traceback" not in result.stderr


def test_last_year_comes_from_the_warehouse(tmp_path: Path, loaded: Path):
    """The city's report of 2025 against that of 2024, which the examples hold."""
    import duckdb

    with duckdb.connect(str(loaded / "published.duckdb"), read_only=True) as connection:
        unit, name, carried = connection.sql(
            "select unit_code, unit_name, carried_out from marts.unit_year join core.fct_reports using (report_id, unit_code, unit_name)"
            " where marts.unit_year.report_year = 2024 and carried_out > 1 order by unit_code limit 1"
        ).fetchall()[0]
    record = replace(zero_record(unit=name, year=2025))
    path = write(tmp_path, record)
    result = foi("check", path, "--json", "--home", loaded)
    found = json.loads(result.stdout)
    assert result.returncode == 1
    assert found["unit_code"] == unit and found["verdict"] == "wrong" and "与上年报告不符" in found["verdict_zh"]
    (total,) = [v for v in found["violations"] if v["rule_id"] == "carry_over.total"]
    assert (total["left"], total["right"], total["severity"]) == ("0", str(int(carried)), "error")


def test_an_archive_is_not_checked_and_the_sentence_says_what_is(tmp_path: Path):
    path = tmp_path / "全县.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("草稿.docx", as_docx(DRAFT))
    result = foi("check", path)
    assert result.returncode == 2 and "是压缩包" in result.stderr and "foi read" in result.stderr


def test_a_number_that_cannot_be_is_to_be_corrected_though_every_sum_holds(tmp_path: Path):
    zero = zero_record(unit="寒葱沟镇")
    path = write(tmp_path, replace(zero, cells={**zero.cells, "disclosure.licenses": "2.5"}))
    result = foi("check", path, "--home", tmp_path / "none")
    assert result.returncode == 1 and "有不合规的数字" in result.stdout


def test_units_that_the_home_knows_and_a_unit_that_is_named_are_used(loaded: Path, tmp_path: Path):
    draft = next((EXAMPLES / "示例省").rglob("示例丙镇/2024.*"))
    told = foi("check", draft, "--home", loaded)
    assert "（不明" not in told.stdout and "没有上年数据" not in told.stdout
    named = foi("check", draft, "--home", tmp_path / "none", "--unit-code", "230883101")
    assert "230883101" in named.stdout
