"""The factory keeps its word: sums hold unless a defect is asked for, a defect breaks what it says, and every format prints every number."""

from __future__ import annotations

import io
import random
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.law.forms import load_forms
from tests.factory import DEFECTS, Record, blank_record, random_record, rule_results, with_defect, zero_record
from tests.factory.docx import as_docx
from tests.factory.formats import FORMATS
from tests.factory.html import bad_spans, clean, gbk, gbk_unlabelled, lost, word
from tests.factory.layout import HEADINGS, draw, width
from tests.factory.strategies import broken_records, records
from tests.factory.text import KINDS, as_tabbed, as_text

FORMS = sorted(load_forms())


@settings(deadline=None)
@given(records())
def test_every_sum_of_a_random_report_holds(record: Record):
    assert set(rule_results(record).values()) == {"pass"}
    assert list(record.cells) == [c.code for c in load_forms()[record.form].cells]


@settings(deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(FORMS), st.sampled_from([0, 1, 30, 10**7]), st.sampled_from(sorted(DEFECTS)))
def test_a_defect_breaks_exactly_what_it_says(seed: int, form: str, top: int, defect: str):
    good = random_record(random.Random(seed), form, top)
    record = with_defect(good, defect)
    changed = {code for code, text in record.cells.items() if text != good.cells[code]}
    usual = {rule.split(".")[0] for rules in DEFECTS.values() for rule in rules}
    # A form may have sums of its own in which a changed cell stands.
    own = {r.rule_id for r in load_forms()[form].rules if r.rule not in usual and changed & {*r.left, *r.right}}
    broken = {rule for rule, result in rule_results(record).items() if result == "fail"}
    assert set(DEFECTS[defect]) <= broken <= set(DEFECTS[defect]) | own


@settings(deadline=None)
@given(broken_records())
def test_a_broken_report_fails_somewhere(record: Record):
    assert "fail" in rule_results(record).values()


@settings(deadline=None)
@given(records(max_blanks=30))
def test_a_sum_with_a_blank_is_neither_right_nor_wrong(record: Record):
    for rule in load_forms()[record.form].rules:
        blank = any(record.cells[code] is None for code in rule.left + rule.right)
        assert (rule_results(record)[rule.rule_id] == "not_assessable") == blank


def test_a_defect_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(ValueError, match=r"typo.*closed_total"):
        with_defect(zero_record(), "typo")


def test_zero_and_blank_reports_are_what_they_are_called():
    for form in FORMS:
        assert set(zero_record(form).cells.values()) == {"0"} and set(blank_record(form).cells.values()) == {None}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", HEADINGS)
def test_the_drawn_cells_fill_the_table_without_gap_or_overlap(table: str, form: str):
    rows = draw(zero_record(form), table)
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(rows):
        column = 0
        for _, rowspan, colspan in row:
            while (r, column) in taken:
                column += 1
            places = {(r + i, column + j) for i in range(rowspan) for j in range(colspan)}
            assert not places & taken
            taken |= places
    assert taken == {(r, c) for r in range(len(rows)) for c in range(width(rows))}


def test_the_drawing_is_that_of_the_official_form():
    assert [len(draw(zero_record(), t)) for t in HEADINGS] == [14, 28, 4]
    requests = draw(zero_record(), "requests")
    assert requests[0] == [("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3), ("申请人情况", 1, 7)]
    assert requests[5][:2] == [("三、本年度办理结果", 22, 1), ("（一）予以公开", 1, 2)]
    assert requests[7][:2] == [("（三）不予公开", 8, 1), ("1.属于国家秘密", 1, 1)]


READABLE = [n for n in FORMATS if n.startswith(("tabbed", "text-", "html-", "docx", "markdown")) and n != "text-BL-DEDUP"]


@pytest.mark.parametrize("name", READABLE)
def test_every_format_prints_every_number(name: str):
    record = random_record(random.Random(name), "2021", 10**6)
    data = FORMATS[name](record)
    if name.startswith("docx"):
        data = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    page = data.decode("gb18030" if "gbk" in name else "utf-8")
    for cut in (
        "<span lang=EN-US>",
        "</span>",
        "</w:t></w:r></w:ins><w:sdt><w:sdtPr/><w:sdtContent><w:r>",
        '<w:t xml:space="preserve">',
    ):
        page = page.replace(cut, "")
    page = page.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    assert [text for text in record.values.values() if text not in page] == []


def test_the_eleven_kinds_of_text_differ_only_in_what_stands_between_the_cells():
    record = random_record(random.Random(3), "2019", 400)
    cells = [
        "".join(c for c in as_text(record, kind, with_prose=False).decode() if c not in "| \n")
        for kind in KINDS
        if kind != "BL-DEDUP"
    ]
    assert len(set(cells)) == 1 and len(KINDS) == 11


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("P", "规章 | 0 | 0 | 0 |\n"), ("P2", "| 规章 | 0 | 0 | 0 |\n"), ("PL", "规章\n|\n0\n|\n"), ("PLn", "规章 |\n0 |\n0 |\n0 |\n"),
        ("BBL", "规章\n\n0\n\n0"), ("MDP", "| \n 规章  | \n 0  | \n"), ("MDP2", "|\n规章 |\n0 |\n"), ("ONE-LINE", " 规 章 0 0 0 "),
        ("CONCAT", "\n规章000\n"), ("ONE-CONCAT", "现行有效件数规章000行政"), ("BL-DEDUP", "\n规章\n0\n行政规范性文件\n第二十条第（五）项\n"),
    ],
)  # fmt: skip
def test_a_kind_of_text_looks_as_its_name_says(kind: str, start: str):
    assert start in as_text(zero_record(), kind).decode()


def test_the_tab_style_is_that_of_the_seed():
    text = as_tabbed(zero_record()).decode()
    assert "\n\t第二十条第（一）项\n\n\t信息内容\n\t本年制发件数\n\t本年废止件数\n\t现行有效件数\n\n\t规章\n\t0\n" in text
    assert "\n\t\n\t（三）不予公开\n\t1.属于国家秘密\n\t0\n" in text and "\n\t\n\t\n\t2.其他法律行政法规禁止公开\n" in text


def test_pages_have_the_dirt_they_are_named_for():
    record = random_record(random.Random(5), "2021", 900)
    assert b'charset="gb2312"' in gbk(record) and "镕".encode("gb18030") in gbk(record)
    assert b"charset" not in gbk_unlabelled(record)
    dirty = word(record).decode()
    assert all(trace in dirty for trace in ("mso-", "<o:p>", "<!--[if", "<span lang=EN-US>", "<tr height=0>"))
    assert "rowspan" not in lost(record).decode().replace(" ", "") and "\u200b&nbsp;" in lost(record).decode()
    broken = bad_spans(record).decode()
    assert (
        all(trace in broken for trace in ('rowspan="99"', 'colspan="60"', "<tr></tr>")) and broken.count("<table border=1>") == 4
    )
    assert (
        'name="PubDate" content="2025-01-10'
        in clean(Record("示例甲镇", 2024, "2021", record.cells, published_on="2025-01-10")).decode()
    )


def test_documents_are_well_formed_with_three_tables_and_their_merges():
    for traps in (False, True):
        xml = zipfile.ZipFile(io.BytesIO(as_docx(zero_record(), traps))).read("word/document.xml")
        tags = [e.tag.rpartition("}")[2] for e in ElementTree.fromstring(xml).iter()]
        assert tags.count("tbl") == 3 and tags.count("gridSpan") > 20 and tags.count("vMerge") > 30
        assert all((tag in tags) == traps for tag in ("ins", "del", "delText", "sdt"))


def test_the_same_record_gives_the_same_bytes():
    record = random_record(random.Random(8))
    assert all(render(record) == render(record) for render in FORMATS.values())


@settings(deadline=None)
@given(records(max_blanks=60))
def test_prose_tells_no_number_that_the_table_leaves_blank(record: Record):
    prose = as_text(record, "P").decode().partition("二、主动公开")[0]
    said = any(way in prose for way in ("收到政府信息公开申请", "收到依申请公开"))  # 被申请行政复议 says nothing of requests
    assert said == (record.cells["requests.received.total"] is not None)
