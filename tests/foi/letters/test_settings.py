"""letters.yaml: a template that a person fills in, read strictly; an error says the line and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from foi.letters.settings import TEMPLATE, Settings, begin_settings, keep_settings, read_settings
from foi.messages import Complaint
from ingest.home import Home
from tests.foi.letters.conftest import settings

TODAY = date(2026, 2, 10)


def test_without_a_file_there_are_no_settings(tmp_path: Path):
    assert read_settings(Home(tmp_path), TODAY) is None


def test_the_template_needs_a_sender_and_nothing_else(tmp_path: Path):
    home = Home(tmp_path)
    begin_settings(home)
    with pytest.raises(Complaint, match=r"letters\.yaml:5：缺少发函单位"):
        read_settings(home, TODAY)
    home.letter_settings.write_text(TEMPLATE.read_text("utf-8").replace('sender: ""', 'sender: "示例办"'), "utf-8")
    found = read_settings(home, TODAY)
    assert found is not None and found.sender == "示例办" and found.due(TODAY) == date(2026, 2, 25)
    with pytest.raises(Complaint, match="已经有了"):
        begin_settings(home)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('number: "示例核"', "2：文号“示例核”里要有一个 {n}"),
        ('number: "{n}-{n}"', "2：文号"),
        ('number: "{n}-{month}"', "2：文号"),
        ('number: "{n:>100000000}"', "2：文号"),
        ('number: "{n"', "2：文号"),
        ("reply_by: 0", "2：答复期限“0”"),
        ("reply_by: 2026-02-30", "2：答复期限“2026-02-30”"),
        ("reply_by: 2026-02-09", "2：答复期限“2026-02-09”应为 1 至 365 的天数，或今天（2026-02-10）以后"),
        ("reply_by: 三天", "2：答复期限“三天”"),
        ("address: foi.example.org", "2：网址“foi.example.org”"),
        ("address: javascript:alert(1)", "2：网址"),
        ("sneder: 示例办", "2：不认识“sneder”"),
        ("sender: 另一办", "2：“sender”出现两次"),
        ("contact: [示例科]", "2：“contact”应为一个词"),
        ('phone: "1\\n2"', "2：“phone”应为不超过 200 个字的一行"),
        ("[", "不是有效的 YAML"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line(tmp_path: Path, line: str, said: str):
    home = Home(tmp_path)
    others = {"number": 'number: "示例-{year}-{n}"', "reply_by": "reply_by: 15"}
    rest = [text for name, text in others.items() if not line.startswith(name)]
    home.letter_settings.write_text("\n".join(["sender: 示例办", line, *rest]) + "\n", "utf-8")
    with pytest.raises(Complaint) as told:
        read_settings(home, TODAY)
    assert said in str(told.value) and "letters.yaml" in str(told.value)


@pytest.mark.parametrize("missing", ["sender", "number", "reply_by"])
def test_what_is_needed_is_named(tmp_path: Path, missing: str):
    given = {"sender": "示例办", "number": "'{n}'", "reply_by": "15"}
    Home(tmp_path).letter_settings.write_text("".join(f"{k}: {v}\n" for k, v in given.items() if k != missing), "utf-8")
    with pytest.raises(Complaint, match=f"写 {missing}"):
        read_settings(Home(tmp_path), TODAY)


def test_what_a_form_gives_is_read_back_whatever_it_holds_and_the_remarks_stay(tmp_path: Path):
    home = Home(tmp_path)
    strange = settings(sender='示例"办": #1 \\ {x}', reply_by="2026-03-20", address="https://foi.example.org/foi")
    keep_settings(home, strange, TODAY)
    assert read_settings(home, TODAY) == strange
    assert home.letter_settings.read_text("utf-8").count("#") >= TEMPLATE.read_text("utf-8").count("#")
    with pytest.raises(Complaint, match=r"letters\.yaml:"):
        keep_settings(home, Settings("", "{n}", "15"), TODAY)
    assert read_settings(home, TODAY) == strange and [p.name for p in tmp_path.iterdir()] == ["letters.yaml"]
