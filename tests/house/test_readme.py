"""Every command of the README works as it is printed, after the demo, in the order given; both halves give the same ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from foi.alerts.who.recipients import load_recipients
from ingest.law.entries import entries
from tests.conftest import ROOT, foi
from tests.one_language import foreign_words

HALVES = (ROOT / "README.md").read_text("utf-8").split("\n---\n")
FINDS = (
    "foi read",
    "foi check",
    "foi load",
    "foi alerts send",
)  # they end with 1: the examples have faults, and no secret is set

TYPED = ("已电话核实", "漏填总计", "该乡来函", "放错了文件", "没有放错")  # what earlier commands gave as reasons
NOTICE = ("关于做好2024年政府信息公开工作年度报告编制工作的通知", "不是报告-通知.html")


def of_sources() -> list[str]:
    """What is Chinese in every language: places of the law, who is told, what people wrote, the title of a notice."""
    people = load_recipients(ROOT / "examples" / "recipients.yaml").recipients
    return [*(entry.law for entry in entries()), *(person.name for person in people), *TYPED, *NOTICE]


def commands(half: str) -> list[str]:
    """The commands of the table of one half, as they stand between backticks."""
    cells = [line.rsplit("|", 2)[1] for line in half.splitlines() if line.startswith("| ")]
    return [code for cell in cells for code in re.findall(r"`(foi [^`]+)`", cell)]


def test_both_halves_give_the_same_commands():
    chinese, english = map(commands, HALVES)
    assert chinese == english and len(chinese) > 25


def test_the_demo_ends_with_the_line_that_the_readme_begins_with(loaded: Path, tmp_path: Path):
    home = tmp_path / "it's mine"
    shutil.copytree(loaded, home)
    last = foi("demo", "--home", home).stdout.splitlines()[-1].strip()
    said = subprocess.run(["sh", "-c", f'{last}; printf %s "$FOI_HOME"'], capture_output=True, text=True, check=True).stdout
    assert last.startswith("export FOI_HOME=") and said == str(home)
    assert all("export FOI_HOME=foi-demo" in half for half in HALVES) and "export FOI_LANG=en" in HALVES[1]


def test_the_commands_work_as_printed_in_their_order_and_speak_english_when_asked_to(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(loaded, tmp_path / "foi-demo")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    wrong: list[tuple[object, ...]] = []
    for command in commands(HALVES[0]):
        words = subprocess.run(
            ["bash", "-c", f"printf '%s\\n' {command}"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        result = foi(*words[1:], FOI_HOME="foi-demo", FOI_SMTP_URL="", FOI_LANG="en")
        expected = 1 if command.startswith(FINDS) else 0
        if result.returncode != expected or "Traceback" in result.stderr:
            wrong.append((command, result.returncode, result.stdout[-300:], result.stderr[-300:]))
        printed = result.stdout + result.stderr
        chinese = foreign_words(printed, "en", *of_sources(), *re.findall("“[^”\n]{12,}”", printed))
        wrong += [(command, *chinese[:5])] if chinese and "query" not in command else []
    assert wrong == []
    assert (
        (tmp_path / "marked.html").is_file()
        and (tmp_path / "unit_year.xlsx").is_file()
        and list((tmp_path / "letters").iterdir())
    )
    assert not (tmp_path / "foi-home").exists() and "FOI_HOME" not in os.environ
