"""Scans: recognized cell by cell; what is not certain is said to be so and not used."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import pytest

from tests.ocr import IS_MISSING, REASON

if IS_MISSING:
    pytest.skip(REASON, allow_module_level=True)

import numpy as np
from PIL import Image, ImageDraw

from ingest.model import Document, IngestError, Table
from ingest.place import Place
from ingest.readers import abilities, read_document, scan
from ingest.readers.scan import read_scan, read_scan_cached
from ingest.readers.scan.ocr import Recognizer, Seen
from ingest.readers.scan.page import text_lines
from ingest.tables import SURE, extract
from tests.factory import random_record, zero_record
from tests.factory.record import Record
from tests.factory.scan import as_scan, number_table, pages

RECORD = random_record(random.Random(21), "2021", 700, "示例甲镇", 2024)


def compare(document: Document, record: Record) -> tuple[int, int]:
    """How many numbers are right, how many wrong."""
    got = {c.code: c.printed for c in extract(document)[1] if c.printed is not None}
    right = sum(got.get(code) == text for code, text in record.values.items())
    return right, len(got) - right


def as_bytes(image: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def test_a_clean_scan_gives_every_number_and_its_place():
    document = read_scan(as_scan(RECORD, 150))
    right, wrong = compare(document, RECORD)
    assert wrong == 0 and right >= 198
    assert all("page " in c.place and " pt)" in c.place for c in extract(document)[1])
    text = "".join(b.text for b in document.blocks if hasattr(b, "place") and hasattr(b, "text"))
    assert "示例甲镇2024年政府信息公开工作年度报告" in text


@pytest.mark.parametrize("record", [RECORD, random_record(random.Random(4), "2019", 1, "示例乙镇", 2020)], ids=["large", "zeros"])
def test_a_tilted_noisy_scan_loses_few_numbers_and_invents_none(record: Record):
    document = read_scan(as_scan(record, 150, hard=True))
    right, wrong = compare(document, record)
    _, cells, issues = extract(document)
    assert wrong == 0 and right >= 0.97 * len(record.values)
    unread = [c for c in cells if c.state == "unreadable"]
    assert len(unread) == sum(i.code in ("cell_low_confidence", "cell_unreadable") for i in issues)


def read_table(picture: Image.Image, rows: list[list[str]]) -> tuple[int, list[tuple[str, str]]]:
    """How many cells were read with certainty as they are, and those read with certainty as something else."""
    (table,) = (b for b in read_scan(as_bytes(picture)).blocks if isinstance(b, Table))
    pairs = [(rows[c.row][c.column], c.text) for c in table.cells if c.confidence >= SURE]
    return sum(a == b for a, b in pairs), [(a, b) for a, b in pairs if a != b]


def small_signs(count: int) -> list[list[str]]:
    rng = random.Random(8)
    kinds = (lambda: str(-rng.randrange(1, 100)), lambda: f"{rng.uniform(0, 900):.2f}", lambda: str(rng.randrange(10)),
             lambda: f"{rng.randrange(1000, 99999):,}", lambda: str(rng.randrange(10**5)), lambda: "0")  # fmt: skip
    return [[kind() for kind in kinds] for _ in range(count)]


@pytest.mark.parametrize(("dpi", "hard", "least"), [(200, False, 0.8), (150, False, 0.8), (150, True, 0.7), (100, True, 0)])
def test_a_minus_a_point_or_a_comma_is_never_lost(dpi: int, hard: bool, least: float):
    rows = small_signs(24)
    right, wrong = read_table(number_table(rows, dpi, hard), rows)
    assert wrong == [] and right >= least * 24 * 6


def test_zeros_that_look_alike_are_not_all_read(monkeypatch: pytest.MonkeyPatch):
    looked_at: list[int] = []
    read = Recognizer.read

    def counted(self: Recognizer, crops: list[np.ndarray], squeeze: list[float]) -> list[Seen]:
        looked_at.append(len(crops))
        return read(self, crops, squeeze)

    monkeypatch.setattr(Recognizer, "read", counted)
    rows = [["0"] * 6 for _ in range(20)]
    rows[7][3], rows[11][2], rows[18][5] = "6", "8", "9"
    assert read_table(number_table(rows), rows) == (120, [])
    assert sum(looked_at) < 60


def test_lines_as_close_as_strokes_are_told_apart():
    ink = np.zeros((60, 40), np.uint8)
    ink[5:20, 5:30] = ink[23:38, 5:30] = 255  # two lines, a gap of three rows
    ink[45:47, 5:30] = ink[50:52, 5:30] = ink[55:57, 5:30] = 255  # one character of three strokes, the gaps as wide
    assert text_lines(ink, 2.0) == [(5, 19), (23, 37), (45, 56)]


def test_a_blank_cell_stays_blank_and_a_speck_is_no_number():
    record = Record("示例甲镇", 2024, "2021", {**RECORD.cells, "requests.received.company": None})
    picture = pages(record, 150)[1]
    got = {c.code: c for c in extract(read_scan(as_bytes(picture)))[1]}
    assert got["requests.received.company"].state == "blank"


def test_something_else_than_a_report_gives_no_numbers():
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (800, 600), dtype=np.uint8))
    ImageDraw.Draw(noise).rectangle((100, 100, 300, 300), fill=0)
    assert extract(read_scan(as_bytes(noise)))[1] == []


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_pictures_of_other_kinds_are_read(kind: str):
    picture = pages(RECORD, 150)[1]
    assert compare(read_scan(as_bytes(picture, kind)), RECORD)[1] == 0


def test_a_picture_that_claims_to_be_enormous_is_refused_before_it_is_unpacked():
    data = bytearray(as_bytes(Image.new("L", (10, 10))))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    with pytest.raises(IngestError) as caught:
        read_scan(bytes(data))
    assert caught.value.issue.code == "image_too_large"


def test_a_damaged_picture_is_refused():
    with pytest.raises(IngestError) as caught:
        read_scan(as_bytes(pages(RECORD, 100)[0])[:400])
    assert caught.value.issue.code == "damaged_image"


def test_without_the_extra_the_file_is_refused_with_the_command_that_would_help(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(abilities, "find_spec", lambda name: None)
    with pytest.raises(IngestError) as caught:
        read_document(b"\x89PNG\r\n\x1a\n", tmp_path)
    assert caught.value.issue.code == "ocr_not_installed"


def test_without_a_folder_for_what_was_recognized_a_scan_waits():
    with pytest.raises(IngestError) as caught:
        read_document(b"\x89PNG\r\n\x1a\n")
    assert caught.value.issue.code == "scan_needs_ocr"


def test_what_was_recognized_is_used_again_and_damage_to_it_is_harmless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    data = as_bytes(pages(RECORD, 100)[0].crop((0, 0, 800, 300)))
    first = read_scan_cached(data, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(scan, "read_scan", lambda data: pytest.fail("recognized twice"))
        assert read_scan_cached(data, tmp_path) == first
    assert first.pages and all(isinstance(block.place, Place) for block in read_scan_cached(data, tmp_path).blocks)
    kept = next(tmp_path.glob("*.json"))
    before_pages = [block for block in json.loads(kept.read_text("utf-8")) if block["kind"] != "Page"]
    kept.write_text(json.dumps(before_pages), "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(scan, "read_scan", lambda data: pytest.fail("recognized twice"))
        assert read_scan_cached(data, tmp_path) == first, "the size of a page is known without recognizing it again"
    kept.write_text("{broken")
    assert read_scan_cached(data, tmp_path) == first


@pytest.mark.quirk(216)
@pytest.mark.parametrize("dpi", [200, 150, 100])
def test_a_lone_1_on_a_scan_is_read_or_unreadable_and_never_called_blank(dpi: int):
    ones = zero_record(unit="示例甲镇")
    rows = ("received", "granted", "closed")
    ones.cells.update({f"requests.{row}.{column}": "1" for row in rows for column in ("natural_person", "total")})
    ones.cells.update({"disclosure.licenses": "1", "challenges.review.upheld": "1", "challenges.review.total": "1"})
    _, cells, _ = extract(read_scan(as_scan(ones, dpi)))
    got = {c.code: c for c in cells}
    told = [code for code, text in ones.values.items() if code in got and got[code].printed not in (None, text)]
    blank = [code for code, c in got.items() if c.state == "blank"]
    assert (told, blank) == ([], []) and len(got) >= 175
