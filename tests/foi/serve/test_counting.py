"""What is decided in a page is counted by itself: by the resident process if one serves, else by one of its own; it survives and reopens."""

from __future__ import annotations

import shutil
from pathlib import Path

from foi.answer.acts import Done, Wish, decide_all, undo
from foi.answer.decide import decisions_now
from foi.answer.failing import Failing, Wanted, failing
from foi.published import published
from ingest.home import Home
from portal.desk.counting import Counting
from tests.foi.serve.conftest import Served, until
from tests.portal.serving import Refreshes

PATIENCE = 300.0


def failing_now(home: Home, **wanted: str) -> list[Failing]:
    with published(home.published) as connection:
        return list(failing(connection, home, Wanted(**wanted)))


def explained(home: Home) -> Done:
    return decide_all(home, [one.seen for one in failing_now(home)], Wish("explain", "示例：已核对", "示例审核员"))


def settled(home: Home) -> int:
    """How many the published tables count as explained."""
    with published(home.published) as connection:
        (n,) = connection.execute("select count(*) from expectation_results where status = 'explained'").fetchone()
    return int(n)


def test_without_a_resident_process_one_of_its_own_counts_it(loaded: Path, tmp_path: Path):
    home = Home(Path(shutil.copytree(loaded, tmp_path / "home", symlinks=True)))
    done, counting = explained(home), Refreshes(home)  # the next test starts the command itself
    assert not counting.is_served and not any(one.is_counted for one in failing_now(home))
    counting.ask()
    assert counting.wait(PATIENCE) and counting.state == "idle", counting.failed
    assert settled(home) == len(done.decisions)
    assert all(one.is_counted and one.state == "explained" for one in failing_now(home))
    assert {one.state for one in decisions_now(home.root)} == {"holds"}


def test_the_resident_process_counts_it(served: Served):
    served.idle()
    home, counting = served.home, Counting(served.home)
    done = explained(home)
    assert counting.is_served
    counting.ask()
    assert counting.wait(PATIENCE) and not counting.failed
    until(lambda: settled(home) == len(done.decisions), "decisions that count")
    assert "foi refresh" in served.said()
    (one, *_) = failing_now(home, rule="challenges_total")
    assert one.decision is not None and (one.decision.left, one.decision.right) == one.sides
    undo(home, done.act, "示例另一人")
    counting.ask()
    assert counting.wait(PATIENCE) and not counting.failed
    until(lambda: settled(home) == 0, "decisions that were undone")
    assert {one.state for one in failing_now(home)} == {"open"}
