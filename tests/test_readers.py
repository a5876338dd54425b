"""A reader takes what the bytes are, and refuses in words what it cannot read."""

from __future__ import annotations

import io
import zipfile

import pytest

from ingest import ingest_bytes
from ingest.issues import issue_texts
from ingest.model import Hints, IngestError, Paragraph, Table
from ingest.readers import read_document
from ingest.units import load_registry
from tests.factory import zero_record
from tests.factory.docx import as_docx


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"), (b" \n\t ", "empty_file"), (b"\x89PNG\r\n", "scan_needs_ocr"), (b"Rar!\x1a\x07", "archive_not_read"),
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
    page = "<table><tr><td colspan=1000000000 rowspan=1000000000>规章</td><td>1</td></tr><tr><td>2</td><td>3</td></tr></table>"
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
