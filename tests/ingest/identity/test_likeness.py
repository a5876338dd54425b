"""Equal and similar reports carry the same marks, whatever page they stand on."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ingest.model import Hints, Report
from ingest.pipeline import ingest_bytes
from ingest.units import load_registry
from tests.factory import Record, random_record, zero_record
from tests.factory.formats import FORMATS
from tests.factory.html import clean

RECORD = random_record(random.Random(9), "2021", 40, "寒葱沟镇", 2024)


def read(data: bytes) -> Report:
    return ingest_bytes(data, "x.html", Hints(), load_registry())


def page(record: Record, site: str = "") -> bytes:
    return clean(record).decode().replace("<body>", f"<body><div>{site}</div>").encode()


@pytest.mark.quirk(97)
def test_one_report_on_two_sites_has_one_content():
    one, other = read(page(RECORD)), read(page(RECORD, "另一网站 当前位置：首页"))
    assert one.document_id != other.document_id and one.content_id == other.content_id is not None


def test_another_number_or_another_sentence_is_another_content():
    changed = replace(RECORD, cells={**RECORD.cells, "disclosure.fees": "987654.25"})
    told = replace(RECORD, lines=("举办培训3次。",))
    assert len({read(page(r)).content_id for r in (RECORD, changed, told)}) == 3
    assert read(page(RECORD)).numbers_id == read(page(told)).numbers_id != read(page(changed)).numbers_id


@pytest.mark.quirk(19)
def test_the_same_numbers_of_two_units_have_one_mark_unless_all_are_zero():
    other = replace(RECORD, unit="浓桥镇")
    assert read(page(RECORD)).numbers_id == read(page(other)).numbers_id is not None
    assert read(page(zero_record())).numbers_id is None


def test_prose_is_alike_where_only_numbers_differ():
    lines = tuple(f"我们做了第{i}项工作并且取得了明显成效" for i in "甲乙丙丁戊己庚辛壬癸子丑")
    a, b = (set(read(page(replace(RECORD, lines=lines, disclosed=n))).clauses) for n in (18, 97))
    assert a == b and len(a) > 10


def test_the_marks_do_not_depend_on_the_format():
    marks = {read(FORMATS[name](RECORD)).numbers_id for name in ("html-clean", "docx", "doc", "xlsx", "text-P")}
    assert len(marks) == 1 and None not in marks
