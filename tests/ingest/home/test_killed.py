"""What a killed process leaves is taken away or freed by the next one; what belongs to a living one stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project.change.build import begin
from dagster_project.load import MINE, PROCESS, _end_killed_runs
from dagster_project.settings import prepare_instance
from dagster_project.up_to_date import begin_building, end_publishing, is_building, is_published
from foi.faults import fault
from foi.line.verify import verify_home
from foi.messages import Complaint
from foi.published import published
from ingest.home import Home
from ingest.home.placing import placed, sweep
from ingest.landing.batches import land, new_inputs
from ingest.landing.inbox import list_inputs
from ingest.landing.reading import read_inputs
from ingest.units import load_registry
from tests.conftest import EXAMPLES, foi, marts_hash
from tests.factory.html import clean
from tests.factory.record import zero_record
from tests.one_language import assert_one_language

DEAD = 2**22 + 1  # no process has such a number


def test_scratch_files_of_the_dead_are_swept_and_those_of_the_living_and_of_people_stay(home: Home):
    home.published_tables.mkdir()
    left = [
        home.root / f".published.{DEAD}.duckdb",
        home.root / f".published.{DEAD}.duckdb.wal",
        home.root / f".published.duckdb.{DEAD}.77",
        home.root / f".corrections.yaml.{DEAD}",
        home.published_tables / f".unit_year.{DEAD}.parquet",
        home.reference / f".units.{DEAD}",
        next(home.originals.glob("*")) / f".{'ab' * 32}.html.{DEAD}.140",
        home.batches / f".0123456789abcdef.{DEAD}",
        home.raw / f".0123456789abcdef.{DEAD}",
    ]
    stays = [
        home.root / f".published.{os.getpid()}.duckdb",
        home.root / ".2024.01.notes",
        home.root / ".load.lock",
        home.reference / f".units.{os.getppid()}",
    ]
    for path in [*left, *stays]:
        path.mkdir() if path.suffix == f".{DEAD}" and len(path.name) < 32 and "raw" in path.parts[-3:-1] else path.write_bytes(
            b"x"
        )
    before = {p for p in home.root.rglob("*")} - set(left)
    sweep(home)
    assert {p for p in home.root.rglob("*")} == before


def test_what_is_placed_is_there_whole_or_not_at_all(tmp_path: Path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(OSError), placed(tmp_path / "a") as scratch:
        scratch.write_text("half")
        raise OSError(28, "No space left on device")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a", "old")]
    with placed(tmp_path / "b" / "c", sure=True) as scratch:
        scratch.write_text("new")
    assert (tmp_path / "b" / "c").read_text() == "new" and len(list(tmp_path.rglob("*"))) == 3


def test_a_killed_command_holds_no_place_in_the_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import dagster as dg

    monkeypatch.setenv("DAGSTER_HOME", "")
    prepare_instance(Home(tmp_path))

    @dg.op(pool="duckdb")
    def step() -> None: ...

    @dg.job(executor_def=dg.in_process_executor)
    def line() -> None:
        step()

    with dg.DagsterInstance.get() as instance:
        # Whoever holds the lock knows that every run that has begun is dead; one that waits for the lock has not begun.
        waits = {"dagster/from_ui": "yes", PROCESS: str(os.getpid())}
        other = instance.create_run_for_job(line, status=dg.DagsterRunStatus.STARTING, tags=waits)
        dead = instance.create_run_for_job(line, status=dg.DagsterRunStatus.STARTED, tags={"dagster/from_ui": "yes"})
        killed = instance.create_run_for_job(line, status=dg.DagsterRunStatus.STARTED, tags={MINE: "refresh"})
        log = instance.event_log_storage
        log.initialize_concurrency_limit_to_default("duckdb")
        log.claim_concurrency_slot("duckdb", killed.run_id, "step")
        log.claim_concurrency_slot("duckdb", "of a run that nobody knows", "step")
        log.claim_concurrency_slot("duckdb", other.run_id, "step")
        log.claim_concurrency_slot("duckdb", dead.run_id, "step")
        _end_killed_runs(instance)
        info = log.get_concurrency_info("duckdb")
        assert {slot.run_id for slot in info.claimed_slots} | {s.run_id for s in info.pending_steps} == {other.run_id}
        for run in (killed, dead):
            assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE
        log.free_concurrency_slots_for_run(other.run_id)
        assert line.execute_in_process(instance=instance, tags={MINE: "load"}).success


def test_a_file_that_is_gone_or_changed_while_it_is_loaded_is_its_own_matter(tmp_path: Path):
    inbox, home, registry = tmp_path / "in", Home(tmp_path / "home"), load_registry()
    inbox.mkdir()
    names = (
        "stays",
        "gone before it is opened",
        "gone before it is read",
        "gone before it is kept",
        "changed",
        "a folder by now",
    )
    for n, name in enumerate(names):
        (inbox / f"{name}.html").write_bytes(clean(zero_record(unit="寒葱沟镇", year=2015 + n)))
    inputs = list_inputs(inbox)
    (inbox / "gone before it is opened.html").unlink()
    fresh = new_inputs(home, inputs, registry)
    (inbox / "gone before it is read.html").unlink()
    (inbox / "a folder by now.html").unlink()
    (inbox / "a folder by now.html").mkdir()
    reading = read_inputs(fresh, registry)
    (inbox / "gone before it is kept.html").unlink()
    (inbox / "changed.html").write_bytes(clean(zero_record(unit="寒葱沟镇", year=2020)) + b" ")
    land(home, reading, registry)
    left = {r.input.file.removesuffix(".html"): r.report.reason.code for r in reading.left}
    assert left == {**dict.fromkeys(names[1:], "file_gone"), "changed": "file_changed", "a folder by now": "not_a_file"}
    assert [r.input.file for r in reading.landed] == ["stays.html"]
    landed = pl.concat([pl.read_parquet(p) for p in home.batches.glob("*/inputs.parquet")])
    assert landed["file"].to_list() == ["stays.html"] and len(list(home.originals.glob("*/*"))) == 1
    # the next load takes what is there
    assert [i.file for i in new_inputs(home, list_inputs(inbox), registry)] == ["changed.html"]


def test_where_nothing_is_left_nothing_lands(tmp_path: Path):
    inbox, home, registry = tmp_path / "in", Home(tmp_path / "home"), load_registry()
    inbox.mkdir()
    (inbox / "a.html").write_bytes(clean(zero_record(unit="寒葱沟镇", year=2015)))
    reading = read_inputs(new_inputs(home, list_inputs(inbox), registry), registry)
    shutil.rmtree(inbox)
    assert land(home, reading, registry) is None and len(reading.left) == 1 and not list(home.raw.glob("batches/*"))


@pytest.mark.parametrize("damage", ["cut", "gone", "other", "a mart", "the page", "the state"])
def test_what_is_published_counts_only_as_it_was_published(damage: str, home: Home):
    def publish() -> None:
        home.published_tables.mkdir(exist_ok=True)
        for path in (home.published, home.published_tables / "unit_year.parquet", home.expectations):
            path.write_bytes(b"published")

    assert not is_published(home)
    begin_building(home)
    assert is_building(home)
    publish()
    end_publishing(home)
    assert is_published(home) and not is_building(home)
    if damage == "cut":
        home.published.write_bytes(b"publ")
    elif damage == "gone":
        home.published.unlink()
    elif damage == "other":
        home.published.unlink()
        home.published.write_bytes(b"PUBLISHED")
    elif damage == "a mart":
        (home.published_tables / "unit_year.parquet").write_bytes(b"")
    elif damage == "the page":
        home.expectations.unlink()
    else:
        home.state.write_bytes(b"\xff\xfe")
    assert not is_published(home)


def test_a_building_that_is_damaged_stops_no_load(home: Home):
    for name in ("build.duckdb", "build.duckdb.wal"):
        (home.root / name).write_bytes(b"junk")
    assert begin(home).reason == "damaged" and not (home.root / "build.duckdb.wal").exists()
    documents = pl.concat([pl.read_parquet(p) for p in home.batches.glob("*/inputs.parquet")])["document_id"].n_unique()
    with duckdb.connect(str(home.build), read_only=True) as connection:
        assert connection.execute("select count(*) from change.reports").fetchone() == (documents,)


def test_a_file_that_another_program_has_open_is_not_called_damaged(tmp_path: Path):
    path = tmp_path / "published.duckdb"
    code = "import duckdb, sys\nc = duckdb.connect(sys.argv[1])\nprint(1, flush=True)\nsys.stdin.readline()"
    other = subprocess.Popen([sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None and other.stdout.readline()
        with pytest.raises(Complaint) as refused, published(path):
            pass
    finally:
        other.communicate(b"\n")
    said = str(refused.value)
    assert "另一个程序" in said and f"PID {other.pid}" in said and "已损坏" not in said and refused.value.exit_code == 3


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device", "x"),
        PermissionError(13, "Permission denied", "x"),
        OSError(5, "Input/output error"),
        duckdb.IOException("IO Error: Could not write file: No space left on device"),
        MemoryError(),
    ],
)
def test_what_the_machine_refuses_is_a_sentence(error: Exception):
    complaint = fault(error, Path("home"))
    assert complaint and complaint.exit_code == 3 and str(complaint) == complaint.text.zh
    assert_one_language(complaint.text.zh, "zh")
    assert_one_language(complaint.text.en, "en")
    wrapped = RuntimeError("a step failed")
    wrapped.__cause__ = error
    assert str(fault(wrapped, Path("home"))) == str(complaint)


def test_who_stops_a_command_is_told_that_it_can_be_run_again():
    wrapped = RuntimeError("a step failed")
    wrapped.__cause__ = RuntimeError("Query interrupted")
    complaint = fault(wrapped)
    assert complaint and complaint.exit_code == 130 and "再运行一次" in complaint.text.zh


def test_a_fault_of_the_program_stays_one():
    assert fault(KeyError("x")) is None and fault(duckdb.BinderException("no such column")) is None


def test_one_load_mends_a_home_folder_that_is_damaged_in_many_places(loaded: Path, tmp_path: Path):
    home = Home(tmp_path / "home[1]")
    shutil.copytree(loaded, home.root)
    facts = marts_hash(loaded)
    home.published.write_bytes(home.published.read_bytes()[:100_000])
    home.build.write_bytes(b"junk")
    home.state.write_bytes(b"\xff")
    cells = max(home.batches.glob("*/cells.parquet"), key=lambda p: p.stat().st_size)
    cells.write_bytes(cells.read_bytes()[:1000])
    (cells.parent / "sections.parquet").write_bytes(b"")
    (home.reference / "units.parquet").write_bytes(b"")
    (home.dagster / "history" / "runs.db").write_bytes(b"junk" * 1000)
    with home.decisions.open("ab") as decisions:
        decisions.write(b'{"decided_at": "2025')
    (home.root / f".published.{DEAD}.duckdb").touch()
    result = foi("load", EXAMPLES, "--home", home.root, DBT_TARGET="prod", DBT_PROFILE="other", DAGSTER_HOME="/nowhere")
    assert result.returncode == 1 and "Traceback" not in result.stderr, result.stderr
    assert (
        cells.parent.name in result.stderr
        and "已按原件重新读取（68 个文件）" in result.stderr
        and "decisions.jsonl.broken" in result.stdout
    )
    assert marts_hash(home.root) == facts and not list(home.root.glob(".published.*"))
    with published(home.published) as connection:
        assert connection.execute("select count(*) from fct_reports").fetchone()[0] > 0
    (wrong,) = verify_home(home.root).wrong
    assert "decisions.jsonl.broken" in wrong.zh
