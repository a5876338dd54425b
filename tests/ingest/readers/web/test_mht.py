"""Saved web pages and Markdown: the same numbers as on the page, in any encoding."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.model import Document, IngestError, Paragraph, Table
from ingest.readers import read_document
from ingest.readers.markdown import looks_like_markdown, read_markdown
from ingest.readers.web.mht import looks_like_mht, read_mht
from ingest.tables import extract
from tests.factory import Record, random_record
from tests.factory.html import clean
from tests.factory.mht import as_markdown, as_mht
from tests.factory.strategies import records
from tests.factory.text import as_text


def numbers(document: Document) -> dict[str, str]:
    return {c.code: c.printed for c in extract(document)[1] if c.printed is not None}


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gbk"])
@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_every_number_of_a_saved_page_comes_back(encoding: str, charset: str):
    record = random_record(random.Random(1), "2021", 5000)
    data = as_mht(record, encoding, charset)
    assert looks_like_mht(data[:4096])
    document = read_mht(data)
    assert document.reader == "mht" and numbers(document) == record.values


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(record=records(max_blanks=40))
def test_no_number_of_a_saved_page_is_wrong(record: Record):
    got = numbers(read_mht(as_mht(record)))
    assert {code: text for code, text in got.items() if record.cells[code] != text} == {}


def test_the_page_is_taken_not_the_menu_beside_it():
    texts = [b.text for b in read_mht(as_mht(random_record(random.Random(1)))).blocks if isinstance(b, Paragraph)]
    assert "菜单" not in texts and "一、总体情况" in texts


def test_the_pages_own_charset_counts_more_than_its_wrapper():
    data = as_mht(random_record(random.Random(1)), "base64", "gb18030").replace(b"charset=gb18030", b"charset=iso-8859-1x")
    assert any("示例甲镇" in b.text for b in read_mht(data).blocks if isinstance(b, Paragraph))


@pytest.mark.parametrize(
    "head",
    [
        b"<html><p>Content-Type: text/html",
        "标题: 年报\n".encode(),
        b"Subject: x\n\nhello",
        clean(random_record(random.Random(1))),
    ],
)
def test_other_files_are_not_taken_for_a_saved_page(head: bytes):
    assert not looks_like_mht(head)


@pytest.mark.parametrize(
    "data", [b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n", b"MIME-Version: 1.0\r\n\r\n", b"\xff" * 99,
             b"MIME-Version: 1.0\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA"],
)  # fmt: skip
def test_a_wrapper_without_a_page_is_refused(data: bytes):
    with pytest.raises(IngestError) as caught:
        read_mht(data)
    assert caught.value.issue.code == "damaged_mht"


def test_wrappers_in_wrappers_come_to_an_end():
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000))
    with pytest.raises(IngestError) as caught:
        read_mht(b"MIME-Version: 1.0\n" + head.encode())
    assert caught.value.issue.code == "damaged_mht"


def test_a_damaged_saved_page_is_read_as_far_as_it_goes_or_refused():
    good = as_mht(random_record(random.Random(4), "2021", 50))
    read = 0
    for seed in range(200):
        rng, data = random.Random(seed), bytearray(good)
        for _ in range(rng.choice((1, 5, 50))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        del data[rng.randrange(len(data)) if seed % 5 == 0 else len(data) :]
        try:
            read += bool(read_mht(bytes(data)).blocks)
        except IngestError as error:
            assert error.issue.code == "damaged_mht"
    assert read > 100


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("form", ["2021", "2019"])
def test_every_number_of_a_markdown_file_comes_back(form: str, bold: bool):
    record = random_record(random.Random(form), form, 5000)
    text = as_markdown(record, bold).decode()
    assert looks_like_markdown(text) and numbers(read_markdown(text)) == record.values


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(record=records(max_blanks=40))
def test_no_number_of_a_markdown_file_is_wrong(record: Record):
    got = numbers(read_markdown(as_markdown(record).decode()))
    assert {code: text for code, text in got.items() if record.cells[code] != text} == {}


def test_marks_escapes_and_line_breaks_of_markdown_are_read():
    text = "## 二、**情况**\n| 商业<br>企业 | a\\|b | **-9** |\n|:--|---|--:|\n| \\- | *斜* | 3 \\* 4 |\n| 短 |\n\n完"
    heading, table, end = read_markdown(text).blocks
    assert isinstance(table, Table) and isinstance(heading, Paragraph) and isinstance(end, Paragraph)
    assert [c.text for c in table.cells] == ["商业\n企业", "a|b", "-9", "-", "斜", "3 * 4", "短"]
    assert (heading.text, table.place, end.place) == ("二、情况", "line 2", "line 7")


@pytest.mark.parametrize("text", ["| a | b |\n| 1 | 2 |", "a\n---\nb", "| a | b |\n|---|\n", "|---|---|\n|---|---|"])
def test_pipes_without_a_fitting_separator_row_are_left_to_the_text_reader(text: str):
    assert not looks_like_markdown(text)


def kind(name: str, quirk: int) -> object:
    return pytest.param(name, marks=pytest.mark.quirk(quirk))


@pytest.mark.parametrize(
    "name", [kind("P", 60), kind("P2", 60), kind("PL", 61), kind("PLn", 61), kind("MDP", 61), kind("MDP2", 61), kind("BBL", 62)]
)
def test_tables_that_became_lines_and_pipes_are_no_markdown_and_give_every_number(name: str):
    record = random_record(random.Random(name), "2021", 5000)
    assert numbers(read_document(as_text(record, name))) == record.values


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(record=records(max_blanks=60), name=st.sampled_from(["P", "P2", "PLn", "MDP2"]))
@pytest.mark.quirk(63)
def test_empty_cells_as_runs_of_pipes_shift_no_number(record: Record, name: str):
    got = numbers(read_document(as_text(record, name)))
    assert {code: text for code, text in got.items() if record.cells[code] != text} == {}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(record=records(max_blanks=20), name=st.sampled_from(["CONCAT", "ONE-CONCAT", "ONE-LINE", "BL-DEDUP"]))
@pytest.mark.quirk(65)
def test_tables_that_ran_together_give_no_wrong_number(record: Record, name: str):
    got = numbers(read_document(as_text(record, name)))
    assert {code: text for code, text in got.items() if record.cells[code] != text} == {}
