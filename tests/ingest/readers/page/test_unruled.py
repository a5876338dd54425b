"""Tables of a PDF without rules: any layout gives the same numbers or fewer, and a blank never moves a number."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.model import Cell, Document, Paragraph, Table
from ingest.readers.page.pdf import read_pdf
from ingest.tables import extract
from tests.factory import random_record, with_defect
from tests.factory.bare import LAYOUTS, Layout, as_bare, random_layout
from tests.factory.record import Record
from tests.factory.strategies import records

RECORD = random_record(random.Random(31), "2021", 900, "示例甲镇", 2024)


def cells(document: Document) -> dict[str, Cell]:
    return {c.code: c for c in extract(document)[1]}


def numbers(record: Record, layout: Layout) -> dict[str, str]:
    return {code: c.printed for code, c in cells(read_pdf(as_bare(record, layout))).items() if c.printed is not None}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(record=records(max_blanks=80), seed=st.integers(0, 10**6))
def test_no_layout_gives_another_number_or_a_blank_that_is_none(record: Record, seed: int):
    got = cells(read_pdf(as_bare(record, random_layout(random.Random(seed)))))
    wrong = {code: c.printed for code, c in got.items() if c.printed is not None and c.printed != record.cells[code]}
    assert wrong == {}
    assert [code for code, c in got.items() if c.state == "blank" and record.cells[code] is not None] == []


@pytest.mark.parametrize("down", ["top", "center", "bottom"])
@pytest.mark.parametrize("across", ["left", "center", "right"])
def test_labels_over_one_to_three_lines_belong_to_the_numbers_beside_them(across: str, down: str):
    for form, labels in (("2021", 0.58), ("2021", 0.42), ("2019", 0.5)):
        record = random_record(random.Random(across + down), form, 300)
        for words, padding in (("left", 4), ("center", 0)):
            layout = Layout(numbers=across, down=down, labels=labels, words=words, padding=padding)
            assert numbers(record, layout) == record.values, (form, layout)


def test_a_column_of_blanks_moves_no_number():
    for column in ("natural_person", "research", "total"):
        record = replace(RECORD, cells={c: None if c.endswith(column) else v for c, v in RECORD.cells.items()})
        asked = {c: v for c, v in record.values.items() if c.startswith("requests.")}
        got = {c: v for c, v in numbers(record, Layout()).items() if c.startswith("requests.")}
        assert got == asked, column


def test_a_row_of_blanks_is_missing_and_its_neighbors_are_right():
    record = with_defect(RECORD, "blank_row")
    assert numbers(record, LAYOUTS["wrapped"]) == record.values


def test_a_number_that_goes_on_in_the_next_line_of_its_cell_is_not_cut():
    record = replace(RECORD, cells={**RECORD.cells, "requests.granted.total": "1234567890"})
    layout = Layout(labels=0.6, size=9, padding=0)
    for down in ("top", "center", "bottom"):
        got = numbers(record, replace(layout, down=down))
        assert "requests.granted.total" not in got and {k: v for k, v in got.items() if record.cells[k] != v} == {}


def test_a_table_goes_on_over_the_page_and_the_page_number_is_no_row():
    layout = Layout(labels=0.42, padding=5)
    table = max((b for b in read_pdf(as_bare(RECORD, layout)).blocks if isinstance(b, Table)), key=lambda b: len(b.cells))
    assert len({c.box.split(",")[0] for c in table.cells}) == 2
    assert numbers(RECORD, layout) == RECORD.values


def test_a_label_that_no_form_knows_leaves_its_row_to_what_stands_around_it():
    layout = Layout()
    data = as_bare(RECORD, layout).replace("重".encode("utf-16-be").hex().encode(), "量".encode("utf-16-be").hex().encode())
    got = cells(read_pdf(data))
    assert {c: v.printed for c, v in got.items() if v.printed not in (None, RECORD.cells[c])} == {}
    assert {v.match for c, v in got.items() if c.startswith("requests.repeated")} <= {"position"}


def test_what_stands_around_the_tables_stays_text():
    blocks = read_pdf(as_bare(RECORD, LAYOUTS["mixed"])).blocks
    text = [b.text for b in blocks if isinstance(b, Paragraph)]
    assert "三、收到和处理政府信息公开申请情况" in text and "五、存在的主要问题及改进情况" in text
    assert not any(t.split()[-1].isdigit() for t in text if not t.startswith("-"))


def test_numbers_below_a_line_of_numbers_fill_no_gap_in_it():
    blank = replace(RECORD, cells={**RECORD.cells, "requests.repeated.company": None, "requests.granted.research": None})
    record = replace(blank, cells={c: v and v + "00" if c.startswith("requests.granted") else v for c, v in blank.cells.items()})
    for words in ("left", "center"):
        layout = Layout(size=10.5, labels=0.6, side=5.4, padding=0, words=words, overflow=False)
        assert {k: v for k, v in numbers(record, layout).items() if record.cells[k] != v} == {}


@pytest.mark.parametrize("across", ["left", "center", "right"])
def test_a_number_that_runs_over_the_rules_of_its_cell_is_not_read(across: str):
    record = random_record(random.Random(across), "2021", 10**7)
    layout = Layout(size=10.5, labels=0.58, numbers=across, overflow=True, rules=("disclosure", "requests", "challenges"))
    got = numbers(record, layout)
    assert len(got) > 40 and {k: v for k, v in got.items() if record.cells[k] != v} == {}
