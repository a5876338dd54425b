"""Where the portal has an address, each message leads to the page that shows what it tells; without one, to none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from foi.alerts.send import send
from foi.alerts.who.links import links_of
from foi.alerts.who.recipients import load_recipients
from foi.letters.settings import portal_address
from foi.messages import Complaint
from ingest.home import Home
from tests.foi.alerts.conftest import COUNTY, Hook, Mailbox, Published, body, later, written

PORTAL = "http://192.0.2.7:8321"
REMINDED = COUNTY.replace("areas:", "reminders: true, areas:")


def with_portal(home: Home, portal: str) -> None:
    home.letter_settings.write_text(f"address: {portal}\n", "utf-8")


@pytest.fixture
def owing(warehouse: Published) -> Published:
    warehouse.rules.clear()
    warehouse.owed = [("990101001", 2025, date(2026, 1, 31), "not_filed")]
    warehouse.write()
    return warehouse


def test_a_mail_leads_to_the_board_of_its_area(owing: Published, mailbox: Mailbox, tmp_path: Path):
    with_portal(owing.home, PORTAL)
    send(owing.home, written(tmp_path, REMINDED), later(days=12))
    assert f'href="{PORTAL}/progress/990101"' in body(mailbox.mails[0])


def test_without_an_address_a_mail_leads_nowhere(owing: Published, mailbox: Mailbox, tmp_path: Path):
    send(owing.home, written(tmp_path, REMINDED), later(days=12))
    assert "href" not in body(mailbox.mails[0])


def test_a_chat_that_is_cut_still_holds_the_address(owing: Published, hook: Hook, tmp_path: Path):
    owing.owed = [(f"990101{n:03}", 2025, date(2026, 1, 31), "not_filed") for n in range(300)]
    owing.write()
    chat = REMINDED.replace("mail: office@example.org", "webhook: 'env:FOI_WEBHOOK_TEST'")
    with_portal(owing.home, f"{PORTAL}/")
    send(owing.home, written(tmp_path, chat), later(days=12))
    told = hook.posts[0][1]["title"] + "\r\n" + hook.posts[0][1]["message"]
    assert f"{PORTAL}/progress/990101" in told.splitlines() and len(told.encode()) <= 2048


def test_each_area_and_unit_has_its_page_and_the_operator_the_state_of_the_line(tmp_path: Path):
    people = load_recipients(
        written(
            tmp_path,
            "{name: A, areas: ['990101', '9902'], units: ['990101001', 990303-示例局], channels: [{mail: a@example.org}]}",
        )
    )
    (person,) = people.recipients
    assert links_of(person, "digest", PORTAL) == (
        f"{PORTAL}/progress/990101",
        f"{PORTAL}/progress/9902",
        f"{PORTAL}/unit/990303-%E7%A4%BA%E4%BE%8B%E5%B1%80",
    )
    assert links_of(person, "operations", PORTAL) == (f"{PORTAL}/health",)


@pytest.mark.parametrize("portal", ["192.0.2.7:8321", "ftp://192.0.2.7", "http://a@b", "http://x/?q=1", "[1]", ""])
def test_what_is_no_address_leads_nowhere(tmp_path: Path, portal: str):
    with_portal(Home(tmp_path), portal)
    assert portal_address(Home(tmp_path)) == ""


def test_the_address_has_one_place_and_the_old_one_says_which(tmp_path: Path):
    path = written(tmp_path, COUNTY)
    path.write_text(f"portal: {PORTAL}\n" + path.read_text("utf-8"), "utf-8")
    with pytest.raises(Complaint, match=r"recipients\.yaml:1：门户网址现在只写在数据目录的 letters\.yaml"):
        load_recipients(path)
