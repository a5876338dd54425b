"""The whole line: from the folder of examples to true facts, whatever the order, the repetition or the accident."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from ingest.home import Home
from ingest.landing.batches import land, new_inputs
from ingest.landing.inbox import list_inputs
from ingest.landing.reading import read_inputs
from ingest.units.known import registry_of
from tests.conftest import EXAMPLES, ROOT, foi, marts_hash

EXPECTED = json.loads((ROOT / "examples" / "expected.json").read_text("utf-8"))


def test_every_file_ends_in_the_state_it_should(ask):
    got = {
        file: (state, unit, year)
        for file, state, unit, year in ask("select file, input_state, unit_code, report_year from fct_inputs")
    }
    for file, want in EXPECTED.items():
        state, unit, year = got.pop(file)
        assert state == want["state"], file
        if state != "quarantined":
            assert (unit, year) == (want["unit_code"], want["year"]), file
    assert got == {}


def test_exactly_the_broken_sums_fail(ask):
    got = dict(
        ask(
            "select file, count(*) from violations join fct_reports using (report_id) where rule in (select rule from dim_rule) group by file"
        )
    )
    assert got == {file: want["failing"] for file, want in EXPECTED.items() if want.get("failing")}


def test_pingtan_2020_is_broken_by_27_against_21_and_26_against_20(ask):
    rows = ask(
        "select instance, left_sum::int, right_sum::int from violations where unit_name = '平潭综合实验区'"
        " and rule in (select rule from dim_rule) order by 1"
    )
    assert rows == [("natural_person", 20, 26), ("total", 21, 27)]


def test_the_load_says_what_it_did_and_what_failed(loaded: Path):
    said = (loaded / "stdout.txt").read_text("utf-8")
    assert "已加载 63，重复 1，被取代 1，隔离 3" in said
    assert "平潭综合实验区 2020 年" in said and "27" in said and "21" in said
    assert "问题文件/损坏的文件.docx" in said and "foi units find" in said


def test_a_blank_is_null_with_its_state_and_not_asked_is_not_zero(ask):
    where = "unit_code = '990101102' and report_year = 2021"
    assert ask(f"select granted, granted_state, denied is not null from unit_year where {where}") == [(None, "blank", True)]
    assert ask("select distinct fees, fees_state from unit_year where report_year = 2019") == [(None, "not_asked")]
    assert ask(f"select distinct result from rule_results where {where} and rule_id = 'requests_closed_total.total'") == [
        ("not_assessable",)
    ]


def test_a_table_with_a_broken_sum_is_excluded_from_the_area_but_stays_visible(ask):
    rows = ask(
        "select units_reporting, units_excluded, units_missing from area_year where area_code = '990101' and report_year = 2023"
    )
    assert rows == [(8, 1, 0)]  # its tables two and four count
    assert ask("select rules_failed, quality_state from unit_year where unit_code = '990101103' and report_year = 2023") == [
        (2, "fail")
    ]
    total = "select sum(received) from unit_year where county_code = '990101' and report_year = 2023 and rules_failed = 0"
    assert ask(total) == ask("select received from area_year where area_code = '990101' and report_year = 2023")


def test_a_year_without_a_report_is_missing_not_zero(ask):
    assert ask("select units_missing from area_year where area_code = '990101' and report_year = 2020") == [(1,)]


def test_the_report_filed_last_counts(ask):
    rows = ask(
        "select is_current, published_on::varchar from fct_reports where unit_code = '990101001' and report_year = 2024 order by 2"
    )
    assert [r[0] for r in rows] == [False, True] and rows[1][1] == "2025-03-02"


def test_every_number_leads_back_to_its_place(ask):
    rows = ask("select count(*) from fct_requests where requests is not null and (place is null or raw is null)")
    assert rows == [(0,)]


def test_0_through_0_is_no_rate(ask):
    assert ask("select distinct grant_rate, grant_rate_reason from area_year where area_code = '230883'") == [
        (None, "no_requests")
    ]


def test_a_second_load_of_the_same_folder_has_nothing_to_do_and_one_after_a_decision_changes_nothing_else(loaded: Path):
    def state() -> tuple[str, list[str]]:
        return marts_hash(loaded), sorted(p.name for p in (loaded / "raw" / "batches").iterdir())

    before, published = state(), (loaded / "published.duckdb").stat().st_ino
    result = foi("load", EXAMPLES, "--home", loaded)
    assert result.returncode == 1 and "本次新读 0" in result.stdout and "没有新文件" in result.stdout
    assert (state(), (loaded / "published.duckdb").stat().st_ino) == (before, published)

    (loaded / "decisions.jsonl").write_text("\n", "utf-8")
    result = foi("load", EXAMPLES, "--home", loaded)
    (loaded / "decisions.jsonl").unlink()
    assert "本次新读 0" in result.stdout and "没有新文件" not in result.stdout
    assert state() == before and (loaded / "published.duckdb").stat().st_ino != published


def test_a_killed_load_and_another_order_end_in_the_same_facts(loaded: Path, tmp_path: Path):
    home, part = tmp_path / "home", tmp_path / "part"
    # The newest reports first, from a copy that lacks the rest.
    shutil.copytree(
        EXAMPLES, part, ignore=lambda folder, names: [n for n in names if n.startswith(("2019", "2020", "2022", "更正后"))]
    )
    command = [str(Path(sys.executable).parent / "foi"), "load", str(part), "--home", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list((home / "raw").glob("batches/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    # What was killed is landed, but never built: the next load builds both.
    place = Home(home)
    registry = registry_of(place)
    land(place, read_inputs(new_inputs(place, list_inputs(part), registry), registry), registry)
    assert foi("load", EXAMPLES, "--home", home).returncode == 1
    assert len(list((home / "raw" / "batches").iterdir())) == 2
    assert marts_hash(home) == marts_hash(loaded)


def test_originals_are_kept_byte_by_byte(loaded: Path):
    kept = {p.read_bytes() for p in (loaded / "originals").rglob("*") if p.is_file()}
    assert all((EXAMPLES / file).read_bytes() in kept for file in EXPECTED)


def test_a_reader_goes_on_through_a_publication(loaded: Path):
    import duckdb

    from dagster_project.defs.publish import publish

    code = (
        "import duckdb, sys\n"
        "c = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print(c.sql('select count(*) from marts.unit_year').fetchall()[0][0], flush=True)\n"
        "sys.stdin.readline()\n"
        "print(c.sql('select count(*) from marts.unit_year').fetchall()[0][0], flush=True)\n"
    )
    command = [sys.executable, "-c", code, str(loaded / "published.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None and reader.stdin is not None
        first = reader.stdout.readline()
        publish(Home(loaded))
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == first
    with duckdb.connect(str(loaded / "published.duckdb"), read_only=True) as connection:
        assert connection.sql("select count(*) from marts.unit_year").fetchall() == [(int(first),)]
