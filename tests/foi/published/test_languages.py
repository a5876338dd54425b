"""What is told of the examples, by `foi status` and `foi load`, speaks the language of its reader, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from foi.published import published
from foi.published.exclusions import exclusion_lines, read_exclusions
from foi.published.files import set_aside
from foi.published.incomplete import incomplete_lines, read_incomplete
from foi.published.violations import violation_lines
from tests.one_language import assert_one_language

NOTICE = "关于做好2024年政府信息公开工作年度报告编制工作的通知"  # the title of an example that is no report


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_wrong_is_told_in_one_language(loaded: Path, monkeypatch: pytest.MonkeyPatch, language: str):
    monkeypatch.setenv("FOI_LANG", language)
    with published(loaded / "published.duckdb") as connection:
        violations, aside = violation_lines(connection), set_aside(connection)
        excluded, incomplete = read_exclusions(connection), read_incomplete(connection)
    assert violations and aside and excluded and incomplete
    files = [q["file"] for q in aside] + [r["file"] for r in incomplete]
    lines = [line.text for line in violations] + [q["reason"].shown for q in aside]
    assert_one_language("\n".join([*lines, *exclusion_lines(excluded), *incomplete_lines(incomplete)]), language, NOTICE, *files)
