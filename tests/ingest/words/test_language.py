"""Which language a reader gets: what was chosen, else the variable, else the locale, else Chinese."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ingest.words.language import Text, language, speaking
from tests.paths import ROOT


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "C"}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "POSIX"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.Big5"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US"}, "en"),
        ({"LANG": "en_US.UTF-8", "FOI_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "FOI_LANG": "en"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "FOI_LANG": "fr"}, "zh"),
        ({"LANG": "", "LC_ALL": ""}, "zh"),
    ],
)
def test_the_variable_then_the_locale_decides(given: dict[str, str], expected: str):
    asked = "from ingest.words.language import language; print(language())"
    said = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=given, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == expected


def test_a_language_is_spoken_for_a_while(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FOI_LANG", "zh")
    text = Text("数据", "data")
    with speaking("en"):
        assert (language(), text.shown) == ("en", "data")
    assert (language(), text.shown) == ("zh", "数据")
    assert Text("数据", "").within("en") == "数据"
