"""Hostile files: each ends quarantined with a reason or loaded without a wrong number, and the batch goes on."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable

import pytest

from ingest.handed_in.archive import members
from ingest.model import Hints, Report
from ingest.pipeline import ingest_bytes
from ingest.units import load_registry
from ingest.words.issues import issue_texts
from tests.factory import random_record, zero_record
from tests.factory.archive import as_zip, locked, zeros
from tests.factory.docx import as_docx
from tests.factory.html import clean
from tests.factory.mht import as_markdown, as_mht
from tests.factory.sheet import as_xls, as_xlsx
from tests.paths import ROOT

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RECORD = random_record(random.Random(11), "2021", 90)


def docx(xml: str) -> bytes:
    return as_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml.encode()})


def laughs(declared: str, used: str) -> bytes:
    return docx(
        f"<!DOCTYPE w:document [{declared}]><w:document {W}><w:body><w:p><w:r><w:t>{used}</w:t></w:r></w:p></w:body></w:document>"
    )


def billion_laughs() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return laughs(f'<!ENTITY l0 "7777777777">{levels}', "&l9;")


def quadratic_blowup() -> bytes:
    return laughs(f'<!ENTITY a "{"7" * 100_000}">', "&a;" * 20_000)


def nested_docx(depth: int) -> bytes:
    start, end = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    return docx(f"<w:document {W}><w:body>{start * depth}<w:p/>{end * depth}</w:body></w:document>")


def controls_docx(depth: int) -> bytes:
    start, end = "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"
    return docx(f"<w:document {W}><w:body>{start * depth}<w:p/>{end * depth}</w:body></w:document>")


def locked_docx() -> bytes:
    return locked(as_docx(zero_record()))


def nested_mht() -> bytes:
    wrappers = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    return b"MIME-Version: 1.0\n" + b"".join(wrappers)


def fat_loop(at: int) -> Callable[[], bytes]:
    """An old Office file whose table of sectors runs in a circle from sector `at` on."""

    def build() -> bytes:
        data = bytearray(as_xls(RECORD))
        (first,) = struct.unpack_from("<I", data, 76)
        struct.pack_into("<I", data, 512 * (first + 1) + 4 * at, max(at - 1, 0))
        return bytes(data)

    return build


def directory_loop() -> bytes:
    data = bytearray(as_xls(RECORD))
    (directory,) = struct.unpack_from("<I", data, 48)
    struct.pack_into("<III", data, 512 * (directory + 1) + 128 + 68, 1, 1, 1)
    return bytes(data)


def pdf(*objects: str) -> bytes:
    out = b"%PDF-1.4\n"
    for number, text in enumerate(objects, 1):
        out += f"{number} 0 obj\n{text}\nendobj\n".encode()
    return out + b"trailer<</Root 1 0 R>>\n"


def pdf_cycle() -> bytes:
    return pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>")


def pdf_locked() -> bytes:
    return pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>").replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/O(" + b"a" * 32 + b")/U(" + b"b" * 32 + b")/P -4>>/ID[(a)(b)]",
    )


def pdf_stream_bomb() -> bytes:
    body = zlib.compress(bytes(64 << 20), 9)
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    head = pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page).partition(b"trailer")[0]
    return (
        head
        + f"4 0 obj<</Filter/FlateDecode/Length {len(body)}>>stream\n".encode()
        + body
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"
    )


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def ofd(xml: str) -> bytes:
    return as_zip({"OFD.xml": xml.encode()})


def xlsx_with(name: str, body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(RECORD))) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info.filename, body if info.filename == name else source.read(info))
    return out.getvalue()


CORNER = b'<worksheet><sheetData><row><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
ENTITY = '<!ENTITY a SYSTEM "file:///etc/passwd">'
BILLION = 10**9
QUARANTINED: dict[str, Callable[[], bytes]] = {
    "docx: a billion entities": billion_laughs,
    "docx: one long entity twenty thousand times": quadratic_blowup,
    "docx: an entity that is a file": lambda: laughs(ENTITY, "&a;"),
    "docx: an entity on another machine": lambda: laughs('<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;', "x"),
    "docx: a gigabyte of zeros": lambda: zeros("word/document.xml", 1 << 30),
    "docx: a gigabyte of zeros that tells ten bytes": lambda: zeros("word/document.xml", 1 << 30, told=10),
    "docx: tables in tables": lambda: nested_docx(5000),
    "docx: tables in tables within the parser's own limit": lambda: nested_docx(80),
    "docx: content controls in content controls": lambda: controls_docx(5000),
    "docx: a password": locked_docx,
    "html: a billion rows and columns": lambda: f"<table><tr><td rowspan={BILLION} colspan={BILLION}>规章</td><td>1</td></tr></table>".encode(),
    "html: a hundred thousand deep": lambda: b"<div>" * 100_000 + "规章".encode(),
    "html: tables a hundred thousand deep": lambda: b"<table><tr><td>" * 100_000 + "规章".encode(),
    "html: formatting in a cell fifty thousand deep": lambda: b"<table><tr><td>1<td>2<td>3<td>" + b"<b>" * 50_000,
    "html: a hundred thousand deep behind end tags that end nothing": lambda: b"<div></b>" * 100_000 + b"</div>" * 100_000,
    "html: a hundred thousand deep in a drawing": lambda: b"<svg>" + b"<td>" * 100_000 + b"<p>x",
    "html: one tag without an end": lambda: b"<html><p " + b"a=" * 1_000_000,
    "text: one line of twenty megabytes": lambda: "规章1".encode() * 2_900_000,
    "text: one line of pipes": lambda: b"|" * 5_000_000,
    "text: two million digits in table two": lambda: "二、主动公开政府信息情况\n规章 ".encode() + b"1" * 2_000_000,
    "markdown: a row of a million cells": lambda: b"|a" * 1_000_000 + b"|\n" + b"|-" * 1_000_000 + b"|\n",
    "mht: wrappers in wrappers": nested_mht,
    "xlsx: a gigabyte of zeros": lambda: zeros("xl/sharedStrings.xml", 1 << 30, **{"xl__workbook.xml": b"<x/>"}),
    "xlsx: a cell in the last corner": lambda: xlsx_with("xl/worksheets/sheet1.xml", CORNER),
    "xlsx: one long text in every cell": lambda: xlsx_with("xl/sharedStrings.xml", b"<sst><si><t>" + b"7" * 30_000_000 + b"</t></si></sst>"),
    "ole: the table of sectors is a circle": fat_loop(1),
    "ole: only the first bytes": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "rtf: groups in groups": lambda: b"{\\rtf1 " + b"{" * 200_000 + b"x",
    "pdf: a page tree in a circle": pdf_cycle,
    "pdf: a password": pdf_locked,
    "pdf: a page of packed zeros": pdf_stream_bomb,
    "ofd: entities": lambda: ofd(f"<!DOCTYPE x [{ENTITY}]><OFD>&a;</OFD>"),
    "ofd: a page that names itself": lambda: ofd("<OFD><DocBody><DocRoot>OFD.xml</DocRoot></DocBody></OFD>"),
    "png: sixty thousand by sixty thousand": lambda: png(60_000, 60_000),
}  # fmt: skip
MAKERS: dict[str, Callable[[], bytes]] = {
    "docx": lambda: as_docx(RECORD), "html": lambda: clean(RECORD), "mht": lambda: as_mht(RECORD), "xlsx": lambda: as_xlsx(RECORD),
    "xls": lambda: as_xls(RECORD), "markdown": lambda: as_markdown(RECORD),
}  # fmt: skip


def read(data: bytes) -> Report:
    report = ingest_bytes(data, "x", Hints(), load_registry())
    for issue in (report.reason, *report.issues):
        if issue:
            words = issue_texts(issue)
            assert len(words["message_zh"]) > 8 and len(words["message_en"]) > 20
    return report


def wrong(report: Report) -> dict[str, str | None]:
    return {c.code: c.printed for c in report.cells if c.printed is not None and RECORD.cells.get(c.code) != c.printed}


@pytest.mark.parametrize("name", QUARANTINED)
def test_a_hostile_file_is_set_aside_in_words(name: str):
    report = read(QUARANTINED[name]())
    assert report.state == "quarantined" and report.reason is not None and report.cells == ()


@pytest.mark.parametrize("page", ["<div>" * 25_000, "<div></b>" * 25_000, "<svg>" + "<td>" * 25_000])
def test_a_bottomless_page_is_refused_before_the_parser_sees_it(page: str):
    reason = read(page.encode()).reason
    assert reason is not None and reason.code == "too_deep"


def test_nothing_of_this_machine_comes_into_a_report():
    report = read(laughs(ENTITY, "政府信息公开工作年度报告 &a;"))
    assert "root:" not in repr(report)


MEMORY = """
import resource, sys
sys.path.insert(0, {root!r})
from tests.ingest.readers.test_hostile import QUARANTINED, read
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
for name, build in QUARANTINED.items():
    if name.split(":")[0] in ("docx", "xlsx", "ole", "html", "mht"):
        report = read(build())
        assert report.reason and "Memory" not in report.reason.found, name
"""


def test_memory_stays_in_bounds():
    """A process that may not have more than two gigabytes of addresses gets through the bombs."""
    root = str(ROOT)
    done = subprocess.run([sys.executable, "-c", MEMORY.format(root=root)], capture_output=True, text=True, cwd=root)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_circle_in_the_directory_of_an_old_file_does_no_harm():
    report = read(directory_loop())
    assert wrong(report) == {} and (report.state == "quarantined" or len(report.cells) == len(RECORD.cells))


@pytest.mark.parametrize("kind", MAKERS)
def test_a_truncated_file_gives_no_wrong_number(kind: str):
    whole = MAKERS[kind]()
    assert len(read(whole).cells) == len(RECORD.cells)
    for tenth in range(1, 10):
        report = read(whole[: len(whole) * tenth // 10])
        got = wrong(report)
        # A text that breaks off inside a number cannot know that it did: only the very last number may be cut.
        assert len(got) <= (kind in ("html", "mht", "markdown")), (tenth, got)


def test_macros_are_not_looked_at():
    out = io.BytesIO(as_xlsx(RECORD))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(2000))
    report = read(out.getvalue())
    assert report.state == "loaded" and wrong(report) == {} and len(report.cells) == len(RECORD.cells)


def test_a_hostile_file_in_an_archive_does_not_stop_the_others():
    files = {
        "一.docx": as_docx(RECORD),
        "炸弹.docx": billion_laughs(),
        "深.html": b"<div>" * 100_000,
        "锁.zip": locked(as_zip({"a": b"1"})),
        "二.xlsx": as_xlsx(RECORD),
    }
    got = {}
    for member in members(as_zip(files, "gbk"), "批.zip"):
        got[member.name] = read(member.data).state if member.data is not None else member.error and member.error.code
    assert got == {
        "批.zip!/一.docx": "loaded", "批.zip!/炸弹.docx": "quarantined", "批.zip!/深.html": "quarantined",
        "批.zip!/锁.zip!/a": "archive_encrypted", "批.zip!/二.xlsx": "loaded"}  # fmt: skip
