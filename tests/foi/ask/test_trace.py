"""`foi trace`: from the published number to the marked cell of the original, for every format, and in words where there is no number."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from foi.ask.show_trace import show_trace, trace_json
from foi.ask.trace import Question, Trace, trace_of
from foi.ask.trace_page import marked, open_page, write_page
from foi.messages import Complaint
from ingest.home import Home
from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.factory.html import clean as as_html
from tests.factory.ofd import as_ofd
from tests.factory.pdf import as_pdf
from tests.factory.record import Record
from tests.factory.sheet import as_xls, as_xlsx
from tests.factory.text import as_tabbed
from tests.factory.word97 import as_word97
from tests.foi.conftest import TOWN, Landed
from tests.one_language import assert_one_language

CELL = "requests.received.total"


def trace(home: Path, unit: str, year: int, cell: str = CELL) -> Trace:
    return trace_of(Home(home), home / "published.duckdb", Question(unit, year, cell))


def page_of(home: Path, found: Trace) -> str:
    return write_page(Home(home), found, home / "page.html").read_text("utf-8")


def the_marked(home: Path, found: Trace) -> list[str]:
    """What is marked in the original: cells of tables, or whole paragraphs."""
    blocks = [block for block in marked(Home(home), found).blocks if block["marked"]]
    cells = [cell["text"] for block in blocks for row in block.get("rows", ()) for cell in row if cell["marked"]]
    return cells or [block["text"] for block in blocks]


def record() -> Record:
    return replace(random_record(random.Random(7)), unit="示例甲镇", year=2024)


FORMATS: dict[str, Callable[[Record], bytes]] = {
    "docx": as_docx, "doc": as_word97, "html": as_html, "pdf": as_pdf, "ofd": as_ofd, "xlsx": as_xlsx, "xls": as_xls, "txt": as_tabbed
}  # fmt: skip


@pytest.mark.parametrize("ending", FORMATS)
def test_the_cell_is_marked_in_the_original_of_every_format(landed: Landed, ending: str):
    ours = record()
    landed.report(FORMATS[ending](ours), ending=ending)
    home = landed.path.parent
    found = trace(home, "示例甲镇", 2024)
    number = str(ours.cells[CELL])
    assert found.fact.value == int(number) and found.read and found.read.raw.strip() == number
    (mark,) = the_marked(home, found)
    assert mark.strip() == number if ending != "txt" else number in mark
    page = page_of(home, found)
    assert page.count('id="marked"') == 1 and "http" not in page.split("<style>")[1]
    assert str(found.report.original) in show_trace(found)


def test_a_number_of_the_examples_is_followed_to_its_cell(loaded: Path):
    found = trace(loaded, "示例甲镇", 2024, "received")
    assert (found.code, found.fact.table, found.report.reader) == (CELL, "fct_requests", "html")
    assert [(m.column, m.value) for m in found.measures] == [("received", found.fact.value)]
    assert (
        found.read
        and str(found.fact.value.to_integral_value()) == found.read.raw
        and the_marked(loaded, found) == [found.read.raw]
    )


def test_a_cell_of_a_broken_sum_names_the_violation_and_why_it_stands_in_no_sum(loaded: Path):
    found = trace(loaded, "示例丙镇", 2023, "requests.closed.total")
    assert [v.rule_id for v in found.violations] == ["requests_closed_total.total"] and found.violations[0].decision == "open"
    assert found.left_out and "勾稽不成立" in found.left_out.zh and "154" in show_trace(found)
    # Another cell of the same report is in no broken sum.
    assert trace(loaded, "示例丙镇", 2023, "challenges.review.total").violations == ()


def test_a_replaced_version_is_told_with_what_it_said(landed: Landed):
    before, after = record(), record()
    after.cells[CELL] = str(int(before.cells[CELL] or 0) + 1)
    landed.report(as_html(before), 1, 2, ending="html")
    landed.report(as_html(after), 2, 2, ending="html")
    found = trace(landed.path.parent, TOWN, 2024)
    assert str(found.fact.value.to_integral_value()) == after.cells[CELL] and [
        str(v.value.to_integral_value()) for v in found.versions
    ] == [before.cells[CELL]]
    said = show_trace(found)
    assert said.index(f"第 1 版（共 2 版）：{before.cells[CELL]}") < said.index(f"第 2 版（共 2 版），现行：{after.cells[CELL]}")


def test_a_corrected_cell_tells_both_numbers_and_how_it_is_known(landed: Landed):
    report_id = landed.report(as_html(record()), ending="html")
    with landed.open() as connection:
        connection.execute(
            "update core.fct_cells set original_value = value, original_state = state, value = 999, state = 'corrected',"
            " correction_id = 'c1' where code = ?",
            [CELL],
        )
    landed.add("quality.correction_results", correction_id="c1", report_id=report_id, code=CELL, reason="多写一位", evidence="来函",
               who="示例科", made_at=datetime(2025, 3, 1))  # fmt: skip
    found, number = trace(landed.path.parent, TOWN, 2024), record().cells[CELL]
    assert found.fact.value == 999 and str(found.fact.original_value.to_integral_value()) == number
    assert found.read and found.read.raw == number
    assert f"更正 c1：来源为 {number}，改为 999。理由：多写一位。凭据：来函" in show_trace(found)


@pytest.mark.parametrize(
    ("state", "words"),
    [("blank", "空白"), ("dash", "横线"), ("unreadable", "不能确定"), ("absent", "报告中没有"), ("not_asked", "不设")],
)
def test_a_cell_without_a_number_says_why(landed: Landed, state: str, words: str):
    landed.report(as_html(record()), ending="html")
    with landed.open() as connection:
        connection.execute("update core.fct_cells set value = null, state = ? where code = ?", [state, CELL])
        if state in ("absent", "not_asked"):
            nothing = ", ".join(f"{name} = null" for name in ("printed", "raw", "place", "match", "derivation"))
            connection.execute(f"update core.fct_cells set {nothing} where code = ?", [CELL])
    found = trace(landed.path.parent, TOWN, 2024)
    assert found.why_empty and "没有数" in found.why_empty.zh and words in found.why_empty.zh
    assert show_trace(found).splitlines()[1] == found.why_empty.zh
    assert (found.read is None) == (state in ("absent", "not_asked")) == (the_marked(landed.path.parent, found) == [])


def test_a_sum_of_several_cells_names_them(landed: Landed):
    report_id = landed.report(as_html(record()), ending="html")
    landed.add("marts.unit_year", unit_code=TOWN, report_year=2024, report_id=report_id, denied=8, denied_state="reported")
    with pytest.raises(Complaint, match=r"requests\.denied_by_law\.total"):
        trace(landed.path.parent, TOWN, 2024, "denied")
    found = trace(landed.path.parent, TOWN, 2024, "requests.denied_by_law.total")
    assert [m.column for m in found.measures] == ["denied_by_law", "denied"] and len(found.measures[1].cells) == 8


def test_what_is_not_known_is_answered_with_what_is_near(landed: Landed):
    landed.report(as_html(record()), ending="html")
    landed.add("marts.progress", unit_code=TOWN, unit_name="示例甲镇", report_year=2023, state="not_filed")
    home = landed.path.parent
    for question, words in (
        (("示例甲乡", 2024, CELL), "示例甲镇 990101101"),
        ((TOWN, 2024, "requests.recieved.total"), r"requests\.received\.total"),
        ((TOWN, 2023, CELL), "没有 2023 年的报告。已有年度：2024。 应报而未报"),
        ((TOWN, 2020, CELL), "没有 2020 年的报告。已有年度：2024。$"),
    ):
        with pytest.raises(Complaint, match=words):
            trace(home, *question)


def test_a_file_of_which_nothing_could_be_read_is_named(landed: Landed):
    landed.add(
        "marts.progress", unit_code=TOWN, unit_name="示例甲镇", report_year=2024, state="unreadable", set_aside_file="甲.pdf"
    )
    with pytest.raises(Complaint, match=r"甲\.pdf") as caught:
        trace(landed.path.parent, TOWN, 2024)
    assert caught.value.exit_code == 3


def test_the_page_holds_no_personal_data_of_the_original(landed: Landed):
    data = as_html(record()).replace(b"</body>", "<p>联系人：张某某，联系电话：13800138000</p></body>".encode())
    assert b"13800138000" in data
    landed.report(data, ending="html")
    page = page_of(landed.path.parent, trace(landed.path.parent, TOWN, 2024))
    assert "13800138000" not in page and "［手机］" in page and page.count('id="marked"') == 1


def test_a_lost_or_damaged_original_is_said_and_nothing_is_marked(landed: Landed):
    landed.report(as_docx(record()), ending="docx")
    home = landed.path.parent
    original = trace(home, TOWN, 2024).report.original
    assert original is not None
    original.write_bytes(original.read_bytes()[:1500])
    assert "无法重新读取" in page_of(home, trace(home, TOWN, 2024))
    shutil.rmtree(home / "originals")
    found = trace(home, TOWN, 2024)
    assert found.report.original is None and "数据目录中没有这份原件" in show_trace(found)
    assert 'id="marked"' not in page_of(home, found)


def test_the_way_as_json_holds_both_languages_and_the_exact_place(loaded: Path):
    found = json.loads(trace_json(trace(loaded, "示例丙镇", 2023, "requests.closed.total")))
    assert found["fact"]["value"] == 154 and found["read"]["place"] == "table 2 row 27 column 10"
    assert found["read"]["place_text"]["zh"] == "第2张表第27行第10列"
    assert set(found["cell"]) == set(found["violations"][0]["words"]) == {"zh", "en"}
    assert Path(found["report"]["original"]).is_file() and found["report"]["file"].endswith(".docx")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_way_and_its_page_are_told_in_one_language(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
):
    monkeypatch.setenv("FOI_LANG", language)
    for unit, year, cell in (
        ("示例丙镇", 2023, "closed"),
        ("示例己街道", 2024, "granted"),
        ("示例丁乡", 2022, "disclosure.fees"),
    ):
        found = trace(loaded, unit, year, cell)
        assert_one_language(show_trace(found), language, found.report.file)
        page = write_page(Home(loaded), found, tmp_path / "a.html").read_text("utf-8")
        assert_one_language(
            page.split("<body>")[-1].split("</style>")[1].split('<div class="source">')[0], language, found.report.file
        )
    with pytest.raises(Complaint) as caught:
        trace(loaded, "示例丙镇", 2001)
    assert_one_language(str(caught.value), language)


def test_a_page_is_only_opened_where_there_is_a_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: shown.append(address) or True)
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert "没有图形界面" in open_page(tmp_path / "a.html", True) and not shown
    monkeypatch.setenv("DISPLAY", ":0")
    assert "没有图形界面" not in open_page(tmp_path / "a.html", True) and shown == [(tmp_path / "a.html").as_uri()]
    open_page(tmp_path / "a.html", False)
    assert len(shown) == 1


def test_a_page_never_overwrites_what_is_no_page(loaded: Path, tmp_path: Path):
    taken = tmp_path / "report.docx"
    taken.write_bytes(b"mine")
    with pytest.raises(Complaint, match=r"report\.docx"):
        write_page(Home(loaded), trace(loaded, "示例甲镇", 2024), taken)
    assert taken.read_bytes() == b"mine"
