"""A file that nobody has touched is not read again; one that was touched in any way is, whatever its times are made to say."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.landing.batches import newest_inputs
from ingest.landing.known_bytes import KnownBytes
from ingest.landing.last_seen import FolderListing
from ingest.landing.seals import WHOLE, damaged_batches
from ingest.model import IngestError
from tests.desk import Desk, page
from tests.factory.archive import as_zip

FILE, ARCHIVE, MEMBER = "甲.html", "丁.zip", "丁.zip!/戊.html"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A file and an archive that were landed and have been left alone for a while, so that their times can be trusted."""
    desk = Desk(tmp_path_factory.mktemp("settled"))
    desk.put(FILE, page("示例甲镇", 5))
    desk.put(ARCHIVE, as_zip({"戊.html": page("示例乙镇", 6, 2023)}))
    assert desk.land() == [ARCHIVE.replace("丁.zip", MEMBER), FILE]
    time.sleep(2.1)
    assert desk.land() == []
    return desk


@pytest.fixture
def desk(settled: Desk, tmp_path: Path) -> Desk:
    """The same folder and home for one test: moved beside each other, so that times and numbers of the files stay."""
    made = Desk(tmp_path / "own")
    for name in (FILE, ARCHIVE):
        os.link(settled.inbox / name, made.inbox / name)
    shutil.copytree(settled.home.root, made.home.root)
    time.sleep(2.1)  # another name for a file counts as touching it
    assert made.land() == []
    return made


def stamps(desk: Desk) -> Path:
    return FolderListing(desk.home, desk.inbox).known._path


def test_what_is_known_is_taken_without_opening_the_file(desk: Desk):
    """Whoever writes another hash into the cache is believed: so the files themselves were not read."""
    known = json.loads(stamps(desk).read_text("utf-8"))
    assert list(known) == [ARCHIVE, FILE] and list(known[ARCHIVE][1]) == [MEMBER]
    other = "0" * 64
    known[FILE][1][FILE] = other
    stamps(desk).write_text(json.dumps(known), "utf-8")
    listing = FolderListing(desk.home, desk.inbox)
    from ingest.landing.inbox import list_inputs

    parts = [part for item in list_inputs(desk.inbox) for part in listing.known.parts(item, desk.home.originals)]
    assert [part.file for part in parts] == [MEMBER, FILE] and parts[1].document_id == other


def test_other_bytes_of_the_same_size_and_time_are_noticed(desk: Desk):
    path = desk.inbox / FILE
    before = path.stat()
    path.unlink()  # it has a second name
    path.write_bytes(page("示例甲镇", 7))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert desk.land() == [FILE]


def test_what_was_touched_a_moment_ago_is_read_each_time(desk: Desk):
    desk.put("己.html", page("示例丙镇", 8))
    assert desk.land() == ["己.html"] and "己.html" not in json.loads(stamps(desk).read_text("utf-8"))
    desk.put("己.html", page("示例丙镇", 9))
    assert desk.land() == ["己.html"]


def test_a_member_whose_original_is_lost_is_taken_from_its_archive_again(desk: Desk):
    shutil.rmtree(desk.home.originals)
    assert desk.land() == [] and len(list(desk.home.originals.rglob("*.html"))) == 2


@pytest.mark.parametrize("spoiled", ["", "[", "[1]", '{"a": 1}'])
def test_a_cache_that_cannot_be_read_is_none(tmp_path: Path, spoiled: str):
    path = tmp_path / "x.stamps"
    path.write_text(spoiled, "utf-8")
    assert KnownBytes(path)._before == {}


def test_a_batch_that_was_found_whole_is_looked_at_again_only_when_it_was_touched(desk: Desk):
    home = Home(desk.home.root)
    (batch,) = home.batches.iterdir()
    assert damaged_batches(home) == {} and list(json.loads((home.raw / WHOLE).read_text("utf-8"))) == [batch.name]
    cells = batch / "cells.parquet"
    before = cells.stat()
    cells.write_bytes(cells.read_bytes()[:-8] + b"PAR1PAR1")
    os.utime(cells, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert list(damaged_batches(home)) == [batch]
    with pytest.raises(IngestError):
        newest_inputs(home, [FILE])
