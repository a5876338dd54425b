"""Old Word files give the numbers that they show: no deleted or hidden digit, no shifted row, no guess about a damaged file."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import random
import struct

import olefile
import pytest
from hypothesis import HealthCheck, given, settings

from ingest.model import Document, IngestError, Paragraph, SourceCell, Table
from ingest.readers.word.word97 import read_word97
from ingest.tables import extract
from ingest.words.issues import issue_texts
from tests.factory import Record, random_record, zero_record
from tests.factory.compound import compound
from tests.factory.rows import StoredCell
from tests.factory.strategies import records
from tests.factory.word97 import DELETED, HIDDEN, IN_CELL, ROW_END, SPECIAL, TEXT_AT, Block, Run, as_word97, row_shape, word_file
from tests.paths import CASES

MADE_BY_LIBREOFFICE = json.loads((CASES / "libreoffice.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def no_libreoffice(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FOI_SOFFICE", "/nowhere/soffice")


def numbers(document: Document) -> dict[str, str]:
    return {c.code: c.printed for c in extract(document)[1] if c.printed is not None}


def prose(*blocks: Block) -> list[str]:
    return [b.text for b in read_word97(word_file(list(blocks))).blocks if isinstance(b, Paragraph)]


def text(*runs: Run) -> Block:
    return Block(runs)


def row(*cells: str | Run, shape: bytes = b"", edges: tuple[int, ...] = ()) -> list[Block]:
    """A row of cells; without a shape, each is 1,000 twips wide."""
    at = edges or tuple(range(0, 1000 * len(cells) + 1, 1000))
    shape = shape or row_shape([StoredCell("", a, b) for a, b in itertools.pairwise(at)])
    ends = [Block((c if isinstance(c, Run) else Run(c),), "\x07", IN_CELL) for c in cells]
    return [*ends, Block((Run(""),), "\x07", ROW_END + shape)]


def cells(*rows: list[Block], data: bytes = b"") -> list[SourceCell]:
    document = read_word97(word_file([b for r in rows for b in r] + [text(Run("完"))], data))
    return [c for b in document.blocks if isinstance(b, Table) for c in b.cells]


def shown(*rows: list[Block], data: bytes = b"") -> list[tuple[str, int, int, int, int]]:
    return [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in cells(*rows, data=data)]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(records(max_blanks=30))
def test_every_number_of_an_old_word_file_comes_back(record: Record):
    assert numbers(read_word97(as_word97(record))) == record.values
    assert numbers(read_word97(as_word97(record, traps=True))) == record.values


@pytest.mark.parametrize("name", [n for n in MADE_BY_LIBREOFFICE if n.endswith(".doc")])
def test_word_files_made_by_libreoffice_are_read_in_full(name: str):
    document = read_word97(gzip.decompress((CASES / f"libreoffice-{name}.gz").read_bytes()))
    assert document.reader == "doc" and numbers(document) == MADE_BY_LIBREOFFICE[name]


@pytest.mark.quirk(71)
def test_a_merged_cell_stands_once_and_places_count_as_in_docx():
    document = read_word97(as_word97(zero_record()))
    tables = [b for b in document.blocks if isinstance(b, Table)]
    assert [t.place for t in tables] == ["table 1", "table 2", "table 3"]
    assert [(c.rowspan, c.colspan) for c in tables[1].cells if "本年度办理结果" in c.text] == [(22, 1)]
    assert [(c.rowspan, c.colspan) for c in tables[2].cells if c.text == "行政诉讼"] == [(1, 10)]
    assert document.blocks[0] == Paragraph("示例乙乡2024年政府信息公开工作年度报告", "paragraph 1")


def test_deleted_and_hidden_text_is_not_read():
    assert prose(text(Run("1"), Run("2", DELETED), Run("3", HIDDEN), Run("4"))) == ["14"]


def test_a_deleted_paragraph_mark_joins_what_stands_on_both_sides():
    assert prose(text(Run("收到", b"")), Block((Run("", DELETED),)), text(Run("3件"))) == ["收到", "3件"]
    assert prose(Block((Run("收到"), Run("", DELETED))), text(Run("3件"))) == ["收到3件"]


def test_a_deleted_row_is_not_read():
    gone = [Block((Run("9", DELETED),), "\x07", IN_CELL), Block((Run("", DELETED),), "\x07", row("9")[1].properties)]
    assert shown(row("1"), gone, row("2")) == [("1", 0, 0, 1, 1), ("2", 1, 0, 1, 1)]


def test_of_a_field_the_result_is_read_not_the_instruction():
    begin, middle, end = (Run(c, SPECIAL) for c in "\x13\x14\x15")
    assert prose(text(begin, Run(" PAGE 7 "), middle, Run("5"), end, Run("件"))) == ["5件"]
    assert prose(text(begin, Run("IF "), begin, Run("A"), middle, Run("8"), end, Run("9"), middle, Run("6"), end)) == ["6"]


def test_a_field_that_never_ends_leaves_its_cell_without_a_number():
    found = cells(row(Run("1\x13 2"), "3"))
    assert [c.text for c in found] == ["1\ufffd", "3"]


def test_pieces_of_one_and_two_bytes_a_character_make_one_text():
    assert prose(text(Run("共"), Run("12", b"", True), Run("件"), Run("34", b"", True))) == ["共12件34"]


def test_characters_outside_the_basic_plane_do_not_shift_what_follows():
    assert prose(text(Run("𠮷1"), Run("7", DELETED), Run("2"))) == ["𠮷12"]


def test_a_symbol_is_not_read_as_the_bracket_it_is_stored_as():
    symbol = struct.pack("<HHH", 0x6A09, 3, 0xF0FE)
    digit = struct.pack("<HHH", 0x6A09, 3, 0x31)
    assert prose(text(Run("(", symbol), Run("是"))) == ["\uf0fe是"]
    assert prose(text(Run("(", digit))) == ["\uf031"]


def test_breaks_tabs_and_fixed_hyphens_are_drawn():
    assert prose(text(Run("甲\x0b乙\t丙\x1e3"))) == ["甲\n乙 丙-3"]


def test_merges_set_after_the_row_was_defined_count():
    top, low = (
        [StoredCell("", 0, 1000, "start"), StoredCell("", 1000, 2000)],
        [StoredCell("", 0, 1000, "go"), StoredCell("", 1000, 2000)],
    )
    rows = row("甲", "1", shape=row_shape(top, late=True)), row("", "2", shape=row_shape(low, late=True))
    assert shown(*rows) == [("甲", 0, 0, 2, 1), ("1", 0, 1, 1, 1), ("2", 1, 1, 1, 1)]


@pytest.mark.parametrize("flags", [(1, 2, 0), (2, 1, 0), (3, 1, 0)])
def test_cells_merged_sideways_are_one_cell_in_both_spellings(flags: tuple[int, ...]):
    shape = bytearray(row_shape([StoredCell("", 1000 * k, 1000 * k + 1000) for k in range(3)]))
    for k, flag in enumerate(flags):
        shape[4 + 1 + 8 + 20 * k] = flag
    assert shown(row("甲", "", "1", shape=bytes(shape)), row("乙", "2", "3")) == [
        ("甲", 0, 0, 1, 2), ("1", 0, 2, 1, 1), ("乙", 1, 0, 1, 1), ("2", 1, 1, 1, 1), ("3", 1, 2, 1, 1),
    ]  # fmt: skip
    merge = row_shape([StoredCell("", 1000 * k, 1000 * k + 1000) for k in range(3)]) + struct.pack("<HBB", 0x5624, 0, 2)
    assert shown(row("甲", "", "1", shape=merge), row("乙", "2", "3"))[0] == ("甲", 0, 0, 1, 2)


@pytest.mark.parametrize("number", [0x6645, 0x6646, 0x646B])
def test_a_row_defined_in_the_data_stream_is_found(number: int):
    properties = ROW_END + row_shape([StoredCell("", 0, 1000), StoredCell("", 1000, 3000)])
    end = Block((Run(""),), "\x07", (ROW_END if number == 0x646B else b"") + struct.pack("<HI", number, 3))
    kept = b"xyz" + struct.pack("<H", len(properties)) + properties
    assert shown([*row("甲", "1")[:2], end], row("乙", "2", "3"), data=kept)[1] == ("1", 0, 1, 1, 2)


def test_edges_that_differ_by_a_hair_are_one_line_but_never_two_edges_of_a_row():
    found = shown(row("甲", "1", edges=(0, 1000, 2000)), row("乙", "2", edges=(0, 1040, 2000)))
    assert [c[2] for c in found] == [0, 1, 0, 1]
    narrow = shown(row("甲", "1", "2", edges=(0, 1000, 1040, 2000)), row("乙", "3", "4", edges=(0, 1000, 1040, 2000)))
    assert [c[2] for c in narrow] == [0, 1, 2, 0, 1, 2]


def test_a_row_that_does_not_fit_its_edges_gives_no_number_and_explains_none():
    found = shown(row("规章", "1", "2"), row("罚款", "3", "4", edges=(0, 1000, 2000)), row("许可", "5", "6"))
    assert [(c[0], c[1]) for c in found] == [
        ("规章", 0), ("1", 0), ("2", 0), ("罚款 | 3 | 4 | ", 1), ("许可", 2), ("5", 2), ("6", 2),
    ]  # fmt: skip


def nested(*inner: str) -> list[Block]:
    """One row with a table of one row inside its second cell."""
    deep = b"\x16\x24\x01\x49\x66\x02\x00\x00\x00"
    shape = row_shape([StoredCell("", 1000 * k, 1000 * k + 1000) for k in range(len(inner))])
    ends = [Block((Run(c),), "\r", deep + b"\x4b\x24\x01") for c in inner]
    return [row("甲", "")[0], *ends, Block((Run(""),), "\r", deep + b"\x4c\x24\x01" + shape), *row("甲", "")[1:]]


def test_a_small_table_inside_a_cell_is_text_of_the_cell_and_its_numbers_stay_apart():
    assert [c.text for c in cells(nested("行政许可"))] == ["甲", "行政许可"]
    assert [c.text for c in cells(nested("1", "2"))] == ["甲", "1 | 2 | "]


def test_a_table_that_lays_out_others_gives_them_as_blocks():
    document = read_word97(word_file([*nested("乙", "1", "2", "3"), text(Run("完"))]))
    assert [(type(b), b.place) for b in document.blocks] == [
        (Paragraph, "paragraph 1"),
        (Table, "table 2"),
        (Paragraph, "paragraph 3"),
    ]


def test_properties_laid_over_a_piece_count():
    blocks = [text(Run("1", b"", True)), text(Run("2")), text(Run("3", b"", True))]
    short = word_file(blocks, overlay={1: (0x41 << 1 | 1 << 8, b"")})
    listed = word_file(blocks, overlay={1: (1, HIDDEN)})
    assert ["".join(b.text for b in read_word97(f).blocks) for f in (short, listed)] == ["13", "13"]


# What is refused


def refused(data: bytes) -> str:
    with pytest.raises(IngestError) as caught:
        read_word97(data)
    assert all(len(words) > 10 for words in issue_texts(caught.value.issue).values())
    return caught.value.issue.code


def changed(data: bytes, at: int, value: bytes) -> bytes:
    """A Word file with other bytes in the head of its main stream."""
    start = data.find(struct.pack("<HH", 0xA5EC, 0xC1)) + at
    return data[:start] + value + data[start + len(value) :]


def test_files_that_are_no_readable_word_file_are_refused_by_name():
    good = as_word97(zero_record())
    old = struct.pack("<HHHHHH", 0xA5DC, 101, 0, 0, 0, 0)
    assert refused(changed(good, 0x0B, b"\x13")) == "encrypted"
    assert refused(compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"})) == "encrypted"
    assert refused(compound({"WordDocument": old})) == "word6_not_read"
    assert refused(compound({"CONTENTS": b"x"})) == "ole_unknown"
    assert refused(compound({"WordDocument": bytes(5000)})) == "damaged_doc"
    assert refused(changed(good, 2, b"\x65")) == "damaged_doc"  # an old number does not make it an old file
    assert refused(changed(good, 0x0A, b"\0\0")) == "damaged_doc"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == "damaged_doc"
    assert refused(word_file([Block((Run("甲"),), "\r", IN_CELL[:5] + struct.pack("<I", 99))])) == "too_deep"


def test_a_text_that_ends_within_a_paragraph_is_refused():
    good = as_word97(zero_record())
    length = struct.unpack_from("<I", good, good.find(struct.pack("<HH", 0xA5EC, 0xC1)) + 0x4C)[0]
    assert refused(changed(good, 0x4C, struct.pack("<I", length - 3))) == "damaged_doc"


@pytest.mark.parametrize("cut", range(600, 33000, 2700))
def test_a_word_file_that_was_cut_off_is_refused(cut: int):
    assert refused(as_word97(zero_record())[:cut]) in ("damaged_doc", "ole_unknown")


@pytest.mark.parametrize("traps", [False, True])
def test_damage_to_anything_but_the_text_loses_numbers_and_changes_none(traps: bool):
    """Bytes are changed everywhere but in the characters and their own properties, which are the text."""
    record = random_record(random.Random(3), "2021", 300)
    good = as_word97(record, traps)
    spared = protected(good)
    places = [k for k in range(len(good)) if k not in spared]
    rng = random.Random(11)
    read, lost = 0, 0
    for _ in range(400):
        bad = bytearray(good)
        for at in rng.choices(places, k=rng.choice((1, 1, 2, 5, 20))):
            bad[at] = rng.choice((0, 255, rng.randrange(256), bad[at] ^ 1 << rng.randrange(8)))
        try:
            got = numbers(read_word97(bytes(bad)))
        except IngestError:
            lost += 1
            continue
        read += 1
        assert {code: n for code, n in got.items() if record.cells.get(code) != n} == {}
    assert read > 50 and lost > 50


def protected(good: bytes) -> set[int]:
    """Where the text and the pages of character properties stand in a file."""
    with olefile.OleFileIO(io.BytesIO(good)) as ole:
        word, table = ole.openstream("WordDocument").read(), ole.openstream("1Table").read()
    start = good.find(word[:512])
    at, size = struct.unpack_from("<II", word, 0x9A + 8 * 12)
    count = (size - 4) // 8
    pages = struct.unpack_from(f"<{count}I", table, at + 4 * (count + 1))
    stretches = [(TEXT_AT, struct.unpack_from("<I", word, 0x1C)[0]), *((512 * p, 512 * p + 512) for p in pages)]
    return {k for a, b in stretches for k in range(start + a, start + b)}


RAISED, LIFTED, STRUCK = b"\x48\x2a\x01", b"\x45\x48\x06\x00", b"\x37\x08\x01"


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ((Run("45"), Run("1", RAISED)), "45¹"), ((Run("45"), Run("12", LIFTED)), "45¹²"), ((Run("45"), Run("7", STRUCK)), "45"),
        ((Run("45"), Run("\x02", SPECIAL + RAISED)), "45"), ((Run("45"), Run("\x08", SPECIAL)), "45"), ((Run("\x08", SPECIAL),), "\ufffc"),
        ((Run("\x01", SPECIAL),), "\ufffc"), ((Run("\x01", SPECIAL + HIDDEN),), ""), ((Run("\x13 FORMDROPDOWN \x01\x15"),), "\ufffc"),
        ((Run("\x13 FORMTEXT \x01\x1445\x15"),), "45"), ((Run(""),), ""),
    ],
)  # fmt: skip
@pytest.mark.quirk(143)
def test_what_stands_beside_a_number_never_runs_into_it(runs: tuple[Run, ...], said: str):
    first, *_ = row("a", "b")
    line = [first, Block(runs, "\x07", IN_CELL), row("a", "b")[-1]]
    assert shown(line)[1][0] == said
