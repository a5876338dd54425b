"""Every file of a home folder damaged, one by one: made again with the same facts, or set aside and told; never a traceback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from dagster_project.defs.landing import write_references
from dagster_project.load import prepare_record
from dagster_project.settings import Settings
from expectations.decisions import Ledger
from foi.alerts.post.ledger import ledger
from foi.line.aside import mend_lists, what_stands_aside
from foi.line.verify import show_verified, verify_home
from foi.messages import Complaint
from ingest.home import Home
from ingest.landing.batches import new_inputs, newest_inputs, store_original
from ingest.landing.corrections import load_corrections
from ingest.landing.inbox import list_inputs
from ingest.landing.schemas import SCHEMAS
from ingest.model import IngestError
from ingest.roster.store import roster_lines
from ingest.units.known import own_units
from ingest.words.language import speaking
from tests.one_language import assert_one_language

NOW = datetime(2025, 3, 2, tzinfo=UTC)
DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "empty": lambda path: path.write_bytes(b""),
    "junk": lambda path: path.write_bytes(b"\x00\xffjunk" * 300),
    "gone": lambda path: path.unlink(),
}


def facts(home: Home) -> dict[str, list[dict[str, object]]]:
    """Every row of every raw table."""
    return {
        name: sorted(
            (
                row
                for path in home.batches.glob("[!.]*")
                for row in pl.read_parquet(path / f"{name}.parquet", glob=False).to_dicts()
            ),
            key=repr,
        )
        for name in SCHEMAS
    }


def reference(home: Home) -> dict[str, list[dict[str, object]]]:
    return {path.name: pl.read_parquet(path, glob=False).to_dicts() for path in home.reference.glob("*.parquet")}


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *zip([f"{table}.parquet" for table in SCHEMAS], [*DAMAGES] * 2, strict=False),
        ("hashes.json", "junk"),
        ("inputs.copy", "gone"),
    ],
)
def test_a_damaged_batch_is_read_again_from_the_originals(name: str, damage: str, home: Home, inbox: Path):
    (batch,) = home.batches.iterdir()
    before = facts(home)
    assert len(before["cells"]) > 500 and len(before["inputs"]) == 5
    DAMAGES[damage](batch / name)
    settings = Settings(home=str(home.root), inbox=str(inbox.parent / "nothing"))
    settings.mend()
    assert facts(home) == before
    told = [issue.code for issue in settings.noticed]
    assert told == ([] if name in ("hashes.json", "inputs.copy") else ["raw_read_again"])
    assert not list(home.damaged.glob("*")) and settings.read_new().landed == []


def test_a_number_that_changed_on_the_disk_is_noticed(home: Home, inbox: Path):
    (batch,) = home.batches.iterdir()
    before, cells = facts(home), batch / "cells.parquet"
    pl.read_parquet(cells).with_columns(value=pl.col("value") + 1).write_parquet(cells)
    with pytest.raises(IngestError):
        newest_inputs(home, [])
    Settings(home=str(home.root), inbox=str(inbox)).mend()
    assert facts(home) == before


def test_without_its_original_an_input_of_a_damaged_batch_is_missing_and_told_until_it_is_handed_in_again(
    home: Home, inbox: Path
):
    (batch,) = home.batches.iterdir()
    before = facts(home)
    shutil.rmtree(home.originals / next(home.originals.glob("*/*.docx")).parent.name)
    (batch / "cells.parquet").write_bytes(b"")
    settings = Settings(home=str(home.root), inbox=str(inbox.parent / "nothing"))
    settings.mend()
    assert [(i.code, i.place) for i in settings.noticed if i.severity == "error"] == [("original_gone", "乙.docx")]
    states = {row["file"]: (row["state"], row["reason_code"]) for row in facts(home)["inputs"]}
    assert states["乙.docx"] == ("quarantined", "original_gone") and states["甲.html"] == ("read", None)
    assert all(row in before["cells"] for row in facts(home)["cells"])
    again = Settings(home=str(home.root), inbox=str(inbox))
    assert [r.input.file for r in again.read_new().landed] == ["乙.docx"]


def test_a_batch_that_lost_even_its_list_is_kept_and_told_each_time(home: Home, inbox: Path):
    (batch,) = home.batches.iterdir()
    for name in ("inputs.parquet", "inputs.copy"):
        (batch / name).write_bytes(b"")
    for _ in range(2):
        settings = Settings(home=str(home.root), inbox=str(inbox.parent / "nothing"))
        settings.mend()
        assert [i.code for i in settings.noticed] == ["raw_lost"]
    assert f"raw/damaged/{batch.name}" in [i.place for i in what_stands_aside(home)]
    assert len(new_inputs(home, list_inputs(inbox), load(home, inbox))) == 5


def load(home: Home, inbox: Path):
    from ingest.units.known import registry_for

    return registry_for(inbox, home)


LISTS = {"roster.parquet", "seasons.parquet", "extra_units.json"}  # what nothing else can make again


def test_reference_tables_are_made_again_whatever_happened_to_them(home: Home, inbox: Path):
    whole, damages = reference(home), list(DAMAGES.values())
    paths = [p for p in sorted(home.reference.glob("[!.]*")) if p.name not in {*LISTS, "version"}]
    assert len(paths) >= 20
    for number, path in enumerate(paths):
        damages[number % len(damages)](path)
    write_references(home, inbox)
    assert reference(home) == whole


@pytest.mark.parametrize("damage", DAMAGES)
def test_lists_that_nothing_can_make_again_are_set_aside_and_told(damage: str, home: Home):
    for name in LISTS:
        DAMAGES[damage](home.reference / name)
    told = mend_lists(home)
    assert len(told) == len(list(home.reference.glob("*.broken"))) == (0 if damage == "gone" else len(LISTS))
    assert own_units(home) == roster_lines(home.reference) == mend_lists(home) == []
    assert {i.place for i in what_stands_aside(home)} == {f"raw/reference/{name}.broken" for name in LISTS if damage != "gone"}


@pytest.mark.parametrize("name", ["version", "units.parquet", "forms.parquet"])
def test_one_reference_table_that_is_damaged_is_noticed(name: str, home: Home, landed: Path):
    from ingest.landing.reference import is_written
    from ingest.units import load_registry

    registry = load_registry().extended(own_units(home))
    assert is_written(home.reference, registry)
    for damage in DAMAGES.values():
        shutil.copyfile(landed / "raw" / "reference" / name, home.reference / name)
        damage(home.reference / name)
        assert not is_written(home.reference, registry)


def test_lists_that_only_look_like_lists_are_set_aside(home: Home):
    for text in ('[{"unit_code": 1}]', '{"a": 1}', '["x"]', '[{"unit_code": "99", "name": ""}]', "null", "﻿[["):
        (home.reference / "extra_units.json").write_text(text, "utf-8")
        with pytest.raises(IngestError):
            own_units(home)
        assert [i.code for i in mend_lists(home)] == ["own_units_damaged"] and own_units(home) == []
    rows = [{"unit_code": "990101001", "name": "示例\u2028镇"}]
    for encoding in ("utf-8-sig", "utf-16"):
        (home.reference / "extra_units.json").write_text(json.dumps(rows, ensure_ascii=False), encoding)
        assert own_units(home) == rows and mend_lists(home) == []
    pl.DataFrame({"x": [1]}).write_parquet(home.reference / "roster.parquet")
    assert [i.code for i in mend_lists(home)] == ["roster_damaged"] and roster_lines(home.reference) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_other_file_of_a_home_folder_is_told_or_made_again(damage: str, home: Home, landed: Path):
    files = [p.relative_to(landed) for p in sorted(landed.rglob("*")) if p.is_file() and p.relative_to(landed).parts[0] != "raw"]
    assert len(files) > 8
    for file in files:
        shutil.rmtree(home.root)
        shutil.copytree(landed, home.root)
        DAMAGES[damage](home.root / file)
        check_one(home, file, damage)


def check_one(home: Home, file: Path, damage: str) -> None:
    """What comes of one damaged file, by what it is."""
    noticed = mend_lists(home)
    if file.parts[0] == "originals":
        text, code = verified(home)
        assert code == 1 and "originals" in text, text
    elif file.name == "decisions.jsonl":
        assert Ledger(home.decisions).decisions == [] and len(noticed) == (damage in ("cut in half", "junk"))
    elif file.name == "corrections.yaml":
        assert load_corrections(home.corrections) == [] and bool(what_stands_aside(home)) == (damage in ("cut in half", "junk"))
    elif file.name == "alerts.sqlite":
        try:
            with ledger(home.alerts, NOW):
                pass
        except Complaint as complaint:
            assert "alerts.sqlite.broken" in str(complaint) and damage in ("cut in half", "junk")
        with ledger(home.alerts, NOW) as connection:
            assert connection.execute("select count(*) from failures").fetchone() == (0,)
    elif file.suffix == ".db":
        assert len(prepare_record(home)) == (damage in ("cut in half", "junk"))
        opened(home)
    elif file.name == "dagster.yaml":
        prepare_record(home)
        opened(home)


def verified(home: Home) -> tuple[str, int]:
    """What foi doctor --verify prints, and its exit code; the same in English holds no Chinese."""
    found = verify_home(home.root)
    with speaking("en"):
        assert_one_language(
            show_verified(found),
            "en",
            "甲.html",
            "乙.docx",
            "各镇/丙.html",
            "各镇/说明.rar",
            "报送.zip",
            "通知.html",
            str(home.root),
        )
    return show_verified(found), found.exit_code


def opened(home: Home) -> None:
    import dagster as dg

    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        assert instance.get_runs() == []


def test_a_whole_home_folder_is_whole(home: Home):
    found = verify_home(home.root)
    assert found.exit_code == 0 and json.loads(show_verified(found, as_json=True))["wrong"] == []
    for language, whole in (("zh", "数据目录完好"), ("en", "The home folder is whole")):
        with speaking(language):
            assert whole in show_verified(found)
            assert_one_language(show_verified(found), language)


def test_verify_names_the_file_whose_original_is_gone_or_changed_and_changes_nothing(home: Home, inbox: Path):
    original = next(home.originals.glob("*/*.docx"))
    data = original.read_bytes()
    original.write_bytes(data[:-1] + b"x")
    text, code = verified(home)
    assert code == 1 and "乙.docx" in text and original.name in text and original.read_bytes() != data
    original.unlink()
    text, code = verified(home)
    assert code == 1 and "乙.docx" in text
    assert (
        new_inputs(home, list_inputs(inbox), load(home, inbox)) == [] and original.read_bytes() == data
    )  # it was in the folder again
    assert verified(home)[1] == 0


@pytest.mark.parametrize("name", ["cells.parquet", "inputs.parquet"])
def test_verify_notices_a_raw_table_of_the_same_size(name: str, home: Home):
    path = next(home.batches.glob(f"*/{name}"))
    data = bytearray(path.read_bytes())
    data[10] ^= 1
    path.write_bytes(data)
    text, code = verified(home)
    assert code == 1 and "foi load" in text


def test_an_original_is_never_other_bytes_than_its_name_says(tmp_path: Path):
    import hashlib

    file = tmp_path / "a.html"
    file.write_bytes(b"one")
    document_id = hashlib.sha256(b"one").hexdigest()
    file.write_bytes(b"two")
    with pytest.raises(IngestError) as refused:
        store_original(tmp_path / "originals", document_id, file)
    assert refused.value.issue.code == "file_changed"
    file.unlink()
    with pytest.raises(IngestError) as refused:
        store_original(tmp_path / "originals", document_id, file)
    assert refused.value.issue.code == "file_gone" and not [p for p in tmp_path.rglob("*") if p.is_file()]
