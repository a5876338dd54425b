"""The file of recipients is checked word for word, and no secret leaves the environment."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest

from foi.alerting import send
from foi.alerting.recipients import Channel, load_recipients
from foi.messages import Complaint
from tests.alerts.conftest import Hook, Mailbox, Published

EXAMPLE = Path(__file__).parents[2] / "examples" / "recipients.yaml"
FINE = "{name: A, areas: ['99'], channels: [{mail: a@example.org}]}"


def written(folder: Path, *entries: str) -> Path:
    path = folder / "recipients.yaml"
    path.write_text("recipients:\n" + "".join(f"  - {e}\n" for e in entries), "utf-8")
    return path


def test_the_example_can_be_loaded_and_names_only_example_addresses():
    people = load_recipients(EXAMPLE)
    assert [p.severity for p in people] == ["error", "error"]
    assert all(c.target.endswith("@example.org") for p in people for c in p.channels if c.kind == "mail")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (FINE.replace("['99']", "'99'"), "“areas”应为列表"),
        (FINE.replace("'99'", "''"), "地区代码“”应为数字"),
        (FINE.replace("'99'", "福建"), "地区代码“福建”应为数字"),
        (FINE.replace("areas: ['99'], ", ""), "缺少“areas”"),
        (FINE.replace("name: A, ", ""), "缺少“name”"),
        (FINE.replace("channels: [{mail: a@example.org}]", "channels: [{fax: '1'}]"), "渠道“fax”应为 mail 或 webhook"),
        (FINE.replace("name: A,", "name: A, severity: loud,"), "级别“loud”应为 error 或 warning"),
        (FINE.replace("mail: a@example.org", "webhook: 'https://example.org/send?key=s3cret'"), "应写成 env:变量名"),
        ("{name: [", "第"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_without_its_secrets(tmp_path: Path, entry: str, said: str):
    with pytest.raises(Complaint) as complaint:
        load_recipients(written(tmp_path, entry))
    assert said in str(complaint.value) and "recipients.yaml" in str(complaint.value) and "s3cret" not in str(complaint.value)


def test_a_name_may_stand_once(tmp_path: Path):
    with pytest.raises(Complaint, match="出现两次"):
        load_recipients(written(tmp_path, FINE, FINE))


def test_an_unset_variable_is_named_and_the_other_channels_go_on(
    warehouse: Published, hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("FOI_SMTP_URL", raising=False)
    people = written(
        tmp_path, FINE, FINE.replace("name: A", "name: B").replace("mail: a@example.org", "webhook: 'env:FOI_WEBHOOK_TEST'")
    )
    unset, sent = send(warehouse.path, people, tmp_path / "alerts.sqlite")
    assert not unset.delivered and "FOI_SMTP_URL 未设置" in unset.text
    assert sent.delivered and len(hook.posts) == 1


def test_an_address_that_is_none_is_a_clear_error(warehouse: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for wrong in ("s3cret", "gopher://s3cret", "smtp://"):
        monkeypatch.setenv("FOI_SMTP_URL", wrong)
        (delivery,) = send(warehouse.path, written(tmp_path, FINE), tmp_path / "alerts.sqlite")
        assert not delivery.delivered and "FOI_SMTP_URL 中的地址无法识别" in delivery.text and "s3cret" not in delivery.text


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (
            "smtp://mail.example.org:25",
            "mailto://mail.example.org:25?smtp=mail.example.org&from=foi%40mail.example.org&to=a%40example.org",
        ),
        (
            "smtps://me%40example.org:p%40ss@mail.example.org:465",
            "mailtos://me%40example.org:p%40ss@mail.example.org:465"
            "?smtp=mail.example.org&from=me%40example.org&to=a%40example.org&mode=ssl",
        ),
        ("mailtos://u:p@example.org?smtp=x", "mailtos://u:p@example.org?smtp=x&to=a%40example.org"),
    ],
)
def test_mail_servers_are_written_as_people_know_them(secret: str, expected: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("FOI_MAIL_FROM", raising=False)
    monkeypatch.setenv("FOI_SMTP_URL", secret)
    assert Channel("mail", "a@example.org").urls() == [expected.replace("%40example.org&mode", "%40example.org&mode")]


def test_a_robot_that_apprise_knows_is_spoken_to_in_its_own_way(monkeypatch: pytest.MonkeyPatch):
    import apprise

    monkeypatch.setenv("FOI_ROBOT", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcdef")
    notifier = apprise.Apprise()
    assert notifier.add(Channel("webhook", "env:FOI_ROBOT").urls()[0]) and type(notifier[0]).__name__ == "NotifyWeComBot"


def test_no_secret_is_stored_shown_or_logged(
    warehouse: Published, hook: Hook, mailbox: Mailbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    people = written(tmp_path, FINE.replace("mail: a@example.org", "webhook: 'env:FOI_WEBHOOK_TEST'"))
    hook.status = 500
    said = [d.text for d in send(warehouse.path, people, tmp_path / "alerts.sqlite")]
    hook.status = 200
    said += [d.text for d in send(warehouse.path, people, tmp_path / "alerts.sqlite")]
    with sqlite3.connect(tmp_path / "alerts.sqlite") as ledger:
        stored = "\n".join(ledger.iterdump())
    assert "webhook env:FOI_WEBHOOK_TEST" in stored
    assert "s3cret" not in stored + "".join(said) + caplog.text
