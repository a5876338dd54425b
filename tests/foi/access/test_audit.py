"""The log: every line follows from the one before it, whoever writes and however a writer ends; what was changed is found."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest

from foi.access.actor import NOBODY, Actor
from foi.access.audit import MOST, chain_of, entries, note
from foi.access.log import Question, found
from foi.access.refusals import COUNTED, EACH_MINUTE, Refusals
from foi.access.show_log import chain_problems, show_log
from foi.line.verify import show_verified, verify_home
from foi.messages import Complaint
from ingest.home import Home
from ingest.words.language import speaking
from tests.one_language import assert_one_language

CLERK = Actor("示例填报员", "clerk", "230883101", "token", 4)
NOTED = pytest.mark.skipif(not hasattr(os, "fork"), reason="a writer is forked here, which Windows cannot")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def write(home: Home, many: int, about: str = "230883101 2024") -> None:
    for n in range(many):
        note(home, CLERK, "answer", about=f"{about} {n}", origin="10.0.0.9", before="", after="x" * (n % 50))


def test_a_line_says_who_what_from_where_before_and_after(home: Home):
    note(home, CLERK, "answer", about="230883101 2024", origin="10.0.0.9", before="5", after="6")
    (line,) = entries(home)
    assert line.entry and (line.entry.who, line.entry.how, line.entry.act) == ("示例填报员", "token 4", "answer")
    assert (line.entry.origin, line.entry.before, line.entry.after, line.entry.refused) == ("10.0.0.9", "5", "6", "")


def test_what_cannot_be_written_is_written_otherwise_and_what_is_too_long_is_cut_with_its_hash(home: Home):
    note(home, Actor("a\ud800\n", "reader"), "read", about="长" * 5_000, after="\x00\u2028")
    (line,) = entries(home)
    assert line.entry and len(line.entry.about) < MOST + 100 and "sha256:" in line.entry.about
    assert line.entry.who == "a?\n" and chain_of(home).broken == ()


@pytest.mark.parametrize("damage", ["changed", "taken away", "put in", "junk", "swapped"])
def test_a_log_that_was_changed_says_where(home: Home, damage: str):
    write(home, 6)
    lines = home.audit.read_bytes().splitlines(keepends=True)
    if damage == "changed":
        lines[2] = lines[2].replace(b"230883101", b"230883102")
    elif damage == "taken away":
        del lines[2]
    elif damage == "put in":
        lines.insert(3, lines[3])
    elif damage == "junk":
        lines[3] = b"\xff\n"
    else:
        lines[3], lines[4] = lines[4], lines[3]
    home.audit.write_bytes(b"".join(lines))
    broken = chain_of(home).broken
    assert broken and 3 <= broken[0] <= 5
    told = verify_home(home.root)
    assert told.exit_code == 1 and f"第 {broken[0]} 行" in show_verified(told)
    with speaking("en"):
        assert_one_language(show_verified(told), "en", str(home.root))


def test_a_whole_log_says_how_many_lines_it_has_and_what_its_last_is(home: Home):
    write(home, 3)
    told = verify_home(home.root)
    assert told.exit_code == 0 and "操作记录 3 行" in show_verified(told) and chain_of(home).last[:16] in show_verified(told)
    assert json.loads(show_verified(told, as_json=True))["notes"][0]["en"].startswith("3 entries")


def test_a_line_that_was_cut_off_anywhere_is_closed_and_told(home: Home):
    write(home, 2)
    whole = home.audit.read_bytes()
    begun = whole.index(b"\n") + 1
    for at in (*range(begun + 1, len(whole), 61), len(whole) - 1):
        home.audit.write_bytes(whole[:at])
        assert chain_of(home).is_open and chain_of(home).broken == ()
        write(home, 1)
        chain = chain_of(home)
        assert chain.broken == () and not chain.is_open and home.audit.read_bytes().startswith(whole[:at])
        assert chain.torn == ((2,) if at < len(whole) - 1 else ())  # where only the end of the line is missing, nothing is lost
        assert chain.entries == 2 + (at == len(whole) - 1)
    told = verify_home(home.root)
    assert told.exit_code == 0


def _writes(home: Home, count: object) -> None:
    while True:
        note(home, CLERK, "decide", about="x" * random.randrange(1, 1500), after="y" * random.randrange(1500))
        count.value += 1  # type: ignore[attr-defined]


@NOTED
def test_a_writer_that_is_killed_at_any_moment_loses_nothing_it_was_told_is_written(home: Home):
    context, random_ = multiprocessing.get_context("fork"), random.Random(17)
    before = 0
    for _ in range(25):
        count = context.Value("q", 0)
        writer = context.Process(target=_writes, args=(home, count))
        writer.start()
        time.sleep(random_.uniform(0.01, 0.08))
        assert writer.pid
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        chain = chain_of(home)
        assert chain.broken == () and chain.entries >= before + count.value
        before = chain.entries
    note(home, CLERK, "answer", about="after")
    assert chain_of(home).entries == before + 1 and verify_home(home.root).exit_code == 0


@NOTED
def test_many_writers_make_one_chain(home: Home):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write, args=(home, 20, f"unit {n}")) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    chain = chain_of(home)
    assert chain.entries == 80 and chain.broken == chain.torn == ()


def test_who_knocks_thousands_of_times_is_counted_and_fills_no_disk(home: Home):
    refusals = Refusals(home)
    for n in range(5_000):
        refusals.note(NOBODY, "decide", about=f"/x/{n}", origin="10.0.0.66", why="no_name")
    for _ in range(3):
        refusals.note(CLERK, "decide", about="230883101", origin="10.0.0.9", why="role")  # who has a name always gets a line
    refusals.flush()
    refusals.flush()
    lines = [line.entry for line in entries(home) if line.entry]
    counted = [int(entry.about) for entry in lines if entry.act == COUNTED]
    single = sum(entry.act == "decide" and not entry.who for entry in lines)
    assert single + sum(counted) == 5_000 and EACH_MINUTE <= single <= 2 * EACH_MINUTE
    assert sum(entry.who == CLERK.name for entry in lines) == 3 and chain_of(home).broken == ()


def test_the_log_is_asked_by_person_act_words_day_and_refusal(home: Home):
    write(home, 3)
    note(home, NOBODY, "original", about="230883102", origin="10.0.0.66", refused="no_name")
    assert [n for n, _ in found(home, Question(who="示例填报员", most=2)).lines] == [3, 2]
    assert found(home, Question(about="230883102", refused=True)).fitting == 1
    assert found(home, Question(act="original")).fitting == 1 and found(home, Question(since="2999-01-01")).fitting == 0
    assert "未登录" in show_log(home.root, Question(refused=True)) and "另有 2 行" in show_log(home.root, Question(most=2))
    assert json.loads(show_log(home.root, Question(), json=True))[0]["refused"] == "no_name"
    with speaking("en"):
        assert "not signed in" in show_log(home.root, Question(refused=True))
    with pytest.raises(Complaint, match="2026-01-15"):
        found(home, Question(since="yesterday"))
    assert chain_problems(home) == []
