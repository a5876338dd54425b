"""What is typed wrong is said in Chinese first, without a frame and with exit code 2."""

from __future__ import annotations

import pytest

from tests.conftest import foi


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        (["check", "--foo"], "没有选项 --foo", "No such option: --foo"),
        (["progress", "--area", "示例县"], "缺少 --year", "Missing option '--year'"),
        (["progress", "--area", "示例县", "--year", "今年"], "--year 的值不对", "Invalid value for '--year'"),
        (["check"], "缺少 DRAFT", "Missing argument"),
        (["bogus"], "用法不对", "No such command 'bogus'"),
    ],
)
def test_what_is_typed_wrong_is_said_in_words(typed: list[str], zh: str, en: str):
    result = foi(*typed)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.startswith(zh) and en in result.stderr and "--help" in result.stderr


def test_nothing_typed_shows_the_help():
    result = foi()
    assert result.returncode == 2 and "Usage: foi" in result.stdout + result.stderr
