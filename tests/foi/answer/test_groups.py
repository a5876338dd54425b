"""What fails is grouped by kind, cause and rule; causes are looked for once for the numbers of a report."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from foi.answer import whys
from foi.answer.failing import KINDS, Wanted, failing
from foi.answer.groups import NO_CAUSE, grouped, rule_words
from foi.answer.member import members
from foi.published import published
from foi.published.kept import keeping
from ingest.home import Home


@pytest.fixture
def own(loaded: Path, tmp_path: Path) -> Path:
    """What is published of the examples, in a folder in which a test may write."""
    shutil.copyfile(loaded / "published.duckdb", tmp_path / "published.duckdb")
    return tmp_path


def found_in(home: Path, area: str = "", year: int = 0):
    with published(home / "published.duckdb") as connection:
        return failing(connection, Home(home), area, year)


def test_every_violation_stands_in_one_group(own: Path):
    found = found_in(own)
    kinds = grouped(found.all)
    assert [one.kind for one in kinds] == [kind for kind in KINDS if kind in found.kinds]
    inside = [one for kind in kinds for cause in kind.causes for group in cause.groups for one in group.members]
    assert sorted(one.place for one in inside) == sorted(one.place for one in found.all)
    assert {one.kind for one in found.all} >= {"error", "incomplete"}
    (errors,) = [kind for kind in kinds if kind.kind == "error"]
    assert [(cause.cause, cause.members) for cause in errors.causes] == [("total_zero", 1), (NO_CAUSE, 4)]


def test_what_a_report_lacks_is_a_group_of_its_table(own: Path):
    (kind,) = [kind for kind in grouped(found_in(own).all) if kind.kind == "incomplete"]
    rules = {group.rule: len(group.members) for cause in kind.causes for group in cause.groups}
    assert rules == {"incomplete.disclosure": 2, "incomplete.requests": 1}
    assert "表二" in rule_words("incomplete.disclosure").zh


def test_filters_ask_for_a_part_of_it(own: Path):
    found = found_in(own, "990101")
    assert {one.unit_code[:6] for one in found.all} == {"990101"}
    assert {one.year for one in found_in(own, "990101", 2023).all} == {2023}
    assert [one.rule_id for one in found.of(Wanted(cause="total_zero"))] == ["challenges_total.review"]
    assert all(one.kind == "incomplete" for one in found.of(Wanted(kind="incomplete")))
    assert found.of(Wanted(state="explained")) == []
    assert len(found.of(Wanted(state="waiting"))) == len(found.all)


def test_causes_are_looked_for_once(own: Path, monkeypatch):
    home = Home(own)
    found_in(own)
    shelf = (home.pictures / "causes.jsonl").read_bytes()
    with published(home.published) as connection:
        again = whys.Whys(connection, home)
        assert again.missing(again.pairs) == 0
        assert {again.cause(report, "challenges_total.review") for report in again.pairs} == {"", "total_zero"}
    found_in(own)
    assert (home.pictures / "causes.jsonl").read_bytes() == shelf
    monkeypatch.setattr(whys, "_program", lambda: "another judge")
    with published(home.published) as connection:
        other = whys.Whys(connection, home)
        assert other.missing(other.pairs) == len(other.pairs)


def test_causes_that_take_long_are_found_in_the_background(own: Path, monkeypatch):
    home = Home(own)
    (home.pictures / "causes.jsonl").unlink(missing_ok=True)
    monkeypatch.setattr(whys, "INLINE", 0.0)
    with keeping(home.published):
        assert found_in(own).unexplained > 0
        with published(home.published) as connection:
            looking = whys.Whys.of(connection, home)
        looking._thread.join(60)
        found = found_in(own)
    assert found.unexplained == 0
    assert "total_zero" in {one.cause for one in found.all}


def test_a_member_shows_its_cells_last_year_and_repairs(own: Path):
    home = Home(own)
    (one,) = found_in(own).of(Wanted(rule="challenges_total"))
    with published(home.published) as connection:
        (member,) = members(connection, home, [one])
    assert "总计填 0" in member.words.zh
    assert member.cells[0].code == "challenges.review.total"
    assert member.cells[0].value == 0 and member.cells[0].has_place and member.cells[0].last is not None
    assert any("由 0 改为 11" in repair.zh for repair in member.repairs)
    assert member.decisions == ()
