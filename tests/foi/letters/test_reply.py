"""A reply sheet that people cut and pasted: a number is never taken for another report, question or cell than the one that was meant."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from foi.letters.reply import read_reply
from foi.letters.reply_sheet import NUMBERS, REPLY
from foi.messages import Complaint

RULE, CELL = "requests_closed_total.total", "requests.closed.total"


def sheet(reports: tuple[str, ...], numbers: tuple[tuple[str, str, object], ...]) -> bytes:
    """A sheet with a line for the report of each of these units, and right numbers by rule and cell."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        first, second = book.add_worksheet(), book.add_worksheet()
        first.write_row(0, 0, REPLY)
        for n, unit in enumerate(reports, 1):
            first.write_row(n, 0, [unit, "2024", RULE, "7", "59", "", "wrong", "", "示例科", ""])
        second.write_row(0, 0, NUMBERS)
        for n, (rule, cell, number) in enumerate(numbers, 1):
            second.write_row(n, 0, [rule, cell, "", "7", "", number])
    return content.getvalue()


def test_the_right_numbers_are_those_of_the_one_report_of_the_sheet():
    (line,) = read_reply("回执.xlsx", sheet(("990101101",), ((RULE, CELL, 59), (RULE, CELL, "59"))))
    assert line.given is not None and line.given.cells == {CELL: "59"}


@pytest.mark.parametrize(
    ("reports", "numbers", "said"),
    [
        (("990101101", "990101102"), ((RULE, CELL, 59),), "几份报告的问题（990101101 2024, 990101102 2024）"),
        (("990101101",), ((RULE, CELL, 59), (RULE, CELL, 95)), "第 3 行：“requests.closed.total”前面已填 59，这里又填 95"),
        (("990101101",), (("requests_balance.total", CELL, 59),), "第 2 行填了正确的数 59，但第一张表里没有"),
    ],
)
def test_where_it_is_not_certain_what_a_right_number_is_of_nothing_is_taken(
    reports: tuple[str, ...], numbers: tuple[tuple[str, str, object], ...], said: str
):
    with pytest.raises(Complaint) as told:
        read_reply("回执.xlsx", sheet(reports, numbers))
    assert said in str(told.value).replace("、", ", ")
