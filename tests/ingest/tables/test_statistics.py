"""Statistics tables before 2019: the same numbers come back from every format, or none; never others."""

from __future__ import annotations

import random

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.law.forms import STATISTICS, statistics_forms
from ingest.model import Paragraph, Table
from ingest.readers import read_document
from ingest.tables.drawn import Grid
from ingest.tables.running_region import Text
from ingest.tables.statistics import choose_statistics, find_statistics
from ingest.words.text import read_number
from tests.factory.statistics import AFTER, APART, BEFORE, DRAWN, TEXTS, Rows, random_numbers, rows_of, written
from tests.paths import CASES

FORMS = list(statistics_forms())
REAL = yaml.safe_load((CASES / "statistics.yaml").read_text("utf-8"))
COMPLETE = [*APART, *DRAWN]
LOCAL = "fujian-2014"


def parts(data: bytes) -> tuple[list[Grid], Text]:
    blocks = read_document(data).blocks
    return [Grid(b) for b in blocks if isinstance(b, Table)], Text([b for b in blocks if isinstance(b, Paragraph)])


def read(data: bytes) -> tuple[str | None, dict[str, str]]:
    """The form, and each number that may be used."""
    form, found, _ = choose_statistics(*parts(data))
    used: dict[str, set[str | None]] = {}
    for item in found:
        used.setdefault(item.code, set()).add(None if item.blocked else read_number(item.raw).printed)
    return (form.form if form else None), {c: n.pop() or "" for c, n in used.items() if len(n) == 1 and None not in n}


def unread(data: bytes) -> str:
    return " ".join(u.text for u in choose_statistics(*parts(data))[2])


def sample(form: str = LOCAL, seed: object = 1) -> tuple[Rows, dict[str, str]]:
    numbers = random_numbers(random.Random(f"{form}{seed}"), form)
    return rows_of(form, numbers), {code: text for code, text in numbers.items() if text is not None}


def at(rows: Rows, label: str) -> int:
    return next(i for i, row in enumerate(rows) if label in row[0])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", COMPLETE)
def test_every_number_of_every_older_form_comes_back(form: str, name: str):
    rows, numbers = sample(form, name)
    assert read(written(rows, name)) == (form, numbers)


@pytest.mark.quirk(34, 46)
@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("year", REAL)
def test_the_real_tables_of_eight_years_are_read_whole(year: str, name: str):
    header = ["指标名称", "计量单位", f"{year}年度", "历年累计"]
    form, got = read(written([header, *REAL[year]["rows"]], name))
    assert form == REAL[year]["form"]
    assert [got[c] for c in got] == [number for row in REAL[year]["rows"] for number in row[2:]]
    assert (got["items_disclosed"], got["items_disclosed.cumulative"]) == tuple(REAL[year]["rows"][0][2:])


@pytest.mark.quirk(52, 79)
@pytest.mark.parametrize("year", REAL)
def test_glued_digits_stay_unread_and_a_person_is_told(year: str):
    data = written([["指标名称", "计量单位", f"{year}年度", "历年累计"], *REAL[year]["rows"]], "G")
    assert read(data) == (None, {}) and "指标名称" in unread(data)


@pytest.mark.parametrize("name", [*APART, *DRAWN])
@pytest.mark.parametrize("lost", [{41, 43}, {41, 42, 43, 44}, {40, 43}])
def test_a_heading_that_was_lost_does_not_give_its_numbers_to_the_heading_above(lost: set[int], name: str):
    numbers = random_numbers(random.Random(3), "2014", 3000)
    rows = list(statistics_forms()["2014"].tables[STATISTICS].rows)
    assert {"review_upheld", "review_corrected", "review_other", "lawsuit", "lawsuit_upheld"} >= {rows[i] for i in lost}
    got = read(written(rows_of("2014", numbers, frozenset(rows[i] for i in lost)), name))[1]
    assert {code: n for code, n in got.items() if numbers.get(code) != n} == {}
    assert "answered" in got and "review_corrected" not in got


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6), form=st.sampled_from(FORMS), name=st.sampled_from([*TEXTS, *DRAWN]),
    top=st.sampled_from([1, 9, 3000, 10**7]), blanks=st.sets(st.integers(0, 57), max_size=12), lost=st.sets(st.integers(0, 57), max_size=4),
)  # fmt: skip
def test_no_number_is_wrong_or_invented(seed: int, form: str, name: str, top: int, blanks: set[int], lost: set[int]):
    numbers = random_numbers(random.Random(seed), form, top)
    numbers = {code: None if i in blanks else text for i, (code, text) in enumerate(numbers.items())}
    table = statistics_forms()[form].tables[STATISTICS]
    rows = rows_of(form, numbers, frozenset(row for i, row in enumerate(table.rows) if i in lost))
    got_form, got = read(written(rows, name))
    # Without their fee row two of the local layouts are the same.
    assert got_form in (form, None) or {form, got_form} == {"fujian-2014", "fujian-2017"}
    assert {code: n for code, n in got.items() if numbers.get(code) != n} == {}


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), name=st.sampled_from(APART), cut=st.integers(0, 10**6), form=st.sampled_from(FORMS))
def test_a_number_lost_from_the_middle_moves_no_other(seed: int, name: str, cut: int, form: str):
    rows, numbers = sample(form, seed)
    places = [(i, j) for i, row in enumerate(rows[1:], 1) for j in range(2, len(row)) if row[j] != "——"]
    i, j = places[cut % len(places)]
    damaged = [[c for k, c in enumerate(row) if (n, k) != (i, j)] for n, row in enumerate(rows)]
    got = read(written(damaged, name))[1]
    assert {code: n for code, n in got.items() if numbers[code] != n} == {}


@pytest.mark.quirk(49)
@pytest.mark.parametrize("name", [*APART, "html", "docx"])
def test_one_number_for_two_columns_is_neither(name: str):
    rows, numbers = sample()
    i = at(rows, "政府公报公开数")
    for row in ([*rows[i][:2], "7"], [*rows[i][:2], "7", ""], [*rows[i][:2], "", "7"])[: None if name in ("BBL", "S") else 1]:
        got = read(written([*rows[:i], row, *rows[i + 1 :]], name))[1]
        # Without pipes, what follows the last row of a damaged table may be the number of a page: that row is lost, too.
        lost = ("disclosed_gazette", "lawsuit") if name in ("BBL", "S") else ("disclosed_gazette",)
        assert got == {c: n for c, n in numbers.items() if not c.startswith(lost)}


@pytest.mark.quirk(159)
@pytest.mark.parametrize("name", ["P", "PLn", *DRAWN])
@pytest.mark.parametrize("label", ["政府公报公开数", "主动公开文件数", "行政诉讼数"])
@pytest.mark.parametrize("values", [("0", ""), ("", "7"), ("", ""), ("—", ""), ("", "—"), ("7", "—")])
def test_a_number_and_a_blank_each_stand_under_their_own_column(values: tuple[str, str], label: str, name: str):
    rows, numbers = sample()
    i = at(rows, label)
    row = next(k for k, text in statistics_forms()[LOCAL].tables[STATISTICS].rows.items() if label in text)
    _, found, marks = choose_statistics(*parts(written([*rows[:i], [*rows[i][:2], *values], *rows[i + 1 :]], name)))
    assert not marks
    readings = {f.code: read_number(f.raw) for f in found if not f.blocked}
    states = {"": "blank", "—": "dash"}
    for code, value in zip((row, f"{row}.cumulative"), values, strict=True):
        assert readings[code].state == states.get(value, "reported")
        numbers[code] = value if value.isdigit() else None
    assert {code: r.printed for code, r in readings.items()} == numbers


@pytest.mark.quirk(159)
@pytest.mark.parametrize(
    ("row", "want"),
    [
        ("公报 | 条 | 0 | |", ("0", None)), ("公报 | 条 | | 0 |", (None, "0")), ("公报|条|0||", ("0", None)), ("公报 | 条 | 0 |  ", None),
        ("公报 | 条 | 0 ||", None), ("公报 | 条 | 0 |", None), ("公报 | 条 | 0 | | |", None), ("公报 | 条 | 0", None), ("公报 0 | 条 | |", None),
        ("公报 | 件次 | 0 | |", None), ("公报（条） | | 0 | |", ("0", None)),
    ],
)  # fmt: skip
def test_a_row_of_text_is_read_where_it_has_the_pipes_of_its_header(row: str, want: tuple[str | None, str | None] | None):
    rows, numbers = sample()
    line = TEXTS["P"]([rows[at(rows, "政府公报公开数")]])
    text = written(rows, "P").decode()
    assert line in text
    got = read(text.replace(line, row.replace("公报", "政府公报公开数")).encode())[1]
    kept = {c: n for c, n in numbers.items() if not c.startswith("disclosed_gazette")}
    here = zip(("disclosed_gazette", "disclosed_gazette.cumulative"), want or (None, None), strict=True)
    assert got == kept | {code: n for code, n in here if n}


@pytest.mark.quirk(49)
def test_one_drawn_cell_over_both_columns_is_neither():
    rows, numbers = sample()
    i = at(rows, "政府公报公开数")
    cells = "".join(f"<td>{c}</td>" for c in rows[i])
    page = written(rows, "html").decode()
    assert cells in page
    page = page.replace(cells, f"<td>{rows[i][0]}</td><td>条</td><td colspan=2>7</td>")
    got = read(page.encode())[1]
    assert got == {c: n for c, n in numbers.items() if not c.startswith("disclosed_gazette")}


@pytest.mark.quirk(52)
def test_a_row_number_glued_behind_a_number_leaves_both_rows_unread():
    rows = [["指标名称", "计量单位", "2011年度", "历年累计"], *REAL["2011"]["rows"]]
    text = "\n".join([*BEFORE, TEXTS["S"](rows).replace("418 1509 2.政府", "418 15092.政府"), *AFTER])
    got = read(text.encode())[1]
    assert "disclosed_website" not in got and got["received"] == "0"
    assert not any(n.startswith("1509") for n in got.values())


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize(("form", "label", "row", "other"), [
    (LOCAL, "收费减免金额", "fee_waived", "万元"), ("2014", "依申请公开信息收取的费用", "fees_collected", "元"),
    ("2014", "专项经费", "funds", "元"), ("2014", "专项经费", "funds", ""), (LOCAL, "当面申请数", "received_in_person", "人"),
])  # fmt: skip
def test_a_number_in_another_unit_is_not_read(form: str, label: str, row: str, other: str, name: str):
    rows, numbers = sample(form)
    i = at(rows, label)
    data = written([*rows[:i], [rows[i][0], other, *rows[i][2:]], *rows[i + 1 :]], name)
    assert read(data)[1] == {c: n for c, n in numbers.items() if c.split(".")[0] != row}
    assert label in unread(data)


@pytest.mark.parametrize("name", COMPLETE)
def test_a_unit_may_stand_in_the_label_or_the_cell(name: str):
    rows, numbers = sample("2014")
    i = at(rows, "专项经费")
    for row in ([f"{rows[i][0]}（万元）", "", rows[i][2]], [rows[i][0], "", f"{rows[i][2]}万元"]):
        assert read(written([*rows[:i], row, *rows[i + 1 :]], name))[1]["funds"] == numbers["funds"]


@pytest.mark.parametrize("name", COMPLETE)
def test_counters_of_rows_are_no_numbers(name: str):
    rows, numbers = sample("2014")
    counted = [["序号", *rows[0]], *([str(n), *row] for n, row in enumerate(rows[1:], 1))]
    got = read(written(counted, name))[1]
    assert got == (numbers if name in DRAWN else {})


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("header", [
    ["统计指标", "单位", "区政府统计数", "区直单位统计数"], ["指标名称", "计量单位", "历年累计", "2014年度"],
    ["指标名称", "计量单位", "2013年度", "2014年度"], ["指标名称", "计量单位", "代码", "本期实际"],
])  # fmt: skip
def test_columns_that_are_not_the_forms_own_are_not_read(name: str, header: list[str]):
    rows, _ = sample()
    assert read(written([header, *rows[1:]], name)) == (None, {})


def test_the_same_words_below_two_headings_are_two_rows():
    rows, numbers = sample("2014")
    for name in COMPLETE:
        got = read(written(rows, name))[1]
        assert (got["review_corrected"], got["lawsuit_corrected"]) == (numbers["review_corrected"], numbers["lawsuit_corrected"])
    # Without the heading no one can say whose corrections they are; with one of them, the other is not taken for it.
    without = [row for row in rows if "行政复议数量" not in row[0] and "行政诉讼数量" not in row[0]]
    assert not {"review_corrected", "lawsuit_corrected", "review_other"} & set(read(written(without, "P"))[1])
    i, j = at(rows, "行政复议数量"), at(rows, "五、行政诉讼数量")
    strange = [*rows[: i + 1], ["五、其他争议数量", *rows[j][1:]], *rows[j + 1 :]]
    for name in COMPLETE:
        assert not {"review_corrected", "lawsuit_corrected", "review_other"} & set(read(written(strange, name))[1])


def test_a_table_of_two_layouts_is_not_decided():
    old, new = (sample(form)[0] for form in ("fujian-2011", "fujian-2017"))
    words = ("当面申请", "网上申请", "同意", "对申请的", "行政复议", "行政诉讼数", "受理")
    both = [row for row in old if any(word in row[0] for word in words)]
    mixed = [
        old[0],
        *both,
        old[at(old, "网站公开")],
        old[at(old, "传真")],
        new[at(new, "政府网站公开数")],
        new[at(new, "其他类型")],
    ]
    for name in COMPLETE:
        assert read(written(mixed, name)) == (None, {})


def test_prose_alone_has_no_form():
    prose = "\n".join(
        [*BEFORE[:4], "受理依申请公开信息总数 3 条，其中：1.当面申请数 2，行政复议数 0 件，行政诉讼数 0 件。", *AFTER]
    )
    assert choose_statistics(*parts(prose.encode())) == (None, [], [])


def test_a_page_number_behind_a_table_with_lost_numbers_is_no_number():
    rows, _ = sample()
    i = at(rows, "政府公报公开数")
    damaged = [*rows[:i], rows[i][:3], *rows[i + 1 : -1], rows[-1][:3]]
    text = "\n".join([*BEFORE, TEXTS["BBL"](damaged), "17", *AFTER])
    assert "lawsuit.cumulative" not in read(text.encode())[1]


def test_every_number_knows_its_place_and_its_text():
    rows, _ = sample()
    for name in COMPLETE:
        found, _ = find_statistics(*parts(written(rows, name)), LOCAL)
        assert len(found) == 32 and all(f.place and f.raw in {c for row in rows for c in row} for f in found)
