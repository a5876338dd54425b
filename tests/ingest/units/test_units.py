"""The registry: a name alone identifies nobody who has a namesake."""

from __future__ import annotations

import csv
import gzip
import json
import time
from pathlib import Path

import pytest

from ingest.units import Registry, load_registry
from ingest.units.build import build


@pytest.mark.parametrize(
    ("name", "places", "code", "reason"),
    [
        ("寒葱沟镇", [], "230883101", "unique_name"),
        ("寒葱沟镇", ["某某市"], "230883101", "unique_name"),  # no known place, so none that disagrees
        ("寒葱沟镇人民政府", ["抚远市"], "230883101", "place"),
        ("寒葱沟镇", ["衢江区"], None, "place_contradicts"),
        ("不存在镇", ["抚远市"], None, "unknown_name"),
        ("城关镇", [], None, "ambiguous_name"),
        ("城关镇", ["安徽省"], None, "ambiguous_name"),
        ("城关镇", ["岚皋"], "610925100", "place"),
        ("湖南镇", ["衢江区"], "330803113", "place"),  # not the province
        ("湖南镇", ["湖南省"], None, "place_contradicts"),
        ("海南区", ["乌海市"], "150303", "place"),
        ("朝阳镇", ["安岳县"], "512021131", "place"),
        ("朝阳区人民政府", [], None, "ambiguous_name"),
        ("朝阳区人民政府", ["长春市"], "220104", "place"),
        ("镇安县茅坪回族镇", [], "611025105", "place"),
        ("赛汉陶来苏木", ["额济纳旗"], "152923200", "place"),
        ("凉山州人民政府", [], "5134", "unique_name"),
        # A town of another county of the same city is not meant.
        ("铁东街道", ["赤峰市", "元宝山区"], None, "place_contradicts"),
        ("铁东街道", ["内蒙古自治区赤峰市松山区"], "150404004", "place"),
        # Names that only a place tells apart.
        ("经济开发区", [], None, "ambiguous_name"),
        ("高阳县经济开发区", ["河北省"], "130628400", "place"),
        ("蒋湖农场", [], None, "needs_place"),
        ("蒋湖农场管委会", ["天门市"], "429006450", "place"),
        # Ways of writing 街道.
        ("东街街道办事处", ["西秀区"], "520402002", "place"),
        ("东街办事处", ["西秀区"], "520402002", "place"),
        ("佳荣里街", ["天津市", "北辰区"], "120113005", "place"),
        ("前进街街道办事处", ["兴庆区"], "640104007", "place"),
        # Governments and their offices are two units.
        ("淮安市人民政府", [], "3208", "unique_name"),
        ("佳木斯市人民政府", ["佳木斯市", "抚远市"], "2308", "place"),  # its counties are no contradiction
        ("府谷县政府办", [], "610822-office", "unique_name"),
        ("市人民政府办公室", ["佳木斯市"], "2308-office", "place"),
        ("寒葱沟镇人民政府办公室", ["抚远市"], "230883101-office", "place"),
        # Departments: never by guessing the area.
        ("抚远市教育局", [], "230883-教育局", "place"),
        ("县教育局", ["府谷县", "榆林市"], "610822-教育局", "place"),
        ("县教育局", ["抚远市"], None, "unknown_name"),
        ("市教育局", ["佳木斯市", "抚远市"], None, "ambiguous_name"),
        ("教育局", [], None, "unknown_name"),
        ("寒葱沟镇党政办公室", ["抚远市"], "230883101-党政办公室", "place"),
        ("城关镇财政所", ["抚远市"], None, "place_contradicts"),
        ("国家税务总局珠海市香洲区税务局", [], "440402-税务局", "place"),
        ("吉林市市场监督管理局", [], "2202-市场监督管理局", "place"),
        ("吉林市场监督管理局", ["吉林省"], None, "ambiguous_name"),  # of the province or of the city
        # A zone lies beside the county it covers.
        ("平潭综合实验区", ["福州市", "平潭县"], "3501-ptzhsyq", "place"),
        ("平潭综合实验区财政局", [], "3501-ptzhsyq-财政局", "place"),
        ("财政局", ["福建省", "平潭综合实验区"], "3501-ptzhsyq-财政局", "place"),
    ],
)
@pytest.mark.quirk(8)
def test_resolve(name: str, places: list[str], code: str | None, reason: str):
    resolution = load_registry().resolve(name, places)
    assert (resolution.unit.unit_code if resolution.unit else None, resolution.reason) == (code, reason)


@pytest.mark.parametrize(
    ("name", "year", "code", "reason"),
    [
        ("抚远县人民政府", 2014, "230883", "former_name"),
        ("抚远县教育局", 2014, "230883-教育局", "former_name"),
        ("抚远县人民政府", 2024, None, "name_not_in_use"),
        ("襄樊市", 2009, "4206", "former_name"),
        ("长乐市猴屿乡", 2015, "350112201", "place"),
        # 江干区 became part of 上城区, which has a report of its own for the same year.
        ("江干区人民政府", 2020, None, "merged_area"),
        ("江干区凯旋街道", 2020, "330102011", "place"),
    ],
)
def test_names_of_older_years(name: str, year: int, code: str | None, reason: str):
    resolution = load_registry().resolve(name, [], year)
    assert (resolution.unit.unit_code if resolution.unit else None, resolution.reason) == (code, reason)


def test_every_township_is_found_by_its_full_name_and_by_its_county():
    registry = load_registry()
    towns = [u for row in registry.rows()[::29] if (u := registry.by_code(row["unit_code"])) and u.level == "township"]
    assert len(towns) > 1000
    for unit in towns:
        county = registry.by_code(unit.area[:6])
        province = registry.by_code(unit.province_code)
        assert county and province
        readings = [
            (unit.full_name, []),
            (unit.name, [province.name, county.full_name]),
            (f"{unit.name}人民政府", [county.full_name]),
        ]
        for name, places in readings:
            assert registry.resolve(name, places).unit == unit, (name, places)


def test_areas_in_a_text_are_found_fast_and_longest_first():
    registry = load_registry()
    text = ("寒葱沟镇位于黑龙江省佳木斯市抚远市,按照要求编制本报告。" * 20)[:300]
    assert [u.unit_code for u in registry.areas_in(text)][:3] == ["23", "2308", "230883"]
    started = time.perf_counter()
    for _ in range(50):
        registry.areas_in(text)
    assert (time.perf_counter() - started) / 50 < 0.005


@pytest.mark.quirk(9)
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


def source(folder: Path) -> tuple[Path, Path]:
    """A tiny copy of the two packages."""
    division, quhua = folder / "a", folder / "b"
    (division / "dist").mkdir(parents=True)
    (quhua / "data").mkdir(parents=True)
    tables = {
        "provinces": [("98", "试省")],
        "cities": [("9801", "试市")],
        "areas": [("980101", "试县"), ("980102", "老区")],
        "streets": [("980101100", "试县甲镇"), ("980101200", "乙乡"), ("980101101", "丙镇")],
    }
    for name, rows in tables.items():
        with (division / "dist" / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("code", "name"), *rows])
    # The newer list: the same town under another code, a 乡 that became 镇, a code that means another town there, a new town.
    towns = {
        "甲镇": "980101109000",
        "乙镇": "980101105000",
        "丁镇": "980101101000",
        "丙镇": "980101102000",
        "新镇": "980103101000",
    }
    counties = {"试市": {"code": "980100000000", "counties": {"试县": "980101000000", "新县": "980103000000"}}}
    old = {"code": "980121000000", "name": "旧县"}
    events = [
        {"year": 2016, "type": "更名", "old": old, "new": {"code": "980101000000", "name": "试县"}},
        {
            "year": 2017,
            "type": "撤销",
            "old": {**old, "code": "980109000000", "name": "并区"},
            "new": {"code": "980102000000", "name": "老区"},
        },
        {"year": 1999, "type": "更名", "old": old, "new": {"code": "980102000000", "name": "老区"}},
    ]
    files = {
        "townships_v1": {"980101000000": {"county": "试县", "townships": towns}},
        "divisions_v1": {"provinces": {"试省": {"code": "980000000000", "cities": counties}}},
        "historical_changes_v1": {"events": events},
    }
    for name, content in files.items():
        (quhua / "data" / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return division, quhua


def test_the_build_joins_two_lists_by_name_never_by_code(tmp_path: Path):
    assert build(*source(tmp_path), tmp_path) == (9, 2)
    with gzip.open(tmp_path / "units.csv.gz", "rt", encoding="utf-8") as lines:
        rows = {code: (name, alias) for code, name, alias in csv.reader(lines)}
    assert rows["980101100"] == ("甲镇", "") and "980101109" not in rows
    assert rows["980101200"] == ("乙乡", "乙镇") and "980101105" not in rows
    assert rows["980101101"] == ("丙镇", "")  # never another name of 丁镇
    assert rows["980103"] == ("新县", "") and rows["980103101"] == ("新镇", "")
    changes = (tmp_path / "changes.csv").read_text("utf-8").splitlines()[1:]
    assert changes == ["2016,980121,旧县,980101,试县,renamed", "2017,980109,并区,980102,老区,merged"]


def test_the_build_gives_the_same_bytes_twice(tmp_path: Path):
    packages = source(tmp_path)
    results = []
    for target in (tmp_path / "x", tmp_path / "y"):
        target.mkdir()
        build(*packages, target)
        results.append((target / "units.csv.gz").read_bytes() + (target / "changes.csv").read_bytes())
    assert results[0] == results[1]


def test_a_registry_with_further_units_is_the_one_that_is_made_of_all_of_them():
    base = load_registry()
    alias = next((name for name, codes in base._named.items() if any(base._names[code] != name for code in codes)), "")
    rows = [
        {"unit_code": "99", "name": "示例省", "level": "province", "kind": "government"},
        {"unit_code": "9901", "name": "示例市", "level": "city", "kind": "government"},
        {"unit_code": "990101", "name": "示例县", "level": "county", "kind": "government"},
        {"unit_code": "990101101", "name": "示例镇", "level": "township", "kind": "town"},
        {"unit_code": "230883199", "name": "寒葱沟镇", "level": "township", "kind": "town"},
        {"unit_code": "990101102", "name": alias, "level": "township", "kind": "town"},
    ]
    grown, whole = base.extended(rows[:3]).extended(rows[3:]), Registry(base._base, [*base.extra, *rows])
    assert grown.rows() == whole.rows() and grown.fingerprint == whole.fingerprint
    assert {name: list(codes) for name, codes in grown._named.items()} == dict(whole._named)
    for code in ("990101101-office", "990101-示例局", "230883-示例局", "230883101"):
        assert grown.by_code(code) == whole.by_code(code)
    official = base.extended([{"unit_code": "230883101", "name": "示例镇", "level": "township", "kind": "town"}])
    assert official.by_code("230883101").name == "示例镇" and base.by_code("230883101").name != "示例镇"
    # A place that was missing above official units shows in what they are called.
    gap = base.extended([{"unit_code": "2399", "name": "示例市", "level": "city", "kind": "government"}])
    assert gap.rows() == Registry(base._base, [*base.extra, *gap.extra[len(base.extra) :]]).rows()
