"""How much memory DuckDB may take: what a person says, or a share of what there is; what they cannot mean is told."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingest.home import Home
from ingest.home.memory import engine_settings, memory_limit
from ingest.home.placing import sweep
from ingest.model import IngestError
from tests.conftest import foi


def test_without_a_word_it_is_a_share_of_the_machine_and_never_more_than_four_gigabytes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("FOI_MEMORY", raising=False)
    assert 0 < int(memory_limit().removesuffix("MB")) <= 4000


@pytest.mark.parametrize("said", ["200MB", "2GB", "1.5 gb", "1GiB"])
def test_what_a_person_says_counts(said: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FOI_MEMORY", said)
    with duckdb.connect(config=engine_settings(Home(Path("home")))) as connection:
        assert connection.sql("select current_setting('memory_limit')").fetchall() != [("0 bytes",)]


@pytest.mark.parametrize("said", ["much", "-1", "0", "0GB", "12", "80%", "5XB", "2GB; drop"])
def test_what_is_no_amount_is_refused(said: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FOI_MEMORY", said)
    with pytest.raises(IngestError) as refused:
        memory_limit()
    assert refused.value.issue.found == said


def test_a_person_is_told_what_to_write(tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("示例镇", "utf-8")
    done = foi("load", tmp_path / "in", "--home", tmp_path / "home", FOI_MEMORY="much", FOI_LANG="en")
    assert done.returncode == 3 and "FOI_MEMORY" in done.stderr and "200MB" in done.stderr and "Traceback" not in done.stderr


def test_what_does_not_fit_goes_to_the_scratch_folder_and_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FOI_MEMORY", "60MB")
    home = Home(tmp_path)
    with duckdb.connect(str(home.build), config=engine_settings(home)) as connection:
        connection.execute("create table many as select range as id, md5(range::varchar) as text from range(2000000)")
        connection.execute("select count(*) from (from many order by text limit 1900000)").fetchall()
        assert home.scratch.is_dir()
    assert not home.scratch.exists()
    left = tmp_path / ".scratch.999999999"  # of a process that was killed
    left.mkdir()
    (left / "duckdb_temp_storage-0.tmp").write_bytes(b"x")
    sweep(home)
    assert not left.exists()
