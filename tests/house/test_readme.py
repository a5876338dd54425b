"""Every command of the README and of the handbook works as it is printed, after the demo, in the order given; both languages give the same ones."""

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
HANDBOOK = sorted(path for path in (ROOT / "docs" / "handbook").glob("*.md") if not path.name.endswith(".en.md"))
LASTING = ("foi portal", "foi serve")  # they go on until they are stopped: that their words are known is asked for
FINDS = (
    "foi read",
    "foi check",
    "foi load",
    "foi alerts send",
)  # they end with 1: the examples have faults, and no secret is set

TYPED = ("示例县审核员", "已电话核实", "漏填总计", "该乡来函", "放错了文件", "没有放错")  # what earlier commands gave as reasons
NOTICE = ("关于做好2024年政府信息公开工作年度报告编制工作的通知", "不是报告-通知.html")


def of_sources() -> list[str]:
    """What is Chinese in every language: places of the law, who is told, what people wrote, the title of a notice."""
    people = load_recipients(ROOT / "examples" / "recipients.yaml").recipients
    return [*(entry.law for entry in entries()), *(person.name for person in people), *TYPED, *NOTICE]


def commands(half: str) -> list[str]:
    """The commands of the table of one half, as they stand between backticks."""
    cells = [line.rsplit("|", 2)[1] for line in half.splitlines() if line.startswith("| ")]
    return [code for cell in cells for code in re.findall(r"`(foi [^`]+)`", cell)]


def blocks(page: Path) -> list[str]:
    """The lines of the blocks of commands of a page."""
    found = re.findall(r"^( *)```sh\n(.*?)^\1```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line.strip() for _, block in found for line in block.splitlines()]


def all_commands() -> list[str]:
    """Those of the README, then those of the handbook that it does not have."""
    given = [line for page in HANDBOOK for line in blocks(page) if line.startswith("foi ")]
    return list(dict.fromkeys([*commands(HALVES[0]), *given]))


def test_both_halves_give_the_same_commands():
    chinese, english = map(commands, HALVES)
    assert chinese == english and len(chinese) > 25


def test_the_pages_of_the_handbook_give_the_same_commands_in_both_languages():
    twins = [(page, page.with_suffix(".en.md")) for page in HANDBOOK if page.with_suffix(".en.md").exists()]
    assert len(twins) >= 4
    for chinese, english in twins:
        assert blocks(chinese) == blocks(english) and blocks(chinese), chinese.name


def test_what_is_not_a_command_of_foi_is_known_too():
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    ours = {line for page in HANDBOOK for line in blocks(page) if not line.startswith("foi ")}
    assert ours == {"make demo", ". .venv/bin/activate", "export FOI_HOME=foi-demo"}
    named = {name for page in HANDBOOK for name in re.findall(r"`make ([\w-]+)", page.read_text("utf-8"))}
    assert named | {"demo"} <= set(targets)


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
    shutil.copytree(loaded, tmp_path / "my-data")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "my-reports").symlink_to(ROOT / "examples" / "reports")
    monkeypatch.chdir(tmp_path)
    wrong: list[tuple[object, ...]] = []
    for command in all_commands():
        words = subprocess.run(
            ["bash", "-c", f"printf '%s\\n' {command}"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        lasts = ["--help"] if command.startswith(LASTING) else []
        result = foi(*words[1:], *lasts, FOI_HOME="foi-demo", FOI_SMTP_URL="", FOI_LANG="en")
        expected = 1 if command.startswith(FINDS) else 0
        if result.returncode != expected or "Traceback" in result.stderr:
            wrong.append((command, result.returncode, result.stdout[-300:], result.stderr[-300:]))
        printed = result.stdout + result.stderr
        chinese = foreign_words(printed, "en", *of_sources(), *re.findall("“[^”\n]{12,}”", printed))
        wrong += [(command, *chinese[:5])] if chinese and "query" not in command and "--json" not in command else []
    assert wrong == []
    assert (
        (tmp_path / "marked.html").is_file()
        and (tmp_path / "unit_year.xlsx").is_file()
        and list((tmp_path / "letters").iterdir())
    )
    assert not (tmp_path / "foi-home").exists() and "FOI_HOME" not in os.environ
