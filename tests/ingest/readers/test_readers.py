"""A reader takes what the bytes are, and refuses in words what it cannot read."""

from __future__ import annotations

import io
import zipfile

import pytest

from ingest.model import Hints, IngestError, Issue, Paragraph, Table
from ingest.pipeline import ingest_bytes
from ingest.readers import read_document
from ingest.units import load_registry
from ingest.words.issues import issue_texts
from ingest.words.places import place_text
from tests.factory import zero_record
from tests.factory.docx import as_docx
from tests.ocr import IS_MISSING


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"), (b" \n\t ", "empty_file"),
        (b"\x89PNG\r\n", "ocr_not_installed" if IS_MISSING else "scan_needs_ocr"), (b"Rar!\x1a\x07", "archive_not_read"),
        (b"PK\x03\x04broken", "damaged_docx"),
        (as_docx(zero_record())[:900], "damaged_docx"), (zipped(a="b"), "archive_not_read"), (bytes(range(256)) * 9, "unknown_format"),
        (zipped(word__document="x"), "archive_not_read"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, code: str):
    with pytest.raises(IngestError) as caught:
        read_document(data)
    assert caught.value.issue.code == code
    words = issue_texts(caught.value.issue)
    assert len(words["message_zh"]) > 8 and len(words["message_en"]) > 20


@pytest.mark.parametrize("cut", range(100, 3000, 290))
def test_a_truncated_docx_is_quarantined_wherever_it_is_cut(cut: int):
    report = ingest_bytes(as_docx(zero_record())[:cut], "x.docx", Hints(), load_registry())
    assert (report.state, report.cells) == ("quarantined", ())


def test_xml_entities_are_not_followed():
    xml = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", xml)
    assert not any("root" in b.text for b in read_document(out.getvalue()).blocks if isinstance(b, Paragraph))


def test_a_billion_columns_are_cut():
    page = "<table><tr><td colspan=1000000000 rowspan=1000000000>规章</td><td></td></tr><tr><td></td><td></td></tr></table>"
    table = next(b for b in read_document(page.encode()).blocks if isinstance(b, Table))
    assert max(c.column + c.colspan for c in table.cells) <= 64 and max(c.rowspan for c in table.cells) <= 2


def test_text_in_scripts_and_comments_is_not_read():
    page = "<body><script>document.write('<td>7</td>')</script><!-- <p>8</p> --><p>九</p></body>"
    assert [b.text for b in read_document(page.encode()).blocks if isinstance(b, Paragraph)] == ["九"]


def test_characters_that_only_gbk_has_do_not_end_the_page():
    page = "<html><head><meta charset=gb2312></head><body><p>朱镕镇</p><p>后文</p></body></html>".encode("gb18030")
    assert [b.text for b in read_document(page).blocks if isinstance(b, Paragraph)] == ["朱镕镇", "后文"]


def test_deep_nesting_ends_as_a_report_not_a_crash():
    report = ingest_bytes(b"<div>" * 50000 + "规章".encode(), "x.html", Hints(), load_registry())
    assert report.state == "quarantined"


@pytest.mark.parametrize(
    ("place", "zh"),
    [
        ("table 1 row 4 column 2", "第1张表第4行第2列"), ("paragraph 14", "第14段"), ("line 12 row 3 column 2", "第12行起的表第3行第2列"),
        ("page 2 table 1 row 3 column 4 (page 2, x 12–30, y 40–50 pt)", "第2页第1张表第3行第4列（第2页，横 12–30，纵 40–50 pt）"),
        ("sheet 表三 rows 3–20 row 2 column 5 (E7)", "工作表“表三”第3–20行，其中第2行第5列（E7）"), ("meta <title>", "网页标题"),
        ("示例/table 1.docx", "示例/table 1.docx"), ("manifest.csv", "manifest.csv"), ("", ""),
    ],
)  # fmt: skip
def test_a_place_is_said_in_chinese_and_kept_in_english(place: str, zh: str):
    assert place_text(place) == (zh, place)


@pytest.mark.parametrize(
    ("issue", "zh", "en"),
    [
        (Issue("empty_file", "error", "", "0 bytes"), "文件是空的（0 字节）。", "(0 bytes)"),
        (Issue("damaged_docx", "error", "", "File is not a zip file"), "无法打开（文件不完整，或不是应有的格式）。", "not a zip file"),
        (Issue("damaged_pdf", "error", "", "xref table went astray"), "没有任何文字（内容不完整或自相矛盾）。", "xref table"),
        (Issue("reader_failed", "error", "", "KeyError: 'x'"), "未能处理这个文件。", "KeyError"),
        (Issue("scan_needs_ocr", "error"), "这是扫描件或图片，", "a picture and"),
        (Issue("unread_row", "warning", "table 1 row 3", "其他（ ）"), "第1张表第3行 这一行未能对应到表样，未采用：其他（ ）", "at table 1 row 3"),
        (Issue("roster_unknown_unit", "error", "r.csv:2", "7"), "没有代码为“7”的单位。用", "no unit “7”. Look"),
        (Issue("unit_unmatched", "error", "", "甲镇 (several units have this name)", "–"), "甲镇 (多个单位同名)。请用", "甲镇 (several units"),
    ],
)  # fmt: skip
def test_what_a_library_says_stands_in_the_english_half_alone(issue: Issue, zh: str, en: str):
    words = issue_texts(issue)
    assert zh in words["message_zh"] and en in words["message_en"] and " / " not in words["message_zh"]
