"""`foi tables`: every table and column says what it is in both languages, from one source, and so does the published file itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from dagster_project.names import SCHEMAS, Table
from foi.ask.tables import show_tables, table_of, tables_of
from foi.messages import Complaint
from foi.published import published
from tests.one_language import assert_one_language

CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def tables(loaded: Path) -> list[Table]:
    with published(loaded / "published.duckdb") as connection:
        return tables_of(connection)


def test_every_table_that_can_be_asked_is_there(loaded: Path, tables: list[Table]):
    with duckdb.connect(str(loaded / "published.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
    assert {(t.schema, t.name, c.name) for t in tables for c in t.columns} == set(columns)
    assert [t.schema for t in tables] == sorted((t.schema for t in tables), key=SCHEMAS.index)


def test_every_table_and_column_has_a_name_and_a_meaning_in_both_languages(tables: list[Table]):
    named = [(f"{t.name}.{c.name}", c.title, c.meaning) for t in tables for c in t.columns]
    bare = [
        name
        for name, title, meaning in [(t.name, t.title, t.meaning) for t in tables] + named
        if not CHINESE.search(title.zh)
        or not CHINESE.search(meaning.zh)
        or not title.en
        or "_" in title.en
        or CHINESE.search(title.en + meaning.en)
    ]
    assert bare == [], "name them in dbt/names.yml"


def test_a_number_has_the_unit_of_its_cell(loaded: Path):
    columns = {c.name: c for c in table_of(loaded / "published.duckdb", "marts.unit_year").columns}
    units = {
        name: columns[name].unit for name in ("received", "denied", "lawsuit_total", "fees", "report_year", "received_state")
    }
    assert {name: unit and unit.zh for name, unit in units.items()} == {
        "received": "件", "denied": "件", "lawsuit_total": "件", "fees": "万元", "report_year": None, "received_state": None}  # fmt: skip
    assert columns["fees"].unit and columns["fees"].unit.en == "10,000 yuan"


def test_the_published_file_says_the_same_beside_each_table_and_column(loaded: Path, tables: list[Table]):
    with duckdb.connect(str(loaded / "published.duckdb"), read_only=True) as connection:
        query = (
            "select table_name, comment from duckdb_tables() where not internal"
            " union all select view_name, comment from duckdb_views() where not internal"
        )
        of_tables = dict(connection.execute(query).fetchall())
        of_columns = connection.execute(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
    assert {t.name: "\n".join(t.meaning) for t in tables} == of_tables
    meanings = {(t.name, c.name): c.meaning for t in tables for c in t.columns}
    for table, column, comment in of_columns:
        zh, en = comment.split("\n")
        meaning = meanings[table, column]
        assert zh.startswith(meaning.zh) and en.startswith(meaning.en), (table, column)


def test_a_name_that_no_table_has_is_answered_with_near_ones(loaded: Path):
    with pytest.raises(Complaint, match="area_year, area_year_constant"):
        table_of(loaded / "published.duckdb", "area_yeer")
    with pytest.raises(Complaint, match="foi tables"):
        table_of(loaded / "published.duckdb", "zzz")


def test_json_holds_both_languages(loaded: Path):
    found = {t["table"]: t for t in json.loads(show_tables(loaded / "published.duckdb", as_json=True))}
    due = next(c for c in found["progress"]["columns"] if c["column"] == "due")
    assert due["title_zh"] == "报送期限" and due["title_en"] == "due" and due["type"] == "DATE" and due["unit_zh"] is None
    assert json.loads(show_tables(loaded / "published.duckdb", "progress", as_json=True)) == found["progress"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tables_are_told_in_one_language(loaded: Path, monkeypatch: pytest.MonkeyPatch, language: str):
    monkeypatch.setenv("FOI_LANG", language)
    for name in ("", "unit_year", "progress", "violations"):
        assert_one_language(show_tables(loaded / "published.duckdb", name), language)
