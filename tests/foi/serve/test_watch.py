"""The watch of the inbox: what is new and left alone asks for a load once, and nothing else does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from foi.serve.watch import Watch
from ingest.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("FOI_INBOX", raising=False)
    home = Home(tmp_path)
    (home.inbox / "乡").mkdir(parents=True)
    return home


def looks(watch: Watch, n: int = 3) -> list[bool]:
    """What so many looks find; whenever one finds something, a load takes it."""
    found = []
    for _ in range(n):
        found.append(watch.look())
        if found[-1]:
            watch.taken()
    return found


def test_a_new_and_a_changed_file_ask_once_each(home: Home):
    watch = Watch(home)
    assert looks(watch) == [False, False, False]
    (home.inbox / "乡" / "甲.html").write_text("一")
    assert looks(watch) == [False, True, False]
    (home.inbox / "乡" / "甲.html").write_text("二二")
    assert looks(watch) == [False, True, False]
    (home.inbox / "乡" / "甲.html").unlink()
    assert looks(watch) == [False, False, False]


def test_a_file_that_grows_waits_and_the_others_do_not(home: Home):
    watch, grows = Watch(home), home.inbox / "乙.html"
    (home.inbox / "甲.html").write_text("一")
    found = []
    for n in range(4):
        grows.write_text("二" * (n + 1))
        found += looks(watch, 1)
    assert found == [False, True, False, False] and looks(watch) == [True, False, False]


def test_what_a_load_left_is_asked_for_again(home: Home):
    watch = Watch(home)
    (home.inbox / "甲.html").write_text("一")
    assert looks(watch, 2) == [False, True]
    watch.forget(["甲.html"])
    assert looks(watch, 2) == [True, False]


def test_decisions_corrections_and_withdrawals_are_watched_too(home: Home):
    watch = Watch(home)
    for path in (home.decisions, home.corrections, home.withdrawals):
        path.write_text("示例")
        assert looks(watch) == [False, True, False]


def test_clutter_a_home_in_the_inbox_and_links_in_a_circle_are_nothing(home: Home):
    (home.inbox / "Thumbs.db").write_text("x")
    (home.inbox / ".part.html").write_text("x")
    (home.inbox / "home" / "raw" / "batches").mkdir(parents=True)
    (home.inbox / "home" / "原件.html").write_text("x")
    os.symlink(home.inbox, home.inbox / "乡" / "circle", target_is_directory=True)
    assert looks(Watch(home)) == [False, False, False]
    (home.inbox / "乡" / "甲.html").write_text("一")
    assert looks(Watch(home)) == [False, True, False]
