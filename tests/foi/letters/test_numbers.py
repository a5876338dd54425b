"""The ledger of letters: numbers without gaps, the same letter keeps its number, and a ledger that cannot be read stops the next one."""

from __future__ import annotations

import json
import threading
from datetime import date
from pathlib import Path

import pytest

from foi.letters.ledger import Question, ToWrite, number_letters, read_written
from foi.messages import Complaint
from ingest.home import Home
from tests.foi.letters.conftest import settings

ONE, TWO = Question("requests_closed_total.total", "7", "59"), Question("challenges_total.review", "0", "3")
TODAY = date(2026, 2, 10)


def to_write(unit: str, *questions: Question) -> ToWrite:
    return ToWrite(unit, "示例镇", 2024, questions)


def numbers(home: Home, *asked: ToWrite, today: date = TODAY, pattern: str = "示例核〔{year}〕{n}号") -> list[str]:
    found = number_letters(home, settings(number=pattern), asked, "示例办", today)
    return [found[one.unit_code, one.report_year].number for one in asked]


def test_the_same_letter_keeps_its_number_and_others_follow_without_gaps(tmp_path: Path):
    home, first = Home(tmp_path), (to_write("990101101", ONE), to_write("990101102", TWO))
    assert numbers(home, *first) == ["示例核〔2026〕1号", "示例核〔2026〕2号"]
    assert numbers(home, *first, to_write("990101103", ONE)) == ["示例核〔2026〕1号", "示例核〔2026〕2号", "示例核〔2026〕3号"]
    assert [one.n for one in read_written(home)] == [1, 2, 3]


def test_a_new_question_makes_a_new_letter_that_names_the_one_it_replaces(tmp_path: Path):
    home = Home(tmp_path)
    numbers(home, to_write("990101101", ONE))
    assert numbers(home, to_write("990101101", ONE, TWO)) == ["示例核〔2026〕2号"]
    assert read_written(home)[-1].replaces == "示例核〔2026〕1号"
    assert numbers(home, to_write("990101101", TWO)) == ["示例核〔2026〕2号"]  # what is settled asks nothing new
    changed = Question(ONE.rule_id, "8", "59")
    assert numbers(home, to_write("990101101", changed)) == ["示例核〔2026〕3号"]


def test_numbers_begin_anew_with_the_year_where_the_pattern_names_it(tmp_path: Path):
    home = Home(tmp_path)
    assert numbers(home, to_write("990101101", ONE)) == ["示例核〔2026〕1号"]
    assert numbers(home, to_write("990101102", ONE), today=date(2027, 1, 2)) == ["示例核〔2027〕1号"]
    assert numbers(home, to_write("990101103", ONE), today=date(2027, 1, 2), pattern="示例{n}") == ["示例2"]


def test_letters_that_are_written_at_the_same_time_have_numbers_of_their_own(tmp_path: Path):
    home = Home(tmp_path)
    threads = [threading.Thread(target=numbers, args=(home, to_write(f"9901011{n:02}", ONE))) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.n for one in read_written(home)) == list(range(1, 11))


def test_a_line_that_cannot_be_read_stops_the_next_number(tmp_path: Path):
    home = Home(tmp_path)
    numbers(home, to_write("990101101", ONE))
    kept = home.letters.read_text("utf-8")
    home.letters.write_text(kept + kept[:-40] + "\n", "utf-8")
    with pytest.raises(Complaint, match=r"letters\.jsonl 第 2 行不能读取"):
        numbers(home, to_write("990101102", ONE))
    assert len(home.letters.read_text("utf-8").splitlines()) == 2
    row = {**json.loads(kept), "reply_by": "soon"}
    home.letters.write_text(json.dumps(row) + "\n", "utf-8")
    with pytest.raises(Complaint, match="第 1 行"):
        read_written(home)
