"""Alerts arrive once, in words, at the right people, and nothing is lost when a server is down or a run is cut off."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from foi.alerts.compose import preview
from foi.alerts.post.rendering import chat_text
from foi.alerts.send import send
from ingest.home import Home
from tests.foi.alerts.conftest import CHAT, COUNTY, OTHER, START, Hook, Mailbox, Published, Sender, body, later, news_of, written


def test_a_mail_arrives_once_in_html_and_text_with_its_chinese_subject(run: Sender, mailbox: Mailbox):
    (delivery,) = run()
    assert delivery.delivered, delivery.text.zh
    (mail,) = mailbox.mails
    assert mail["Subject"] == "政府信息公开年报提醒：新 1 处，已解决 0 处，仍存在 0 处"
    assert mail["To"].addresses[0].addr_spec == "office@example.org"
    assert mail.get_content_type() == "multipart/alternative"
    for kind in ("html", "plain"):
        text = body(mail, kind)
        assert "示例990101001镇 2022 年：（七）总计（“总计”栏）填 27" in text and "相加为 21，相差 6" in text
    assert run() == [] and len(mailbox.mails) == 1


def test_each_recipient_hears_only_of_their_areas(run: Sender, mailbox: Mailbox):
    run(COUNTY, OTHER)
    (mine,), (theirs,) = mailbox.to("office@example.org"), mailbox.to("other@example.org")
    assert "990101001" in body(mine, "html") and "990202001" not in body(mine, "html")
    assert "990202001" in body(theirs, "html") and "990101001" not in body(theirs, "html")


def test_hints_reach_only_those_who_asked_for_everything(run: Sender, warehouse: Published):
    warehouse.hints.add("requests_closed_total.total")
    warehouse.write()
    asking = [
        COUNTY.replace("示例县政务公开办", who).replace("areas:", f"severity: {who}, areas:")
        for who in ("error", "warning", "hint")
    ]
    assert [delivery.message.recipient.name for delivery in run(*asking)] == ["hint"]


def test_departments_belong_to_the_area_whose_code_they_begin_with(run: Sender, warehouse: Published, mailbox: Mailbox):
    warehouse.rule("990101-office", 2023, (1, 2))
    run()
    assert "990101-office" in body(mailbox.mails[0], "html")


def test_only_what_is_new_or_has_changed_goes_out_again(run: Sender, warehouse: Published, mailbox: Mailbox):
    run()
    warehouse.rule("990101001", 2023, (5, 4))
    (delivery,) = run()
    assert news_of(delivery) == {"new": 1, "open": 1}
    assert "2023 年" in body(mailbox.mails[1], "html") and "2022 年" not in body(mailbox.mails[1], "html")
    warehouse.rule("990101001", 2022, (28, 21))
    assert news_of(run()[0]) == {"worse": 1, "open": 1}
    assert "填 28" in body(mailbox.mails[2], "html")
    assert run() == [] and len(mailbox.mails) == 3


def test_what_holds_again_is_announced_as_fixed_and_may_come_back(run: Sender, warehouse: Published, mailbox: Mailbox):
    run()
    warehouse.rule("990101001", 2022, (21, 21))
    (delivery,) = run()
    assert news_of(delivery) == {"fixed": 1}
    assert "已解决" in body(mailbox.mails[1], "html") and "填 27" in body(mailbox.mails[1], "html")
    assert run() == []
    warehouse.rule("990101001", 2022, (27, 21))
    (again,) = run()
    assert news_of(again) == {"new": 1} and again.message.key not in body(mailbox.mails[0])  # told anew: no receiver may drop it


def test_a_total_that_was_blanked_out_is_not_called_fixed(run: Sender, warehouse: Published, mailbox: Mailbox):
    run()
    warehouse.rule("990101001", 2022, "not_assessable")
    assert run() == []
    warehouse.rules.clear()
    warehouse.write()
    assert run() == [] and len(mailbox.mails) == 1
    warehouse.rule("990101001", 2022, (21, 21))
    assert news_of(run()[0]) == {"fixed": 1}


def test_what_left_a_recipients_areas_is_not_called_fixed(run: Sender, mailbox: Mailbox):
    run()
    assert "fixed" not in news_of(run(COUNTY.replace("990101", "990202"))[0])


def test_two_bad_cells_of_one_report_are_two_problems(run: Sender, warehouse: Published, mailbox: Mailbox):
    warehouse.numbers[("990101001", 2022, "disclosure.licenses")] = 2.5
    warehouse.write()
    assert news_of(run()[0]) == {"new": 2}
    warehouse.numbers[("990101001", 2022, "disclosure.penalties")] = 1.5
    warehouse.write()
    assert "行政处罚" in chat_text(run()[0].message)
    warehouse.numbers[("990101001", 2022, "disclosure.penalties")] = 3
    warehouse.numbers[("990101001", 2022, "disclosure.licenses")] = None
    warehouse.broken = True
    warehouse.write()
    assert run() == []  # the check could not run: nothing is known
    warehouse.broken = False
    warehouse.write()
    (delivery,) = run()
    assert delivery.message.effects.fixed == ("990101001|2022|whole_number.disclosure.penalties",)


def test_a_refused_mail_is_tried_again_and_other_channels_go_on(run: Sender, mailbox: Mailbox, hook: Hook):
    mailbox.is_refusing = True
    mail, chat = run(COUNTY, CHAT)
    assert (mail.state, chat.state) == ("failed", "sent") and "对方未接收（SMTP 451）。2026-01-05 09:10 之后" in mail.text.zh
    mailbox.is_refusing = False
    (again,) = run(COUNTY, CHAT, now=later(minutes=10))
    assert again.delivered and not again.message.is_repeat and len(mailbox.mails) == 1 and len(hook.posts) == 1


def test_a_server_that_is_down_is_tried_again(run: Sender, hook: Hook, monkeypatch: pytest.MonkeyPatch):
    hook.status = 503
    assert not run(CHAT)[0].delivered
    address = os.environ["FOI_WEBHOOK_TEST"]
    monkeypatch.setenv("FOI_WEBHOOK_TEST", "http://127.0.0.1:1/nobody")
    assert not run(CHAT, now=later(minutes=10))[0].delivered
    hook.status = 200
    monkeypatch.setenv("FOI_WEBHOOK_TEST", address)
    (delivery,) = run(CHAT, now=later(minutes=30))
    assert delivery.delivered and len(hook.posts) == 1 and not delivery.message.is_repeat  # neither time was there a connection


def test_a_change_that_could_not_be_sent_does_not_hide_that_it_was_fixed(run: Sender, warehouse: Published, mailbox: Mailbox):
    run()
    mailbox.is_refusing = True
    warehouse.rule("990101001", 2022, (99, 21))
    run()
    mailbox.is_refusing = False
    warehouse.rule("990101001", 2022, (21, 21))
    assert news_of(run(now=later(minutes=10))[0]) == {"fixed": 1}


def test_a_run_that_was_killed_while_sending_sends_again_and_says_so(
    run: Sender, warehouse: Published, mailbox: Mailbox, tmp_path: Path
):
    people = written(tmp_path, COUNTY)
    code = (
        "import os, sys; from datetime import datetime; from pathlib import Path; from ingest.home import Home;"
        "s = __import__('foi.alerts.send', fromlist=['send']); s = sys.modules['foi.alerts.send'];"
        "real = s.notify; s.notify = lambda *a: (real(*a), os._exit(9));"
        "s.send(Home(Path(sys.argv[1])), Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path), str(people), START.isoformat()], capture_output=True)
    assert killed.returncode == 9 and len(mailbox.mails) == 1, killed.stderr
    (delivery,) = run(now=later(days=1))
    assert delivery.message.is_repeat and "可能重复" in body(mailbox.mails[1])
    assert [mail["Idempotency-Key"] for mail in mailbox.mails] == [delivery.message.key] * 2  # the same key tells the two are one
    assert f"#{delivery.message.key}" in body(mailbox.mails[0]) and run() == []


def _send(folder: str) -> int:
    return len(send(Home(Path(folder)), Path(folder) / "recipients.yaml", START))


def test_two_runs_at_once_send_one_message(warehouse: Published, mailbox: Mailbox, tmp_path: Path):
    written(tmp_path, COUNTY)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        assert sorted(pool.map(_send, [str(tmp_path)] * 2)) == [0, 1]
    assert len(mailbox.mails) == 1


def test_a_webhook_gets_json_at_its_own_path_and_query(run: Sender, hook: Hook):
    run(CHAT)
    ((path, post),) = hook.posts
    assert path == "/robot/send?key=s3cret"
    assert post["title"].startswith("政府信息公开年报提醒：新 2 处") and "表四“行政复议”的总计填 0" in post["message"]


def test_a_chat_message_is_counted_in_bytes(run: Sender, warehouse: Published, hook: Hook):
    for number in range(60):
        warehouse.rules[f"9901010{number:02}", 2023, "requests_closed_total.total"] = (number + 9, 0)
    warehouse.write()
    (delivery,) = run(CHAT)
    post = hook.posts[0][1]
    assert 1500 < len((post["title"] + "\r\n" + post["message"]).encode()) <= 2048
    shown = post["message"].count("\n+ ")
    assert f"另有 {62 - shown} 处" in post["message"] and "填 68" in post["message"]  # the worst is among those shown
    assert post["message"].splitlines()[-1] == f"#{delivery.message.key}"  # no line is cut
    assert news_of(delivery) == {"new": 62} and run(CHAT) == []


def test_previewing_sends_and_remembers_nothing(run: Sender, warehouse: Published, mailbox: Mailbox, tmp_path: Path):
    arguments = (warehouse.home, written(tmp_path, COUNTY), START)
    assert chat_text(preview(*arguments)[0]) == chat_text(preview(*arguments)[0]) and mailbox.mails == []
    assert "填 27" in chat_text(preview(*arguments)[0])
    run()
    assert preview(*arguments) == [] and len(mailbox.mails) == 1


def test_superseded_reports_alert_nobody(run: Sender, warehouse: Published, mailbox: Mailbox):
    import duckdb

    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute("update core.fct_reports set is_current = false")
    assert run() == []
