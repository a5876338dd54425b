"""Beside what fails stands why, and what would put it right; our own corrections are not told as what a unit reported."""

from __future__ import annotations

import pytest

from foi.alerts.post.rendering import chat_text
from tests.county import county
from tests.foi.alerts.conftest import CHAT, Hook, Mailbox, Published, Sender, body, news_of

PARTS = {"upheld": 7, "corrected": 3, "other": 1, "pending": 0}
RULE = "challenges_total.review"
UNIT = "990202001"
OTHER = "{name: 另一县, areas: ['990202'], channels: [{mail: other@example.org}]}"


def review(total: int) -> dict[str, int]:
    return {f"challenges.review.{c}": n for c, n in {**PARTS, "total": total}.items()}


def test_a_digest_says_cause_and_repair_once_for_a_report(run: Sender, warehouse: Published, mailbox: Mailbox):
    warehouse.cells[UNIT, 2022] = review(0)
    warehouse.cells[UNIT, 2023] = review(14)
    warehouse.rule(UNIT, 2023, (14, 11), RULE)
    (delivery,) = run(OTHER)
    hints = [line for line in chat_text(delivery.message).splitlines() if line.startswith("→")]
    assert hints == [
        "→ 2022 年：可能原因：漏填总计（填了 0）；可能的改正：“行政复议—总计”0 → 11",
        "→ 2023 年：可能原因：改了分项，没有更新总计；可能的改正：“行政复议—总计”14 → 11",
    ]
    assert all(hint[2:] in body(mailbox.mails[0]) for hint in hints) and news_of(delivery) == {"new": 2}


def test_a_report_of_the_year_before_helps_to_find_the_repair(run: Sender, warehouse: Published, mailbox: Mailbox):
    reports = county(3)
    last, now = reports[0, 2022].values, dict(reports[0, 2023].values)
    zeros = {c: 0 for c in now if c.startswith("requests.carried_in.")}
    tables = ("requests.", "challenges.")
    for year, values in ((2022, last), (2023, {**now, **zeros})):
        warehouse.cells[UNIT, year] = {c: int(n) for c, n in values.items() if c.startswith(tables)}
    warehouse.rules = {}
    warehouse.rule(UNIT, 2022, (1, 1), RULE)  # so that there is a report of 2022
    warehouse.rule(UNIT, 2023, (1, 2), "requests_balance.total")
    assert "忘了填上年结转" in chat_text(run(OTHER)[0].message)


def test_a_chat_message_drops_the_hints_first(run: Sender, warehouse: Published, hook: Hook, mailbox: Mailbox):
    for year in range(2023, 2026):
        warehouse.cells[UNIT, year] = review(0)
        warehouse.rule(UNIT, year, (0, 11), RULE)
    (short,) = run(CHAT.replace("areas: ['99']", "areas: ['990202']"))
    assert chat_text(short.message).count("\n→ ") == 3 and "另有" not in chat_text(short.message)
    (full,) = run(CHAT.replace("示例群", "另一群").replace("areas: ['99']", "language: [zh, en], areas: ['990202']"))
    size = len(f"{full.message.title}\n\n{chat_text(full.message)}".encode())
    assert size <= 2048 and chat_text(full.message).count("\n+ ") == 8 and chat_text(full.message).count("\n→ ") < 6


@pytest.mark.usefixtures("mailbox")
def test_what_only_our_correction_breaks_is_told_to_no_unit(run: Sender, warehouse: Published):
    warehouse.ours.append((UNIT, 2022, f"requests_balance.total, {RULE}"))
    warehouse.write()
    assert run(OTHER) == []


@pytest.mark.usefixtures("mailbox")
def test_a_number_that_we_corrected_is_told_with_what_the_report_says(run: Sender, warehouse: Published):
    warehouse.cells[UNIT, 2022] = review(10)
    warehouse.corrected.append((UNIT, 2022, "challenges.review.total", 9, 10))
    warehouse.rule(UNIT, 2022, (10, 11), RULE)
    text = chat_text(run(OTHER)[0].message)
    assert "（“行政复议—总计”报告原填 9，按更正计 10）" in text
    assert "“行政复议—总计”9（按更正计 10） → 11" in text
