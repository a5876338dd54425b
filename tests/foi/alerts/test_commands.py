"""`foi alerts` as a person uses it: preview, send, log, retry; what is stuck stands in `foi status` too."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from foi.alerts.show import send_all, show_log, show_preview
from foi.messages import Complaint
from ingest.home import Home
from tests.conftest import foi
from tests.foi.alerts.conftest import COUNTY, Mailbox, Published, written


def test_a_preview_needs_no_secret_and_says_which_one_is_missing(
    warehouse: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("FOI_SMTP_URL", raising=False)
    people = written(tmp_path, COUNTY)
    text = show_preview(Home(tmp_path), people)
    assert "示例县政务公开办，渠道 mail office@example.org（环境变量 FOI_SMTP_URL：未设置）" in text and "填 27" in text
    (row,) = json.loads(show_preview(Home(tmp_path), people, as_json=True))
    assert (row["recipient"], row["kind"], row["is_set"], row["counts"]["new"]) == ("示例县政务公开办", "digest", False, 1)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (COUNTY.replace("'990101'", "'99', '990201'"), "“示例县政务公开办”的地区代码“990201”不存在；相近的："),
        (
            COUNTY.replace("areas:", "units: ['990101007'], areas:"),
            "单位代码“990101007”不存在；相近的：示例990101001镇 990101001, ",
        ),
    ],
)
def test_a_code_that_stands_for_nothing_is_named_with_near_ones(warehouse: Published, tmp_path: Path, entry: str, said: str):
    with pytest.raises(Complaint) as caught:
        show_preview(Home(tmp_path), written(tmp_path, entry))
    assert said in str(caught.value) and "recipients.yaml:2：" in str(caught.value)
    show_preview(Home(tmp_path), written(tmp_path, COUNTY.replace("areas:", "units: ['990101001-教育局'], areas:")))


def test_another_day_can_be_tried(warehouse: Published, tmp_path: Path, mailbox: Mailbox):
    up = COUNTY.replace("areas:", "escalate: {to: 市, after_days: 14}, areas:")
    people = written(tmp_path, up, "{name: 市, channels: [{mail: city@example.org}]}")
    assert send_all(Home(tmp_path), people, on="2026-01-05")[1] == 0
    assert "示例县政务公开办" not in show_preview(Home(tmp_path), people, on="2026-01-19").splitlines()[0]
    assert "没有新的提醒" in show_preview(Home(tmp_path), people, on="2026-01-18")
    with pytest.raises(Complaint, match="“5 January”不是日期"):
        show_preview(Home(tmp_path), people, on="5 January")
    log = show_log(Home(tmp_path))
    assert re.search(r"2026-01-05 \d\d:\d\d  ", log) and "时间 " in log and "质量提醒" in log
    assert len(mailbox.mails) == 1


def test_without_a_file_of_recipients_the_complaint_says_where_to_write_one(warehouse: Published, tmp_path: Path):
    with pytest.raises(Complaint, match=r"recipients\.yaml"):
        send_all(Home(tmp_path), None)
    assert "还没有发送过提醒" in show_log(Home(tmp_path))


def test_from_the_shell_what_failed_is_seen_put_back_and_sent(loaded: Path, tmp_path: Path, mailbox: Mailbox):
    import os

    shutil.copy(loaded / "published.duckdb", tmp_path)
    people = written(tmp_path, COUNTY)
    address = os.environ["FOI_SMTP_URL"]
    secret = "smtp://u:s3cret@127.0.0.1:1"
    failed = foi("alerts", "send", people, "--home", tmp_path, FOI_SMTP_URL=secret)
    assert failed.returncode == 1 and "未能发送" in failed.stdout and failed.stderr == ""
    status, log = (foi(*words, "--home", tmp_path, FOI_SMTP_URL=secret) for words in (("status",), ("alerts", "log")))
    assert "没有送出的提醒 1 条" in status.stdout and "待重试" in log.stdout and "待重试" in status.stdout
    waiting = foi("alerts", "send", "--home", tmp_path, FOI_SMTP_URL=address)  # the file in the home folder
    assert waiting.returncode == 0 and "等待重试" in waiting.stdout and mailbox.mails == []
    again = foi("alerts", "retry", "--home", tmp_path).stdout
    assert "重新排队 1 条；" in again and "0 条" not in again
    assert "没有等待重试的提醒" in foi("alerts", "retry", "--home", tmp_path).stdout
    done = foi("alerts", "send", "--home", tmp_path, "--json", FOI_SMTP_URL=address)
    assert done.returncode == 0 and [row["state"] for row in json.loads(done.stdout)] == ["sent"] and len(mailbox.mails) == 1
    rows = json.loads(foi("alerts", "log", "--home", tmp_path, "--json").stdout)
    assert [(row["state"], row["recipient"]) for row in rows] == [("sent", "示例县政务公开办")]
    assert not any("s3cret" in r.stdout + r.stderr for r in (failed, status, log, waiting, done))
