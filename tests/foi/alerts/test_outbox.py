"""What happens when a receiver fails, hangs, cuts the connection, or says no in a polite way."""

from __future__ import annotations

import os

import pytest

from foi.alerts.post.outbox import MAX_ATTEMPTS
from foi.alerts.record import put_back, unsent
from foi.alerts.show import revived_line, show_log
from tests.foi.alerts.conftest import CHAT, COUNTY, Hook, Mailbox, Published, Sender, body, later


def test_the_pauses_between_attempts_double(run: Sender, hook: Hook):
    hook.failures_left = 3
    assert [d.state for d in run(CHAT)] == ["failed"]
    tried = []
    for minutes in (1, 9, 10, 11, 29, 30, 69, 70):
        (delivery,) = run(CHAT, now=later(minutes=minutes)) or [None]
        if delivery and delivery.state != "waiting":
            tried.append((minutes, delivery.state))
        if delivery and delivery.delivered:
            break
    assert tried == [(10, "failed"), (30, "failed"), (70, "sent")]
    assert len(hook.posts) == 1 and "可能重复" not in hook.posts[0][1]["message"]
    assert run(CHAT, now=later(days=1)) == []


def test_after_the_last_attempt_a_message_is_a_dead_letter_until_somebody_puts_it_back(
    run: Sender, hook: Hook, warehouse: Published
):
    hook.failures_left = 99
    states = [run(CHAT, now=later(days=day))[0].state for day in range(2 * MAX_ATTEMPTS)]
    assert states.index("dead") == MAX_ATTEMPTS - 1 and 99 - hook.failures_left == MAX_ATTEMPTS
    assert "未送达" in show_log(warehouse.home) and "HTTP 503" in show_log(warehouse.home)
    assert [(x.recipient, x.state, x.attempts) for x in unsent(warehouse.home)] == [("示例群", "dead", 8)]
    hook.failures_left = 0
    assert run(CHAT, now=later(days=30))[0].state == "dead"
    assert "重新排队 1 条（其中 1 条此前已放弃）" in revived_line(put_back(warehouse.home))
    assert run(CHAT, now=later(days=30))[0].delivered and len(hook.posts) == 1
    assert unsent(warehouse.home) == [] and "没有等待重试的提醒" in revived_line(put_back(warehouse.home))


def test_a_dead_letter_is_tried_anew_when_there_is_more_to_tell(run: Sender, hook: Hook, warehouse: Published):
    hook.failures_left = MAX_ATTEMPTS
    for day in range(MAX_ATTEMPTS):
        run(CHAT, now=later(days=day))
    warehouse.rule("990101001", 2023, (5, 4))
    (delivery,) = run(CHAT, now=later(days=20))
    assert delivery.delivered and delivery.message.counts["new"] == 3


def test_a_message_whose_findings_are_gone_is_not_sent_any_more(run: Sender, hook: Hook, warehouse: Published):
    hook.failures_left = 1
    run(CHAT)
    warehouse.rules.clear()
    warehouse.rule("990101001", 2022, (21, 21))
    assert run(CHAT, now=later(days=1)) == [] and hook.posts == [] and unsent(warehouse.home) == []


def test_a_receiver_that_hangs_may_have_taken_the_message(run: Sender, hook: Hook, monkeypatch: pytest.MonkeyPatch):
    address = os.environ["FOI_WEBHOOK_TEST"].replace("http://", "json://").split("?")[0]
    monkeypatch.setenv("FOI_WEBHOOK_TEST", f"{address}?rto=0.2")
    hook.is_hanging = True
    (delivery,) = run(CHAT)
    assert delivery.state == "failed" and "ReadTimeout" in delivery.text.zh and "可能已收到" in delivery.text.zh
    hook.is_hanging = False
    again = run(CHAT, now=later(minutes=10))[0]
    assert again.delivered and again.message.is_repeat
    assert len(hook.keys) == 2 and len(set(hook.keys)) == 1 and hook.keys[0] == again.message.key


def test_a_receiver_that_cuts_the_connection_gets_the_same_key_again(run: Sender, hook: Hook):
    hook.is_cutting = True
    assert "可能已收到" in run(CHAT)[0].text.zh
    hook.is_cutting = False
    (again,) = run(CHAT, now=later(minutes=10))
    assert again.delivered and [("可能重复" in post["message"]) for _, post in hook.posts] == [False, True]
    assert set(hook.keys) == {again.message.key}
    assert run(CHAT, now=later(days=1)) == []


def test_a_mail_server_that_refuses_has_not_taken_it(run: Sender, mailbox: Mailbox):
    mailbox.is_refusing = True
    assert "SMTP 451" in run()[0].text.zh
    mailbox.is_refusing = False
    run(now=later(minutes=10))
    assert len(mailbox.mails) == 1 and "可能重复" not in body(mailbox.mails[0])


@pytest.mark.parametrize(
    ("kind", "plugin", "attribute", "refusal"),
    [
        ("wecom", "wecombot.NotifyWeComBot", "api_url", b'{"errcode": 93000, "errmsg": "invalid webhook url s3cret"}'),
        ("dingtalk", "dingtalk.NotifyDingTalk", "notify_url", b'{"errcode": 310000, "errmsg": "keywords not in content"}'),
        ("feishu", "feishu.NotifyFeishu", "notify_url", b'{"code": 19021, "msg": "sign match fail"}'),
        ("lark", "lark.NotifyLark", "webhook_url", b'{"StatusCode": 19001, "StatusMessage": "param invalid"}'),
    ],
)
def test_a_robot_that_answers_200_and_says_no_has_not_taken_it(
    run: Sender, hook: Hook, monkeypatch: pytest.MonkeyPatch, kind: str, plugin: str, attribute: str, refusal: bytes
):
    import importlib

    module, name = plugin.split(".")
    robot = getattr(importlib.import_module(f"apprise.plugins.{module}"), name)
    address = os.environ["FOI_WEBHOOK_TEST"].split("?")[0]
    # The host of a robot is fixed in its plug-in; here it is the loopback server instead.
    where = property(lambda self: address, lambda self, value: None) if attribute != "notify_url" else address
    monkeypatch.setattr(robot, "request_rate_per_sec", 0)
    monkeypatch.setattr(robot, attribute, where, raising=False)
    monkeypatch.setenv("FOI_ROBOT", "0123456789abcdef0123456789abcdef")
    people = CHAT.replace("webhook: 'env:FOI_WEBHOOK_TEST'", f"{kind}: 'env:FOI_ROBOT'")
    hook.answer = refusal
    (delivery,) = run(people)
    assert delivery.state == "failed" and "errcode" in delivery.text.zh and "s3cret" not in delivery.text.zh
    hook.answer = b'{"errcode": 0, "code": 0, "StatusCode": 0, "errmsg": "ok"}'
    (again,) = run(people, now=later(minutes=10))
    assert again.delivered and not again.message.is_repeat and len(hook.posts) == 2
    content = hook.posts[1][1].get("text", hook.posts[1][1].get("content"))
    sent = content.get("content", content.get("text"))
    assert "填 27" in sent and len(sent.encode()) <= 2048 and sent.startswith("政府信息公开年报提醒")


def test_the_longest_pause_is_a_day(run: Sender, hook: Hook):
    hook.failures_left = 99
    pauses = []
    for attempt in range(MAX_ATTEMPTS - 1):
        (delivery,) = run(CHAT, now=later(days=2 * attempt))
        pauses.append(delivery.text.zh)
    assert "2026-01-05 09:10 之后" in pauses[0] and "2026-01-17 19:40 之后" in pauses[6]


def test_each_channel_of_a_recipient_has_its_own_letters(run: Sender, hook: Hook, mailbox: Mailbox):
    both = COUNTY.replace("channels: [", "channels: [{webhook: 'env:FOI_WEBHOOK_TEST'}, ")
    hook.failures_left = 1
    assert [d.state for d in run(both)] == ["failed", "sent"]
    assert [d.state for d in run(both, now=later(minutes=10))] == ["sent"]
    assert (len(hook.posts), len(mailbox.mails)) == (1, 1)


def test_a_server_that_is_down_is_not_waited_for_by_every_recipient(
    run: Sender, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
):
    address = os.environ["FOI_SMTP_URL"]
    monkeypatch.setenv("FOI_SMTP_URL", "smtp://127.0.0.1:1")
    people = [COUNTY.replace("示例县政务公开办", f"办{n}").replace("office", f"office{n}") for n in range(6)]
    assert [d.state for d in run(*people)] == ["failed"] * 3 + ["skipped"] * 3
    monkeypatch.setenv("FOI_SMTP_URL", address)
    assert [d.state for d in run(*people, now=later(minutes=1))] == ["waiting"] * 3 + ["sent"] * 3
    assert [d.state for d in run(*people, now=later(minutes=10))] == ["sent"] * 3 and len(mailbox.mails) == 6
