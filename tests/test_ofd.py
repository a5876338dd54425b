"""OFD: the tables come from its ruling lines; files with drawings instead of text are refused."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from ingest.extract import extract
from ingest.model import IngestError
from ingest.readers.ofd import read_ofd
from tests.factory import random_record
from tests.factory.ofd import as_ofd

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
