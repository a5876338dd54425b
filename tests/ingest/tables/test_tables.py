"""Dirt of real pages: each trap reads right or not at all."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from ingest.readers import read_document
from ingest.tables import extract
from ingest.words.text import read_number
from tests.factory import random_record, zero_record
from tests.factory.html import clean
from tests.factory.text import as_text


def states(data: bytes) -> dict[str, str]:
    _, cells, _ = extract(read_document(data))
    return {c.code: c.state for c in cells}


def printed(data: bytes) -> dict[str, str | None]:
    _, cells, _ = extract(read_document(data))
    return {c.code: c.printed for c in cells}


@pytest.mark.parametrize(
    ("raw", "state", "number", "unit"),
    [
        ("0 ", "reported", "0", ""), ("１２", "reported", "12", ""), ("1,234", "reported", "1234", ""), ("12\n34", "reported", "1234", ""),
        ("+62", "reported", "+62", ""), ("-16", "reported", "-16", ""), ("251000元", "reported", "251000", "元"),
        ("1646.5万元", "reported", "1646.5", "万元"), ("22（其中修订 16 件）", "reported", "22", ""), ("5949.088667", "reported", "5949.088667", ""),
        ("", "blank", None, ""), ("\u3000\u200b", "blank", None, ""), ("—", "dash", None, ""), ("/", "dash", None, ""), ("无", "dash", None, ""),
        ("12 3", "unreadable", None, ""), ("约5", "unreadable", None, ""), ("1 0", "unreadable", None, ""), ("000", "unreadable", None, ""),
        ("1,23", "unreadable", None, ""), ("12.", "unreadable", None, ""), ("1234567890123", "unreadable", None, ""), ("5人", "unreadable", None, ""),
    ],
)  # fmt: skip
@pytest.mark.quirk(48, 53, 54, 55, 56)
def test_a_cell_says_a_number_a_blank_a_dash_or_nothing_clear(raw: str, state: str, number: str | None, unit: str):
    reading = read_number(raw)
    assert (reading.state, reading.printed, reading.unit) == (state, number, unit)


@pytest.mark.quirk(49)
def test_a_row_with_a_lost_cell_is_not_shifted():
    record = random_record(random.Random(2), "2021", 90)
    page = clean(record).decode()
    row = page.index("<td>2.重复申请</td>")
    damaged = page[:row] + page[row:].replace("</td><td>", "</td>", 2).replace("<td>", "", 1)
    got = printed(damaged.encode())
    assert all(got.get(code) in (None, text) for code, text in record.values.items())
    assert not any(got.get(f"requests.repeated.{c}") for c in ("natural_person", "total"))


@pytest.mark.quirk(50)
def test_one_number_over_seven_columns_is_not_seven_numbers():
    page = clean(zero_record()).decode()
    start = page.index("<td>2.重复申请</td>")
    end = page.index("</tr>", start)
    merged = page[:start] + '<td>2.重复申请</td><td colspan="7">0</td>' + page[end:]
    got = states(merged.encode())
    assert {got[f"requests.repeated.{c}"] for c in ("natural_person", "company", "total")} == {"unreadable"}


def test_a_table_that_stands_twice_with_other_numbers_is_unreadable_where_they_differ():
    one, two = (clean(random_record(random.Random(s), "2021", 50)).decode() for s in (1, 2))
    table = two[two.index("<p>三、") : two.index("<p>四、")]
    assert "unreadable" in set(states(one.replace("<p>四、", table + "<p>四、").encode()).values())


@pytest.mark.quirk(63)
def test_pipes_without_anything_between_them_are_not_blanks_between_numbers():
    text = as_text(zero_record(), "P").decode()
    line = next(x for x in text.splitlines() if x.startswith("2.重复申请"))
    got = printed(text.replace(line, "2.重复申请 | 3 | 3 ||||||||").encode())
    assert not any(code.startswith("requests.repeated") for code in got)


@pytest.mark.quirk(51, 67)
def test_lines_removed_because_they_repeat_leave_no_zeros():
    got = printed(as_text(zero_record(), "BL-DEDUP"))
    assert not any(code.startswith("requests.") for code in got)


@pytest.mark.quirk(53)
def test_a_unit_in_the_cell_or_the_header_is_kept():
    record = zero_record("2021")
    page = clean(record).decode().replace("（单位：万元）", "（单位：元）")
    _, cells, _ = extract(read_document(page.encode()))
    assert next(c.unit for c in cells if c.code == "disclosure.fees") == "元"


def test_a_row_between_two_known_rows_is_named_only_when_exactly_one_is_missing():
    record = random_record(random.Random(9), "2021", 70)
    page = clean(record).decode().replace("2.重复申请", "2.乱码??")
    assert printed(page.encode())["requests.repeated.total"] == record.values["requests.repeated.total"]
    extra = page.replace("<td>2.乱码??</td>", "<td>9.另一行</td>" + "<td>1</td>" * 7 + "</tr><tr><td>2.乱码??</td>", 1)
    assert "requests.repeated.total" not in printed(extra.encode())


@pytest.mark.parametrize(
    ("written", "code"),
    [("规 章", "disclosure.rules_made"), ("规章（全区机关均无制定规章的权限）", "disclosure.rules_made")],
)
@pytest.mark.quirk(42, 45)
def test_labels_are_known_with_spaces_and_notes(written: str, code: str):
    record = random_record(random.Random(4), "2021", 70)
    page = clean(record).decode().replace("<td>规章</td>", f"<td>{written}</td>")
    assert printed(page.encode())[code] == record.values[code]


@pytest.mark.quirk(41)
def test_old_wording_of_normative_documents_is_known():
    record = random_record(random.Random(4), "2021", 70)
    page = clean(record).decode().replace("行政规范性文件", "规范性文件")
    assert printed(page.encode())["disclosure.normative_in_force"] == record.values["disclosure.normative_in_force"]


@pytest.mark.quirk(32, 33)
def test_a_2021_report_with_one_row_for_otherwise_closed_is_read_per_table():
    two = clean(random_record(random.Random(1), "2021", 50)).decode()
    three = clean(random_record(random.Random(2), "2019", 50)).decode()
    mixed = two[: two.index("<p>三、")] + three[three.index("<p>三、") :]
    forms, cells, _ = extract(read_document(mixed.encode()))
    assert (forms["disclosure"], forms["requests"]) == ("2021", "2019")
    assert "requests.otherwise.total" in {c.code for c in cells}
    assert "requests.fee_not_paid.total" not in {c.code for c in cells}


def test_published_total_of_2019_is_not_in_force_of_2021():
    codes = {c.code for c in extract(read_document(clean(random_record(random.Random(1), "2019", 50))))[1]}
    assert "disclosure.normative_published_total" in codes
    assert not codes & {"disclosure.normative_in_force", "disclosure.normative_repealed"}


def test_every_cell_knows_its_place_and_its_raw_text():
    _, cells, _ = extract(read_document(clean(zero_record())))
    assert len(cells) == 200
    assert all(c.place.startswith("table ") and c.raw == "0" for c in cells)


def test_prose_that_names_a_row_is_no_table():
    text = "一、总体情况\n2024年办理行政许可12件、行政处罚3件。\n五、存在的主要问题及改进情况\n无。"
    assert states(text.encode()) == {}


def test_a_later_form_that_only_adds_a_row_does_not_take_over_the_reports_of_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from ingest.law.forms import FORMS, load_form, load_forms, load_terms

    text = (FORMS / "2021.yaml").read_text("utf-8").replace('form: "2021"', 'form: "2099"')
    before = "  otherwise: ["
    assert text.count("      otherwise_closed:") == 1 and before in text
    text = text.replace("      otherwise_closed:", '      published_work_2: "4.另行增加的一行"\n      otherwise_closed:')
    text = text.replace(before, f"{before}published_work_2, ")
    (tmp_path / "2099.yaml").write_text(text, "utf-8")
    terms = {**load_terms(), "published_work_2": load_terms()["published_work"]}
    later = load_form(tmp_path / "2099.yaml", terms)
    both = {"2099": later, **load_forms()}
    for module in ("ingest.tables", "ingest.law.forms"):
        monkeypatch.setattr(sys.modules[module], "load_forms", lambda: both)
    record = random_record(random.Random(5), "2021", 40)
    found, cells, _ = extract(read_document(clean(record)))
    assert found == {"disclosure": "2021", "requests": "2021", "challenges": "2021"}
    assert {c.code: c.printed for c in cells} == record.values
