"""Personal data is masked in every text that is published, and no number of a report ever is."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Hints
from ingest.pipeline import ingest_bytes
from ingest.privacy import mask
from ingest.units import load_registry
from tests.factory import random_record
from tests.factory.html import clean


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("联系电话：0454-2134567", "联系电话：［电话］"),
        ("联系电话 04542134567，欢迎来电", "联系电话 ［电话］，欢迎来电"),
        ("电话(0454)2134567。", "电话［电话］。"),
        ("手机13800001111。", "手机［手机］。"),
        ("手机138-0000-1111", "手机［手机］"),
        ("邮箱：example_01@163.com。", "邮箱：［邮箱］。"),
        ("邮箱 someone＠example.test", "邮箱 ［邮箱］"),
        ("QQ：123456789", "QQ：［QQ］"),
        ("证件110101199001011234", "证件［证件号］"),
        ("联系人：王示例", "联系人：［姓名］"),
        ("审核：李某　责任编辑：张三", "审核：［姓名］　责任编辑：［姓名］"),
        ("由镇长王示例任组长", "由镇长［姓名］任组长"),
        ("党委书记李示同志主持", "党委书记［姓名］同志主持"),
    ],
)
def test_what_belongs_to_a_person_is_masked(said: str, shown: str):
    assert mask(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "主动公开政府信息13800条，收到申请12345件。", "2024年1月1日至2024年12月31日", "国办公开办函〔2021〕30号", "收费135743944.32元",
        "由镇党政办主任负责审核", "局长办公会研究", "书记和镇长高度重视", "责任人：各科室负责", "12345热线", "联系人：各村（社区）",
        "主任、副主任分工负责",
    ],
)  # fmt: skip
def test_numbers_dates_and_offices_are_left(said: str):
    assert mask(said) == said


@given(st.integers(0, 10**10))
def test_a_count_is_never_masked(n: int):
    assert str(n) in mask(f"联系人：王示例。主动公开政府信息{n}条。")


def test_a_report_is_published_without_personal_data_and_with_all_its_numbers():
    record = random_record(random.Random(5), "2021", 40, "寒葱沟镇", 2024)
    lines = ("收到政府信息公开申请7件，联系人：王示例，电话13800001111。", "由镇长李示例任组长，邮箱example@163.com。")
    report = ingest_bytes(clean(replace(record, lines=lines)), "x.html", Hints(), load_registry())
    published = repr(report)
    assert not any(word in published for word in ("王示例", "13800001111", "李示例", "example@163.com"))
    assert {c.code: c.printed for c in report.cells if c.printed is not None} == record.values
    assert any(c.code == "requests_received" and c.value == 7 for c in report.counts)


@pytest.mark.parametrize(
    ("said", "raw", "value"),
    [
        ("联系人：王示例 13800001111", "联系人：［姓名］ ［手机］", None),
        ("5（联系电话 04542134567）", "5（联系电话 ［电话］）", 5),
        ("13800001111", "13800001111", 13800001111),
    ],
)
def test_words_in_a_cell_are_masked_and_its_number_stays(said: str, raw: str, value: int | None):
    record = random_record(random.Random(2), "2021", 60, "寒葱沟镇", 2024)
    page = clean(replace(record, cells={**record.cells, "requests.received.total": said}))
    read = ingest_bytes(page, "寒葱沟镇.html", Hints(report_year=2024), load_registry())
    (cell,) = (cell for cell in read.cells if cell.code == "requests.received.total")
    assert (cell.raw, cell.value) == (raw, value)
