"""The roster in its page: a line written, changed and removed, a file sent back, each with who and when; and then it counts."""

from __future__ import annotations

import csv
import io
import re

import httpx
import pytest
import xlsxwriter

from foi.owed.roster_year import history_of
from ingest.home import Home
from ingest.roster.store import roster_lines
from tests.year.conftest import COUNTY, YEAR, Office

A, B, C = "990101101", "990101102", "990101103"
PAGE = f"/roster/{COUNTY}/{YEAR}"
HEADER = ("单位代码", "年度", "期限", "免报", "备注")


def text_of(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def lines(office: Office) -> list[tuple[str, int | None, str, str]]:
    """The lines as the file of the page tells them."""
    rows = csv.DictReader(io.StringIO(office.anybody.get(f"{PAGE}.csv").text.removeprefix("\ufeff")))
    return [(row["unit_code"], int(row["report_year"] or 0) or None, row["due"], row["exempt"] or row["note"]) for row in rows]


def write(office: Office, unit: str, **words: str) -> httpx.Response:
    return office.reviewer.post(PAGE, data={"unit_code": unit, "scope": "year", **words})


def send(office: Office, name: str, content: bytes, **words: str) -> httpx.Response:
    return office.reviewer.post(f"{PAGE}/file", files={"file": (name, content)}, data=words)


def book(*rows: tuple[object, ...]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        sheet = made.add_worksheet()
        for n, row in enumerate([HEADER, *rows]):
            sheet.write_row(n, 0, row)
    return content.getvalue()


def test_who_owes_a_report_without_a_line_is_listed_with_why(office: Office):
    page = text_of(office.anybody.get(PAGE))
    assert "名单上的 0 行" in page and "示例甲镇 990101101 · 2025-01-31 到期 · 曾经报送" in page


def test_nobody_and_a_reviewer_of_another_county_change_nothing(office: Office):
    for client in (office.anybody, office.stranger):
        for path, sent in ((PAGE, {}), (f"{PAGE}/file", {"files": {"file": ("a.csv", b"unit_code\n990101101\n")}})):
            refused = client.post(path, data={"unit_code": A, "due": "2025-02-15"}, **sent)
            assert refused.status_code == 403 and "没有处理" in refused.text
    assert roster_lines(Home(office.home).reference) == []


def test_a_line_says_who_wrote_it_and_what_stood_there_before(office: Office):
    assert "已保存 1 行" in write(office, A, due="2025-02-15", note="县通知").text
    assert "已保存 1 行" in write(office, A, due="02-20").text
    assert "1 行没有变化" in write(office, A, due="2025-02-20").text
    assert lines(office) == [(A, YEAR, "2025-02-20", "")]
    history = history_of(office.home, A, YEAR)
    assert [(row.due, row.note, row.change.who if row.change else "") for row in history] == [
        ("2025-02-20", "", "示例reviewer"),
        ("2025-02-15", "县通知", "示例reviewer"),
    ]
    page = text_of(office.anybody.get(f"{PAGE}?unit={A}"))
    assert "名单上先后怎样写" in page and "2025-02-15 · 县通知" in page


def test_a_removed_line_stays_in_the_history(office: Office):
    write(office, B, scope="every", exempt="机构撤销")
    assert (B, None, "", "机构撤销") in lines(office)
    assert "删去 1 行" in write(office, B, scope="every", act="remove").text
    assert [unit for unit, *_ in lines(office)] == [A]
    assert [row.is_removed for row in history_of(office.home, B, YEAR)] == [True, False]
    assert write(office, B, scope="every", act="remove").status_code == 400


@pytest.mark.parametrize(
    ("unit", "words", "said"),
    [
        ("9901011", {}, "没有代码为“9901011”的单位"),
        (A, {"due": "2025-13-01"}, "期限“2025-13-01”"),
        (A, {"due": "2024-02-15"}, "不在报告年度的下一年"),
        ("230883101", {}, "不属于本页的地区和年度"),
        ("", {}, "没有 unit_code"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_and_nothing_is_saved(office: Office, unit: str, words: dict[str, str], said: str):
    before = lines(office)
    answer = write(office, unit, **words)
    assert answer.status_code == 400 and said in text_of(answer) and lines(office) == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_that_is_taken_and_sent_back_changes_nothing(office: Office, language: str):
    before = lines(office)
    for ending in ("xlsx", "csv"):
        taken = office.reviewer.get(f"{PAGE}.{ending}?lang={language}").content
        answer = send(office, f"名单.{ending}", taken, whole="yes")
        assert answer.status_code == 200 and f"已保存 0 行，删去 0 行，{len(before)} 行没有变化" in answer.text
    assert lines(office) == before


def test_an_edited_file_counts_line_by_line_and_as_a_whole(office: Office):
    answer = send(
        office, "应报名单.xlsx", book((A, YEAR, "2025-02-20", "", ""), (B, YEAR, "", "", ""), (C, "", "", "机构改革", ""))
    )
    assert "已保存 2 行，删去 0 行，1 行没有变化" in answer.text
    answer = send(office, "应报名单.xlsx", book((B, YEAR, "", "", ""), (C, "", "", "机构改革", "")), whole="yes")
    assert "已保存 0 行，删去 1 行，2 行没有变化" in answer.text
    assert [unit for unit, *_ in lines(office)] == [B, C]


def test_every_wrong_line_of_a_file_is_named_by_its_number_and_none_is_saved(office: Office):
    before = lines(office)
    sheet = book((A, YEAR, "", "", ""), (B, "去年", "", "", ""), (C, 2023, "", "", ""), ("990101999", YEAR, "", "", ""))
    answer = send(office, "名单.xlsx", sheet, whole="yes")
    told = text_of(answer)
    assert answer.status_code == 400 and all(f"名单.xlsx:{n}：" in told for n in (3, 5)) and lines(office) == before
    only = send(office, "名单.xlsx", book((A, YEAR, "", "", ""), (C, 2023, "", "", "")))
    assert "名单.xlsx:3：990101103 2023 不属于本页的地区和年度" in text_of(only) and lines(office) == before
    assert send(office, "名单.xlsx", b"nothing").status_code == 400


@pytest.mark.parametrize("name", ["units.csv", "名" * 118 + ".csv", "..", "CON.csv", "a\x00b.csv"])
def test_whatever_a_file_is_called_it_is_a_roster_and_makes_no_units(office: Office, name: str):
    known = Home(office.home).reference / "extra_units.json"
    before, there = known.read_bytes(), lines(office)
    sheet = "unit_code,unit_name,name,level,kind\n230883101,,改名镇,township,town\n990101199,,示例新镇,township,town\n"
    answer = send(office, name, sheet.encode())
    assert answer.status_code == 400 and "990101199" in answer.text
    assert known.read_bytes() == before and lines(office) == there


def test_a_closed_year_takes_a_reason_and_keeps_it(office: Office):
    assert office.reviewer.post(f"/progress/{COUNTY}/{YEAR}", data={"act": "lock", "why": "汇总已报市里"}).status_code == 303
    assert office.stranger.post(f"/progress/{COUNTY}/{YEAR}", data={"act": "unlock", "why": "示例"}).status_code == 403
    refused = write(office, A, due="2025-02-20")
    assert refused.status_code == 400 and "汇总已报市里" in refused.text and "已结账，仍要变更的理由" in refused.text
    assert "已保存 1 行" in write(office, A, due="2025-02-20", although="市里要求").text
    board = text_of(office.anybody.get(f"/progress/{COUNTY}?year={YEAR}"))
    assert "结账后变更 应报名单 1 行：990101101：市里要求" in board and "2024 已结账" in board
    feed, days = office.anybody.get(f"/changes.atom?area={COUNTY}").text, office.anybody.get(f"/progress/{COUNTY}.ics").text
    assert "市里要求" in feed and "汇总已报市里" in feed and "年度结账" in days.replace("\r\n ", "")
    for act, why in (("unlock", " "), ("open", "示例")):
        assert office.reviewer.post(f"/progress/{COUNTY}/{YEAR}", data={"act": act, "why": why}).status_code == 400
    assert office.reviewer.post(f"/progress/{COUNTY}/{YEAR}", data={"act": "unlock", "why": "退回"}).status_code == 303


def test_what_the_roster_says_is_what_the_board_shows(office: Office):
    def counted() -> bool:
        rows = csv.DictReader(io.StringIO(office.anybody.get(f"/progress/{COUNTY}.csv").text.removeprefix("\ufeff")))
        found = {row["code"]: row for row in rows if int(row["report_year"]) == YEAR}
        return found[C]["filing"] == "免报" and found[A]["due"] == "2025-02-20" and "机构改革" in found[C]["remarks"]

    assert office.until(counted)
