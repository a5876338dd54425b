"""Many violations are decided in one act: what changed is refused and named, and an act can be undone as a whole."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from foi.answer.acts import Wish, act_of, acts, decide_all, history, undo
from foi.answer.decide import Wish as One
from foi.answer.decide import decide
from foi.answer.failing import Failing, Wanted, failing
from foi.messages import Complaint, bilingual
from foi.published import published
from foi.published.kept import keeping
from ingest.home import Home

WHY = "示例：已核对"


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Home:
    """What is published of the examples, in a folder of its own, where nothing was decided."""
    shutil.copyfile(loaded / "published.duckdb", tmp_path / "published.duckdb")
    return Home(tmp_path)


def failing_now(home: Home) -> list[Failing]:
    with published(home.published) as connection:
        return list(failing(connection, home, Wanted()))


def lines(home: Home) -> list[dict[str, object]]:
    return [json.loads(line) for line in home.decisions.read_text("utf-8").splitlines()]


def states(home: Home) -> set[str]:
    return {one.state for one in failing_now(home)}


def wish(action: str = "explain", **more: object) -> Wish:
    return replace(Wish(action, WHY, "示例审核员"), **more)


def test_an_act_writes_what_foi_decide_writes(home: Home):
    one = failing_now(home)[0]
    decide(home.root, One(one.unit_code, one.year, one.rule_id, "explain", WHY, "示例审核员"))
    (alone,) = lines(home)
    home.decisions.unlink()
    done = decide_all(home, [one.seen], wish())
    (together,) = lines(home)
    assert len(done.decisions) == 1
    assert {k: v for k, v in alone.items() if k != "decided_at"} == {k: v for k, v in together.items() if k != "decided_at"}


def test_all_of_a_group_are_decided_and_counted(home: Home):
    all_of_it = failing_now(home)
    done = decide_all(home, [one.seen for one in all_of_it], wish())
    assert (len(done.decisions), done.unchanged, done.refused) == (len(all_of_it), 0, ())
    assert states(home) == {"explained"}
    assert not any(one.is_counted for one in failing_now(home))
    again = decide_all(home, [one.seen for one in all_of_it], wish())
    assert (len(again.decisions), again.unchanged) == (0, len(all_of_it))
    assert len(lines(home)) == len(all_of_it)


def test_what_has_other_numbers_by_now_is_refused_and_named(home: Home):
    first, second, *_ = failing_now(home)
    other = first._replace(sides=("1", "2")).seen
    gone = first._replace(rule_id="示例.nowhere").seen
    done = decide_all(home, [other, gone, second.seen], wish())
    assert [d.rule_id for d in done.decisions] == [second.rule_id]
    assert {(one.unit_code, one.rule_id, one.reason) for one in done.refused} == {
        (first.unit_code, first.rule_id, bilingual("desk.refused_changed")),
        ("", "", bilingual("desk.refused_gone")),
    }
    assert [(reason.zh, n) for reason, n, _ in done.reasons] == [
        (bilingual("desk.refused_changed").zh, 1),
        (bilingual("desk.refused_gone").zh, 1),
    ]


def test_nobody_decides_on_units_of_others(home: Home):
    no = bilingual("desk.refused_unknown")
    found = failing_now(home)
    done = decide_all(home, [one.seen for one in found], wish(may=lambda code: None if code.startswith("990101") else no))
    assert {d.unit_code[:6] for d in done.decisions} == {"990101"}
    assert len(done.refused) == sum(not one.unit_code.startswith("990101") for one in found) > 0


@pytest.mark.parametrize("asked", [wish("forget"), replace(wish(), why="  ")])
def test_a_decision_that_is_none_writes_nothing(home: Home, asked: Wish):
    with pytest.raises(Complaint):
        decide_all(home, [one.seen for one in failing_now(home)], asked)
    assert not home.decisions.exists()


def test_undoing_an_act_brings_back_what_held_before(home: Home):
    first, second, *_ = failing_now(home)
    decide_all(home, [first.seen], wish("confirm", why="示例：第一次"))
    first = next(one for one in failing_now(home) if one.place == first.place)
    done = decide_all(home, [first.seen, second.seen], wish("waive"))
    undone = undo(home, done.act, "示例另一人")
    assert [(d.rule_id, d.action) for d in undone.decisions] == [(first.rule_id, "confirm"), (second.rule_id, "withdraw")]
    now = {one.place: one.state for one in failing_now(home)}
    assert (now[first.place], now[second.place]) == ("confirmed", "open")
    back = undo(home, undone.act, "示例另一人")
    assert {d.action for d in back.decisions} == {"waive"}
    assert [d.action for d in history(home, [first.place])[first.place]] == ["confirm", "waive", "confirm", "waive"]


def test_what_was_decided_anew_stays_when_an_act_is_undone(home: Home):
    first, second, *_ = failing_now(home)
    done = decide_all(home, [first.seen, second.seen], wish("explain"))
    decide_all(home, [one.seen for one in failing_now(home) if one.place == first.place], wish("confirm"))
    assert len(act_of(home, done.act).in_force) == 1
    undone = undo(home, done.act, "示例另一人")
    assert [d.rule_id for d in undone.decisions] == [second.rule_id]
    assert [one.reason for one in undone.refused] == [bilingual("desk.refused_decided_anew")]
    assert {one.place: one.state for one in failing_now(home)}[first.place] == "confirmed"
    assert not act_of(home, done.act).can_be_undone


def test_acts_are_listed_the_newest_first(home: Home):
    found = failing_now(home)
    made = [decide_all(home, [one.seen for one in failing_now(home)], wish(a)).act for a in ("confirm", "explain")]
    assert [one.act for one in acts(home)] == made[::-1]
    assert [dict(one.actions) for one in acts(home)] == [{"explain": len(found)}, {"confirm": len(found)}]
    with pytest.raises(Complaint):
        act_of(home, "示例")


def test_who_decides_over_another_has_seen_what_that_one_decided(home: Home):
    first, second, *_ = failing_now(home)
    decide_all(home, [first.seen], replace(wish("waive", why="示例：先办"), who="示例甲"))
    late = decide_all(home, [first.seen, second.seen], replace(wish("confirm"), who="示例乙"))
    assert [d.rule_id for d in late.decisions] == [second.rule_id]
    assert ["示例甲" in one.reason.zh and "豁免" in one.reason.zh and "先办" in one.reason.zh for one in late.refused] == [True]
    (seen,) = (one for one in failing_now(home) if one.place == first.place)
    assert seen.state == "waived"
    assert len(decide_all(home, [seen.seen], wish("confirm")).decisions) == 1


def test_two_decisions_of_one_second_are_two_acts(home: Home):
    first, second, *_ = failing_now(home)
    for one in (first, second):
        decide(home.root, One(one.unit_code, one.year, one.rule_id, "explain", WHY, "示例审核员"))
    assert [len(one.decisions) for one in acts(home)] == [1, 1]
    undo(home, acts(home)[0].act, "示例审核员")
    assert {one.place: one.state for one in failing_now(home)}[first.place] == "explained"


def at_once(acts_of_two: list[Callable[[], object]]) -> list[object]:
    """What two people who act at the same moment are told."""
    said: list[object] = []
    threads = [threading.Thread(target=lambda act=act: said.append(act())) for act in acts_of_two]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_of_two_acts_at_once_the_second_sees_what_the_first_decided_or_undid(home: Home):
    one = failing_now(home)[0]

    def both_have_read() -> Callable[[str], None]:
        """Whoever has read what holds waits here for the other one, and goes on alone if that one may not read yet."""
        barrier = threading.Barrier(2)

        def may(_: str) -> None:
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=1)

        return may

    may = both_have_read()
    wishes = [wish("explain", who="示例甲", may=may), wish("confirm", who="示例乙", may=may)]
    with keeping(home.published):  # as the portal does
        decided = at_once([lambda wanted=wanted: decide_all(home, [one.seen], wanted) for wanted in wishes])
    assert sorted(len(done.decisions) for done in decided) == [0, 1] and len(lines(home)) == 1
    (refused,) = (done.refused[0].reason.zh for done in decided if not done.decisions)
    assert lines(home)[0]["who"] in refused

    may = both_have_read()
    (act,) = acts(home)
    undone = at_once([lambda who=who: undo(home, act.act, who, may) for who in ("示例甲", "示例乙")])
    assert sorted(len(done.decisions) for done in undone) == [0, 1] and len(lines(home)) == 2
