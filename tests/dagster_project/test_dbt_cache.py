"""The parsed dbt project is kept once for all homes; a kept copy that is damaged or cannot be written costs time and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dagster_project.dbt import Warehouse
from dagster_project.dbt_cache import ANY_RAW, parsed_project
from ingest.home import Home
from tests.dbt.conftest import environment_kept

Parse = Callable[[], tuple[Any, str]]


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, str]:
    with environment_kept():
        return Warehouse(home(tmp_path_factory.mktemp("parsed")))._parse()


@pytest.fixture
def parse(parsed: tuple[Any, str]) -> Parse:
    return lambda: (parsed[0].deepcopy(), parsed[1])


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "foi" / "dbt"


def home(root: Path) -> Home:
    made = Home(root)
    made.dbt_target.mkdir(parents=True, exist_ok=True)
    return made


def no_parse() -> tuple[Any, str]:
    raise AssertionError("the project was parsed again")


def sources(manifest: Any) -> list[str]:
    return [source.config.meta["external_location"] for source in manifest.sources.values() if source.source_name == "raw"]


def test_every_home_uses_what_one_has_parsed_and_reads_its_own_files(cache: Path, parse: Parse, tmp_path: Path):
    parsed_project(home(tmp_path / "first"), parse)
    second = home(tmp_path / '第二 "家"')
    manifest = parsed_project(second, no_parse)
    assert len(sources(manifest)) > 20 and all(f"'{second.raw}/" in source for source in sources(manifest))
    written = json.loads((second.dbt_target / "manifest.json").read_text("utf-8"))
    assert ANY_RAW not in json.dumps(written) and set(written["nodes"]) == set(manifest.nodes)
    assert [s["meta"].get("external_location") for s in written["sources"].values() if s["source_name"] == "raw"] == sources(
        manifest
    )


@pytest.mark.parametrize(
    "damage", [lambda whole: b"", lambda whole: whole[:-1000], lambda whole: b"\xc1" + whole, lambda whole: b"\x92\x01\x02"]
)
def test_a_damaged_copy_is_made_anew(cache: Path, parse: Parse, tmp_path: Path, damage: Callable[[bytes], bytes]):
    parsed_project(home(tmp_path), parse)
    (kept,) = cache.iterdir()
    kept.write_bytes(damage(kept.read_bytes()))
    parsed_project(home(tmp_path), parse)
    assert sources(parsed_project(home(tmp_path), no_parse)) and list(cache.iterdir()) == [kept]


def test_where_there_is_no_cache_the_home_folder_keeps_it(cache: Path, parse: Parse, tmp_path: Path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    parsed_project(home(tmp_path / "home"), parse)
    assert sources(parsed_project(home(tmp_path / "home"), no_parse))


def test_of_old_versions_of_the_project_a_few_are_kept(cache: Path, parse: Parse, tmp_path: Path):
    cache.mkdir(parents=True)
    for n in range(20):
        (cache / f"{n}.msgpack").write_bytes(b"")
    parsed_project(home(tmp_path), parse)
    assert len(list(cache.iterdir())) == 5 and sources(parsed_project(home(tmp_path), no_parse))
