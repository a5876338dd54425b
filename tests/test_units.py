"""The registry: a name alone identifies nobody who has a namesake."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from ingest.units import load_registry
from ingest.units.build import build


@pytest.mark.parametrize(
    ("name", "places", "code", "reason"),
    [
        ("寒葱沟镇", [], "230883101", "unique_name"),
        ("寒葱沟镇人民政府", ["抚远市"], "230883101", "place"),
        ("抚远县寒葱沟镇", [], "230883101", "place"),  # the county's name until 2016
        ("城关镇", [], None, "ambiguous_name"),
        ("城关镇", ["岚皋"], "610925100", "place"),
        ("湖南镇", ["衢江区"], "330803113", "place"),  # not the province
        ("朝阳镇", ["安岳县"], "512021131", "place"),
        ("寒葱沟镇", ["衢江区"], None, "place_contradicts"),
        ("东街街道办事处", ["西秀区"], "520402002", "place"),
        ("抚远市教育局", [], "230883-教育局", "place"),
        ("教育局", [], None, "unknown_name"),
        ("淮安市人民政府", [], "3208", "place"),
        ("平潭综合实验区", [], "3501-ptzhsyq", "unique_name"),
        ("不存在镇", ["抚远市"], None, "unknown_name"),
    ],
)
def test_resolve(name: str, places: list[str], code: str | None, reason: str):
    resolution = load_registry().resolve(name, places)
    assert (resolution.unit.unit_code if resolution.unit else None) == code
    assert code is None or resolution.reason in (reason, "unique_name", "place")
    assert code is not None or resolution.reason == reason


def test_two_towns_of_one_name_stay_two():
    registry = load_registry()
    codes = {registry.resolve("赤水镇", [place]).unit for place in ("开平市", "漳平市")}
    assert len(codes) == 2 and None not in codes


def test_many_namesakes_are_all_candidates():
    assert len(load_registry().resolve("城关镇", []).candidates) >= 88


def test_search_gives_code_and_full_name():
    found = load_registry().search("寒葱")
    assert [(u.unit_code, u.full_name) for u in found] == [("230883101", "黑龙江省佳木斯市抚远市寒葱沟镇")]


def test_units_of_a_folder_extend_the_registry():
    registry = load_registry().extended([{"unit_code": "990101101", "name": "示例甲镇", "level": "township", "kind": "town"}])
    unit = registry.by_code("990101101")
    assert unit is not None and unit.county_code == "990101" and registry.fingerprint


def test_the_build_gives_the_same_bytes_twice(tmp_path: Path):
    division, quhua = tmp_path / "a" / "dist", tmp_path / "b" / "data"
    division.mkdir(parents=True)
    quhua.mkdir(parents=True)
    tables = {
        "provinces": [("98", "试省")],
        "cities": [("9801", "试市")],
        "areas": [("980101", "试县")],
        "streets": [("980101100", "试镇")],
    }
    for name, rows in tables.items():
        with (division / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("code", "name"), *rows])
    towns = {"980101000000": {"county": "试县", "townships": {"新镇": "980101101000", "试镇": "980101109000"}}}
    (quhua / "townships_v1.json").write_text(json.dumps(towns), "utf-8")
    event = {"year": 2016, "old": {"code": "980121000000", "name": "旧县"}, "new": {"code": "980101000000", "name": "试县"}}
    (quhua / "historical_changes_v1.json").write_text(json.dumps({"events": [event]}), "utf-8")
    results = []
    for target in (tmp_path / "x", tmp_path / "y"):
        target.mkdir()
        assert build(division.parent, quhua.parent, target) == (5, 1)
        results.append((target / "units.csv.gz").read_bytes() + (target / "changes.csv").read_bytes())
    assert results[0] == results[1]
