"""Where the rows of a report stand is gathered once while the file is kept open; the rows are the same with it and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from foi.published import published
from foi.published.kept import keeping
from foi.published.spans import ASKED, begin, rows_in
from tests.foi.conftest import Published


def rows(connection: Any, table: str, report_ids: list[str]) -> list[Any]:
    return connection.execute(f"select * from {rows_in(table, *report_ids)} order by all").fetchall()


@pytest.mark.parametrize("table", [table for table in ASKED if table != "signal_results"])  # in the examples none fails of a cell
def test_the_rows_of_reports_are_the_same_whether_it_is_known_where_they_stand_or_not(loaded: Path, table: str):
    path = loaded / "published.duckdb"
    with published(path) as connection:
        having = f"select distinct report_id from {table} where {ASKED[table]} and report_id is not null order by 1 limit 3"
        wanted = [one for (one,) in connection.execute(having).fetchall()]
        plain = rows(connection, table, wanted)
        assert begin() is None, "nothing is gathered for a command that asks once"
    assert plain
    with keeping(path), published(path) as connection:
        thread = begin()
        assert thread is not None and begin() is None, "it is gathered once"
        thread.join()
        assert "rowid" in rows_in(table, *wanted), "they are found by where they stand"
        assert rows(connection, table, wanted) == plain
        assert rows(connection, table, wanted[:1]) == [row for row in plain if wanted[0] in row]
        assert rows(connection, table, ["0000000000000000"]) == rows(connection, table, []) == []


def test_a_cell_that_the_source_lacks_is_among_the_rows_and_one_that_no_form_asks_for_is_not(small: Published):
    for report in ("a1", "b2"):
        for code, state in (("received", "reported"), ("granted", "absent"), ("closed", "not_asked")):
            small.cell(report, f"requests.{code}.total", 1 if state == "reported" else None, state)
    with keeping(small.path), published(small.path) as connection:
        thread = begin()
        assert thread
        thread.join()
        found = connection.execute(f"select report_id, state from {rows_in('fct_cells', 'b2')} order by all").fetchall()
    assert found == [("b2", "absent"), ("b2", "reported")]


def test_of_signals_those_are_found_that_fail_of_a_cell(small: Published):
    cell = "requests.received.total"
    for report in ("a1b2", "a1b2c3"):
        for result, code in (("fail", cell), ("pass", cell), ("fail", None)):
            rule = f"jump.{result}.{code}"
            small.add(
                "quality.signal_results", report_id=report, rule="jump", rule_id=rule, instance="", result=result, code=code
            )
    with keeping(small.path), published(small.path) as connection:
        thread = begin()
        assert thread
        thread.join()
        for wanted in (["a1b2"], ["a1b2", "a1b2c3"]):
            found = connection.execute(
                f"select report_id, rule_id from {rows_in('signal_results', *wanted)} order by all"
            ).fetchall()
            assert found == [(report, f"jump.fail.{cell}") for report in wanted]


def test_reports_whose_ids_are_no_numbers_are_looked_for_in_the_table(small: Published):
    for report in ("a1", "第一"):
        small.cell(report, "requests.received.total", 1)
    with keeping(small.path), published(small.path) as connection:
        thread = begin()
        assert thread
        thread.join()
        for report in ("a1", "第一"):
            assert connection.execute(f"select report_id from {rows_in('fct_cells', report)}").fetchall() == [(report,)]
