"""The corpus is what it says: the product's own tables, sums and chains that hold but where they are broken, the same each time."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from dagster_project.as_of import _build
from ingest.home import Home
from ingest.identity.likeness import clauses, content_id, numbers_id
from ingest.landing.inbox import list_inputs
from ingest.landing.schemas import SCHEMAS
from ingest.landing.seals import changed
from ingest.model import Cell, Paragraph
from ingest.pipeline import ingest_bytes
from ingest.place import Place
from ingest.prose.counts import read_counts
from ingest.roster.read import read_roster
from ingest.units import load_registry
from tests.bench_line.limit import MADE, compile_models, run_models
from tests.corpus.build import build_corpus
from tests.corpus.later import late_reports, second_version, write_roster
from tests.corpus.numbers import sheet_of
from tests.corpus.part import Part, part_of
from tests.corpus.pattern import patterns
from tests.corpus.plan import YEARS, not_filed, plan, units
from tests.whole_loads import without_dbt_tests

SMALL, LARGE = 60, 3000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    place = Home(tmp_path_factory.mktemp("corpus"))
    build_corpus(place, SMALL)
    return place


@pytest.fixture(scope="module")
def part() -> Part:
    return part_of(plan(LARGE), 0)[0]


def read(home: Home, table: str) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(path) for path in sorted(home.batches.glob(f"*/{table}.parquet")))


def test_the_tables_have_the_columns_of_the_product_and_are_sealed(home: Home):
    batches = [*home.batches.iterdir()]
    assert [changed(batch) for batch in batches] == [""] * len(batches)
    for name, schema in SCHEMAS.items():
        assert dict(read(home, name).schema) == schema
    assert read(home, "documents").height == SMALL
    assert read(home, "cells")["read_id"].is_sorted()
    empty = {name: [c for c in schema if read(home, name)[c].is_null().all()] for name, schema in SCHEMAS.items()}
    assert {name: columns for name, columns in empty.items() if columns and name != "issues"} == {
        "inputs": ["reason_expected"],
        "documents": ["form_statistics", "pages"],  # no unit of so small a corpus files PDFs
    }
    assert {pattern.reader for pattern in patterns().values() if pattern.pages} == {"pdf"}


def test_the_same_seed_makes_the_same_bytes(home: Home, tmp_path: Path):
    again, other = Home(tmp_path / "again"), Home(tmp_path / "other")
    build_corpus(again, SMALL)
    build_corpus(other, SMALL, seed=1)

    def files(of: Home) -> dict[str, bytes]:
        return {path.relative_to(of.raw).as_posix(): path.read_bytes() for path in of.raw.rglob("*.parquet")}

    assert files(again) == files(home)
    assert not read(other, "cells").equals(read(home, "cells"))


def test_a_larger_corpus_begins_with_the_reports_of_a_smaller_one():
    small, large = plan(SMALL), plan(LARGE)
    assert (small.unit == large.unit[:SMALL]).all() and (small.year == large.year[:SMALL]).all()
    parts = plan(12_000).batches()
    assert sum(map(len, parts)) == 12_000
    assert [part.unit[0] for part in parts] == [part.unit[0] for part in plan(20_000).batches()[: len(parts)]]


def test_sums_hold_but_where_they_are_broken(part: Part):
    for year in YEARS:
        here, sheet = part.plan.year == year, sheet_of(year)
        wrong = (part.values[here][:, : len(sheet.codes)] @ sheet.sums.T != 0).any(axis=1)
        assert (wrong == (part.broken[here] > 0)).all()


def test_what_is_carried_over_arrives(part: Part):
    ours = np.flatnonzero(part.broken == 0)
    rows = {(int(part.plan.unit[n]), int(part.plan.year[n])): part.values[n] for n in ours if part.plan.version[n] == 0}

    def total(unit: int, year: int, row: str) -> int:
        return int(rows[unit, year][sheet_of(year).at[f"requests.{row}.total"]])

    chains = [(unit, year) for unit, year in rows if (unit, year + 1) in rows]
    carried = [(total(u, y, "carried_out"), total(u, y + 1, "carried_in")) for u, y in chains]
    assert all(out == into for out, into in carried)
    assert any(out for out, _ in carried)


def test_most_reports_are_zero_some_broken_some_in_a_second_version(part: Part):
    is_zero = ~part.values.any(axis=1)
    assert 0.7 < is_zero.mean() < 0.9
    assert 0.01 < (part.broken > 0).mean() < 0.03
    assert 0.02 < (part.plan.version > 0).mean() < 0.04
    assert len(set(part.broken[part.broken > 0])) > 4
    assert set(part.states.ravel()) == {0, 1, 2, 3}


def test_the_marks_are_those_that_reading_makes(home: Home):
    cells = {read_id: frame for (read_id,), frame in read(home, "cells").group_by("read_id", maintain_order=True)}
    sections = read(home, "sections")
    for document in read(home, "documents").iter_rows(named=True):
        frame = cells[document["read_id"]]
        rows = [
            Cell(row["code"], "", row["state"], row["value"], row["printed"], "", "", Place(""))
            for row in frame.iter_rows(named=True)
        ]
        texts = dict(sections.filter(pl.col("read_id") == document["read_id"]).select("section", "text").iter_rows())
        assert document["content_id"] == content_id(rows, texts)
        assert document["numbers_id"] == numbers_id(rows)
        assert tuple(document["clauses"]) == clauses(texts)


def test_the_counts_are_those_that_reading_finds(home: Home):
    counts = read(home, "counts")
    for (read_id,), frame in read(home, "sections").group_by("read_id"):
        paragraphs = {
            section: [Paragraph(line, Place("paragraph 1")) for line in text.split("\n")]
            for section, text in frame.select("section", "text").iter_rows()
        }
        found = {(c.code, c.section, c.value, c.unit_word, c.scope, c.sentence) for c in read_counts(paragraphs)}
        columns = ("code", "section", "value", "unit_word", "scope", "sentence")
        told = set(counts.filter(pl.col("read_id") == read_id).select(columns).iter_rows())
        assert {(c, s, Decimal(v), *rest) for c, s, v, *rest in told} == found


@pytest.fixture(scope="module")
def built(home: Home) -> Home:
    with without_dbt_tests():
        _build(home)
    return home


def test_a_home_is_built_from_it_and_only_the_broken_sums_fail(built: Home):
    part = part_of(plan(SMALL), 0)[0]
    broken = {part.documents[n][:16] for n in np.flatnonzero(part.broken)}
    unclear = {part.documents[n][:16] for n in np.flatnonzero(part.states.any(axis=1))}
    with duckdb.connect(str(built.published), read_only=True) as connection:
        reports = connection.execute("select count(*), count(*) filter (where is_current) from core.fct_reports").fetchone()
        failed = connection.execute("select distinct report_id from quality.rule_results where result = 'fail'").fetchall()
    assert reports == (SMALL, SMALL - int((part.plan.version > 0).sum()))
    assert broken - unclear <= {report_id for (report_id,) in failed} <= broken


def test_the_sql_alone_makes_what_the_line_makes(built: Home, tmp_path: Path):
    compile_models(built.root, tmp_path)
    run_models(built.root, tmp_path)
    made = "select schema_name, table_name, estimated_size from duckdb_tables() where database_name = current_database() order by all"

    def tables(path: Path) -> list[tuple[str, str, int]]:
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(made).fetchall()

    assert len(tables(built.build)) > 60
    assert tables(tmp_path / MADE) == tables(built.build)


def test_what_comes_later_is_read_as_what_it_is(tmp_path: Path):
    late = late_reports(SMALL, tmp_path, 3)
    again = second_version(SMALL, tmp_path)
    assert not {unit.unit_code for unit in late} & {units()[n].unit_code for n in plan(SMALL).unit[plan(SMALL).year == YEARS[-1]]}
    assert again.unit_code in {units()[n].unit_code for n in plan(SMALL).unit}
    registry = load_registry()
    reports = [ingest_bytes(item.path.read_bytes(), item.file, item.hints, registry) for item in list_inputs(tmp_path)]
    assert [report.state for report in reports] == ["loaded"] * 4
    assert {report.unit_code for report in reports} == {unit.unit_code for unit in [*late, again]}
    assert {report.report_year for report in reports} == {YEARS[-1]}
    assert len(not_filed(250_000, YEARS[-1])) >= 1000


def test_the_roster_is_one(tmp_path: Path):
    write_roster(LARGE, tmp_path / "roster.csv", 40)
    roster = read_roster(tmp_path / "roster.csv", load_registry())
    assert len(roster.lines) == 40 and sum(line.is_exempt for line in roster.lines) == 2
