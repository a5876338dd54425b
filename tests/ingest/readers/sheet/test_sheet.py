"""Workbooks: every number comes back from its cell, merged cells as drawn, and no hostile file ends the program."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.law.forms import load_forms
from ingest.model import Document, IngestError, Paragraph, Table
from ingest.readers.kinds import looks_like_sheet
from ingest.readers.sheet import read_sheet, text_of
from ingest.tables import extract
from ingest.words.issues import issue_texts
from tests.factory import Record, blank_record, random_record, zero_record
from tests.factory.sheet import as_xls, as_xlsx
from tests.factory.strategies import records

MAKERS = {"xlsx": as_xlsx, "xls": as_xls}


def numbers(document: Document) -> dict[str, str]:
    return {c.code: c.printed for c in extract(document)[1] if c.printed is not None}


def xlsx(*rows: list[object], merges: tuple[str, ...] = (), hidden: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("概况")
    for merge in merges:
        sheet.merge_range(merge, "")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write_string(r, c, value) if isinstance(value, str) else sheet.write(r, c, value)
    if hidden:
        other = book.add_worksheet("去年")
        other.write(0, 0, "旧")
        other.hide()
    book.close()
    return out.getvalue()


def with_part(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """An .xlsx in which the bytes of one part are changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        assert old in source.read(name)
        for info in source.infolist():
            part = source.read(info)
            target.writestr(info.filename, part.replace(old, new, 1) if info.filename == name else part)
    return out.getvalue()


def reason(data: bytes) -> str:
    with pytest.raises(IngestError) as caught:
        read_sheet(data)
    assert len(issue_texts(caught.value.issue)["message_zh"]) > 8
    return caught.value.issue.code


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("one_sheet", [True, False])
@pytest.mark.parametrize("form", load_forms())
@pytest.mark.parametrize("kind", MAKERS)
def test_every_number_comes_back(kind: str, form: str, one_sheet: bool, gap: int):
    record = random_record(random.Random(f"{kind}{form}"), form, 5000)
    assert numbers(read_sheet(MAKERS[kind](record, one_sheet, gap))) == record.values


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(record=records(max_blanks=40), kind=st.sampled_from(sorted(MAKERS)), one_sheet=st.booleans(), gap=st.integers(0, 2))
def test_no_number_is_wrong_or_invented(record: Record, kind: str, one_sheet: bool, gap: int):
    got = numbers(read_sheet(MAKERS[kind](record, one_sheet, gap)))
    assert {code: text for code, text in got.items() if record.cells[code] != text} == {}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_blank_form_gives_no_number(kind: str):
    assert numbers(read_sheet(MAKERS[kind](blank_record()))) == {}


def test_numbers_stored_as_text_stay_as_they_are():
    record = random_record(random.Random(2), "2021", 5000)
    assert numbers(read_sheet(as_xlsx(record, as_text=True))) == record.values


@pytest.mark.parametrize("kind", MAKERS)
def test_the_three_tables_on_one_sheet_are_three_tables_with_their_headings_between(kind: str):
    blocks = read_sheet(MAKERS[kind](zero_record())).blocks
    kinds = ["T" if isinstance(b, Table) else b.text[:2] for b in blocks]
    assert kinds[kinds.index("二、") :][:7] == ["二、", "T", "三、", "T", "四、", "T", "五、"]


def test_a_place_names_sheet_rows_and_cell():
    record = random_record(random.Random(1), "2021", 5000)
    cell = next(c for c in extract(read_sheet(as_xlsx(record)))[1] if c.code == "requests.received.natural_person")
    assert cell.place.startswith("sheet 年报 rows ") and cell.place.endswith(" row 4 column 4 (D26)")


@pytest.mark.parametrize(
    ("value", "text"),
    [(12.0, "12"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (123456789012.0, "123456789012"), (38.10, "38.1"), (-0.0, "0"),
     (-9.0, "-9"), (100.0, "100"), (True, "TRUE"), ("007", "007"), (1e300, "1e+300")],
)  # fmt: skip
def test_a_number_reads_as_a_person_sees_it(value: object, text: str):
    assert text_of(value) == text


def test_a_date_is_iso_and_an_error_or_a_truth_is_no_number():
    import datetime

    blocks = read_sheet(xlsx(["日期", "真"], [datetime.date(2024, 1, 3), True], ["=1/0", "x"])).blocks
    assert isinstance(blocks[0], Table)
    assert [c.text for c in blocks[0].cells] == ["日期", "真", "2024-01-03", "TRUE", "=1/0", "x"]


def test_merged_cells_stand_once_with_their_spans():
    table = read_sheet(xlsx(["甲", None, "乙"], [None, None, "1"], ["丙", "2", "3"], merges=("A1:B2",))).blocks[0]
    assert isinstance(table, Table)
    spans = [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in table.cells]
    assert spans == [
        ("甲", 0, 0, 2, 2),
        ("乙", 0, 2, 1, 1),
        ("1", 1, 2, 1, 1),
        ("丙", 2, 0, 1, 1),
        ("2", 2, 1, 1, 1),
        ("3", 2, 2, 1, 1),
    ]


def test_a_row_with_a_label_and_blanks_stays_in_its_table():
    table = read_sheet(xlsx(["信息内容", "件"], ["规章"], ["行政许可", "3"])).blocks
    assert len(table) == 1 and isinstance(table[0], Table) and len(table[0].cells) == 6


def test_a_hidden_sheet_is_not_read():
    texts = [b.text for b in read_sheet(xlsx(["一"], hidden=True)).blocks if isinstance(b, Paragraph)]
    assert texts == ["一"]


def test_a_whole_part_in_one_cell_becomes_its_lines():
    blocks = read_sheet(xlsx(["一、总体情况\n2024年，收到申请3件。"])).blocks
    assert [(b.text, b.place) for b in blocks if isinstance(b, Paragraph)] == [
        ("一、总体情况", "sheet 概况 row 1"), ("2024年，收到申请3件。", "sheet 概况 row 1")]  # fmt: skip


SHEET = "xl/worksheets/sheet1.xml"


def test_a_cell_in_the_last_corner_is_refused_before_memory_is_reserved():
    assert reason(with_part(xlsx(["a", "b"]), SHEET, b'r="B1"', b'r="XFD1048576"')) == "too_large"
    assert reason(with_part(xlsx(["a", "b"]), SHEET, b'<c r="B1"', b'<c x=">" r="XFD1048576"')) == "too_large"


def test_styled_empty_cells_far_out_are_only_left_out():
    data = with_part(xlsx(["a", "b"]), SHEET, b"</row>", b'</row><row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert [c.text for b in read_sheet(data).blocks if isinstance(b, Table) for c in b.cells] == ["a", "b"]


def test_an_old_workbook_that_tells_a_huge_rectangle_is_refused():
    import struct

    data = as_xls(zero_record())
    record = b"\x00\x02\x0e\x00"
    at = data.index(record) + 4
    told = [struct.pack("<IIHH", 0, 65536, 0, 65000), struct.pack("<IIHH", 40, 0, 0, 10)]
    assert [reason(data[:at] + t + data[at + 12 :]) for t in told] == ["too_large", "damaged_sheet"]


def test_merges_over_the_whole_sheet_and_over_each_other_do_no_harm():
    data = with_part(
        xlsx(["a", "b"], ["c", "d"], ["e"], merges=("A3:B3",)),
        SHEET,
        b'ref="A3:B3"',
        b'ref="A2:XFD1048576"/><mergeCell ref="A1:A3"',
    )
    table = read_sheet(data).blocks[0]
    assert isinstance(table, Table) and max(c.row + c.rowspan for c in table.cells) <= 3


def test_a_long_text_that_stands_in_many_cells_is_refused_before_it_is_multiplied():
    long = with_part(xlsx(*[["a"] * 10] * 30), "xl/sharedStrings.xml", b"<t>a</t>", b"<t>" + b"7" * 3_000_000 + b"</t>")
    assert reason(long) == "too_large"


def test_entities_in_a_workbook_are_refused():
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    data = with_part(xlsx(["a"]), "xl/sharedStrings.xml", head, head + b'<!DOCTYPE sst [<!ENTITY a "b">]>')
    assert reason(data) == "damaged_sheet"


def test_kinds_of_workbooks_that_are_not_read_are_named():
    for name in ("xl/workbook.bin", "content.xml"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, "x")
        assert reason(out.getvalue()) == "sheet_not_read"


def test_a_password_is_named():
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    out = io.BytesIO()
    book.save(out)
    data = out.getvalue()
    at = data.index(b"\x09\x08\x10\x00") + 20  # the record after the first one becomes FILEPASS
    assert reason(data[:at] + b"\x2f\x00" + data[at + 2 :]) == "encrypted"


def test_a_workbook_is_known_by_what_is_in_it():
    assert looks_like_sheet(["xl/workbook.xml"]) and looks_like_sheet(["Workbook"]) and looks_like_sheet(["Book"])
    assert not looks_like_sheet(["word/document.xml", "WordDocument", "ObjectPool/_1/Workbook"])


@pytest.mark.parametrize("kind", MAKERS)
def test_damaged_bytes_end_in_words_and_a_checked_part_is_never_read_wrong(kind: str):
    """An .xlsx has checksums, so a damaged one is right or refused; an .xls has none, but must not end the program."""
    record = random_record(random.Random(7), "2021", 90)
    good = MAKERS[kind](record)
    outcomes = set()
    for seed in range(250):
        rng, data = random.Random(seed), bytearray(good)
        for _ in range(rng.choice((1, 4, 30))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if seed % 7 == 0:
            del data[rng.randrange(len(data)) :]
        try:
            got = numbers(read_sheet(bytes(data)))
        except IngestError as error:
            outcomes.add(error.issue.code)
            continue
        outcomes.add("read")
        if kind == "xlsx":
            assert {c: t for c, t in got.items() if record.cells[c] != t} == {}
    assert {"read", "damaged_sheet"} <= outcomes


def test_an_old_workbook_whose_container_is_damaged_is_right_or_refused():
    record = random_record(random.Random(7), "2021", 90)
    good = as_xls(record)
    for seed in range(150):
        rng, data = random.Random(seed), bytearray(good)
        data[rng.randrange(512) if seed % 2 else len(data) - 1 - rng.randrange(1024)] ^= 1 << rng.randrange(8)
        try:
            got = numbers(read_sheet(bytes(data)))
        except IngestError:
            continue
        assert {c: t for c, t in got.items() if record.cells[c] != t} == {}
