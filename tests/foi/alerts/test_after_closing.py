"""What was let in, changed or opened again after a year was closed is told once to the county, with its reason and who did it in which role."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from foi.access.actor import Actor
from foi.access.audit import note as log
from foi.alerts.what.after_closing import read_after_closing
from foi.published import published
from ingest.roster.year_locks import CHANGE, LET_IN, LOCK, UNLOCK, YearLock, note
from tests.foi.alerts.conftest import COUNTY, OTHER, Mailbox, Published, add, body, later, news_of
from tests.foi.alerts.conftest import Sender as Run

AREA, UNIT, DOCUMENT = "990101", "990101001", "a" * 64


def noted(warehouse: Published, act: str, why: str, about: str = "", who: str = "示例办", area: str = AREA) -> None:
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    note(warehouse.home.year_locks, YearLock(now, who, act, area, 2022, why, about))


def test_a_change_in_a_closed_year_is_told_once_with_its_reason_and_who_made_it(run: Run, warehouse: Published, mailbox: Mailbox):
    noted(warehouse, LOCK, "示例：已报市里")
    assert "after_closing" not in news_of(run(COUNTY, OTHER)[0])
    noted(warehouse, CHANGE, "示例：市里要求", "更正 示例数", who="示例甲")
    log(warehouse.home, Actor("示例甲", "reviewer", AREA, "token", 1), "correct", about=UNIT)
    noted(warehouse, LET_IN, "示例：邮路耽搁", DOCUMENT, who="示例乙")
    (told,) = run(COUNTY, OTHER, now=later(days=1))
    assert news_of(told)["after_closing"] == 2 and "结账后变更 2 项" in told.message.subject.zh
    text = body(mailbox.to("office@example.org")[-1])
    for word in ("更正 示例数", "示例：市里要求", "示例甲，审核员", "示例：邮路耽搁", "示例乙", DOCUMENT[:16]):
        assert word in text
    assert "已报市里" not in text and run(COUNTY, OTHER, now=later(days=2)) == []
    noted(warehouse, UNLOCK, "示例：重新汇总")
    (told,) = run(COUNTY, OTHER, now=later(days=3))
    assert news_of(told)["after_closing"] == 1 and "重新汇总" in body(mailbox.to("office@example.org")[-1])


def test_a_file_that_was_let_in_is_named_and_a_change_in_a_larger_area_is_not_for_the_county(
    run: Run, warehouse: Published, mailbox: Mailbox
):
    run(COUNTY)
    noted(warehouse, CHANGE, "示例", "更正", area="9901")
    assert run(COUNTY, now=later(days=1)) == [] and len(mailbox.mails) == 1
    noted(warehouse, LET_IN, "示例", DOCUMENT)
    with duckdb.connect(str(warehouse.path)) as connection:
        add(connection, "core.fct_inputs", {"document_id": DOCUMENT, "file": "示例迟到.html"})
    with published(warehouse.path) as connection:
        assert "示例迟到.html" in read_after_closing(warehouse.home, connection)[-1].text.zh
