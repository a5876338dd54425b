"""Who has not filed: told before and after the deadline, each step once, one message a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from foi.alerts.what.reminders import step_of
from tests.foi.alerts.conftest import COUNTY, START, Hook, Mailbox, Published, Sender, body, later

DUE = date(2026, 1, 31)
REMINDED = COUNTY.replace("areas:", "reminders: {before: [14, 7, 1], after: [1, 7, 14]}, areas:")


@pytest.fixture
def owing(warehouse: Published) -> Published:
    warehouse.rules.clear()
    warehouse.owed = [
        ("990101001", 2025, DUE, "not_filed"), ("990101002", 2025, DUE, "on_time"), ("990101003", 2025, DUE, "not_filed"),
        ("990101004", 2025, DUE, "exempt"), ("990202001", 2025, DUE, "not_filed"), ("990101001", 2019, date(2020, 1, 31), "not_filed"),
    ]  # fmt: skip
    warehouse.write()
    return warehouse


def test_each_step_is_told_once_with_the_list_of_those_who_have_not_filed(run: Sender, owing: Published, mailbox: Mailbox):
    around = [11, 12, 13, 18, 19, 20, 25, 26, 27, 33, 34, 40, 41, 47, 59]
    days = [day for day in around for hour in (0, 300) if run(REMINDED, now=later(day, hour))]
    assert [(START.date() + timedelta(days=day) - DUE).days for day in days] == [-14, -7, -1, 1, 7, 14]
    first, _, last, after, *_ = [body(mail) for mail in mailbox.mails]
    assert mailbox.mails[0]["Subject"] == "报送提醒：2 个单位未报送"
    assert "2025 年度报告，2026-01-31 到期，还有 14 天，2 个单位未报送" in first and "还有 1 天" in last and "已过 1 天" in after
    assert "990101001" in first and "990101003" in first
    assert not any(code in first for code in ("990101002", "990101004", "990202001", "2019"))


def test_a_unit_that_has_filed_is_reminded_of_nothing(run: Sender, owing: Published):
    assert owing.owed is not None
    owing.owed = [(unit, year, due, "late") for unit, year, due, _ in owing.owed]
    owing.write()
    assert [run(REMINDED, now=later(days=day)) for day in (12, 19, 25, 27, 33, 40)] == [[]] * 6


def test_a_step_that_could_not_be_sent_is_sent_later_and_once(run: Sender, owing: Published, mailbox: Mailbox):
    mailbox.is_refusing = True
    assert [d.state for d in run(REMINDED, now=later(days=12))] == ["failed"]
    mailbox.is_refusing = False
    assert [d.state for d in run(REMINDED, now=later(days=13))] == ["sent"]
    assert run(REMINDED, now=later(days=14)) == [] and "还有 13 天" in body(mailbox.mails[0])


def test_two_deadlines_are_one_message(run: Sender, owing: Published, mailbox: Mailbox):
    assert owing.owed is not None
    owing.owed.append(("990101", 2025, date(2026, 2, 7), "not_filed"))
    owing.write()
    (delivery,) = run(REMINDED, now=later(days=19))  # 24 January: 7 days before one, 14 before the other
    assert delivery.delivered and body(mailbox.mails[0]).count("到期，还有") == 2 and "还有 14 天" in body(mailbox.mails[0])


def test_the_list_for_a_chat_is_cut_at_the_end_of_a_line(run: Sender, owing: Published, hook: Hook):
    owing.owed = [(f"990101{n:03}", 2025, DUE, "not_filed") for n in range(300)]
    owing.write()
    run(REMINDED.replace("mail: office@example.org", "webhook: 'env:FOI_WEBHOOK_TEST'"), now=later(days=12))
    message = hook.posts[0][1]["title"] + "\r\n" + hook.posts[0][1]["message"]
    assert 1800 < len(message.encode()) <= 2048 and f"另有 {300 - message.count('·')} 个单位" in message


def test_without_the_table_of_progress_nobody_is_reminded(run: Sender, warehouse: Published):
    warehouse.rules.clear()
    warehouse.write()
    assert run(REMINDED, now=later(days=12)) == []


def test_who_did_not_ask_for_reminders_gets_none(run: Sender, owing: Published):
    assert run(COUNTY, now=later(days=12)) == []
    assert len(run(COUNTY.replace("areas:", "reminders: true, areas:"), now=later(days=12))) == 1


@pytest.mark.parametrize(
    ("days", "step"), [(-15, None), (-14, -14), (-8, -14), (-7, -7), (0, -1), (1, 1), (13, 7), (14, 14), (20, 14), (21, None)]
)
def test_a_day_belongs_to_the_last_step_reached(days: int, step: int | None):
    assert step_of(DUE, [-14, -7, -1, 1, 7, 14], DUE + timedelta(days=days)) == step
