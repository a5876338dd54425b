"""What a letter says of causes and of last year, what stands in its file names, and which words a version changed: on a small warehouse."""

from __future__ import annotations

import json
import random
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.judge.rules import Facts, judge
from expectations.messages import sentence
from foi.ask.changed_words import changed_words
from foi.ask.show_versions import show_versions
from foi.letters.letter import write_letters
from tests.contract import empty_warehouse
from tests.county import FORMS
from tests.factory import random_record
from tests.factory.record import ORGANIZATIONS
from tests.foi.conftest import Published

UNITS = {"990101101": "城关镇", "990102101": "城关镇", "990101-示例/局": "示例县示例/局（筹）"}
RIGHT = {c: Decimal(v) for c, v in random_record(random.Random(8), "2021", 60, "示例甲镇", 2024).values.items()}
NUMBERS = dict(zip((*ORGANIZATIONS, "total"), (12, 30, 5, 4, 7, 1, 59), strict=True))


@pytest.fixture
def warehouse(tmp_path: Path) -> Published:
    return Published(empty_warehouse(tmp_path / "published.duckdb"))


def report(**rows: dict[str, int]) -> dict[str, Decimal]:
    """A report of zeros but for the rows given."""
    return {c: Decimal() for c in RIGHT} | {
        f"requests.{row}.{c}": Decimal(n) for row, numbers in rows.items() for c, n in numbers.items()
    }


FULL = report(received=NUMBERS, granted=NUMBERS, closed=NUMBERS)


def file(warehouse: Published, unit: str, year: int, values: dict[str, Decimal], last: dict[str, Decimal] | None = None) -> None:
    """A report with its numbers, and what the gate says of it."""
    who = {"report_id": f"{unit}{year}", "unit_code": unit, "unit_name": UNITS[unit], "report_year": year}
    warehouse.add("core.fct_reports", **who, file=f"{year}.html", is_current=True, **{f"form_{t}": f for t, f in FORMS.items()})
    with warehouse.open() as connection:
        rows = [(who["report_id"], code, code.partition(".")[0], number, "2021") for code, number in values.items()]
        connection.executemany(
            "insert into core.fct_cells (report_id, code, table_name, value, form) values (?, ?, ?, ?, ?)", rows
        )
    for violation in judge(Facts(FORMS, values), Facts({}, last) if last else None):
        if violation.result == "fail":
            sums = {"left_sum": violation.left, "right_sum": violation.right}
            words = {**who, **sums, "difference": abs(violation.left - violation.right), "rule": violation.rule, "form": "2021"}
            text = sentence("sum" if violation.is_printed else "relation", {**words, "rule_id": violation.rule_id})
            told = {
                "rule_id": violation.rule_id,
                "severity": violation.severity,
                "status": "failed",
                "message_zh": text.zh,
                "message_en": text.en,
            }
            warehouse.add("quality.expectation_results", **who, **sums, suite="statutory_sums", **told)


def letter(warehouse: Published, out: Path) -> str:
    write_letters(warehouse.path, out)
    (page,) = out.glob("*.html")
    return page.read_text("utf-8")


def test_units_of_one_name_and_names_that_are_no_file_names_each_get_their_letter(warehouse: Published, tmp_path: Path):
    for unit in UNITS:
        file(warehouse, unit, 2024, {**FULL, "requests.closed.total": Decimal(7)})
    said = write_letters(warehouse.path, tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert "已写出 3 份" in said and len(names) == 9
    assert [n for n in names if n.endswith(".docx")] == [
        "990101-示例_局-示例县示例_局（筹）-2024.docx", "990101101-城关镇-2024.docx", "990102101-城关镇-2024.docx",
    ]  # fmt: skip
    assert all(code in (tmp_path / "out" / f"{code}-城关镇-2024.html").read_text("utf-8") for code in list(UNITS)[:2])


@pytest.mark.parametrize("row", ["received", "granted", "closed"])
def test_a_row_that_slipped_is_one_problem_with_its_cause_before_the_cells(warehouse: Published, tmp_path: Path, row: str):
    codes = [f"requests.{row}.{c}" for c in NUMBERS]
    slipped = dict(zip(codes, [Decimal(), *(FULL[c] for c in codes[:-1])], strict=True))
    file(warehouse, "990101101", 2024, {**FULL, **slipped})
    text = letter(warehouse, tmp_path / "out")
    numbered = re.findall(r"(?<!\d)(\d+)\. ", re.sub(r"<[^>]+>", " ", text.split("二、")[0]))
    assert numbered == ["1"], text
    assert "可能是同一原因" in text and text.index("可能是同一原因") < text.index("(1)") < text.index("改为")


def test_two_slips_are_two_violations(warehouse: Published, tmp_path: Path):
    wrong = {"requests.closed.total": Decimal(7), "challenges.review.total": Decimal(3)}
    file(warehouse, "990101101", 2024, {**FULL, **wrong})
    text = letter(warehouse, tmp_path / "out")
    assert re.search(r"(?<!\d)1\. .*?(?<!\d)2\. ", text, re.S)


def test_what_was_carried_in_stands_beside_what_last_year_carried_out_in_the_order_of_the_form(
    warehouse: Published, tmp_path: Path
):
    last = {**FULL, "requests.carried_out.natural_person": Decimal(8), "requests.carried_out.total": Decimal(9),
            "requests.carried_in.natural_person": Decimal(77)}  # fmt: skip
    now = {**FULL, "requests.carried_in.natural_person": Decimal(6), "requests.carried_in.total": Decimal(6)}
    file(warehouse, "990101101", 2023, last)
    file(warehouse, "990101101", 2024, now, last)
    write_letters(warehouse.path, tmp_path / "out", "990101101", 2024)
    (page,) = (tmp_path / "out").glob("*.html")
    rows = [re.findall(r"<td>(.*?)</td>", row, re.S) for row in page.read_text("utf-8").split("<tr>")]
    told = {cells[0]: cells[1:] for cells in rows if len(cells) == 3}
    (name,) = (cell for cell in told if "上年结转" in cell and "自然人" in cell)
    now_told, last_told = told[name]
    assert now_told == "6" and last_told.startswith("77；") and "结转下年度" in last_told and last_told.endswith(" 8")
    places = [cell for cell in told if "自然人" in cell]
    assert places == sorted(places, key=[c for c in told].index) and list(told).index(name) < len(told)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("全年收到申请12件，办结12件。", "全年收到申请21件，办结12件。", [("全年收到申请12件，", "全年收到申请21件，")]),
        ("一句。两句。", "一句。", [("两句。", "")]),
        (None, "新写的话。", [("", "新写的话。")]),
        ("同样的话。 ", " 同样的话。", []),
        ("同 样\n的话。", "同样的话。", []),
        ("甲，乙，丙。丁。", "甲，己，丙。丁，戊。", [("乙，", "己，"), ("丁。", "丁，戊。")]),
    ],
)
def test_the_clauses_that_changed_are_told_and_no_others(before: str | None, after: str, changed: list[tuple[str, str]]):
    assert changed_words(before, after) == changed


def test_a_version_says_which_words_it_changed(warehouse: Published):
    for number, text in ((1, "全年收到申请12件。其余不变。"), (2, "全年收到申请21件。其余不变。")):
        who = {"unit_code": "990101101", "unit_name": "城关镇", "report_year": 2024, "version_number": number, "versions": 2}
        warehouse.add("core.fct_reports", report_id=f"v{number}", read_id=f"r{number}", file="a.html", is_current=number == 2,
                      landed_at=datetime(2025, 2, number), **who)  # fmt: skip
        warehouse.add("core.fct_sections", report_id=f"v{number}", section="overview", text=text)
    sides = {"from_report_id": "v1", "to_report_id": "v2", "from_state": "reported", "to_state": "reported"}
    warehouse.add("quality.version_changes", unit_code="990101101", unit_name="城关镇", report_year=2024, kind="prose",
                  code="section.overview", **sides)  # fmt: skip
    said = show_versions(warehouse.path, "城关镇", 2024)
    assert "“全年收到申请12件。” → “全年收到申请21件。”" in said and "其余不变" not in said
    (change,) = json.loads(show_versions(warehouse.path, "城关镇", 2024, json=True))["changes"]
    assert change["words"] == [{"before": "全年收到申请12件。", "after": "全年收到申请21件。"}]
