"""The commands around the line print one language: status, doctor, verification, help, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer

from foi.cli import app
from foi.line.as_of import day_of, file_to_ask
from foi.line.demo import run_demo
from foi.line.doctor import means, show_abilities
from foi.line.handed_in import known_code
from foi.line.load import load_folder
from foi.line.new_form import begin_form
from foi.line.show_status import show_status
from foi.line.verify import show_verified, verify_home
from foi.messages import Complaint
from ingest.home import Home
from ingest.words.language import LANGUAGES, speaking
from tests.one_language import assert_one_language

TITLES = ("关于做好2024年政府信息公开工作年度报告编制工作的通知", "政府信息公开工作年度报告")


@pytest.mark.parametrize("language", LANGUAGES)
def test_status_doctor_and_verification_print_one_language(loaded: Path, language: str):
    with speaking(language):
        for text in (show_status(Home(loaded)), show_abilities(), show_verified(verify_home(loaded))):
            assert_one_language(text, language, *TITLES, "不是报告-通知.html", *(one.found for one in means()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_refused_is_said_in_one_language(tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr("foi.line.demo.EXAMPLES", tmp_path / "nowhere")
    refusals = (
        lambda: load_folder(tmp_path / "nowhere", tmp_path / "home", None, False),
        lambda: load_folder(tmp_path / "empty", tmp_path / "home", None, False),
        lambda: show_status(Home(tmp_path / "home")),
        lambda: verify_home(tmp_path / "nowhere"),
        lambda: run_demo(tmp_path / "home"),
        lambda: day_of("2 Feb"),
        lambda: file_to_ask(tmp_path, "2999-01-01"),
        lambda: known_code(tmp_path, "990101198"),
        lambda: begin_form("2019", "2021"),
        lambda: begin_form("next", "2021"),
        lambda: begin_form("2027", ""),
    )
    for refused in refusals:
        with speaking(language), pytest.raises(Complaint) as caught:
            refused()
        assert_one_language(str(caught.value), language, str(tmp_path), "2 Feb")


def commands(group: Any, path: str = "foi") -> list[tuple[str, Any]]:
    """Every command with the words that call it, groups too."""
    found = [(path, group)]
    for name, command in getattr(group, "commands", {}).items():
        found += commands(command, f"{path} {name}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_of_every_command_is_in_one_language(language: str):
    every = commands(typer.main.get_command(app))
    assert len(every) > 25
    for path, command in every:
        with speaking(language), command.make_context(path, ["x"] * 9, resilient_parsing=True) as context:
            text = command.get_help(context)
        assert_one_language(text, language, path)
