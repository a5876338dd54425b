"""RTF gives the numbers that it shows: no deleted or hidden digit, no shifted row, no guess about a damaged file."""

from __future__ import annotations

import gzip
import json
import random
import re

import pytest
from hypothesis import HealthCheck, given, settings

from ingest.model import Document, IngestError, Paragraph, Table
from ingest.readers.word.rtf import read_rtf
from ingest.tables import extract
from ingest.words.issues import issue_texts
from tests.factory import Record, random_record, zero_record
from tests.factory.rtf import HEAD, as_rtf, by_number, in_bytes, row_shape
from tests.factory.strategies import records
from tests.paths import CASES


def numbers(document: Document) -> dict[str, str]:
    return {c.code: c.printed for c in extract(document)[1] if c.printed is not None}


def read(body: str, head: str = HEAD) -> Document:
    return read_rtf((head + body + "}").encode("ascii"))


def prose(body: str, head: str = HEAD) -> list[str]:
    return [b.text for b in read(body + r"\par", head).blocks if isinstance(b, Paragraph)]


def shown(*rows: str) -> list[tuple[str, int, int, int, int]]:
    tables = [b for b in read("".join(rows) + r"\pard 0\par").blocks if isinstance(b, Table)]
    return [(c.text, c.row, c.column, c.rowspan, c.colspan) for t in tables for c in t.cells]


def row(*cells: str, shape: str = "") -> str:
    shape = shape or row_shape([(1000 * k, "") for k in range(1, len(cells) + 1)], 0)
    return shape + "".join(rf"\pard\intbl {c}\cell " for c in cells) + r"\row "


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(records(max_blanks=30))
def test_every_number_of_an_rtf_file_comes_back(record: Record):
    assert numbers(read_rtf(as_rtf(record))) == record.values
    assert numbers(read_rtf(as_rtf(record, traps=True))) == record.values


def test_rtf_made_by_libreoffice_with_tracked_deletions_is_read_in_full():
    document = read_rtf(gzip.decompress((CASES / "libreoffice-revisions.rtf.gz").read_bytes()))
    assert document.reader == "rtf"
    assert numbers(document) == json.loads((CASES / "libreoffice.json").read_text("utf-8"))["revisions.rtf"]


@pytest.mark.quirk(71)
def test_a_merged_cell_stands_once_and_places_count_as_in_docx():
    document = read_rtf(as_rtf(zero_record()))
    tables = [b for b in document.blocks if isinstance(b, Table)]
    assert [t.place for t in tables] == ["table 1", "table 2", "table 3"]
    assert [(c.rowspan, c.colspan) for c in tables[1].cells if "本年度办理结果" in c.text] == [(22, 1)]
    assert document.blocks[0] == Paragraph("示例乙乡2024年政府信息公开工作年度报告", "paragraph 1")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (in_bytes("政府"), "政府"), (rf"\f1 {in_bytes('政府')}", "政府"), (r"\'d5\'fe\'b8\'ae12", "政府12"), (by_number("政府𠮷"), "政府𠮷"),
        (rf"\uc2 {by_number('政府', 2)}5", "政府5"), (rf"\uc0 {by_number('政府', 0)}5", "政府5"), (r"\u25919\'d5\u24220?5", "政府5"),
        (r"{\uc0\u25919}\u24220 95", "政府5"), (r"\u25919 {5}", "政5"), (r"\u25919\b 5", "政5"), (r"\u-3913?", "\uf0b7"),
        (r"a\line b\tab c\_d\~e\{f\}\\g", "a\nb c-d\xa0e{f}\\g"), (r"{\f2 1}2", "\uf0312"), ("1\r\n2", "12"),
        (r"1{\deleted 7}2", "12"), (r"1{\revised 7}2", "172"), (r"1\deleted 7\deleted0 2", "12"), (r"1\v 7\v0 2", "12"),
        (r"1\v 7\plain 2", "12"), (r"1{\pict\bin3 }}}45}2", "12"), (r"1{\*\anything{5}6}2", "12"), (r"1{\header 5}2", "12"),
        (r"1{\footnote 5{\b 6}}2", "12"), (r"1{\field{\*\fldinst PAGE 5}{\fldrslt 2}}", "12"), (r"1{\*\bkmkstart 5}2", "12"),
        (r"1\unknownword5 2", "12"), (r"1{\deleted\par}2", "12"),
        (r"1{\stylesheet{\s5 6 \{;}}2", "12"), (r"1\bin3 }}}2", "12"),
    ],
)  # fmt: skip
def test_what_is_drawn_is_read_and_nothing_else(body: str, text: str):
    assert prose(body) == [text]


def test_bytes_are_read_in_the_encoding_of_their_font_or_else_of_the_file():
    fonts = r"{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset134 B;}{\f2\fcharset136 C;}}"
    assert prose(r"\f2\'ac\'46{\f1\'d5\'fe}\f0\'d5\'fe", rf"{{\rtf1\ansi\ansicpg936\deff0{fonts}") == ["政政政"]
    assert prose(r"\'e9", r"{\rtf1\ansi\ansicpg99999") == ["é"]


def test_merged_cells_are_one_cell():
    high, low = row_shape([(1000, r"\clvmgf"), (2000, "")], 0), row_shape([(1000, r"\clvmrg"), (2000, "")], 0)
    assert shown(row("a", "1", shape=high), row("", "2", shape=low)) == [("a", 0, 0, 2, 1), ("1", 0, 1, 1, 1), ("2", 1, 1, 1, 1)]
    wide = row_shape([(1000, r"\clmgf"), (2000, r"\clmrg"), (3000, "")], 0)
    assert shown(row("a", "", "1", shape=wide), row("b", "2", "3"))[:2] == [("a", 0, 0, 1, 2), ("1", 0, 2, 1, 1)]


def test_a_row_may_be_defined_once_for_those_that_follow_or_again_at_its_end():
    first = row_shape([(1000, ""), (2000, "")], 0)
    cells = r"\pard\intbl a\cell 1\cell "
    assert shown(first + cells + r"\row ", cells + r"\row ") == shown(
        first + cells + "{" + first + r"\row}", cells + "{" + first + r"\row}"
    )


def test_text_of_two_cells_never_runs_together():
    """One mark of a cell end is lost: eight cells for nine edges."""
    found = shown(row("a", "1", "2"), row("b", "3", "4").replace(r"3\cell ", "3"), row("c", "5", "6"))
    assert [(c[0], c[1]) for c in found] == [("a", 0), ("1", 0), ("2", 0), ("b | 34 | ", 1), ("c", 2), ("5", 2), ("6", 2)]


def nested(*inner: str) -> str:
    ends = "".join(rf"\pard\intbl\itap2 {c}\nestcell{{\nonesttables\par}}" for c in inner)
    shape = row_shape([(1000 * k, "") for k in range(1, len(inner) + 1)], 0)
    return (
        row_shape([(1000, ""), (9000, "")], 0)
        + rf"\pard\intbl a\cell {ends}{{\*\nesttableprops{shape}\nestrow}}\pard\intbl\cell\row "
    )


def test_a_small_table_inside_a_cell_is_text_of_the_cell_and_its_numbers_stay_apart():
    assert [c[0] for c in shown(nested("7"))] == ["a", "7"]
    assert [c[0] for c in shown(nested("1", "2"))] == ["a", "1 | 2 | "]


def test_a_table_that_lays_out_others_gives_them_as_blocks():
    blocks = read(nested("b", "1", "2", "3") + r"\pard 0\par").blocks
    assert [(type(b), b.place) for b in blocks] == [(Paragraph, "paragraph 1"), (Table, "table 2"), (Paragraph, "paragraph 3")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{\\rtf1 1", "damaged_rtf"), (b"{\\rtf1{\\pict 12", "damaged_rtf"), (b"{\\rtf1" + b"{" * 900 + b"}" * 901, "too_deep"), (b"rtf", "damaged_rtf"),
        (b"{\\rtf1\\intbl\\itap99 1\\par}", "too_deep"), (b"{\\rtf1\\bin99999999999 x", "damaged_rtf"),
    ],
)  # fmt: skip
def test_what_is_no_whole_rtf_file_is_refused(data: bytes, code: str):
    with pytest.raises(IngestError) as caught:
        read_rtf(data)
    assert caught.value.issue.code == code
    assert all(len(words) > 10 for words in issue_texts(caught.value.issue).values())


@pytest.mark.parametrize("share", [k / 12 for k in range(1, 12)])
def test_an_rtf_file_that_was_cut_off_is_refused(share: float):
    data = as_rtf(zero_record())
    with pytest.raises(IngestError):
        read_rtf(data[: int(len(data) * share)])


def test_damage_to_one_mark_loses_numbers_and_changes_none():
    """A brace or a word of the tables is lost, doubled or misspelled (not one that deletes or hides: that is the text)."""
    record = random_record(random.Random(3), "2021", 300)
    good = as_rtf(record)
    marks = list(re.finditer(rb"[{}]|\\(?:cell|row|trowd|intbl|pard|plain|par|cellx|clvmgf|clvmrg|f)(?![a-z])", good))
    rng = random.Random(12)
    outcomes = set()
    for mark in rng.sample(marks, 300):
        other = rng.choice((b"", mark[0] * 2, b"\\x" + mark[0][1:], rng.choice(marks)[0]))
        bad = (
            good[: mark.start()]
            + other
            + b" " * (good[mark.end() : mark.end() + 1] not in tuple(b"%c" % c for c in b"0123456789-"))
            + good[mark.end() :]
        )
        try:
            got = numbers(read_rtf(bad))
        except IngestError:
            outcomes.add("refused")
            continue
        outcomes.add("whole" if got == record.values else "less")
        assert {code: n for code, n in got.items() if record.cells.get(code) != n} == {}, (mark, other)
    assert outcomes == {"refused", "whole", "less"}


def test_any_bytes_end_as_a_document_or_a_reason():
    good = as_rtf(zero_record(), traps=True)
    rng = random.Random(13)
    for _ in range(150):
        bad = bytearray(good)
        for at in rng.choices(range(6, len(bad)), k=rng.choice((1, 5, 50))):
            bad[at] = rng.choice((*b"\\{}'", rng.randrange(256)))
        try:
            assert read_rtf(bytes(bad)).reader == "rtf"
        except IngestError as error:
            assert error.issue.code in ("damaged_rtf", "too_deep")


SHAPE = r"{{\shp{{\*\shpinst\shpleft0{{\sp{{\sn a}}{{\sv 9}}}}{{\shptxt \pard\plain {}\par}}}}{{\shprslt{{\*\do{{\dptxbxtext \pard {}\par}}}}}}}}"
LIST = r"{{\field{{\*\fldinst {{FORMDROPDOWN}}{{\*\formfield{{\fftype2\ffres{}\ffdefres0{{\*\ffl 7}}{{\*\ffl 45}}}}}}}}{{\fldrslt {}}}}}"
PICTURE = r"{\*\shppict{\pict\pngblip 89}}{\nonshppict{\pict\wmetafile8 01}}"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (SHAPE.format("45", "45"), "45"), ("45" + SHAPE.format("11", "11"), "45 | 11 | "), (SHAPE.format("4", "") + SHAPE.format("5", ""), "4 | 5 | "),
        (r"{\*\do{\dptxbxtext \pard 45\par}}", "45"), ("45" + PICTURE, "45"), (PICTURE, "\ufffc"), (r"45{\super 1}", "45^1"),
        (r"45{\up6 1}", "45^1"), (r"45{\super\chftn{\footnote\pard 9}}", "45"), (r"45{\strike 7}", "45"), (r"45{\striked1 7}", "45"),
        (r"4{\strike\v 7\v0 8}5", "45"), (LIST.format(1, ""), "45"), (LIST.format(1, "45"), "45"), (LIST.format(25, ""), "7"), (LIST.format(9, ""), "\ufffc"),
        (r"{\field{\*\fldinst FORMTEXT}{\fldrslt 45}}", "45"), ("", ""),
    ],
)  # fmt: skip
@pytest.mark.quirk(143)
def test_what_stands_beside_a_number_never_runs_into_it(cell: str, text: str):
    assert shown(row("a", cell, "b"))[1][0] == text


@pytest.mark.quirk(143)
def test_a_text_box_in_running_text_is_read_after_its_paragraph():
    assert prose(by_number("甲") + SHAPE.format(by_number("题"), "x") + by_number("乙")) in (["甲乙", "题"], ["题", "甲乙"])


@pytest.mark.quirk(143)
def test_boxes_in_boxes_end_in_words():
    box = "5"
    for _ in range(9):
        box = SHAPE.format(box, "")
    with pytest.raises(IngestError) as caught:
        read(box)
    assert caught.value.issue.code == "too_deep"
