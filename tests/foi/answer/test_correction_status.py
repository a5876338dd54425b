"""A correction is told, acknowledged, fixed upstream: people say so, and corrections.yaml keeps every remark and line of theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from foi.answer.correct import corrections_now
from foi.answer.correction_status import Wish, set_status, status_changes
from foi.messages import Complaint
from ingest.home import Home
from ingest.landing.corrections import load_corrections
from tests.conftest import foi

FIRST, SECOND = "990101103-2023-requests.closed.total", "示例更正"
FILE = """\
# 示例：手写的说明
- unit_code: "990101103"   # 丙镇
  report_year: 2023
  cell: requests.closed.total
  action: set
  expect: 154
  value: 160
  reason: 示例
  evidence: 示例电话
  status: open  # 还没有打电话
  who: 示例员
  when: 2025-03-05

# 第二条没有写办理情况
- correction_id: 示例更正
  unit_code: "990101201"
  report_year: 2022
  cell: challenges.review.total
  action: set
  expect: 0
  value: 11
  reason: 示例
  evidence: 示例
  who: 示例员
  when: 2025-03-05
# 结束
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "corrections.yaml").write_text(FILE, "utf-8")
    return Home(tmp_path)


def statuses(home: Home) -> dict[str, str]:
    return {one.correction_id: one.status for one in load_corrections(home.corrections) if one.origin == "home"}


def test_a_status_changes_and_every_other_line_stays(home: Home):
    set_status(home, Wish(FIRST, "reported", "示例：已去电", "示例审核员"))
    set_status(home, Wish(SECOND, "acknowledged", "示例：\n单位回函", "示例审核员"))
    set_status(home, Wish(SECOND, "fixed_upstream", "示例：网页已改", "示例另一人"))
    assert statuses(home) == {FIRST: "reported", SECOND: "fixed_upstream"}
    after = home.corrections.read_text("utf-8").splitlines()
    assert [line for line in FILE.splitlines() if line not in after] == ["  status: open  # 还没有打电话"]
    told = status_changes(home)
    assert [(c.who, c.before, c.after, c.why) for c in told[SECOND]] == [
        ("示例审核员", "open", "acknowledged", "示例： 单位回函"),
        ("示例另一人", "acknowledged", "fixed_upstream", "示例：网页已改"),
    ]
    assert len(told[FIRST]) == 1


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(FIRST, "forgotten", "示例"), "可选"),
        (Wish(FIRST, "reported", " "), "理由"),
        (Wish(FIRST, "open", "示例"), "已经是"),
        (Wish("示例没有", "reported", "示例"), "已有"),
    ],
)
def test_what_is_no_change_is_told_and_nothing_is_written(home: Home, wish: Wish, words: str):
    with pytest.raises(Complaint, match=words):
        set_status(home, wish)
    assert home.corrections.read_text("utf-8") == FILE


def test_a_file_that_is_broken_stays_as_it_is(home: Home):
    home.corrections.write_text(FILE + "- half: [\n", "utf-8")
    with pytest.raises(Complaint):
        set_status(home, Wish(FIRST, "reported", "示例"))
    assert home.corrections.read_text("utf-8") == FILE + "- half: [\n"


def test_the_command_says_the_same_as_the_page(home: Home):
    done = foi("correct", "--home", home.root, "--correction", SECOND, "--status", "reported", "--why", "示例", "--who", "示例员")
    assert done.returncode == 0, done.stderr
    assert "未告知 → 已告知单位" in done.stdout
    assert statuses(home)[SECOND] == "reported"
    assert [one.status for one in corrections_now(home.root) if one.correction.correction_id == SECOND] == ["reported"]
