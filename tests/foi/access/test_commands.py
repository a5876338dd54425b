"""What a command writes is in the log too, with the person at this machine."""

from __future__ import annotations

import getpass
import shutil
from pathlib import Path

import pytest

from foi.access.audit import chain_of, entries
from foi.answer import correct, decide, withdraw
from foi.answer.show_correct import show_correct
from foi.answer.show_decide import show_decide
from foi.answer.show_withdraw import show_withdraw
from foi.messages import Complaint
from foi.owed.roster import load_roster
from ingest.home import Home

TOWN, YEAR = "示例丁乡", 2022


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    """A home folder that has what is published, and nothing else."""
    shutil.copy(loaded / "published.duckdb", tmp_path)
    return tmp_path


def test_commands_that_write_note_themselves(home: Path):
    show_decide(home, decide.Wish(TOWN, YEAR, "challenges_total.review", "explain", "已电话核实"))
    show_decide(home, decide.Wish(TOWN, YEAR, "challenges_total.review", "explain", "已电话核实"))  # stood there already
    show_correct(home, correct.Wish(TOWN, YEAR, "challenges.review.total", "0", "11", "漏填总计", "该乡来函"))
    show_withdraw(home, withdraw.Wish("", TOWN, YEAR, "放错了文件"))
    show_withdraw(home, withdraw.Wish("", TOWN, YEAR, "没有放错"), undo=True)
    (roster := home / "示例名单.csv").write_text("unit_code,report_year\n230883101,2024\n", "utf-8")
    load_roster(home, roster)
    lines = [line.entry for line in entries(Home(home)) if line.entry]
    assert [entry.act for entry in lines] == ["decide", "correct", "withdraw", "withdraw", "roster"]
    assert {(entry.who, entry.how, entry.origin) for entry in lines} == {(getpass.getuser(), "command", "")}
    assert "challenges_total.review" in lines[0].about and "已电话核实" in lines[0].after
    assert (lines[1].before, lines[1].after) == ("0", "11: 漏填总计") and "放错了文件" in lines[2].after
    assert chain_of(Home(home)).broken == ()


def test_a_command_that_is_refused_writes_nothing(home: Path):
    with pytest.raises(Complaint):
        show_decide(home, decide.Wish(TOWN, YEAR, "no_such_rule", "explain", "x"))
    with pytest.raises(Complaint):
        show_withdraw(home, withdraw.Wish("", TOWN, 1999, "x"))
    assert entries(Home(home)) == []
