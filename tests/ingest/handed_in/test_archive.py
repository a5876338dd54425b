"""Archives: every file comes out once under a readable label; whatever is wrong comes out in words."""

from __future__ import annotations

import gzip
import itertools
import random

import pytest

from ingest.handed_in.archive import Member, decode_name, is_archive, members
from ingest.words.issues import issue_texts
from tests.factory import zero_record
from tests.factory.archive import as_tar, as_zip, locked, zeros
from tests.factory.docx import as_docx
from tests.factory.sheet import as_xlsx


def names(data: bytes, label: str = "a.zip") -> list[str]:
    return [m.name for m in members(data, label)]


def codes(data: bytes) -> list[str]:
    found = [m.error for m in members(data, "a.zip") if m.error]
    for issue in found:
        words = issue_texts(issue)
        assert len(words["message_zh"]) > 8 and len(words["message_en"]) > 20
    return [issue.code for issue in found]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf8", "utf-8"])
def test_chinese_names_are_readable_with_and_without_the_flag(encoding: str):
    data = as_zip({"年报/示例甲镇2024年.docx": b"1", "联通.txt": b"2", "plain.txt": b"3"}, encoding)
    assert names(data) == ["a.zip!/年报/示例甲镇2024年.docx", "a.zip!/联通.txt", "a.zip!/plain.txt"]


def test_names_are_never_mojibake_or_an_error():
    assert decode_name("示例".encode()) == "示例" and decode_name("示例".encode("gbk")) == "示例"
    assert decode_name("镕".encode("gb18030")) == "镕" and decode_name(b"a\xff\xfe") != ""


def test_a_second_character_byte_that_is_a_backslash_is_no_folder():
    assert "\\" in "誠".encode("gbk").decode("latin-1")
    assert names(as_zip({"誠.txt": b"1"}, "gbk")) == ["a.zip!/誠.txt"]


def test_archives_in_archives_give_their_files():
    data = as_zip({"内.zip": as_zip({"更内.tgz": as_tar({"表.txt": b"7"})}, "gbk")}, "gbk")
    assert [(m.name, m.data) for m in members(data, "a.zip")] == [("a.zip!/内.zip!/更内.tgz!/表.txt", b"7")]


def test_more_than_four_archives_deep_is_not_unpacked():
    data = b"1"
    for level in range(4):
        data = as_zip({f"{level}.zip" if level else "x.txt": data})
    assert (names(data)[0].endswith("!/x.txt"), codes(data)) == (True, [])
    assert codes(as_zip({"5.zip": data})) == ["archive_too_deep"]


@pytest.mark.parametrize("pack", [as_zip, as_tar])
def test_a_name_is_only_a_label_and_leads_nowhere(pack):
    files = {"../../etc/passwd": b"1", "/root/x": b"2", "C:\\Windows\\a.doc": b"3", "a/../../b": b"4", "x\ny": b"5"}
    got = names(pack(files))
    assert got == ["a.zip!/etc/passwd", "a.zip!/root/x", "a.zip!/Windows/a.doc", "a.zip!/a/b", "a.zip!/x_y"]


def test_an_endless_name_is_cut():
    (got,) = names(as_zip({"长" * 3000 + ".docx": b"1"}))
    assert len(got) < 120 and got.endswith(".docx")


def test_the_second_of_a_name_gets_a_number():
    data = as_zip({"a.txt": b"1", "./a.txt": b"2", "../a.txt": b"3", "d/a": b"4", "/d/a": b"5"})
    assert names(data) == ["a.zip!/a.txt", "a.zip!/a (2).txt", "a.zip!/a (3).txt", "a.zip!/d/a", "a.zip!/d/a (2)"]


def test_what_other_systems_leave_in_archives_is_no_file():
    junk = {"__MACOSX/._a.doc": b"", ".DS_Store": b"", "d/Thumbs.db": b"", "._b": b"", "d/": b"", "真.txt": b"1"}
    assert names(as_zip(junk)) == ["a.zip!/真.txt"]


def test_a_file_that_grows_beyond_the_limit_is_refused_and_the_others_are_read():
    data = as_zip({"before": b"1", "big": bytes(65 << 20), "after": b"2"}, compress=False)
    got = [(m.name, m.data, m.error and (m.error.code, m.error.found)) for m in members(data, "a.zip")]
    big = ("a.zip!/big", None, ("archive_too_large", "> 64 MB"))
    assert got == [("a.zip!/before", b"1", None), big, ("a.zip!/after", b"2", None)]


def test_a_size_that_is_a_lie_is_caught_while_reading():
    assert codes(zeros("big.txt", 100 << 20, told=10)) == ["archive_damaged"]
    assert (
        codes(zeros("big.txt", 100, told=2**32 - 2)) == ["archive_damaged"] or codes(zeros("big.txt", 100, told=2**32 - 2)) == []
    )


def test_a_file_that_packs_too_well_is_refused():
    assert codes(zeros("big.txt", 20 << 20)) == ["archive_too_large"]
    assert codes(gzip.compress(bytes(20 << 20))) == ["archive_too_large"]


def test_the_whole_may_not_be_too_large():
    inner = as_zip({f"{n}": bytes(7 << 20) for n in range(16)})
    got = [(m.name, m.error.code) for m in members(as_zip({f"{n}.zip": inner for n in range(6)}), "a.zip") if m.error]
    assert got == [("a.zip", "archive_too_large")]


def test_too_many_files_are_counted_over_all_archives():
    inner = as_zip({f"{n}": b"" for n in range(2600)})
    got = [m.error.code for m in members(as_zip({"a.zip": inner, "b.zip": inner}), "x.zip") if m.error]
    assert got == ["archive_too_many"]
    assert codes(as_zip({f"{n}": b"" for n in range(20001)}, compress=False)) == ["archive_too_many"]


@pytest.mark.parametrize(
    ("data", "code"),
    [(locked(as_zip({"a.doc": b"1"})), "archive_encrypted"), (b"Rar!\x1a\x07\x00", "archive_not_read"), (b"7z\xbc\xaf\x27\x1c", "archive_not_read"),
     (as_zip({"a": b"x" * 99})[:60], "archive_damaged"), (as_zip({}), "archive_empty"), (b"PK\x03\x04", "archive_damaged"),
     (as_tar({"a": b"1" * 9000})[:-30], "archive_damaged"), (as_zip({"r.rar": b"Rar!\x1a\x07\x00"}), "archive_not_read"),
     (as_zip({"in.zip": b"PK\x03\x04"}), "archive_damaged"), (as_zip({"in.zip": as_zip({})}), "archive_empty")],
    ids=itertools.count(),  # the bytes of an archive hold its moment: no two processes would know the test by one name
)  # fmt: skip
def test_what_cannot_be_unpacked_says_why(data: bytes, code: str):
    assert is_archive(data) and codes(data) == [code]


def test_a_damaged_header_inside_a_tar_is_not_taken_for_its_end():
    data = bytearray(as_tar({"a": b"1", "b": b"2"}, "w"))
    data[1024 + 150] ^= 1
    assert codes(bytes(data)) == ["archive_damaged"] and names(bytes(data))[0] == "a.zip!/a"


def test_links_in_a_tar_are_not_followed():
    import io
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("x")
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
    assert codes(out.getvalue()) == ["archive_empty"]


def test_documents_that_are_zips_are_no_archives():
    word, sheet = as_docx(zero_record()), as_xlsx(zero_record())
    for data in (word, sheet, word[:900], as_zip({"OFD.xml": b"<x/>"}), as_zip({"mimetype": b"x"}), b"<html>", b"", b"%PDF-1.4"):
        assert not is_archive(data)
    assert is_archive(as_zip({"a.docx": word})) and is_archive(as_tar({"a": b"1"}, "w")) and is_archive(gzip.compress(b"x"))


def test_documents_in_archives_come_out_whole():
    word = as_docx(zero_record())
    assert list(members(as_zip({"a.docx": word}), "z.zip")) == [Member("z.zip!/a.docx", word, None)]
    assert [m.data for m in members(gzip.compress(word), "a.docx.gz")] == [word]


def test_an_archive_on_disk_is_read_as_well(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(as_zip({"a.txt": b"1"}))
    assert [m.data for m in members(path, "a.zip")] == [b"1"]
    assert [m.error.code for m in members(tmp_path / "none.zip", "none.zip") if m.error] == ["archive_damaged"]


@pytest.mark.parametrize("kind", ["zip", "tgz"])
def test_a_damaged_archive_gives_whole_files_or_words(kind: str):
    """Both have checksums: a file that comes out is the file that went in."""
    files = {f"示例{n}.txt": random.Random(n).randbytes(300) for n in range(6)}
    good = as_zip(files, "gbk") if kind == "zip" else as_tar(files)
    outcomes = set()
    for seed in range(300):
        rng, data = random.Random(seed), bytearray(good)
        for _ in range(rng.choice((1, 3, 20))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if seed % 6 == 0:
            del data[rng.randrange(len(data)) :]
        for member in members(bytes(data), "a"):
            assert (member.data is None) == (member.error is not None)
            assert member.data is None or member.data in files.values()
            outcomes.add("whole" if member.data in files.values() else member.error.code if member.error else "other")
    assert {"whole", "archive_damaged"} <= outcomes
