"""What is typed wrong is said in the language of the reader, with what to do, without a frame and with exit code 2."""

from __future__ import annotations

import pytest

from tests.conftest import foi
from tests.one_language import assert_one_language

WRONG = [
    (["check", "--foo"], "没有选项 --foo。", "There is no option --foo."),
    (["progress", "--aera", "x"], "没有选项 --aera，相近的有：--area", "There is no option --aera; near it: --area"),
    (["progress", "--area", "示例县"], "缺少 --year（报告年度", "--year is missing (the year the reports are about)"),
    (["progress", "--area", "示例县", "--year", "x1"], "--year 的值“x1”不对，应为整数", "The value “x1” of --year is wrong; --year takes a whole number"),
    (["check"], "缺少 DRAFT（要检查的文件", "DRAFT is missing (the file to check"),
    (["check", "a.html", "b.html"], "多出了“b.html”", "There is no place for “b.html”"),
    (["progress", "--area"], "--area 之后缺少一个值", "A value is missing after --area"),
    (["status", "--json=1"], "--json 之后不能写值", "--json takes no value"),
    (["statu"], "没有命令“statu”，相近的有：status", "There is no command “statu”; near it: status"),
    (["xyz"], "没有命令“xyz”。", "There is no command “xyz”."),
    (["alerts", "sned"], "没有命令“sned”，相近的有：send。请看 foi alerts --help", "near it: send. See foi alerts --help"),
    (["status", "--lang", "fr"], "--lang 之后应为 zh 或 en", "--lang takes zh or en, not “fr”"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "zh", "en"), WRONG)
def test_what_is_typed_wrong_is_said_in_words(typed: list[str], zh: str, en: str):
    for language, expected in (("zh", zh), ("en", en)):
        result = foi(*typed, FOI_LANG=language)
        assert result.returncode == 2 and result.stdout == "", result
        assert expected in result.stderr and (typed[-1] == "fr" or "--help" in result.stderr), result.stderr
        assert_one_language(result.stderr, language, "示例县", "a.html", "b.html")


@pytest.mark.parametrize(("language", "word"), [("zh", "用法：foi"), ("en", "Usage: foi")])
def test_nothing_typed_shows_the_help(language: str, word: str):
    result = foi(FOI_LANG=language)
    assert result.returncode == 2 and word in result.stdout + result.stderr
    assert_one_language(result.stdout + result.stderr, language)
