"""What is published: a file that stands alone, parquet of what differs, and readers who never see half of anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project.change.tables import SCHEMA
from dagster_project.defs.publish import copy_file, publish
from ingest.home import Home
from tests.contract import empty_warehouse

REPORTS = [
    ("a22", "110101001", 2022),
    ("a23", "110101001", 2023),
    ("b23", "350101001", 2023),
    ("c23", None, 2023),
    ("d", "110101001", None),
]
CELL = "insert into core.fct_cells (report_id, code, table_name, value) values (?, 'challenges.review.total', 'challenges', 0)"
READER = """
import sys, duckdb
kept = duckdb.connect(sys.argv[1], read_only=True)
asked = "select (select sum(value) from core.fct_cells), (select max(cases) from core.fct_challenges) * 5"
first = kept.sql(asked).fetchall()
print("ready", flush=True)
seen = set()
while not sys.stdin.isatty():
    name = f"p{len(seen)}"
    with duckdb.connect() as other:  # one process keeps what it has opened: under another name it is opened anew
        try:
            other.execute(f"attach '{sys.argv[1]}' as {name} (read_only)")
        except duckdb.IOException:  # the file was replaced in the very moment of opening it, which opens it twice
            continue
        other.execute(f"use {name}")
        (total, expected), = other.sql(asked).fetchall()
    assert total == expected, (total, expected)
    assert kept.sql(asked).fetchall() == first
    seen.add(total)
    if total == 5 * 20:
        break
print(len(seen), flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home folder with a warehouse of five reports, nothing of it published yet."""
    home = Home(tmp_path)
    empty_warehouse(home.build)
    run(home, SCHEMA, "drop schema made")
    with duckdb.connect(str(home.build)) as connection:
        for one, code, year in REPORTS:
            connection.execute(
                "insert into core.fct_reports (report_id, unit_code, report_year) values (?, ?, ?)", [one, code, year]
            )
            connection.execute(CELL, [one])
    return home


def run(home: Home, *statements: str) -> None:
    with duckdb.connect(str(home.build)) as connection:
        for statement in statements:
            connection.execute(statement)


def touch(home: Home, *reports: str) -> None:
    run(home, "delete from change.reports", *(f"insert into change.reports values ('{one}')" for one in reports))


def files(home: Home) -> dict[str, bytes]:
    found = home.published_tables.rglob("*.parquet")
    return {path.relative_to(home.published_tables).as_posix(): path.read_bytes() for path in sorted(found)}


def rows(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """What stands in each file, in its order."""
    return {name: pl.read_parquet(home.published_tables / name).rows() for name in files(home)}


def changed(home: Home, whole: bool = False) -> set[str]:
    """The files that a publish wrote or took away."""
    before = {path: path.stat().st_mtime_ns for path in home.published_tables.rglob("*.parquet")}
    publish(home, whole)
    after = {path: path.stat().st_mtime_ns for path in home.published_tables.rglob("*.parquet")}
    differing = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    return {path.relative_to(home.published_tables).as_posix() for path in differing}


def test_a_view_can_be_asked_under_whatever_name_the_file_is_attached(home: Home):
    run(
        home,
        "create view core.of_province as select * from core.fct_reports where unit_code like '11%'",
        'create view core.counted as select count(*) as n from "build"."core"."of_province" join core.fct_challenges using (report_id)',
    )
    publish(home)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.published}' as \"another name\" (read_only)")
        assert connection.sql('from "another name".core.counted').fetchall() == [(3,)]
        connection.execute("set search_path = '\"another name\".core'")
        assert connection.sql("from counted").fetchall() == [(3,)]


def test_what_serves_the_build_is_not_published(home: Home):
    run(home, "create schema judging", "create table judging.rejudged (report_id varchar)")
    run(home, "create schema if not exists staging", "create view staging.of_a_file as select 1 as one")
    publish(home)
    with duckdb.connect(str(home.published), read_only=True) as connection:
        schemas = {name for (name,) in connection.sql("select schema_name from duckdb_schemas() where not internal").fetchall()}
        assert {"core", "quality", "marts"} <= schemas and not schemas & {"change", "judging"}
        assert not connection.sql("select view_name from duckdb_views() where schema_name = 'staging'").fetchall()
    with duckdb.connect(str(home.build), read_only=True) as connection:
        assert connection.sql("select count(*) from judging.rejudged").fetchall() == [(0,)]
    assert not list(home.root.glob("*.wal")) and not list(home.root.glob(".published*"))


def test_the_published_file_opens_in_clients_from_1_4_on(home: Home):
    publish(home)
    with duckdb.connect(str(home.published), read_only=True) as connection:
        tags = connection.sql("select tags from duckdb_databases() where not internal").fetchall()
    assert tags == [({"storage_version": "v1.4.0+"},)]


def test_tables_that_were_made_anew_say_again_what_they_mean(home: Home):
    publish(home)
    run(
        home,
        "create or replace table core.fct_counts as from core.fct_counts",
        "create view core.fct_more as from core.fct_reports",
    )
    publish(home, whole=False)
    with duckdb.connect(str(home.published), read_only=True) as connection:
        silent = "select table_name from duckdb_tables() where comment is null and schema_name in ('core', 'quality', 'marts')"
        assert connection.sql(silent).fetchall() == []
        views = connection.sql("select comment from duckdb_views() where view_name = 'fct_more'").fetchall()
        columns = connection.sql(
            "select count(*) from duckdb_columns() where table_name = 'fct_counts' and comment is null"
        ).fetchall()
    assert views[0][0] and columns == [(0,)]


def test_every_fact_is_published_by_year_and_province_and_the_cells_by_city(home: Home):
    publish(home)
    of_years = {"2022": ["11"], "2023": ["11", "35", "unknown"], "undated": ["11"]}
    of_reports = {f"fct_reports/{year}/{area}.parquet" for year, areas in of_years.items() for area in areas}
    assert {name for name in files(home) if name.startswith("fct_reports/")} == of_reports
    of_cells = {name for name in files(home) if name.startswith("fct_cells/")}
    assert of_cells == {
        "fct_cells/2022/1101.parquet", "fct_cells/2023/1101.parquet", "fct_cells/2023/3501.parquet",
        "fct_cells/2023/unknown.parquet", "fct_cells/undated/1101.parquet",
    }  # fmt: skip
    read = pl.read_parquet(home.published_tables / "fct_cells" / "*" / "*.parquet")
    assert sorted(read["report_id"]) == sorted(one for one, _, _ in REPORTS) and "part" not in read.columns
    assert "area_year.parquet" in files(home)


def test_only_the_files_of_what_differs_are_written(home: Home):
    publish(home)
    assert changed(home) == set()
    run(home, "update core.fct_cells set value = 7 where report_id = 'b23'")
    touch(home, "b23")
    assert changed(home) >= {"fct_cells/2023/3501.parquet"}
    run(home, "update core.fct_reports set unit_code = '350101001' where report_id = 'a23'")
    touch(home, "a23")
    moved = ("2023/11", "2023/35")
    assert changed(home) == {
        f"fct_{of}{city}.parquet" for part in moved for of, city in ((f"reports/{part}", ""), (f"cells/{part}", "01"))
    }
    assert "fct_cells/2023/1101.parquet" not in files(home)
    run(home, *(f"delete from core.fct_{name} where report_id = 'a22'" for name in ("cells", "reports")))
    touch(home, "a22")
    assert changed(home) == {"fct_cells/2022/1101.parquet", "fct_reports/2022/11.parquet"}
    assert not (home.published_tables / "fct_cells" / "2022").exists()
    late = rows(home)
    publish(home, whole=True)
    assert rows(home) == late


def test_a_file_that_was_damaged_or_a_list_that_cannot_be_read_is_made_again(home: Home):
    publish(home)
    whole = rows(home)
    touch(home)
    (home.published_tables / "fct_reports" / "2022" / "11.parquet").write_bytes(b"")
    (home.published_tables / "area_year.parquet").unlink()
    assert changed(home) == {"fct_reports/2022/11.parquet", "area_year.parquet"} and rows(home) == whole
    for damage in (b"", b"{", b"[]", b'{"fct_reports": 3}'):
        (home.published_tables / ".contents.json").write_bytes(damage)
        publish(home, whole=False)
        assert rows(home) == whole


def test_what_a_build_made_takes_the_place_of_what_stood_in_a_file_and_of_nothing_else(home: Home):
    run(
        home,
        *(
            f"insert into core.fct_{of} (report_id, {number}) values ('b23', 1)"
            for of, number in (("counts", "amount"), ("sections", "text"))
        ),
    )
    publish(home)
    run(
        home,
        "create schema made",
        "insert into core.fct_reports (report_id, unit_code, report_year) values ('e23', '350102001', 2023)",
        "insert into core.fct_cells (report_id, code, value) values ('e23', 'x', 5)",
        "update core.fct_cells set value = 9 where report_id = 'b23'",
        *(f"delete from core.fct_{of} where report_id = 'b23'" for of in ("counts", "sections")),
        *(
            f"create table made.fct_{of} as from core.fct_{of} where report_id in ('b23', 'e23')"
            for of in ("reports", "cells", "counts", "sections")
        ),
    )
    touch(home, "b23", "e23")
    of_cells = {"fct_cells/2023/3501.parquet", "fct_reports/2023/35.parquet"}
    assert changed(home) == of_cells | {f"fct_{of}/2023/35.parquet" for of in ("counts", "sections")}
    late = rows(home)
    run(
        home,
        "update core.fct_cells set value = 4 where report_id = 'b23'",
        "update made.fct_cells set value = 4 where report_id = 'b23'",
    )
    file = home.published_tables / "fct_cells" / "2023" / "3501.parquet"
    file.write_bytes(
        file.read_bytes()[:-1] + b"?"
    )  # of the same size: what does not say any more what was written is not built upon
    assert changed(home) == {"fct_cells/2023/3501.parquet"}
    assert rows(home) != late
    late = rows(home)
    run(home, "drop schema made cascade")
    publish(home, whole=True)
    assert rows(home) == late


def test_a_load_that_made_no_facts_publishes_sums_and_looks_for_nothing_else(home: Home):
    publish(home)
    run(
        home, "insert into marts.area_year (area_code, report_year) values ('11', 2023)", "insert into change.areas values ('11')"
    )
    run(home, "update core.fct_cells set value = 3 where report_id = 'b23'")  # which nothing does that makes no facts
    touch(home, "b23")
    before = {path: path.stat().st_mtime_ns for path in home.published_tables.rglob("*.parquet")}
    publish(home, whole=False, has_facts=False)
    assert [path.name for path in before if path.stat().st_mtime_ns != before[path]] == ["area_year.parquet"]
    assert changed(home) == {"fct_cells/2023/3501.parquet"}  # it is known by what was published, and found by the next load


def test_files_that_another_build_wrote_are_written_anew(home: Home):
    publish(home)
    older = {
        path: path.read_bytes() for path in [*home.published_tables.rglob("*.parquet"), home.published_tables / ".contents.json"]
    }
    run(home, "update core.fct_cells set value = 7 where report_id = 'b23'")
    touch(home, "b23")
    publish(home, whole=False)
    now = rows(home)
    for path, content in older.items():  # as somebody does who takes a folder from a backup
        path.write_bytes(content)
    publish(home, whole=False)
    assert rows(home) == now


def test_where_nobody_knows_what_was_touched_everything_is_written(home: Home):
    publish(home)
    run(home, "drop schema change cascade")
    assert changed(home) == set(files(home))


def test_readers_never_fail_and_never_see_half_through_twenty_publishes(home: Home):
    publish(home)
    command = [sys.executable, "-c", READER, str(home.published)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None and reader.stdout.readline() == "ready\n"
        for number in range(1, 21):
            run(home, f"update core.fct_cells set value = {number}")
            publish(home, whole=False)
        assert int(reader.stdout.readline()) >= 2
    assert reader.returncode == 0


def test_a_copy_is_the_same_file(tmp_path: Path):
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(bytes(range(256)) * 1000)
    target.write_bytes(b"longer than nothing")
    copy_file(source, target)
    assert target.read_bytes() == source.read_bytes()
