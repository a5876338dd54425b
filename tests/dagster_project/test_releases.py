"""What stays of a release: its numbers, its words and its checksums; of databases those that were the last of a day, as many as asked for."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

import duckdb
import pytest

from dagster_project.defs.publish import publish, publish_file
from dagster_project.releases import keep_database, keep_release, number_of
from ingest.home import Home
from ingest.law.entries import entries
from ingest.model import IngestError
from tests.contract import empty_warehouse

DAY = 24 * 3600


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    empty_warehouse(made.build)
    with duckdb.connect(str(made.build)) as connection:
        connection.execute("create schema change")
        connection.execute("create table change.reports (report_id varchar)")
    return made


def _publish(home: Home, days_ago: int, mark: str) -> str:
    """Publish as if it were so many days ago; the number of the release."""
    keep_database(home)
    (publish_file if home.published.exists() else publish)(home)
    home.state.write_text(f"{mark}\n{hashlib.sha256(mark.encode()).hexdigest()}", "utf-8")
    at = time.time() - days_ago * DAY
    os.utime(home.published, (at, at))
    keep_release(home)
    return number_of(home)


def _about(home: Home, number: str) -> dict[str, object]:
    return json.loads((home.releases / number / "release.json").read_bytes())


def _kept(home: Home) -> set[str]:
    return {path.parent.name for path in home.releases.glob("*/published.duckdb")}


def test_every_release_stays_with_the_one_before_its_rules_and_its_checksums(home: Home):
    first, second = _publish(home, 1, "a"), _publish(home, 0, "b")
    assert _about(home, first)["before"] is None and _about(home, second)["before"] == first
    rules = json.loads((home.releases / "words" / str(_about(home, second)["rules"])).read_bytes())
    assert [rule["rule"] for rule in rules] == [entry.rule for entry in entries()]
    assert len(list((home.releases / "words").iterdir())) == 2  # what both have is there once
    sums = (home.releases / second / "SHA256SUMS").read_text().splitlines()
    assert {line.split("  ")[1] for line in sums} == {
        path.relative_to(home.root).as_posix() for path in home.published_tables.rglob("[!.]*.parquet")
    }
    for line in sums:
        digest, path = line.split("  ")
        assert hashlib.sha256((home.root / path).read_bytes()).hexdigest() == digest


def test_a_file_that_was_not_written_anew_is_not_read_again(home: Home):
    first = _publish(home, 0, "a")
    path = next(home.published_tables.glob("*.parquet"))
    stat = path.stat()
    path.write_bytes(bytes(stat.st_size))  # the same size and time, other bytes: whoever reads it finds another sum
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    second = _publish_files_as_they_are(home)
    assert (home.releases / first / "SHA256SUMS").read_text() == (home.releases / second / "SHA256SUMS").read_text()


def _publish_files_as_they_are(home: Home) -> str:
    home.state.write_text("b\n" + "b" * 64, "utf-8")
    keep_release(home)
    return number_of(home)


def test_the_last_database_of_an_earlier_day_is_kept_without_a_copy_and_the_one_before_it_goes(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    numbers = [_publish(home, days, mark) for days, mark in ((3, "a"), (2, "b"), (1, "c"))]
    before = home.published.stat().st_ino
    _publish(home, 0, "d")
    assert _kept(home) == {numbers[2]} and (home.releases / numbers[2] / "published.duckdb").stat().st_ino == before
    sums = {n: (home.releases / n / "SHA256SUMS").read_text() for n in numbers}
    assert [n for n in numbers if "published.duckdb" in sums[n]] == [numbers[2]]
    _publish(home, 0, "e")  # what was published on the same day is replaced
    assert _kept(home) == {numbers[2]}
    monkeypatch.setenv("FOI_RELEASES", "0")
    _publish(home, 0, "f")
    assert _kept(home) == set() and len(list(home.releases.glob("*/release.json"))) == 6


def test_as_many_are_kept_as_asked_for(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FOI_RELEASES", "2")
    numbers = [_publish(home, days, str(days)) for days in (4, 3, 2, 1, 0)]
    assert _kept(home) == set(numbers[2:4])
    monkeypatch.setenv("FOI_RELEASES", "two")
    with pytest.raises(IngestError, match="releases_unclear"):
        keep_database(home)
