"""A report that is not whole is told as a kind of its own, until it is whole or somebody decided."""

from __future__ import annotations

import pytest

from foi.alerts.post.rendering import chat_text
from tests.foi.alerts.conftest import COUNTY, Mailbox, Published, Sender, body, later, news_of

RULE = "incomplete.requests"
UNIT, YEAR = "990101001", 2023
CITY = "{name: 示例市, channels: [{mail: city@example.org}]}"
UP = (COUNTY.replace("areas:", "escalate: {to: 示例市, after_days: 14}, areas:"), CITY)


@pytest.fixture
def blanks(warehouse: Published) -> Published:
    """A county with one report in which three of 175 numbers are blank, and nothing else."""
    warehouse.rules.clear()
    warehouse.rule(UNIT, YEAR, (172, 175), RULE)
    return warehouse


def test_it_is_told_once_by_its_own_word_and_count(run: Sender, blanks: Published, mailbox: Mailbox):
    (delivery,) = run()
    assert news_of(delivery) == {"incomplete": 1} and "○ 不完整:" in chat_text(delivery.message)
    (mail,) = mailbox.mails
    assert mail["Subject"] == "政府信息公开年报提醒：新 0 处，不完整 1 处，已解决 0 处，仍存在 0 处"
    assert "表三（依申请公开）缺数 3 格（空白 3）" in body(mail)
    assert run() == []


def test_it_is_told_again_when_it_lacks_more_and_not_when_it_lacks_less(run: Sender, blanks: Published, mailbox: Mailbox):
    run()
    blanks.rule(UNIT, YEAR, (173, 175), RULE)
    assert run() == []
    blanks.rule(UNIT, YEAR, (80, 175), RULE)
    assert news_of(run()[0]) == {"incomplete": 1}


def test_it_is_fixed_when_the_table_is_whole_and_not_when_the_report_is_gone(run: Sender, blanks: Published, mailbox: Mailbox):
    run()
    gone = dict(blanks.rules)
    blanks.rules.clear()
    blanks.write()
    assert run() == []
    blanks.rules |= gone
    blanks.rule(UNIT, YEAR, (175, 175), RULE)
    (delivery,) = run()
    assert news_of(delivery) == {"fixed": 1} and "已解决" in chat_text(delivery.message)


def test_wrong_numbers_are_told_before_missing_ones(run: Sender, blanks: Published, mailbox: Mailbox):
    blanks.rule("990101002", YEAR, (5, 4))
    (delivery,) = run()
    assert news_of(delivery) == {"new": 1, "incomplete": 1}
    assert chat_text(delivery.message).index("990101002") < chat_text(delivery.message).index(UNIT)


def test_nobody_decided_on_it_and_it_goes_up_like_any_error(run: Sender, blanks: Published, mailbox: Mailbox):
    run(*UP)
    assert [d.message.recipient.name for d in run(*UP, now=later(days=14))] == ["示例市"]
    assert "缺数 3 格" in body(mailbox.to("city@example.org")[0])


def test_what_was_waived_is_not_told(run: Sender, blanks: Published, mailbox: Mailbox):
    blanks.decide("waive", UNIT, YEAR, RULE)
    assert run(*UP) == [] and run(*UP, now=later(days=14)) == []


def test_a_recipient_may_ask_for_it_alone_or_leave_it_out(run: Sender, blanks: Published, mailbox: Mailbox):
    blanks.rule("990101002", YEAR, (5, 4))
    asked = [
        COUNTY.replace("示例县政务公开办", rule).replace("areas:", f"rules: [{rule}], areas:")
        for rule in ("incomplete", "requests_closed_total")
    ]
    told = {d.message.recipient.name: news_of(d) for d in run(*asked)}
    assert told == {"incomplete": {"incomplete": 1}, "requests_closed_total": {"new": 1}}
