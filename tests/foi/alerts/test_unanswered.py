"""Who has not answered a letter by its day is told once to those who hear of the area, and by the status until it is answered."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from expectations.messages import plain
from foi.letters.asked import Whom, letters_to_send
from foi.letters.given import Given, Sender, give
from foi.letters.ledger import number_letters
from foi.letters.show_letters import show_letters, waiting_lines
from foi.letters.standing import Wanted, overdue, standings
from foi.line.show_status import show_status
from ingest.home import Home
from tests.foi.alerts.conftest import CHAT, COUNTY, OTHER, START, Hook, Mailbox, Published, body, later, news_of
from tests.foi.alerts.conftest import Sender as Run
from tests.foi.letters.conftest import settings, with_settings

UNIT, RULE = "990101001", "requests_closed_total.total"
PROJECT_DAY = START.date()


def written(home: Home) -> str:
    """The letters of this home folder, written on the first day; the number of the one to UNIT."""
    asked = [one.to_write for one in letters_to_send(home.published, Whom())]
    return number_letters(home, settings(), asked, "示例办", PROJECT_DAY)[UNIT, 2022].number


def test_who_has_not_answered_in_time_is_told_once_to_the_county(run: Run, warehouse: Published, mailbox: Mailbox):
    number = written(warehouse.home)
    assert "unanswered" not in news_of(run(COUNTY)[0])
    assert run(COUNTY, now=later(days=15)) == []  # the last day is still in time
    (told,) = run(COUNTY, OTHER, now=later(days=16))[:1]
    assert news_of(told)["unanswered"] == 1 and "逾期未答 1 份" in told.message.subject.zh
    text = body(mailbox.to("office@example.org")[-1])
    assert number in text and UNIT in text and "逾期 1 天" in text and "990202001" not in text
    assert run(COUNTY, OTHER, now=later(days=17)) == [] and run(COUNTY, OTHER, now=later(days=60)) == []


def test_a_message_that_did_not_arrive_is_told_again(run: Run, warehouse: Published, mailbox: Mailbox):
    written(warehouse.home)
    run(COUNTY)
    mailbox.is_refusing = True
    assert [one.state for one in run(COUNTY, now=later(days=16))] == ["failed"]
    mailbox.is_refusing = False
    assert [one.state for one in run(COUNTY, now=later(days=17))] == ["sent"]
    assert run(COUNTY, now=later(days=18)) == []


def test_nothing_is_told_of_what_was_answered_settled_or_mended(run: Run, warehouse: Published, mailbox: Mailbox, hook: Hook):
    number = written(warehouse.home)
    run(COUNTY, OTHER, CHAT)
    violation = letters_to_send(warehouse.path, Whom(UNIT))[0].violations[0]
    sides = (plain(violation.left), plain(violation.right))
    give(warehouse.home, Sender(UNIT, 2022, number, "示例科", "page"), [Given(RULE, *sides, "right", "口径不同")])
    warehouse.rule("990202001", 2022, (11, 11), "challenges_total.review")
    told = run(COUNTY, OTHER, CHAT, now=later(days=40))
    assert all("unanswered" not in news_of(one) for one in told)
    assert [one.state for one in standings(warehouse.home, Wanted(), PROJECT_DAY + timedelta(days=40))] == ["answered", "settled"]


def test_the_status_names_who_has_not_answered_and_what_waits_for_a_reviewer(loaded: Path, tmp_path: Path):
    home = with_settings(tmp_path / "home")
    for name in ("published.duckdb", ".published_state"):
        shutil.copyfile(loaded / name, home.root / name)
    asked = [one.to_write for one in letters_to_send(home.published, Whom("示例丁乡"))]
    (letter,) = number_letters(home, settings(reply_by="1"), asked, "示例办", PROJECT_DAY).values()
    late = overdue(home)
    assert [one.letter.number for one in late] == [letter.number] and late[0].days_late > 1
    assert letter.number in show_status(home) and "逾期" in show_status(home)
    assert "逾期" in show_letters(home, Wanted()) and show_letters(home, Wanted("23")).startswith("还没有")
    question = letter.questions[0]
    give(home, Sender(letter.unit_code, letter.report_year, letter.number, "示例科", "page"), [
        Given(question.rule_id, question.left, question.right, "wrong", "下月重新发布")
    ])  # fmt: skip
    assert overdue(home) == [] and "1 条单位答复待审核" in show_status(home)
    home.letters.write_text("{}\n", "utf-8")
    assert "不能读取" in waiting_lines(home)[0].zh and "不能读取" in show_status(home)
