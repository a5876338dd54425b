"""A proxy is believed at the addresses that were named, and nobody at any other; whom it names gets the role that access.yaml gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from foi.access.actor import Actor
from foi.access.named import named_actor
from foi.access.proxy import TRUST_NOBODY, trust_of
from foi.messages import Complaint
from ingest.home import Home
from ingest.words.language import speaking

PEOPLE = """people:
  示例甲: {role: reviewer, area: "230883"}
  示例乙: {role: clerk, area: 0101-office}
"""


@pytest.mark.parametrize(
    ("peer", "is_believed"),
    [
        ("10.0.0.5", True),
        ("::ffff:10.0.0.5", True),  # the same machine, as a socket for both families tells it
        ("192.168.7.200", True),
        ("fd00::7", True),
        ("10.0.0.50", False),
        ("110.0.0.5", False),
        ("192.168.8.1", False),
        ("127.0.0.1", False),
        ("", False),
        ("10.0.0.5.example", False),
        ("unix:", False),
    ],
)
def test_addresses_are_compared_as_addresses(peer: str, is_believed: bool):
    trust = trust_of("10.0.0.5, 192.168.7.0/24 fd00::/8", "X-Forwarded-User")
    assert trust.believes(peer) is is_believed and not TRUST_NOBODY.believes(peer)


@pytest.mark.parametrize(
    ("addresses", "header", "words"),
    [
        ("10.0.0.5", "", "一起写"),
        ("", "X-Forwarded-User", "一起写"),
        ("proxy.example", "X-Forwarded-User", "proxy.example"),
        ("10.0.0.5/8", "X-Forwarded-User", "10.0.0.5/8"),
        ("0.0.0.0/0", "X-Forwarded-User", "全部地址"),
        ("::/0", "X-Forwarded-User", "全部地址"),
        ("10.0.0.5", "X Forwarded\nUser", "标头的名称"),
    ],
)
def test_what_is_no_address_or_half_of_it_is_refused(addresses: str, header: str, words: str):
    with pytest.raises(Complaint, match=words):
        trust_of(addresses, header)


@pytest.mark.parametrize(
    ("peer", "forwarded", "asker"),
    [
        ("10.0.0.5", ["192.0.2.9"], "192.0.2.9 (10.0.0.5)"),
        ("10.0.0.5", ["1.1.1.1, 192.0.2.9", "10.0.0.5"], "192.0.2.9 (10.0.0.5)"),  # what a visitor wrote stands to the left
        ("10.0.0.5", [], "10.0.0.5"),
        ("10.0.0.5", ["10.0.0.5"], "10.0.0.5"),
        ("192.0.2.66", ["10.0.0.5"], "192.0.2.66"),
    ],
)
def test_where_a_request_comes_from_is_the_peer_or_what_believed_proxies_say(peer: str, forwarded: list[str], asker: str):
    assert trust_of("10.0.0.5", "X-Forwarded-User").asker(peer, forwarded) == asker


def test_access_yaml_gives_names_a_role_and_who_is_not_in_it_reads(tmp_path: Path):
    home = Home(tmp_path)
    assert named_actor(home, "示例甲") == Actor("示例甲", "reader", "", "proxy")
    home.access.write_text(PEOPLE, "utf-8")
    assert named_actor(home, "示例甲") == Actor("示例甲", "reviewer", "230883", "proxy")
    assert named_actor(home, "示例乙").area == "0101-office" and named_actor(home, "示例丙").role == "reader"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("people:\n  示例: {role: owner}\n", 2, "reader, clerk, reviewer, admin"),
        ("people:\n  示例: {area: '23'}\n", 2, "“role”"),
        ("people:\n  示例: {role: clerk}\n", 2, "“area”"),
        ("people:\n  示例: {role: admin, password: x}\n", 2, "“password”"),
        ("people:\n  示例: {role: admin}\n  示例: {role: reader}\n", 3, "出现两次"),
        ("people: [示例]\n", 1, "“people”"),
        ("other: 1\n", 1, "“other”"),
        ("people:\n  示例: {role: admin\n", 3, "YAML"),
        ("", 1, "“people”"),
    ],
)
def test_a_mistake_in_access_yaml_lets_nobody_in_and_says_where_it_is(tmp_path: Path, text: str, line: int, words: str):
    home = Home(tmp_path)
    home.access.write_text(text, "utf-8")
    with pytest.raises(Complaint) as refused:
        named_actor(home, "示例")
    assert f"access.yaml:{line}" in str(refused.value) and words in str(refused.value)
    with speaking("en"):
        assert "docs/access.md" in refused.value.text.shown
