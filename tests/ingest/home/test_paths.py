"""No path is a pattern, a template, an address or a quote: every engine gets a folder under a plain name."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest
import sqlalchemy

from dagster_project.as_of import first_landing
from dagster_project.settings import Settings, prepare_instance
from expectations.gate.dialect import NAME
from foi.messages import Complaint
from foi.published import published
from ingest.home import Home
from ingest.home.environment import forget
from ingest.home.plain_path import PLAIN, plain_folder
from ingest.landing.batches import land, new_inputs, newest_inputs
from ingest.landing.inbox import list_inputs
from ingest.landing.reading import read_inputs
from ingest.model import IngestError
from ingest.units import load_registry
from tests.conftest import foi
from tests.factory.html import clean
from tests.factory.record import zero_record

NAMES = [
    "home[2024]", "数{a,b}据", "{{ home }}", "{% home %}", "home*", "it's", 'a"b', "50%25", "$HOME", "${HOME}", "a#b", "a;b", "~", "year=2024", "md:x",
    "a@b:c", "(a)", "a b", "数据", "!a", "[!a]", "-x",
]  # fmt: skip


@pytest.fixture(autouse=True)
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))


@pytest.mark.parametrize("name", NAMES)
def test_every_engine_opens_the_folder_that_was_meant(name: str, tmp_path: Path):
    folder, beside = tmp_path / name, tmp_path / "home2"
    for place, number in ((folder, 1), (beside, 2)):
        place.mkdir()
        with duckdb.connect() as connection:
            plain = plain_folder(place)
            connection.execute(f"copy (select {number} as n) to '{plain}/t.parquet'")
            connection.execute(f"attach '{plain}/build.duckdb' as build")
            connection.execute(f"create table build.t as select {number} as n")
    plain = plain_folder(folder)
    assert PLAIN.fullmatch(str(plain)) and plain.resolve() == folder
    assert {p.name for p in folder.iterdir()} == {"t.parquet", "build.duckdb"}
    with duckdb.connect() as connection:
        assert connection.execute(f"select * from read_parquet('{plain}/*.parquet', union_by_name = true)").fetchall() == [(1,)]
    engine = sqlalchemy.create_engine(f"{NAME}:///{plain}/build.duckdb")
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text("select n from t")).fetchall() == [(1,)]
    engine.dispose()


@pytest.mark.parametrize("name", ["home[2024]", "it's {{ x }} 50%", "数{a,b}据"])
def test_dagster_and_the_raw_tables_of_such_a_folder_are_its_own(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import dagster as dg

    monkeypatch.setenv("DAGSTER_HOME", "")
    inbox, registry = tmp_path / f"{name} inbox", load_registry()
    inbox.mkdir()
    (inbox / f"{name}.html").write_bytes(clean(zero_record(unit="寒葱沟镇", year=2024)))
    settings = Settings(home=str(tmp_path / name), inbox=str(inbox))
    home = settings.place
    land(home, read_inputs(new_inputs(home, list_inputs(inbox), registry), registry), registry)
    assert (
        len(newest_inputs(home, [f"{name}.html"])) == 1
        and first_landing(home)
        and not new_inputs(home, list_inputs(inbox), registry)
    )
    prepare_instance(home)
    with dg.DagsterInstance.get() as instance:
        assert instance.get_runs() == []
    assert {p.name for p in tmp_path.iterdir()} == {name, inbox.name, "caches"}
    assert {"dagster", "originals", "raw"} <= {p.name for p in (tmp_path / name).iterdir()}


@pytest.mark.parametrize("name", ["数?据", "back\\slash", "new\nline", os.fsdecode(b"\xff")])
def test_what_no_database_can_be_called_is_refused_in_a_sentence(name: str, tmp_path: Path):
    with pytest.raises(IngestError) as refused:
        plain_folder(tmp_path / name)
    assert refused.value.issue.code == "path_impossible"
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.html").write_text("示例", "utf-8")
    result = foi("load", inbox, "--home", tmp_path / name)
    assert result.returncode == 3 and "Traceback (" not in result.stderr and "--home" in result.stderr, result.stderr
    assert not list(tmp_path.rglob("*.duckdb")) and not list(tmp_path.rglob("raw"))


def test_a_link_that_leads_elsewhere_is_made_anew(tmp_path: Path):
    first, second = tmp_path / "[a]", tmp_path / "b"
    first.mkdir()
    link = plain_folder(first)
    link.unlink()
    link.symlink_to(second)
    assert plain_folder(first) == link and link.resolve() == first


def test_without_a_place_for_caches_the_link_stands_with_the_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "[a]").mkdir()
    (tmp_path / "file").touch()
    for caches in (tmp_path / "file", tmp_path / "[caches]"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(caches))
        assert plain_folder(tmp_path / "[a]").resolve() == tmp_path / "[a]"


def test_a_published_file_in_such_a_folder_is_its_own(tmp_path: Path):
    for name, number in (("home[2]", 1), ("home2", 2)):
        (tmp_path / name).mkdir()
        with duckdb.connect() as connection:
            connection.execute(f"attach '{plain_folder(tmp_path / name)}/published.duckdb' as p")
            connection.execute(f"create schema p.marts; create table p.marts.t as select {number} as n")
    for schema in ("core", "quality"):
        for name in ("home[2]", "home2"):
            with duckdb.connect(f"{plain_folder(tmp_path / name)}/published.duckdb") as connection:
                connection.execute(f"create schema {schema}")
    with published(tmp_path / "home[2]" / "published.duckdb") as connection:
        assert connection.execute("select n from t").fetchall() == [(1,)]


def test_variables_of_other_projects_are_forgotten_and_ours_stay(monkeypatch: pytest.MonkeyPatch):
    for name in ("DBT_TARGET", "DBT_PROFILE", "DBT_ENGINE_TARGET", "dbt_vars", "FOI_HOME", "PATH_TO_DBT_"):
        monkeypatch.setenv(name, "x")
    forget("DBT_")
    assert (
        not [n for n in os.environ if n.upper().startswith("DBT_")]
        and os.environ["FOI_HOME"] == os.environ["PATH_TO_DBT_"] == "x"
    )


def test_dbt_does_not_hear_of_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from dagster_project.dbt import Warehouse

    for name, value in (("DBT_TARGET", "prod"), ("DBT_PROFILE", "other"), ("DBT_VARS", "{x: 1}"), ("DBT_STATE", "/nowhere")):
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    try:
        Warehouse(Home(tmp_path)).environment()
        left = {n for n in os.environ if n.startswith("DBT_")}
        assert not left & {"DBT_TARGET", "DBT_PROFILE", "DBT_VARS", "DBT_STATE"} and "DBT_PROFILES_DIR" in left
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "已损坏"), (b"junk" * 5000, "已损坏"), (b"x", "已损坏")], ids=["empty", "junk", "short"]
)
def test_a_damaged_published_file_says_what_to_do(content: bytes, said: str, tmp_path: Path):
    (tmp_path / "published.duckdb").write_bytes(content)
    with pytest.raises(Complaint) as refused, published(tmp_path / "published.duckdb"):
        pass
    assert said in str(refused.value) and "foi load" in str(refused.value) and refused.value.exit_code == 3
