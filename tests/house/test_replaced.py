"""A page is replaced after publication: both versions are kept, what changed is said, and every earlier day can be asked for."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from dagster_project.as_of import copy_known
from expectations.decisions import Decision, append
from ingest.beijing import beijing_today
from ingest.home import Home
from tests.conftest import foi, marts_hash
from tests.factory.html import clean
from tests.factory.record import Record, zero_record

UNIT, CELL = "230883101", "requests.received.total"
LANDED, CORRECTED = datetime(2025, 2, 9, 16, 30), "2025-02-20"  # half past midnight of 10 February in Beijing
ASK = f"select requests::int as n, requests_state as state from fct_requests join fct_reports using (report_id) where is_current and code = '{CELL}'"


STALE = """
- {{unit_code: "{unit}", report_year: 2024, cell: disclosure.licenses, action: set, expect: 5, value: 6, reason: 示例, evidence: 示例,
   who: 示例科, when: 2025-02-21}}
"""


def page(received: str, lines: tuple[str, ...] = ()) -> bytes:
    """A report with twelve requests, and a number in the total of those received."""
    record = zero_record(unit="寒葱沟镇", year=2024)
    cells = {
        f"requests.{row}.{column}": "12" for row in ("received", "granted", "closed") for column in ("natural_person", "total")
    }
    return clean(Record(record.unit, 2024, "2021", {**record.cells, **cells, CELL: received}, lines=lines))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    (folder / "manifest.csv").write_text(f"file,unit_code,report_year\n2024.html,{UNIT},2024\n", "utf-8")
    (folder / "2024.html").write_bytes(page("21"))
    return folder


@pytest.fixture(scope="module")
def home(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Loaded on 10 February, corrected on the 20th, replaced on the site, and loaded again today."""
    home = tmp_path_factory.mktemp("home")
    assert foi("load", folder, "--home", home, timeout=600).returncode == 1
    for path in home.glob("raw/batches/*/inputs.parquet"):
        pl.read_parquet(path).with_columns(landed_at=pl.lit(LANDED).cast(pl.Datetime("us"))).write_parquet(path)
    done = foi("correct", "--home", home, "--unit", "寒葱沟镇", "--year", 2024, "--cell", CELL, "--from", 21, "--to", 12,
               "--why", "总计多填", "--evidence", "2025-02-20 来电", "--who", "示例科")  # fmt: skip
    assert done.returncode == 0 and "下次 foi load 生效" in done.stdout, done.stderr
    listed = json.loads(foi("correct", "--home", home, "--json").stdout)
    assert [(c["expect"], c["value"], c["outcome"]) for c in listed] == [("21", "12", "pending")]
    file = home / "corrections.yaml"
    edited = "# 科室备注\n" + re.sub(r"when: .*", f"when: {CORRECTED}", file.read_text("utf-8")) + STALE.format(unit=UNIT)
    file.write_text(edited, "utf-8")
    (folder / "2024.html").write_bytes(page("12"))
    loaded = foi("load", folder, "--home", home, timeout=600)
    (home / "stdout.txt").write_text(loaded.stdout, "utf-8")
    assert loaded.returncode == 1, loaded.stdout + loaded.stderr
    return home


def answer(home: Path, *more: object) -> list[dict[str, object]]:
    result = foi("query", ASK, "--home", home, "--json", *more, timeout=600)
    assert result.returncode == 0, result.stderr
    rows: list[dict[str, object]] = json.loads(result.stdout)
    return rows


def test_both_versions_are_kept_and_the_change_is_said(home: Path):
    said = foi("versions", "--unit", UNIT, "--year", 2024, "--home", home).stdout
    assert "2 个版本" in said and "21 → 12" in said and "入库 2025-02-10" in said and said.count("现行") == 1
    told = json.loads(foi("versions", "--area", "抚远市", "--home", home, "--json").stdout)
    assert [(v["version_number"], v["is_current"]) for v in told["versions"]] == [(1, False), (2, True)]
    changes = [(c["code"], c["from_value"], c["to_value"]) for c in told["changes"]]
    assert changes == [(CELL, 21, 12), ("section.overview", None, None)]
    assert len(list((home / "originals").rglob("*.html"))) == 2
    status = foi("status", "--home", home).stdout
    assert "公布后被替换的报告 1 份" in status and "21 → 12" in status


def test_what_the_source_set_right_itself_is_no_longer_corrected(home: Path):
    assert answer(home) == [{"n": 12, "state": "reported"}]
    listed = json.loads(foi("correct", "--home", home, "--json").stdout)
    assert [(c["outcome"], c["status"]) for c in listed] == [("fixed_upstream", "fixed_upstream"), ("stale", "open")]
    assert "来源已改正" in foi("correct", "--home", home).stdout
    assert (home / "corrections.yaml").read_text("utf-8").startswith("# 科室备注\n")


def test_a_correction_that_no_longer_fits_is_loud(home: Path):
    """The load ends with 1, and load, status and the gate say which correction and what the source holds."""
    said = (home / "stdout.txt").read_text("utf-8")
    assert "更正有问题 1 条" in said and "应为 5，现为 0" in said
    assert said.count("勾稽不符") == 1 and "不再存在的勾稽不符 " in said  # what the new version put right
    assert "应为 5，现为 0" in foi("status", "--home", home).stdout
    excluded = "select units_excluded from area_year where area_code = '230883' and report_year = 2024"
    assert (
        foi("query", excluded, "--home", home, "--csv").stdout == "units_excluded\n0\n"
    )  # a stale line of ours makes no number of the report wrong


def test_an_earlier_day_is_answered_as_it_was_known_then(home: Path):
    before = marts_hash(home)
    result = foi("query", ASK, "--home", home, "--as-of", CORRECTED, "--csv", timeout=600)
    assert result.stdout == "n,state\n12,corrected\n" and "正在重建 2025-02-20" in result.stderr
    again = foi("query", ASK, "--home", home, "--as-of", CORRECTED, "--csv")
    assert again.stdout == result.stdout and "正在重建" not in again.stderr
    assert "12" in foi("trend", "--unit", UNIT, "--as-of", CORRECTED, "--home", home).stdout
    assert marts_hash(home) == before and answer(home) == [{"n": 12, "state": "reported"}]
    assert answer(home, "--as-of", beijing_today()) == answer(home)


def test_what_was_known_is_what_had_landed_and_was_decided_by_then(home: Path, tmp_path: Path):
    for day in (18, 22):
        at = f"2025-02-{day}T09:00:00+00:00"
        append(Home(home).decisions, Decision(at, "示例科", "waive", UNIT, 2024, "requests_balance.total", "21", "12", "示例"))
    keys = {}
    for day, inputs, corrections, decisions in ((19, 1, 0, 1), (20, 1, 1, 1), (23, 1, 2, 2)):
        then = Home(tmp_path / str(day))
        keys[day] = copy_known(Home(home), then, datetime(2025, 2, day, 16))  # midnight in Beijing
        assert sum(len(pl.read_parquet(p)) for p in then.root.rglob("inputs.parquet")) == inputs
        assert len(pl.read_parquet(then.reference / "corrections.parquet")) == corrections
        assert len(then.decisions.read_text("utf-8").splitlines()) == decisions
        assert len(pl.read_parquet(then.reference / "decisions.parquet")) == decisions
    assert len(set(keys.values())) == 3
    assert len(pl.read_parquet(Home(home).reference / "corrections.parquet")) == 2


def test_a_day_before_the_first_load_and_no_day_at_all_are_said(home: Path):
    early = foi("query", ASK, "--home", home, "--as-of", "2025-02-09")
    assert early.returncode == 3 and "最早的文件于 2025-02-10 入库" in early.stderr and early.stdout == ""
    bad = foi("query", ASK, "--home", home, "--as-of", "2025-02-30")
    assert bad.returncode == 2 and "2025-02-30" in bad.stderr
