"""A token gives what it says until its day or until it is taken back, never more than its maker has, and its secret is kept nowhere."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from foi.access.actor import Actor
from foi.access.show import show_new, show_revoked, show_tokens
from foi.access.tokens import (
    LONGEST,
    Wish,
    last_used,
    new_token,
    revoke,
    token_actor,
    token_from,
    token_state,
    tokens,
    unreadable,
)
from foi.messages import Complaint
from ingest.beijing import beijing_today
from ingest.home import Home
from ingest.words.language import speaking

ADMIN = Actor("示例管理员", "admin", "", "address")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_token_lets_in_as_what_it_was_made_for(home: Home):
    secret = new_token(home, "示例审核员", "reviewer", "230883", 90)
    actor = token_actor(home, secret)
    assert actor == Actor("示例审核员", "reviewer", "230883", "token", 1)
    assert token_state(home, secret) == "good" and last_used(home) == {1: beijing_today().isoformat()}
    assert secret not in "".join(path.read_text("utf-8") for path in home.root.iterdir() if path.is_file())


def test_another_secret_lets_nobody_in(home: Home):
    new_token(home, "示例", "admin", "", 1)
    for secret in ("", "foi_", "foi_" + "x" * 43, "\ud800", "x" * 100_000, tokens(home)[0].digest):
        assert token_actor(home, secret) is None and token_state(home, secret) == "unknown"


def test_a_token_ends_with_its_day(home: Home):
    secret = new_token(home, "示例", "reviewer", "23", 1)
    made = json.loads(home.tokens.read_text("utf-8"))
    home.tokens.write_text(json.dumps({**made, "until": (beijing_today() - timedelta(1)).isoformat()}) + "\n", "utf-8")
    assert token_actor(home, secret) is None and token_state(home, secret) == "expired"


def test_a_token_that_is_taken_back_lets_nobody_in_nor_those_made_with_it(home: Home):
    first = new_token(home, "示例甲", "admin", "", 90)
    maker = token_actor(home, first)
    assert maker is not None
    second = token_from(home, maker, Wish("示例乙", "reviewer", "23", 90))
    assert token_state(home, second) == "good"
    revoke(home, 1, ADMIN)
    assert token_state(home, first) == token_state(home, second) == "revoked" and token_actor(home, second) is None
    with pytest.raises(Complaint, match="已于"):
        revoke(home, 1, ADMIN)
    with pytest.raises(Complaint, match="foi token list"):
        revoke(home, 7, ADMIN)


@pytest.mark.parametrize(("role", "area"), [("admin", "230883"), ("reviewer", "2308"), ("reviewer", ""), ("clerk", "230881101")])
def test_nobody_gives_more_than_they_have(home: Home, role: str, area: str):
    maker = Actor("示例", "reviewer", "230883", "proxy")
    with pytest.raises(Complaint, match="没有的权限"):
        token_from(home, maker, Wish("示例乙", role, area, 9))
    assert tokens(home) == [] and token_from(home, maker, Wish("示例乙", "clerk", "230883101", 9))


def test_a_token_lasts_no_longer_than_the_one_it_was_made_with(home: Home):
    maker = token_actor(home, new_token(home, "示例甲", "admin", "", 5))
    assert maker is not None
    token_from(home, maker, Wish("示例乙", "reviewer", "23", 300))
    assert tokens(home)[1].until == tokens(home)[0].until


@pytest.mark.parametrize(
    ("name", "role", "area", "days", "words"),
    [
        ("示例", "reviewer", "230883", LONGEST + 1, "366"),
        ("示例", "reviewer", "230883", 0, "1 到"),
        ("示例", "owner", "", 9, "reader, clerk, reviewer, admin"),
        (" ", "reader", "", 9, "写明持有人"),
        ("a\nb", "reader", "", 9, "写明持有人"),
        ("长" * 101, "reader", "", 9, "写明持有人"),
        ("示例", "clerk", "", 9, "--area"),
        ("示例", "clerk", "23088", 9, "23088"),  # the beginning of a code is no unit
        ("示例", "reviewer", "8888", 9, "8888"),
        ("示例", "reviewer", "../../etc", 9, "etc"),
        ("示例", "reviewer", "寒葱沟", 9, "寒葱沟镇"),
        ("示例", "reviewer", "鼓楼区", 9, "有几个"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_what_can(home: Home, name: str, role: str, area: str, days: int, words: str):
    with pytest.raises(Complaint, match=r"\w") as refused:
        new_token(home, name, role, area, days)
    assert words in str(refused.value) and tokens(home) == []


@pytest.mark.parametrize(
    ("given", "code"), [("抚远市", "230883"), ("230883", "230883"), ("23088", "23088"), ("230883-示例局", "230883-示例局")]
)
def test_an_area_is_a_code_the_beginning_of_one_or_a_name(home: Home, given: str, code: str):
    new_token(home, "示例", "reviewer", given, 9)
    assert tokens(home)[0].area == code


def test_a_line_that_cannot_be_read_may_have_taken_back_what_stands_before_it(home: Home):
    first = new_token(home, "示例甲", "reviewer", "23", 9)
    with home.tokens.open("ab") as file:
        file.write(b'{"revok\xff\n')
    second = new_token(home, "示例乙", "reviewer", "23", 9)
    assert token_state(home, first) == "revoked" and token_state(home, second) == "good" and unreadable(home) == [2]


def test_a_token_that_was_only_half_written_takes_nothing_back(home: Home):
    first = new_token(home, "示例甲", "reviewer", "23", 9)
    with home.tokens.open("ab") as file:
        file.write(b'{"number": 2, "dig')
    second = new_token(home, "示例乙", "reviewer", "23", 9)
    assert token_state(home, first) == token_state(home, second) == "good" and unreadable(home) == [2]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_commands_give_list_and_take_back(home: Home, language: str):
    with speaking(language):
        secret = show_new(home.root, ("示例审核员", "reviewer", "抚远市"), 90).splitlines()[-1]
        assert token_state(home, secret) == "good"
        listed = show_tokens(home.root)
        assert "230883" in listed and secret not in listed and ("审核员" if language == "zh" else "reviewer") in listed
        show_revoked(home.root, 1)
        assert ("已收回" if language == "zh" else "taken back") in show_tokens(home.root)
    assert json.loads(show_tokens(home.root, json=True))[0]["state"] == "revoked"


def test_no_home_is_made_for_a_name_that_is_mistyped(tmp_path: Path):
    with pytest.raises(Complaint, match="nowhere"):
        show_new(tmp_path / "nowhere", ("示例", "reader", ""), 9)
    assert not (tmp_path / "nowhere").exists()
