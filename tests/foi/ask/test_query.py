"""`foi query`: read-only, one statement, and errors a person can act on."""

from __future__ import annotations

import json

import pytest

from foi.ask.query import answer_of, show_query
from foi.messages import Complaint
from tests.foi.conftest import Published
from tests.one_language import assert_one_language


def complaint(small: Published, sql: str) -> str:
    with pytest.raises(Complaint) as caught:
        show_query(small.path, sql)
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "-- nothing",
        "select 1; select 2",
        "drop table unit_year",
        "with x as (select 1) insert into dim_unit (unit_code) from x",
        "delete from unit_year returning *",
        "create temp table x as pivot unit_year on level using count(*)",
        "copy (pivot unit_year on level using count(*)) to 'x.csv'",
        "copy unit_year to 'x.csv'",
        "set threads = 1",
        "pragma threads = 1",
        "use core",
        "load json",
        "attach 'x.db'",
        "call checkpoint()",
    ],
)
def test_only_one_statement_that_reads(small: Published, sql: str):
    assert "SELECT" in complaint(small, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "with x as (select received from unit_year) select * from x",
        "from unit_year select received;",
        "values (3)",
        "table unit_year",
        "pivot unit_year on level using sum(received)",
        "with x as (pivot unit_year on level using sum(received) -- 按层级\n) from x; -- done",
        "show tables",
        "describe unit_year",
        "describe select 1",
        "summarize unit_year",
        "explain select 1",
    ],
)
def test_every_statement_that_reads_is_answered(small: Published, sql: str):
    small.year("990101101", 2023, received=3, rules_failed=0)
    assert answer_of(small.path, sql).columns


@pytest.mark.parametrize(
    "sql", ["select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')", "from glob('/*')"]
)
def test_other_files_cannot_be_read(small: Published, sql: str):
    complaint(small, sql)


def test_tables_are_found_without_their_schema(small: Published):
    small.year("990101101", 2023, received=3)
    assert show_query(small.path, "select unit_code, received from unit_year", "csv") == "unit_code,received\n990101101,3"


def test_a_syntax_error_is_said_once_with_its_line_and_a_caret(small: Published):
    said = complaint(small, "select received\nfrom unit_year x y")
    assert said.count("LINE 2:") == 1 and said.count("^") >= 1
    line, caret = said.splitlines()[-2:]
    assert line[caret.index("^")] == "y"


def test_an_unknown_table_lists_the_tables_with_one_line_each(small: Published):
    said = complaint(small, "select * from nothing_here")
    assert "nothing_here" in said
    (line,) = [x for x in said.splitlines() if "marts.unit_year" in x]
    assert "每" in line
    assert_one_language(said.partition("\n")[2].partition("\n")[2], "zh")


def test_an_unknown_column_or_function_is_not_answered_with_tables(small: Published):
    assert "marts.unit_year" not in complaint(small, "select no_such_function(1)")
    assert "no_such" in complaint(small, "select no_such from unit_year")


def test_the_screen_shows_200_rows_and_says_so_while_csv_and_json_hold_all(small: Published):
    sql = "select range as n from range(205) order by n"
    table = show_query(small.path, sql)
    assert "200" in table.splitlines()[-1] and "205" in table.splitlines()[-1] and len(table.splitlines()) == 203
    assert len(show_query(small.path, sql, "csv").splitlines()) == 206
    assert len(json.loads(show_query(small.path, sql, "json"))) == 205


def test_chinese_columns_line_up(small: Published):
    lines = show_query(small.path, "select '示例甲镇' as a, 1 as b union all select 'x', 2 order by b").splitlines()
    assert lines[2] == "示例甲镇  1" and lines[3] == "x         2"


def test_null_is_empty_and_zero_is_zero(small: Published):
    sql = "select null::decimal(18,6) as a, 0::decimal(18,6) as b, 12.5::decimal(18,6) as c"
    assert show_query(small.path, sql, "csv").splitlines()[1] == ",0,12.5"
    assert json.loads(show_query(small.path, sql, "json")) == [{"a": None, "b": 0, "c": 12.5}]


def test_two_columns_of_one_name_both_stay_in_json(small: Published):
    (row,) = json.loads(show_query(small.path, "select 1 as a, 2 as a, 3 as a_1", "json"))
    assert sorted(row.values()) == [1, 2, 3] and row["a"] == 1


def test_what_is_wrong_with_a_question_is_said_in_english_too(small: Published, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FOI_LANG", "en")
    for sql in ("select 1; select 2", "select * from nothing_here", "select received from unit_year x y"):
        assert_one_language(complaint(small, sql), "en")
    assert_one_language(show_query(small.path, "from range(205)"), "en")
