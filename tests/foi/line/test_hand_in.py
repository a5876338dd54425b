"""A file that is handed in lands in the inbox whole, under a safe name of its own, and never takes the place of another."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from foi.line.hand_in import LONGEST, hand_in, safe_name
from foi.messages import Complaint
from ingest.handed_in.folder import entries
from ingest.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("FOI_INBOX", raising=False)
    return Home(tmp_path)


def names(home: Home) -> list[str]:
    return sorted(path.name for path in home.inbox.iterdir())


def test_a_file_lands_in_the_inbox_as_it_is(home: Home):
    path = hand_in(home, "report.docx", b"content")
    assert (path, path.read_bytes(), names(home)) == (home.inbox / "report.docx", b"content", ["report.docx"])


def test_another_file_of_the_same_name_gets_a_name_of_its_own(home: Home):
    first, second = hand_in(home, "report.docx", b"one"), hand_in(home, "report.docx", b"two")
    assert (first.read_bytes(), second.read_bytes(), second.name) == (b"one", b"two", "report-2.docx")


def test_the_same_file_twice_is_one_file(home: Home):
    assert hand_in(home, "report.docx", b"one") == hand_in(home, "report.docx", b"one")
    assert names(home) == ["report.docx"]


@pytest.mark.parametrize(
    "given",
    ["../../etc/passwd", "/etc/passwd", "C:\\boot.ini", "..", ".", "", "\0", "a\0b.docx", ".hidden", "~$draft.docx", "Thumbs.db", "nul.docx",
     "manifest.csv", "Units.CSV", "x" * 5000 + ".docx", "\u793a" * 5000, "a\nb\u202e.docx", 'a:b*c?"<>|.docx', "$RECYCLE.BIN", "a."],
)  # fmt: skip
def test_no_name_leaves_the_inbox_or_is_taken_for_something_else(home: Home, given: str):
    path = hand_in(home, given, b"content")
    assert path.parent == home.inbox and len(path.name.encode()) <= LONGEST + 10 and path.name.isprintable()
    assert path.name.lower() not in ("manifest.csv", "units.csv")
    (entry,) = entries(home.inbox)
    assert not entry.is_passed_over and entry.problem is None


def test_the_ending_of_a_long_name_stays():
    assert safe_name("\u793a" * 200 + ".docx").endswith("\u793a.docx")


def test_many_at_once_are_all_kept(home: Home):
    sent = [f"content {n}".encode() for n in range(12)]
    threads = [threading.Thread(target=hand_in, args=(home, "report.html", one)) for one in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.read_bytes() for path in home.inbox.iterdir()) == sorted(sent)


def test_an_empty_file_and_an_inbox_that_is_none_are_told(home: Home):
    with pytest.raises(Complaint, match=r"report\.docx"):
        hand_in(home, "report.docx", b"")
    home.inbox.write_text("no folder")
    with pytest.raises(Complaint, match="inbox"):
        hand_in(home, "report.docx", b"content")
