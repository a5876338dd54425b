"""A write that the machine refuses, before, in or after the act: the page says what was kept and what to do, and the log stays whole."""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from foi.access.audit import chain_of, entries
from foi.access.tokens import new_token
from foi.letters.settings import Settings
from ingest.home import Home
from portal.app import app_of
from tests.foi.conftest import Published
from tests.forked import in_child

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such limit and no such files")
GIVEN = {**dict.fromkeys(Settings.__annotations__, ""), "sender": "示例办", "number": "示例核〔{year}〕{n}号", "reply_by": "15"}


@pytest.fixture
def admin(small: Published) -> TestClient:
    home = Home(small.path.parent)
    return TestClient(app_of(home), headers={"authorization": f"Bearer {new_token(home, '示例管理', 'admin', '', 9)}"})


def kept(admin: TestClient, query: str = "") -> tuple[int, str]:
    """What becomes of an act: an administrator gives the sender of letters."""
    answer = admin.post(f"/letters/settings{query}", data=GIVEN, follow_redirects=False)
    return answer.status_code, answer.text


def _with_small_files(admin: TestClient, bytes_of_a_file: int) -> tuple[int, str]:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_of_a_file, bytes_of_a_file))
    return kept(admin)


def test_what_could_not_be_written_down_is_not_done(admin: TestClient, small: Published):
    home = Home(small.path.parent)
    status, text = in_child(_with_small_files, admin, 20_000)
    assert status == 503 and "<title>磁盘已满" in text and "什么也没有保存" in text and "没有可用的数据" not in text
    assert not home.letter_settings.exists() and not [
        line for line in entries(home) if line.entry and line.entry.act == "settings"
    ]
    assert kept(admin)[0] == 303  # once there is room
    assert home.letter_settings.is_file() and chain_of(home).broken == ()


def test_an_act_that_the_machine_refuses_says_that_nothing_was_kept(admin: TestClient, small: Published):
    home = Home(small.path.parent)
    (home.letter_settings / "in the way").mkdir(parents=True)  # also for root nothing can be put there
    status, text = kept(admin)
    assert status == 503 and "<title>数据目录不能读写" in text and "什么也没有保存" in text
    assert "无法读写 letters.yaml（" in text and str(home.root) not in text
    assert "Nothing was kept this time" in kept(admin, "?lang=en")[1]
    assert not [line for line in entries(home) if line.entry and line.entry.act == "settings"]


def test_what_was_done_while_the_disk_filled_up_is_told_and_written_down_later(admin: TestClient, small: Published):
    home = Home(small.path.parent)
    assert kept(admin)[0] == 303
    aside = home.audit.rename(home.root / "aside.jsonl")
    home.audit.symlink_to("/dev/full")
    status, text = kept(admin)
    assert status == 503 and "<title>磁盘已满" in text and "已经做了，也已保存，但日志" in text
    assert "这一次已经写下的：letters.yaml" in text and not (home.root / ".audit.room").exists()  # what was kept free was given
    home.audit.unlink()
    aside.rename(home.audit)
    assert kept(admin)[0] == 303
    noted = [line.entry for line in entries(home) if line.entry and line.entry.act == "settings"]
    assert len(noted) == 3 and chain_of(home).broken == () and noted[1].at < noted[2].at and (home.root / ".audit.room").exists()


def test_a_room_for_the_log_stands_ready_before_the_first_act(admin: TestClient, small: Published):
    room = Path(small.path.parent) / ".audit.room"
    assert not room.exists() and kept(admin)[0] == 303 and room.stat().st_size >= 64_000
