"""OFD: the tables come from its ruling lines; files with drawings instead of text are refused."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from ingest.model import IngestError
from ingest.readers.page.ofd import read_ofd
from ingest.tables import extract
from tests.factory import random_record
from tests.factory.ofd import WAYS, as_ofd

RECORD = random_record(random.Random(12), "2021", 900, "示例甲镇", 2024)


def changed(old: str, new: str) -> bytes:
    """The record as OFD with one text replaced in all its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_ofd(RECORD))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).decode().replace(old, new))
    return out.getvalue()


def test_every_number_is_read_with_its_place_in_millimeters():
    _, cells, _ = extract(read_ofd(as_ofd(RECORD)))
    assert {c.code: c.printed for c in cells} == RECORD.values
    assert all(" mm)" in c.place for c in cells)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (as_ofd(RECORD, outlines=True), "ofd_outlines_only"),
        (as_ofd(RECORD)[:2000], "damaged_ofd"),
        (changed("Doc_0/Document.xml", "Doc_9/Document.xml"), "damaged_ofd"),
        (changed('DeltaX="g ', 'DeltaX="g 99999999'), "damaged_ofd"),
        (changed("<ofd:Page ", '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/hostname">]><ofd:Page z="&q;" '), "damaged_ofd"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, code: str):
    with pytest.raises(IngestError) as caught:
        read_ofd(data)
    assert caught.value.issue.code == code


@pytest.mark.parametrize("way", [*sorted({*WAYS} - {"outlined"}), "oblique", "level"])
@pytest.mark.quirk(118)
def test_what_is_not_seen_and_what_is_drawn_twice_is_no_part_of_a_number(way: str):
    _, cells, issues = extract(read_ofd(as_ofd(RECORD, way=way)))
    assert {c.code: c.printed for c in cells} == RECORD.values
    assert {i.code for i in issues} <= {"hidden_text", "watermark"}


@pytest.mark.quirk(118)
def test_a_pale_text_that_may_be_a_number_costs_numbers_and_makes_none():
    _, cells, _ = extract(read_ofd(as_ofd(RECORD, way="small")))
    assert [c for c in cells if c.printed not in (None, RECORD.values[c.code])] == []


@pytest.mark.quirk(117)
def test_a_number_drawn_as_an_outline_is_unreadable_and_never_blank():
    _, cells, _ = extract(read_ofd(as_ofd(RECORD, way="outlined")))
    assert {c.state for c in cells} == {"unreadable"}


@pytest.mark.parametrize(
    ("old", "new"),
    [("</ofd:Layer>", "<ofd:TextObject Boundary='0 0 9 9'/>" * 120_000 + "</ofd:Layer>"),
     ("</ofd:Layer>", f"<ofd:PathObject><ofd:AbbreviatedData>{'M 0 0 L 9 9 ' * 120_000}</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer>"),
     ("</ofd:Layer>", " " * 13_000_000 + "</ofd:Layer>")],
)  # fmt: skip
@pytest.mark.quirk(119)
def test_a_flood_is_refused_with_its_size(old: str, new: str):
    with pytest.raises(IngestError) as caught:
        read_ofd(changed(old, new))
    assert caught.value.issue.code == "too_large" and caught.value.issue.found
