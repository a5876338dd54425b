"""Who reads Chinese gets Chinese, who reads English gets English; who asked for both gets one whole part after the other."""

from __future__ import annotations

from datetime import date
from html import unescape
from pathlib import Path

import pytest

from foi.alerts.post.ledger import note_failure
from foi.alerts.post.rendering import chat_text
from foi.alerts.show import delivery_lines, show_log, show_preview
from foi.messages import Complaint
from ingest.home import Home
from ingest.words.language import LANGUAGES, Text, speaking
from tests.foi.alerts.conftest import CHAT, COUNTY, START, Hook, Mailbox, Published, Sender, body, later, written
from tests.one_language import assert_one_language

PARTS = {
    "challenges.review.upheld": 7,
    "challenges.review.corrected": 3,
    "challenges.review.other": 1,
    "challenges.review.total": 0,
}
EVERYTHING = "{{name: 示例办, language: [{0}], areas: ['99'], severity: warning, reminders: true, role: operator, channels: [{{mail: a@example.org}}]}}"
NAMES = ("示例办", "示例990101001镇", "示例990202001镇", "示例群", "示例县政务公开办", "坏.docx")


@pytest.fixture
def busy(warehouse: Published) -> Published:
    """Broken sums with a likely cause, a table that lacks numbers, a report that is owed, and faults of the program."""
    warehouse.cells["990202001", 2022] = PARTS
    warehouse.rule("990202001", 2022, (0, 11), "challenges_total.review")
    warehouse.rule("990101001", 2023, (172, 175), "incomplete.requests")
    warehouse.owed = [("990101001", 2024, date(2026, 1, 12), "not_filed")]
    warehouse.files = [("坏.docx", "reader_failed")]
    warehouse.broken = True
    warehouse.write()
    note_failure(warehouse.home.alerts, "abc123", Text("磁盘已满", "the disk is full"), START)
    return warehouse


def words(mail: str) -> str:
    return unescape(mail.replace("<", "\n<").replace(">", ">\n"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("busy")
def test_mails_and_chats_are_in_the_language_of_their_recipient(run: Sender, mailbox: Mailbox, hook: Hook, language: str):
    """Whatever language the run itself is in."""
    other = next(one for one in LANGUAGES if one != language)
    with speaking(other):
        deliveries = run(EVERYTHING.format(language), CHAT.replace("{name", f"{{language: [{language}], name"))
    assert {d.message.kind for d in deliveries} == {"digest", "reminder", "operations"} and all(d.delivered for d in deliveries)
    for mail in mailbox.mails:
        assert_one_language(mail["Subject"], language, *NAMES)
        assert_one_language(words(body(mail)), language, *NAMES)
    for _, post in hook.posts:
        assert_one_language(f"{post['title']}\n{post['message']}", language, *NAMES)


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("order", ["zh, en", "en, zh"])
def test_who_asked_for_both_gets_one_whole_part_after_the_other(run: Sender, mailbox: Mailbox, hook: Hook, order: str):
    first, second = order.split(", ")
    deliveries = run(EVERYTHING.format(order), CHAT.replace("{name", f"{{language: [{order}], name"))
    for mail in mailbox.mails:
        above, below = words(body(mail)).split("<hr>")
        assert_one_language(above + mail["Subject"], first, *NAMES)
        assert_one_language(below, second, *NAMES)
        assert above.count("<tr>") == below.count("<tr>") > 0
    (chat,) = (d.message for d in deliveries if d.message.recipient.name == "示例群")
    above, below = chat_text(chat).split("\n\n")
    assert_one_language(above + chat.title, first, *NAMES)
    assert_one_language(below, second, *NAMES)
    assert above.count("\n+ ") == below.count("\n+ ") == 2 and len(f"{chat.title}\n\n{chat_text(chat)}".encode()) <= 2048


def test_of_many_violations_both_parts_say_how_many_more_there_are(run: Sender, warehouse: Published, hook: Hook):
    for year in range(2008, 2022):
        for unit in ("990101001", "990202001"):
            warehouse.rules[unit, year, "requests_closed_total.total"] = (year, 1)
    warehouse.write()
    run(CHAT.replace("{name", "{language: [zh, en], name"))
    ((_, post),) = hook.posts
    assert "另有 " in post["message"] and " more, see foi status" in post["message"]
    assert len((post["title"] + "\r\n" + post["message"]).encode()) <= 2048


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_named_no_language_gets_that_of_the_run(run: Sender, mailbox: Mailbox, warehouse: Published, language: str):
    with speaking(language):
        run(COUNTY)
    assert_one_language(words(body(mailbox.mails[0])), language, *NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_commands_print_is_in_one_language(
    run: Sender, warehouse: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
):
    """What was refused while the run spoke the other language is told in this one."""
    monkeypatch.setenv("FOI_SMTP_URL", "")
    people = written(tmp_path, COUNTY)
    other = next(one for one in LANGUAGES if one != language)
    with speaking(other):
        deliveries = run(COUNTY)
    with speaking(language):
        printed = [show_preview(Home(tmp_path), people), show_log(Home(tmp_path)), delivery_lines(deliveries)]
        with pytest.raises(Complaint) as caught:
            show_preview(Home(tmp_path), written(tmp_path, COUNTY.replace("990101", "9901x1")))
        for text in [*printed, str(caught.value)]:
            assert_one_language(text, language, *NAMES, str(tmp_path))
    assert run(COUNTY, now=later(minutes=1))[0].state == "waiting"
