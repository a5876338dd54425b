"""Nobody may do what no role of theirs allows, nor anything outside the area they are bound to."""

from __future__ import annotations

import re

import pytest

from foi.access.actor import NOBODY, ROLES, Actor, acts, reason, refusal
from foi.messages import has_message
from ingest.units.within import within
from ingest.words.language import speaking
from tests.paths import ROOT

REVIEWER = Actor("示例审核员", "reviewer", "230883", "token")


def test_every_act_has_a_role_and_a_name():
    assert set(acts().values()) <= set(ROLES)
    assert all(has_message(f"access.act.{act}") for act in acts()) and all(has_message(f"access.role.{role}") for role in ROLES)


def test_every_act_that_a_page_asks_for_is_one():
    asking = re.compile(r"\b(?:allowed|refusal|reason)\(\s*\w+, \"(\w+)\"")
    asked = {act for path in (ROOT / "portal").rglob("*.py") for act in asking.findall(path.read_text("utf-8"))}
    assert asked and asked <= set(acts())


def test_who_has_no_name_may_read_and_nothing_else():
    assert [act for act in acts() if not reason(NOBODY, act)] == ["read"]
    assert "须先登录" in refusal(NOBODY, "decide", "230883101").zh


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_those_before_it_may(role: str):
    actor = Actor("示例", role, "990101101", "token")
    may = {act for act in acts() if not reason(actor, act, "990101101")}
    assert may == {act for act, needed in acts().items() if ROLES.index(needed) <= ROLES.index(role)}


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("230883", ""),
        ("230883101", ""),
        ("230883-示例局", ""),
        ("230884101", "area"),
        ("2308", "area"),
        ("23", "area"),
        ("", "area"),  # everything, or a report of which no unit is known
        ("99230883", "area"),
    ],
)
def test_who_is_bound_to_an_area_acts_there_alone(code: str, why: str):
    assert reason(REVIEWER, "decide", code) == why
    assert reason(Actor("示例", "reviewer"), "decide", code) == ""


@pytest.mark.parametrize(("code", "why"), [("230883", ""), ("230883101", "area"), ("230883-示例局", "area"), ("", "area")])
def test_a_clerk_acts_for_one_unit_not_for_what_lies_in_it(code: str, why: str):
    assert reason(Actor("示例", "clerk", "230883"), "answer", code) == why
    assert reason(Actor("示例", "clerk"), "answer", code) == "area"


def test_a_department_is_not_another_one_whose_name_begins_alike():
    assert within("230883-示例局", "230883-示例局") and not within("230883-示例局二科", "230883-示例局")
    assert within("3501-ptzhsyq-示例局", "3501-ptzhsyq")


def test_what_is_no_role_or_no_act_is_nothing_that_could_be_allowed():
    with pytest.raises(ValueError, match="owner"):
        Actor("示例", "owner")
    with pytest.raises(KeyError):
        reason(Actor("示例", "admin"), "everything")


def test_a_refusal_speaks_the_language_of_its_reader():
    told = refusal(REVIEWER, "settings", "230883")
    assert told is not None
    with speaking("zh"):
        assert "管理员" in told.shown and "admin" not in told.shown
    assert told.en.startswith("Refused: 示例审核员 is a reviewer")
