"""The file of recipients is checked word for word, and no secret leaves the environment."""

from __future__ import annotations

import logging
import re
import sqlite3
from pathlib import Path

import apprise
import pytest
import yaml

from foi.alerts.send import send
from foi.alerts.who.channels import Channel
from foi.alerts.who.recipients import load_recipients
from foi.messages import Complaint
from tests.foi.alerts.conftest import START, Hook, Mailbox, Published, Sender, later, written
from tests.paths import ROOT

ALERTING = ROOT / "foi" / "alerts"
EXAMPLE = ROOT / "examples" / "recipients.yaml"
FINE = "{name: A, areas: ['99'], channels: [{mail: a@example.org}]}"


def test_the_example_can_be_loaded_and_names_only_example_addresses():
    people = load_recipients(EXAMPLE).recipients
    assert len(people) > 3 and any(p.is_operator for p in people)
    assert all(c.target.endswith("@example.org") for p in people for c in p.channels if c.kind == "mail")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (FINE.replace("['99']", "'99'"), "“areas”应为列表"),
        (FINE.replace("'99'", "''"), "地区代码“”应为数字"),
        (FINE.replace("'99'", "福建"), "地区代码“福建”应为数字"),
        (FINE.replace("areas:", "units: ['镇'], areas:"), "单位代码“镇”应以数字开头"),
        (FINE.replace("areas: ['99'], ", ""), "缺少“areas”"),
        (FINE.replace("name: A, ", ""), "缺少“name”"),
        (FINE.replace("areas:", "aeras: ['1'], areas:"), "不认识“aeras”"),
        (FINE.replace("areas:", "areas: ['1'], areas:"), "“areas”出现两次"),
        (FINE.replace("channels: [{mail: a@example.org}]", "channels: [{fax: '1'}]"), "渠道“fax”应为 mail, wecom, "),
        (FINE.replace("mail: a@example.org", "mail: s3cret"), "邮件地址写法有误"),
        (FINE.replace("channels: [{mail: a@example.org}]", "channels: []"), "没有渠道"),
        (FINE.replace("name: A,", "name: A, severity: loud,"), "级别“loud”应为 error、warning 或 hint"),
        (FINE.replace("name: A,", "name: A, language: [fr],"), "语言“fr”应为 zh 或 en"),
        (FINE.replace("name: A,", "name: A, role: boss,"), "角色“boss”应为 operator"),
        (FINE.replace("name: A,", "name: A, rules: [carry_ovr],"), "没有规则“carry_ovr”"),
        (FINE.replace("name: A,", "name: A, members: [B],"), "“members”写的“B”不在文件中"),
        (FINE.replace("name: A,", "name: A, members: [A],"), "“members”绕回了自己"),
        (FINE.replace("name: A,", "name: A, escalate: {to: B, after_days: 3},"), "“escalate”写的“B”不在文件中"),
        (FINE.replace("name: A,", "name: A, escalate: {to: A, after_days: 3},"), "“escalate”绕回了自己"),
        (FINE.replace("name: A,", "name: A, escalate: {to: B},"), "缺少“after_days”"),
        (FINE.replace("name: A,", "name: A, reminders: {before: [0]},"), "“before”应为 1 至 400 的天数，实为“0”"),
        (FINE.replace("mail: a@example.org", "webhook: 'https://example.org/send?key=s3cret'"), "应写成 env:变量名"),
        (FINE.replace("mail: a@example.org", "wecom: s3cret"), "wecom 应写成 env:变量名"),
        ("{name: [s3cret", "不是有效的 YAML"),
        ("&a [*a]", "嵌套过深"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_its_line_and_without_its_secrets(tmp_path: Path, entry: str, said: str):
    with pytest.raises(Complaint) as complaint:
        load_recipients(written(tmp_path, entry))
    assert said in str(complaint.value) and "s3cret" not in str(complaint.value)
    assert "recipients.yaml:2：" in str(complaint.value) or "recipients.yaml:3：" in str(complaint.value)


def test_a_code_is_a_word_and_never_a_number(tmp_path: Path):
    (person,) = load_recipients(written(tmp_path, FINE.replace("'99'", "0101"))).recipients
    assert person.entries[0].areas == ("0101",)


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
    unset, sent = send(warehouse.home, people, START)
    assert not unset.delivered and "FOI_SMTP_URL 未设置" in unset.text.zh
    assert sent.delivered and len(hook.posts) == 1


def test_an_address_that_is_none_is_a_clear_error(warehouse: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for wrong in ("s3cret", "gopher://s3cret", "smtp://", "smtp://s3cret@h:s3cret", "smtp://[s3cret", "mailto://"):
        monkeypatch.setenv("FOI_SMTP_URL", wrong)
        (delivery,) = send(warehouse.home, written(tmp_path, FINE), START)
        (warehouse.home.alerts).unlink()
        assert not delivery.delivered and "FOI_SMTP_URL 中的地址无法识别" in delivery.text.zh and "s3cret" not in delivery.text.zh


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
        ("smtp://10.0.0.5:25", "mailto://10.0.0.5:25?smtp=10.0.0.5&from=foi%40localhost&to=a%40example.org"),
        ("mailtos://u:p@example.org?smtp=x", "mailtos://u:p@example.org?smtp=x&to=a%40example.org"),
    ],
)
def test_mail_servers_are_written_as_people_know_them(secret: str, expected: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("FOI_MAIL_FROM", raising=False)
    monkeypatch.setenv("FOI_SMTP_URL", secret)
    assert Channel("mail", "a@example.org").urls() == [expected] and apprise.Apprise().add(expected)


ROBOT = {
    "wecom": ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx", "WeComBot"),
    "dingtalk": ("https://oapi.dingtalk.com/robot/send?access_token=abcdef0123456789", "DingTalk"),
    "feishu": ("https://open.feishu.cn/open-apis/bot/v2/hook/abcdef-0123", "Feishu"),
    "lark": ("https://open.larksuite.com/open-apis/bot/v2/hook/abcdef-0123", "Lark"),
}


@pytest.mark.parametrize("kind", ROBOT)
def test_the_address_that_a_chat_service_shows_is_understood(kind: str, monkeypatch: pytest.MonkeyPatch):
    address, plugin = ROBOT[kind]
    for channel in (Channel(kind, "env:FOI_ROBOT"), Channel("webhook", "env:FOI_ROBOT")):
        for secret in (address, *([address.rpartition("=")[2].rpartition("/")[2]] if channel.kind == kind else [])):
            monkeypatch.setenv("FOI_ROBOT", secret)
            notifier = apprise.Apprise()
            assert notifier.add(channel.urls("key")[0]) and type(notifier[0]).__name__ == f"Notify{plugin}", secret


def test_the_address_of_another_service_is_not_taken(monkeypatch: pytest.MonkeyPatch):
    for kind in ROBOT:
        monkeypatch.setenv("FOI_ROBOT", "https://s3cret.example.org/hook?key=1")
        with pytest.raises(Complaint, match="FOI_ROBOT 中的地址无法识别") as complaint:
            Channel(kind, "env:FOI_ROBOT").urls()
        assert "s3cret" not in str(complaint.value)


def test_no_secret_is_stored_shown_or_logged(
    run: Sender, warehouse: Published, hook: Hook, mailbox: Mailbox, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    caplog.set_level(logging.DEBUG)
    chat = FINE.replace("mail: a@example.org", "webhook: 'env:FOI_WEBHOOK_TEST'")
    hook.status, hook.answer = 500, b"wrong key s3cret"
    said = [d.text.zh for d in run(chat)]
    for secret in (
        "wecombot://s3cret/?x=[",
        "json://u:s3cret@[::1",
        "s3cret://x",
        "https://u:s3cret@127.0.0.1:1/x",
        "https://s3cret.invalid:99999/",
    ):
        monkeypatch.setenv("FOI_WEBHOOK_TEST", secret)
        said += [d.text.zh for d in run(chat, now=later(days=len(said)))]
    monkeypatch.setenv("FOI_SMTP_URL", "smtp://u:s3cret@127.0.0.1:1")
    said += [d.text.zh for d in run(FINE.replace("name: A", "name: B"))]
    with sqlite3.connect(tmp_path / "alerts.sqlite") as ledger:
        stored = "\n".join(ledger.iterdump())
    assert len(said) == 7 and all(
        "FOI_" in text or "HTTP 500" in text or "Error" in text or "refused" in text for text in said
    ), said
    assert "mail a@example.org" in stored
    assert "s3cret" not in stored + "".join(said) + caplog.text + "".join(capfd.readouterr())


def test_every_text_is_used_and_every_one_asked_for_exists():
    known = yaml.safe_load((ALERTING.parent / "messages.yaml").read_text("utf-8"))
    texts = {
        key.partition(".")[2] for key in known if key.startswith(("alerts.", "yaml."))
    }  # yaml: of every file that people write
    code = "".join(path.read_text("utf-8") for path in ALERTING.parent.rglob("*.py"))
    for key in texts:
        stem = key.split("_")[0]
        assert f'"{key}"' in code or f'"alerts.{key}"' in code or f'.{key}"' in code or f"{stem}_{{" in code, (
            f"{key} is used nowhere"
        )
    asked = re.findall(r"""(?:wrong|_words)\((?:fields, "\w+", r"[^"]*", )?"(\w+)\"""", code)
    asked += re.findall(r"""["']alerts\.(\w+)["']""", code)
    others = {
        key.partition(".")[2] for key in known if key.startswith(("access.", "letter."))
    }  # who reads access.yaml or letters.yaml complains in the same way
    assert len(asked) > 60 and set(asked) - texts - others == set()
