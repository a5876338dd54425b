"""The page of what was checked stays small however many rows fail, and shows the worst first."""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.gate.page import write_page
from ingest.words.language import speaking
from tests.contract import empty_warehouse

MANY = """
insert into quality.expectation_results (
    run_at, suite, expectation, rule_id, severity, status, report_id, unit_code, unit_name, report_year, message_zh, message_en
)
select '2025-04-01', 'statutory_sums', 'requests_balance_2021', 'requests_balance.total', if(area = 7, 'error', 'warning'), 'failed',
    concat('r', n), concat('9901', lpad(area::varchar, 2, '0'), lpad((n % 300)::varchar, 3, '0')),
    concat('示例', n % 300, '镇'), 2020 + n % 5,
    repeat('填的数与各项之和不相符，', 20), repeat('the number is not the sum of its parts ', 10)
from (select range as n, (range % 90)::integer as area from range(150000))
"""


def page(folder: Path, *statements: str) -> str:
    with duckdb.connect(str(empty_warehouse(folder / "build.duckdb"))) as connection, speaking("en"):
        for statement in statements:
            connection.execute(statement)
        write_page(folder / "page.html", connection)
    return (folder / "page.html").read_text("utf-8")


def test_a_page_of_a_nation_stays_below_a_megabyte_and_says_how_to_ask_for_the_rest(tmp_path: Path):
    text = page(tmp_path, MANY)
    assert len(text.encode()) < 1_000_000
    shown = text.count('<tr class="error"><td>the number') + text.count('<tr class="warning"><td>the number')
    assert shown and f"{150000 - shown} more are not listed here" in text and "foi query" in text
    assert "<td>statutory_sums: requests_balance_2021</td><td>1667</td>" in text  # counted in full, errors apart from warnings


def test_the_area_with_most_errors_comes_first_and_a_year_as_a_whole_last(tmp_path: Path):
    few = MANY.replace("range(150000)", "range(900)")
    year = (
        "insert into quality.expectation_results (suite, expectation, severity, status, report_year, message_en)"
        " values ('volumes', 'enough_reports', 'warning', 'failed', 2024, 'of a year')"
    )
    text = page(tmp_path, few, year)
    areas = [line for line in text.splitlines() if 'class="area"' in line]
    assert "990107" in areas[0] and text.index("990107") < text.index("990108") and text.index("of a year") > text.index("990108")
    assert "not listed here" not in text
