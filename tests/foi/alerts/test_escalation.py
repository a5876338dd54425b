"""What is told beyond new and fixed: worse, reopened, settled; groups, rules, languages; and the way up to the next level."""

from __future__ import annotations

import pytest

from foi.alerts.post.rendering import chat_text
from tests.foi.alerts.conftest import COUNTY, Mailbox, Published, Sender, body, later, news_of

pytestmark = pytest.mark.usefixtures("mailbox")
CITY = "{name: 示例市, channels: [{mail: city@example.org}], escalate: {to: 示例省, after_days: 10}}"
PROVINCE = "{name: 示例省, channels: [{mail: province@example.org}]}"
UP = (COUNTY.replace("areas:", "escalate: {to: 示例市, after_days: 14}, areas:"), CITY, PROVINCE)


def names(deliveries: list) -> list[str]:
    return [d.message.recipient.name for d in deliveries]


def test_a_difference_that_shrank_is_not_told_again_and_one_that_grew_is(run: Sender, warehouse: Published, mailbox: Mailbox):
    run()
    warehouse.rule("990101001", 2022, (25, 21))
    assert run() == []
    warehouse.rule("990101001", 2022, (21, 30))
    (delivery,) = run()
    assert news_of(delivery) == {"worse": 1} and "↑ 差额扩大" in chat_text(delivery.message)


def test_what_was_explained_is_neither_told_nor_open_and_comes_back_when_a_number_changes(
    run: Sender, warehouse: Published, mailbox: Mailbox
):
    run()
    warehouse.decide("explain", "990101001", 2022)
    warehouse.rule("990101001", 2023, (9, 8))
    assert news_of(run()[0]) == {"new": 1}  # and 0 still open
    warehouse.rule("990101001", 2022, (26, 21))  # smaller than before, and the explanation was of another number
    (delivery,) = run()
    assert news_of(delivery) == {"reopened": 1, "open": 1} and "重新出现" in body(mailbox.mails[2])
    assert run() == []


def test_what_was_settled_before_anybody_was_told_is_never_told(run: Sender, warehouse: Published):
    warehouse.decide("waive", "990101001", 2022)
    assert run() == []


def test_an_error_without_a_decision_goes_up_level_by_level_and_once_each(run: Sender, mailbox: Mailbox):
    log = [(day, name) for day in (0, 1, 13, 14, 15, 23, 24, 25, 59) for name in names(run(*UP, now=later(days=day)))]
    assert log == [(0, "示例县政务公开办"), (14, "示例市"), (24, "示例省")]
    (city,), (province,) = mailbox.to("city@example.org"), mailbox.to("province@example.org")
    assert city["Subject"] == "政府信息公开年报提醒：升级 1 处，新 0 处，已解决 0 处，仍存在 0 处"
    assert "升级（14 天没有结论）" in body(city) and "2026-01-05 已告知 示例县政务公开办" in body(city) and "填 27" in body(city)
    assert "升级（10 天没有结论）" in body(province) and "2026-01-19 已告知 示例市" in body(province)


@pytest.mark.parametrize("action", ["confirm", "explain", "waive"])
def test_a_decision_of_any_kind_stops_it(run: Sender, warehouse: Published, action: str):
    run(*UP)
    warehouse.decide(action, "990101001", 2022)
    assert run(*UP, now=later(days=14)) == []


def test_what_reopens_is_told_first_and_goes_up_only_days_later(run: Sender, warehouse: Published):
    for day in (0, 14):
        run(*UP, now=later(days=day))
    warehouse.decide("explain", "990101001", 2022)
    warehouse.rule("990101001", 2022, (26, 21))
    (delivery,) = run(*UP, now=later(days=40))
    assert names([delivery]) == ["示例县政务公开办"] and news_of(delivery) == {"reopened": 1}
    log = [(day, name) for day in (41, 53, 54, 63, 64) for name in names(run(*UP, now=later(days=day)))]
    assert log == [(54, "示例市"), (64, "示例省")]  # 14 days after the county, 10 after the city heard of it again


def test_an_explanation_of_numbers_that_were_never_told_reopens_too(run: Sender, warehouse: Published):
    run(*UP)
    warehouse.rule("990101001", 2022, (25, 21))  # smaller: not told again
    warehouse.decide("explain", "990101001", 2022)
    warehouse.rule("990101001", 2022, (28, 21))
    assert [news_of(d) for d in run(*UP, now=later(days=30))] == [{"reopened": 1}]


def test_a_decision_counts_before_the_next_load(run: Sender, warehouse: Published):
    warehouse.decide("explain", "990101001", 2022, is_loaded=False)
    assert run() == []
    warehouse.write()
    warehouse.decide("withdraw", "990101001", 2022, is_loaded=False)
    assert [news_of(d) for d in run()] == [{"new": 1}]


def test_a_decision_that_was_withdrawn_stops_nothing(run: Sender, warehouse: Published):
    run(*UP)
    warehouse.decide("confirm", "990101001", 2022)
    warehouse.decide("withdraw", "990101001", 2022)
    assert names(run(*UP, now=later(days=14))) == ["示例市"]


def test_the_next_level_hears_that_it_was_fixed_and_a_relapse_starts_anew(run: Sender, warehouse: Published, mailbox: Mailbox):
    for day in (0, 14):
        run(*UP, now=later(days=day))
    warehouse.rule("990101001", 2022, (21, 21))
    assert [news_of(d) for d in run(*UP, now=later(days=15))] == [{"fixed": 1}, {"fixed": 1}]
    warehouse.rule("990101001", 2022, (27, 21))
    assert names(run(*UP, now=later(days=20))) == ["示例县政务公开办"]
    assert run(*UP, now=later(days=33)) == []
    assert names(run(*UP, now=later(days=34))) == ["示例市"]


def test_warnings_never_go_up(run: Sender, warehouse: Published):
    warehouse.warnings.add("requests_closed_total.total")
    warehouse.write()
    people = (UP[0].replace("areas:", "severity: warning, areas:"), *UP[1:])
    assert len(run(*people)) == 1 and run(*people, now=later(days=40)) == []
    assert run(COUNTY.replace("示例县政务公开办", "只听错误")) == []


def test_the_clock_starts_when_the_message_arrives(run: Sender, mailbox: Mailbox):
    mailbox.is_refusing = True
    run(*UP)
    mailbox.is_refusing = False
    run(*UP, now=later(days=5))
    assert run(*UP, now=later(days=14)) == []
    assert names(run(*UP, now=later(days=19))) == ["示例市"]


def test_each_member_of_a_group_gets_one_message_for_all_they_hear_of(run: Sender, warehouse: Published, mailbox: Mailbox):
    group = (
        "{name: 组, areas: ['990101'], members: [{name: 甲, channels: [{mail: a@example.org}]}, 乙],"
        " channels: [{mail: all@example.org}]}"
    )
    other = "{name: 乙, areas: ['990202'], channels: [{mail: b@example.org}]}"
    assert sorted(names(run(group, other))) == sorted(["甲", "组", "乙"])
    assert [len(mailbox.to(f"{who}@example.org")) for who in ("a", "b", "all")] == [1, 1, 1]
    (mail,) = mailbox.to("b@example.org")
    assert "990101001" in body(mail) and "990202001" in body(mail)


def test_single_units_and_rules_can_be_chosen(run: Sender, mailbox: Mailbox):
    one = "{name: 一, units: ['990202001'], channels: [{mail: a@example.org}]}"
    rule = "{name: 二, areas: ['99'], rules: [requests_closed_total], channels: [{mail: b@example.org}]}"
    run(one, rule)
    (a,), (b,) = mailbox.to("a@example.org"), mailbox.to("b@example.org")
    assert "990202001" in body(a) and "990101001" not in body(a)
    assert "990101001" in body(b) and "990202001" not in body(b)


def test_findings_are_grouped_by_unit_the_worst_unit_first(run: Sender, warehouse: Published):
    for unit, difference in (("990101002", 3), ("990101003", 90), ("990101002", 50)):
        warehouse.rule(unit, 2023 if difference == 50 else 2022, (difference, 0))
    text = chat_text(run()[0].message)
    heads = [line for line in text.splitlines() if line.startswith("■")]
    assert [head.split("(")[1][:9] for head in heads] == ["990101003", "990101002", "990101001"]
    assert text.index("填 50") < text.index("填 3，") if "填 3，" in text else text.index("填 50") > 0


def test_languages_and_their_order_are_a_matter_of_the_recipient(run: Sender, mailbox: Mailbox):
    zh = "{name: 甲, language: [zh], areas: ['990101'], channels: [{mail: a@example.org}]}"
    en = "{name: B, language: [en, zh], areas: ['990101'], channels: [{mail: b@example.org}]}"
    run(zh, en)
    (a,), (b,) = mailbox.to("a@example.org"), mailbox.to("b@example.org")
    assert "填 27" in body(a) and "still open" not in body(a)
    assert b["Subject"] == "annual reports: 1 new, 0 fixed, 0 still open" and "填 27" in body(b)
