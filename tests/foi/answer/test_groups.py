"""What fails is grouped by kind, cause and rule; causes are looked for once for the numbers of a report."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from foi.answer import whys
from foi.answer.acts import Wish, decide_all
from foi.answer.failing import KINDS, Failing, Wanted, failing
from foi.answer.groups import NO_CAUSE, grouped, rule_words
from foi.answer.listed import listed
from foi.answer.member import members
from foi.answer.overview import Overview, overview
from foi.published import published
from foi.published.kept import keeping
from ingest.home import Home


@pytest.fixture
def own(loaded: Path, tmp_path: Path) -> Path:
    """What is published of the examples, in a folder in which a test may write."""
    shutil.copyfile(loaded / "published.duckdb", tmp_path / "published.duckdb")
    return tmp_path


def found_in(home: Path, **wanted: Any) -> list[Failing]:
    with published(home / "published.duckdb") as connection:
        return list(failing(connection, Home(home), Wanted(**wanted)))


def overview_of(home: Path, **wanted: Any) -> Overview:
    with published(home / "published.duckdb") as connection:
        return overview(connection, Home(home), Wanted(**wanted))


def counted(found: Iterable[Failing]) -> dict[tuple[str, str, str, str], tuple[int, set[str]]]:
    """Lines counted one by one, as the parts of an overview are."""
    parts: dict[tuple[str, str, str, str], list[Failing]] = {}
    for one in found:
        parts.setdefault((one.kind, one.cause, one.rule, one.state), []).append(one)
    return {key: (len(same), {one.unit_code or one.report_id for one in same}) for key, same in parts.items()}


def test_every_violation_stands_in_one_group(own: Path):
    found = found_in(own)
    kinds = grouped(overview_of(own).parts)
    assert [one.kind for one in kinds] == [kind for kind in KINDS if kind in {one.kind for one in found}]
    assert sum(kind.members for kind in kinds) == len(found)
    assert {one.kind for one in found} >= {"error", "incomplete"}
    (errors,) = [kind for kind in kinds if kind.kind == "error"]
    assert [(cause.cause, cause.members) for cause in errors.causes] == [("total_zero", 1), (NO_CAUSE, 4)]


FILTERS: list[dict[str, Any]] = [
    {}, {"area": "990101"}, {"area": "990101", "year": 2023}, {"kind": "incomplete"}, {"rule": "challenges_total"},
    {"rule": "challenges_total.review"}, {"rule": "incomplete.disclosure"}, {"cause": "total_zero"}, {"cause": "-"},
    {"kind": "error", "cause": "-"}, {"state": "waiting"}, {"state": "explained"},
]  # fmt: skip


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_what_is_counted_are_the_lines_also_where_some_are_decided(own: Path, wanted: dict[str, Any]):
    found = found_in(own)
    for action, some in (("explain", found[::3]), ("confirm", found[1::3])):
        decide_all(Home(own), [one.seen for one in some], Wish(action, "示例：已核对", "示例审核员"))
    parts = overview_of(own, **wanted).of(wanted.get("state", ""))
    assert {(one.kind, one.cause, one.rule, one.state): (one.n, set(one.owners)) for one in parts} == counted(
        found_in(own, **wanted)
    )
    everything = found_in(own, area=wanted.get("area", ""), year=wanted.get("year", 0))
    assert overview_of(own, **wanted).uncounted == sum(not one.is_counted for one in everything)


def test_what_a_report_lacks_is_a_group_of_its_table(own: Path):
    (kind,) = [kind for kind in grouped(overview_of(own).parts) if kind.kind == "incomplete"]
    rules = {group.rule: group.members for cause in kind.causes for group in cause.groups}
    assert rules == {"incomplete.disclosure": 2, "incomplete.requests": 1}
    assert "表二" in rule_words("incomplete.disclosure").zh


def test_filters_ask_for_a_part_of_it(own: Path):
    assert {one.unit_code[:6] for one in found_in(own, area="990101")} == {"990101"}
    assert {one.year for one in found_in(own, area="990101", year=2023)} == {2023}
    assert [one.rule_id for one in found_in(own, cause="total_zero")] == ["challenges_total.review"]
    assert {one.kind for one in found_in(own, kind="incomplete")} == {"incomplete"}
    assert found_in(own, state="explained") == []
    assert len(found_in(own, state="waiting")) == len(found_in(own))


def test_of_a_group_those_of_the_page_are_kept_and_those_meant_have_their_signs(own: Path):
    found = found_in(own)
    page = listed(found, False, range(2, 4), 3)
    assert (page.n, page.shown) == (len(found), found[2:4])
    meant = [one for one in found if one.is_decidable]
    assert (page.meant, page.seen) == (len(meant), [one.seen for one in meant[:3]])
    assert sum(n for _, n in page.units) == sum(page.states.values()) == len(found)
    assert listed(found, False, range(10_000, 10_020), 3).shown == []


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
        assert overview_of(own).unexplained > 0
        with published(home.published) as connection:
            looking = whys.Whys.of(connection, home)
        looking._thread.join(60)
        found = overview_of(own)
    assert found.unexplained == 0
    assert "total_zero" in {one.cause for one in found.parts}


def test_where_many_causes_are_unknown_no_page_waits_for_a_few_of_them(own: Path, monkeypatch):
    home = Home(own)
    (home.pictures / "causes.jsonl").unlink(missing_ok=True)
    monkeypatch.setattr(whys, "FEW", 0)
    monkeypatch.setattr(whys.Whys, "_begin", lambda self: None)
    with keeping(home.published):
        assert overview_of(own).unexplained > 0
    assert overview_of(own).unexplained == 0, "whoever asks once has nobody who looks for them afterwards"


def test_a_member_shows_its_cells_last_year_and_repairs(own: Path):
    home = Home(own)
    (one,) = found_in(own, rule="challenges_total")
    with published(home.published) as connection:
        (member,) = members(connection, home, [one])
    assert "总计填 0" in member.words.zh
    assert member.cells[0].code == "challenges.review.total"
    assert member.cells[0].value == 0 and member.cells[0].has_place and member.cells[0].last is not None
    assert any("由 0 改为 11" in repair.zh for repair in member.repairs)
    assert member.decisions == ()
