"""What changed and changed back: the last state of a file, of manifest.csv and of units.csv counts, and no moment is forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dagster_project.as_of import copy_known
from dagster_project.defs.landing import write_references
from ingest.home import Home
from ingest.landing.batches import newest_inputs
from ingest.landing.last_seen import documents_left
from tests.desk import Desk, page
from tests.factory.archive import as_zip

UNITS = "unit_code,name,level,kind\n99,示例省,province,government\n9901,示例市,city,government\n990101,示例县,county,government\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def bytes_of(desk: Desk, state: str) -> None:
    desk.put("甲.html", page("示例甲镇", {"A": 5, "B": 6}[state]))


def manifest(desk: Desk, state: str) -> None:
    desk.put("乙.html", page("示例乙镇", 7))
    desk.put("manifest.csv", f"file,unit_code,report_year\n乙.html,990101002,{ {'A': 2024, 'B': 2023}[state] }\n")


def units(desk: Desk, state: str) -> None:
    desk.put("丙.html", page("示例丙镇", 8))
    name = {"A": "示例丙镇", "B": "示例丁镇"}[state]
    towns = f"990101001,示例甲镇,township,\n990101002,示例乙镇,township,\n990101003,{name},township,\n"
    desk.put("units.csv", UNITS + towns)


def archive(desk: Desk, state: str) -> None:
    desk.put("丁.zip", as_zip({"戊.html": page("示例甲镇", {"A": 5, "B": 6}[state], 2023)}))


def test_whatever_changed_and_changed_back_the_last_state_counts(desk: Desk):
    for state in "ABA":
        for change in (bytes_of, manifest, units, archive):
            change(desk, state)
        assert set(desk.land()) >= {"甲.html", "乙.html", "丙.html", "丁.zip!/戊.html"}
        assert desk.land() == []
    counts = {name: (unit, year) for name, (unit, year, is_current) in desk.reports().items() if is_current}
    assert counts == {
        "甲.html 5": ("990101001", 2024),
        "乙.html 7": ("990101002", 2024),
        "丙.html 8": ("990101003", 2024),
        "丁.zip!/戊.html 5": ("990101001", 2023),
    }


@pytest.mark.parametrize("change", [bytes_of, manifest, units, archive])
def test_a_state_that_came_back_is_landed_once_and_the_first_moment_is_kept(desk: Desk, change: Callable[[Desk, str], None]):
    moments = []
    for state in "AABA":
        change(desk, state)
        moments += [state] if desk.land() else []
    assert "".join(moments) == "ABA"
    rows = pl.concat([pl.read_parquet(p) for p in desk.home.batches.glob("*/inputs.parquet")])
    assert rows["landed_at"].n_unique() == len(list(desk.home.batches.iterdir())) == 3


def test_two_folders_with_files_of_one_name_do_not_replace_each_other_at_every_load(desk: Desk, tmp_path: Path):
    other = tmp_path / "2023"
    other.mkdir()
    (other / "甲.html").write_bytes(page("示例甲镇", 9, 2023))
    bytes_of(desk, "A")
    assert [desk.land(), desk.land(other), desk.land(), desk.land(other)] == [["甲.html"], ["甲.html"], [], []]
    assert documents_left(desk.home) == []


def test_an_earlier_day_knows_what_had_landed_then_though_it_landed_again(desk: Desk, tmp_path: Path):
    bytes_of(desk, "A")
    desk.land()
    (first,) = newest_inputs(desk.home, ["甲.html"])
    (batch,) = desk.home.batches.iterdir()
    before = pl.read_parquet(batch / "inputs.parquet")["landed_at"].max()
    for state in "BA":
        bytes_of(desk, state)
        desk.land()
    write_references(desk.home, desk.inbox)
    then = Home(tmp_path / "then")
    copy_known(desk.home, then, before.replace(microsecond=before.microsecond + 1) if before.microsecond < 999_999 else before)
    rows = pl.concat([pl.read_parquet(p) for p in then.batches.glob("*/inputs.parquet")])
    assert [tuple(row) for row in rows.select("file", "document_id").iter_rows()] == [first]


def test_what_vanished_or_was_replaced_is_known_until_it_lies_there_again(desk: Desk):
    bytes_of(desk, "A")
    manifest(desk, "A")
    desk.land()
    bytes_of(desk, "B")
    (desk.inbox / "乙.html").unlink()
    desk.put("manifest.csv", "file,unit_code,report_year\n")
    desk.land()
    left = documents_left(desk.home, desk.inbox)
    assert [(one.file, one.is_replaced) for one in left] == [("乙.html", False), ("甲.html", True)]
    assert documents_left(desk.home, desk.inbox / "other") == []
    desk.put("改名.html", page("示例乙镇", 7))
    bytes_of(desk, "A")
    desk.land()
    assert [(one.file, one.is_replaced) for one in documents_left(desk.home)] == [("甲.html", True)]


def test_a_damaged_listing_counts_as_a_folder_never_loaded(desk: Desk):
    bytes_of(desk, "A")
    desk.land()
    (listing,) = desk.home.folders.iterdir()
    for damaged in ("", "{", json.dumps({"files": []}), json.dumps([1])):
        listing.write_text(damaged, "utf-8")
        assert desk.land() == [] and documents_left(desk.home) == []
