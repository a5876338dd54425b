"""A folder with archives and scans: members are inputs of their own, scans wait until the rest is published."""

from __future__ import annotations

import io
import random
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project import load
from ingest.home import Home
from ingest.landing.batches import land, new_inputs
from ingest.landing.inbox import list_inputs
from ingest.landing.reading import read_inputs
from ingest.units import load_registry
from tests.factory import random_record
from tests.factory.archive import as_zip
from tests.factory.html import clean
from tests.factory.scan import pages
from tests.factory.sheet import as_xls
from tests.ocr import needs_ocr


def folder_with_all(folder: Path) -> Path:
    folder.mkdir()
    record = random_record(random.Random(1), "2021", 40, "示例甲镇", 2024)
    other = random_record(random.Random(2), "2021", 40, "示例乙镇", 2024)
    (folder / "甲.html").write_bytes(clean(record))
    (folder / "报送.zip").write_bytes(
        as_zip({"各镇/乙镇.xls": as_xls(other), "各镇/说明.rar": b"Rar!\x1a\x07\x00"}, names_in="gbk")
    )
    picture = io.BytesIO()
    pages(record, 100)[0].save(picture, "PNG")
    (folder / "丙.png").write_bytes(picture.getvalue())
    return folder


@needs_ocr
@pytest.mark.quirk(11)
def test_members_of_an_archive_are_inputs_and_scans_are_left_for_later(tmp_path: Path):
    source, home, registry = folder_with_all(tmp_path / "in"), Home(tmp_path / "home"), load_registry()
    inputs = new_inputs(home, list_inputs(source), registry)
    reading = read_inputs(inputs, registry)
    assert [i.file for i in reading.scans] == ["丙.png"]
    states = {r.input.file: r.report.state for r in reading.landed}
    assert states == {"甲.html": "loaded", "报送.zip!/各镇/乙镇.xls": "loaded", "报送.zip!/各镇/说明.rar": "quarantined"}
    land(home, reading, registry)
    cells = pl.read_parquet(list(home.batches.glob("*/cells.parquet")))
    assert cells["read_id"].n_unique() == 2 and len(cells) == 400
    assert len(list(home.originals.glob("*/*.xls"))) == 1
    assert [i.file for i in new_inputs(home, list_inputs(source), registry)] == ["丙.png"]


@needs_ocr
def test_the_rest_is_published_before_the_first_scan_is_recognized(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    source, home = folder_with_all(tmp_path / "in"), Home(tmp_path / "home")
    seen: list[tuple[str, int, int, int]] = []

    def progress(queue: str, done: int, total: int) -> None:
        loaded = 0
        if home.published.exists():
            with duckdb.connect(str(home.published), read_only=True) as connection:
                loaded = connection.execute("select count(*) from core.fct_inputs where input_state = 'loaded'").fetchall()[0][0]
        seen.append((queue, done, total, loaded))

    result = load.load(home, source, progress)
    assert result.success and len(result.landed) == 4
    assert next(s for s in seen if s[:3] == ("scans", 1, 1)) == ("scans", 1, 1, 2) and seen[0][0] == "documents"
    stages = ["building", "checking", "summing", "publishing"]
    assert [s[0] for s in seen if s[0] not in ("documents", "scans")] == 2 * stages
    assert not new_inputs(home, list_inputs(source), load_registry())
