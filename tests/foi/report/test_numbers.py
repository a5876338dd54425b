"""What became of the numbers of a text: cells, counts, or nothing; and what is no number at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from foi.report.cells import Cell
from foi.report.numbers import Counted, Piece, pieces, source_of
from ingest.model import Document, Paragraph, SourceCell, Table
from ingest.place import Place


def count(amount: str, sentence: str, code: str = "items_disclosed") -> Counted:
    return Counted(code, "overview", Decimal(amount), "条", False, "this_year", sentence, "paragraph 3")


def cell(code: str, raw: str, place: str) -> Cell:
    return Cell(code, Decimal(1), "reported", "件", "2021", raw, place, None, None)


def kinds(text: str, *counts: Counted) -> list[tuple[str, str, str]]:
    return [(p.text, p.kind, p.code) for p in pieces(text, counts) if p.kind != "text"]


@pytest.mark.parametrize(
    "text",
    [
        "2024年1月5日，根据《条例》第20条和国办公开办函〔2021〕30号",
        "1.属于国家秘密", "（2）部分公开", "一、总体情况 2、 主动公开", "2024-01-05 10:30", "- 3 -", "联系电话：010-55501234",
        "见《2023年第5号公告》", "www.shilixian.example/2024/5.html", "索引号 001234",
    ],
)  # fmt: skip
def test_dates_articles_points_and_addresses_are_no_numbers_of_the_source(text: str):
    assert kinds(text) == []


def test_a_count_is_found_in_its_sentence_and_what_was_not_counted_is_left():
    text = "全年主动公开 71 条。其中网站 1.2 万条，另有 8 家单位。"
    first, second = "全年主动公开 71 条。", "其中网站 1.2 万条，另有 8 家单位。"
    assert kinds(text, count("71", first), count("12000", second, "disclosed_website")) == [
        ("71", "count", "items_disclosed"), ("1.2", "count", "disclosed_website"), ("8", "unused", ""),
    ]  # fmt: skip


def test_a_number_that_was_told_and_not_classified_is_used_by_nothing():
    assert kinds("培训 3 次。", count("3", "培训 3 次。", "unclassified")) == [("3", "unused", "")]


def test_the_text_stays_whole():
    text = "公开 1,234 条，比 2023 年多 -5.5 件"
    assert "".join(p.text for p in pieces(text, ())) == text
    assert [p.text for p in pieces(text, ()) if p.kind == "unused"] == ["1,234", "-5.5"]


def test_a_line_of_numbers_gives_each_to_its_cell_in_order():
    place = Place("line 4")
    document = Document("text", (Paragraph("新收 3 0 3", place),))
    codes = ["requests.received.natural_person", "requests.received.company", "requests.received.total"]
    source = source_of(document, [cell(c, raw, place) for c, raw in zip(codes, "303", strict=True)], ())
    assert [(p.text, p.code) for p in source.blocks[0].pieces if p.kind == "cell"] == list(zip("303", codes, strict=True))
    assert source.used == {"cell": 3, "count": 0} and source.unused == ()


def test_a_row_of_a_table_that_nothing_used_is_counted_with_its_label():
    place = Place.of(table=1)
    cells = [
        SourceCell("行政许可", 0, 0),
        SourceCell("5", 0, 1),
        SourceCell("自设一行", 1, 0),
        SourceCell("9", 1, 1),
        SourceCell("", 1, 2),
    ]
    source = source_of(Document("html", (Table(cells, place),)), [cell("disclosure.licenses", "5", "table 1 row 1 column 2")], ())
    assert source.blocks[0].rows[0][1].pieces == (Piece("5", "cell", ("disclosure.licenses",)),)
    ((number, text, before, place),) = [(u.number, u.text, u.before, u.place) for u in source.unused]
    assert (number, text, before, place) == (1, "9", "自设一行", "table 1")


def test_personal_data_is_shown_nowhere():
    block = Paragraph("联系人：王小明，电话 13800001234，公开 5 条", Place("paragraph 1"))
    table = Table([SourceCell("13800001234", 0, 0)], Place.of(table=1))
    source = source_of(Document("html", (block, table)), (), ())
    shown = "".join(p.text for b in source.blocks for p in b.every_piece)
    assert "13800001234" not in shown and "5" in shown
    assert [u.text for u in source.unused] == ["5"]


def test_digits_of_a_row_that_ran_together_are_no_telephone_number():
    block = Paragraph("新收13800001234", Place("line 2"))
    source = source_of(Document("text", (block,)), [cell("requests.received.total", "13800001234", "line 2")], ())
    assert ("13800001234", "cell") in [(p.text, p.kind) for p in source.blocks[0].pieces]
