"""Faults of the program go to operators, once, and never to units; an older ledger keeps what it knows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from foi.alerts.post.ledger import note_failure
from foi.alerts.post.outbox import MAX_ATTEMPTS
from foi.alerts.send import send
from foi.messages import Complaint
from ingest.home import Home
from ingest.words.language import Text
from tests.conftest import foi
from tests.foi.alerts.conftest import CHAT, COUNTY, START, Hook, Mailbox, Published, Sender, body, later, news_of, written

FULL = Text("磁盘已满", "the disk is full")
OPERATOR = "{name: 运维, role: operator, channels: [{mail: ops@example.org}]}"


def to_operators(mailbox: Mailbox) -> list[str]:
    return [body(mail) for mail in mailbox.to("ops@example.org")]


def test_faults_of_the_program_are_told_to_operators_alone_and_once(run: Sender, warehouse: Published, mailbox: Mailbox):
    warehouse.broken, warehouse.program_rows = True, 2
    warehouse.files = [("坏.docx", "reader_failed"), ("慢.pdf", "too_slow")]
    warehouse.write()
    note_failure(warehouse.home.alerts, "abc123", Text("步骤 warehouse 失败", "step warehouse failed"), START)
    run(COUNTY, OPERATOR)
    (message,) = to_operators(mailbox)
    for words in ("运行 abc123 失败", "步骤 warehouse 失败", "检查 x 未能运行", "unique_report_id 有 2 行", "坏.docx", "慢.pdf"):
        assert words in message, words
    assert "空.txt" not in message and "填 27" not in message
    (unit,) = mailbox.to("office@example.org")
    assert "abc123" not in body(unit) and "坏.docx" not in body(unit)
    assert run(COUNTY, OPERATOR, now=later(days=1)) == []


def test_more_rows_are_told_again_and_what_is_gone_is_told_as_solved(run: Sender, warehouse: Published, mailbox: Mailbox):
    warehouse.program_rows = 2
    warehouse.write()
    run(OPERATOR)
    warehouse.program_rows = 3
    warehouse.write()
    assert news_of(run(OPERATOR)[0]) == {"new": 1}
    warehouse.program_rows = 1
    warehouse.write()
    assert run(OPERATOR) == []
    warehouse.program_rows = 0
    warehouse.write()
    assert news_of(run(OPERATOR)[0]) == {"fixed": 1} and "已解决" in to_operators(mailbox)[2]


def test_a_failed_run_is_told_even_where_nothing_was_ever_published(tmp_path: Path, mailbox: Mailbox):
    home = Home(tmp_path)
    people = written(tmp_path, COUNTY, OPERATOR)
    with pytest.raises(Complaint):
        send(home, people, START)
    note_failure(home.alerts, "abc123", FULL, START)
    note_failure(home.alerts, "abc123", FULL, later(days=1))
    assert [d.state for d in send(home, people, START)] == ["sent"] and send(home, people, later(days=1)) == []
    assert len(mailbox.mails) == 1 and "磁盘已满" in to_operators(mailbox)[0]


def test_dead_letters_are_told_to_operators_in_the_same_run(run: Sender, hook: Hook, mailbox: Mailbox):
    hook.failures_left = 99
    for day in range(MAX_ATTEMPTS + 3):
        run(CHAT, OPERATOR, now=later(days=day))
    (message,) = to_operators(mailbox)
    assert "给 示例群（webhook env:FOI_WEBHOOK_TEST）的质量提醒试了 8 次未送达：对方未接收（HTTP 503）" in message
    assert "foi alerts retry" in message and "s3cret" not in message


def test_operators_whose_own_channels_are_dead_do_not_chase_each_other(run: Sender, mailbox: Mailbox, warehouse: Published):
    mailbox.is_refusing = True
    note_failure(warehouse.home.alerts, "abc123", Text("x", "x"), START)
    both = (OPERATOR, OPERATOR.replace("运维", "值班").replace("ops@", "duty@"))
    for day in range(MAX_ATTEMPTS + 2):
        run(*both, now=later(days=day))
    with sqlite3.connect(warehouse.home.alerts) as ledger:
        assert ledger.execute("select recipient, state from outbox order by 1").fetchall() == [("值班", "dead"), ("运维", "dead")]


def test_a_ledger_of_the_version_before_keeps_what_was_told(run: Sender, warehouse: Published, mailbox: Mailbox):
    owner = ("示例县政务公开办", "mail office@example.org")
    with sqlite3.connect(warehouse.home.alerts) as old:
        old.execute(
            "create table delivered (recipient text, channel text, place text, values_hash text, message text,"
            " primary key (recipient, channel, place))"
        )
        old.execute(
            "create table outbox (recipient text, channel text, key text, begun_at text, primary key (recipient, channel, key))"
        )
        place = "990101001|2022|requests_closed_total.total"
        old.execute("insert into delivered values (?, ?, ?, '27.000000|21.000000', '旧话 / old words')", (*owner, place))
    up = COUNTY.replace("areas:", "escalate: {to: 市, after_days: 14}, areas:")
    people = (up, "{name: 市, channels: [{mail: city@example.org}]}")
    assert run(*people) == [] and run(*people, now=later(days=13)) == []
    assert [d.message.recipient.name for d in run(*people, now=later(days=14))] == ["市"]  # the clock started with this version
    warehouse.rule("990101001", 2022, (30, 21))
    assert news_of(run(*people, now=later(days=15))[0]) == {"worse": 1}
    warehouse.rule("990101001", 2022, (21, 21))
    assert news_of(run(*people, now=later(days=16))[0]) == {"fixed": 1}


def test_what_a_version_before_had_begun_to_send_is_marked_as_a_repeat(run: Sender, warehouse: Published, mailbox: Mailbox):
    with sqlite3.connect(warehouse.home.alerts) as old:
        old.execute(
            "create table outbox (recipient text, channel text, key text, begun_at text, primary key (recipient, channel, key))"
        )
        old.execute("insert into outbox values ('示例县政务公开办', 'mail office@example.org', 'k', '2026-01-01T00:00:00+00:00')")
    assert run()[0].message.is_repeat and "可能重复" in body(mailbox.mails[0]) and run() == []


def test_a_load_that_fails_on_the_command_line_is_told_to_operators(tmp_path: Path, mailbox: Mailbox):
    home = Home(tmp_path / "home")
    home.root.mkdir()
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.html").write_text("<p>x</p>", "utf-8")
    people = written(tmp_path, COUNTY, OPERATOR)
    (home.root / "raw").write_text("no folder", "utf-8")
    result = foi("load", tmp_path / "reports", "--home", home.root, "--recipients", people)
    assert result.returncode == 3 and str(home.root / "raw") in result.stderr, result.stdout + result.stderr
    assert [mail["To"].addresses[0].addr_spec for mail in mailbox.mails] == ["ops@example.org"]
    assert str(home.root / "raw") in to_operators(mailbox)[0]
