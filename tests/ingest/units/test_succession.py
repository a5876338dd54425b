"""What became of units: where a county belonged, what a township of units.csv became, and lines that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.home import Home
from ingest.model import IngestError
from ingest.units import Registry, load_registry
from ingest.units.known import registry_for
from ingest.units.succession import final_units, former_places, successions, unit_spans, wrong_successors


def line(code: str, successor: str = "", last_year: str = "2022", **more: str) -> dict[str, str]:
    given = {"unit_code": code, "name": f"示例{code[-3:]}乡", "level": "township", "kind": "township"}
    return {**given, "last_year": last_year if successor else "", "successor_code": successor, **more}


def registry(*lines: dict[str, str]) -> Registry:
    return load_registry().extended(lines)


def test_a_county_that_moved_belonged_to_the_other_city_until_the_year_before():
    places = {row["county_code"]: row for row in former_places(load_registry())}
    # 简阳市: since 2016 of 成都市; 无为县: since 2011 of 芜湖市, and since then renamed and given another code
    assert (places["510185"]["last_year"], places["510185"]["city_name"]) == (2015, "资阳市")
    assert (places["340281"]["last_year"], places["340281"]["city_code"], places["340281"]["city_name"]) == (
        2010,
        "3414",
        "巢湖市",
    )
    # 铜仁地区 became 铜仁市 with another code: its counties did not move; nor did 密云县, which became a district
    assert "520621" not in places and "110118" not in places
    kinds = {(s.unit_name, s.successor_code): s.kind for s in successions(load_registry())}
    assert (kinds["简阳市", "510185"], kinds["密云县", "110118"], kinds["崇文区", "110101"]) == ("moved", "renamed", "merged")


def test_units_csv_tells_what_a_township_became():
    lines = (
        line("990101201", "990102001"), line("990102001"),  # moved to the other county
        line("990101202", "990101205"), line("990101203", "990101205"), line("990101205"),  # merged
        line("990101206", "990101207 990101208"), line("990101207"), line("990101208"),  # split
        line("990101210", "990101211", "2020"), line("990101211", "990101212"), line("990101212"),  # twice renamed
    )  # fmt: skip
    found = {
        (s.unit_code, s.successor_code): (s.report_year, s.kind) for s in successions(registry(*lines)) if "示例" in s.unit_name
    }
    assert found["990101201", "990102001"] == (2023, "moved")
    assert {found["990101202", "990101205"], found["990101203", "990101205"]} == {(2023, "merged")}
    assert {found["990101206", "990101207"], found["990101206", "990101208"]} == {(2023, "split")}
    assert (found["990101210", "990101211"], found["990101211", "990101212"]) == ((2021, "renamed"), (2023, "renamed"))
    final = {row["unit_code"]: row["final_code"] for row in final_units(registry(*lines))}
    assert final["990101210"] == final["990101211"] == "990101212" and final["990101206"] is None
    assert final["990101202"] == "990101205" and "990101205" not in final


def test_a_successor_begins_with_the_change_unless_its_own_line_says_otherwise():
    lines = (
        line("990101201", "990102001"),
        line("990102001"),
        line("990101202", "990101205"),
        line("990101205", first_year="2015"),
    )
    spans = {s["unit_code"]: s for s in unit_spans(registry(*lines))}
    assert spans["990102001"] == {"unit_code": "990102001", "first_year": 2023, "last_year": None, "is_assumed": True}
    assert (spans["990101205"]["first_year"], spans["990101205"]["is_assumed"]) == (2015, False)
    assert spans["990101201"]["last_year"] == 2022


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([line("990101201", "990102001")], ("990101201", "990102001", "successor_code")),
        ([line("990101201", "990101202", ""), line("990101202")], ("990101201", "990101202", "last_year")),
        ([line("990101201", "990101201")], ("990101201", "990101201", "successor_code")),
        ([line("990101201", "990101202"), line("990101202", "990101201")], ("990101201", "990101202", "successor_code")),
    ],
)
def test_successors_that_cannot_be_are_named(lines: list[dict[str, str]], found: tuple[str, str, str], tmp_path: Path):
    assert next(wrong_successors(registry(*lines))) == found
    text = ["unit_code,name,level,kind,last_year,successor_code"]
    text += [",".join(row[k] for k in ("unit_code", "name", "level", "kind", "last_year", "successor_code")) for row in lines]
    (tmp_path / "units.csv").write_text("\n".join(text), "utf-8")
    with pytest.raises(IngestError) as raised:
        registry_for(tmp_path, Home(tmp_path / "home"))
    assert raised.value.issue.code == "manifest_line" and found[0] in raised.value.issue.place
    assert not (tmp_path / "home").exists()


def test_lines_that_can_be_are_kept(tmp_path: Path):
    assert not list(wrong_successors(registry(line("990101201", "990102001"), line("990102001"))))
    assert not list(wrong_successors(load_registry()))
