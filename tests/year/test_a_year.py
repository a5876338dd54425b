"""A year in a county office, January to April, through pages and the folder alone: no file is edited by hand.

Each test is a step that rests on those before it.
"""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
import xlsxwriter

from foi.access.audit import entries
from foi.alerts.send import send as send_alerts
from ingest.beijing import BEIJING
from ingest.home import Home
from tests.conftest import foi
from tests.factory.docx import as_docx
from tests.factory.record import Record
from tests.foi.alerts.conftest import Mailbox, body, mailbox
from tests.portal.serving import served, signed_in
from tests.year.county import COUNTY, NAME, as_page, reports, units, units_csv, with_cells
from tests.year.forms import send, send_file, settled

__all__ = ["mailbox"]
YEAR = 2024
CODES = list(units())
CLERK, BROKEN, EXPLAINED, BLANK, LATE = CODES[0], CODES[3], CODES[4], CODES[5], CODES[9]
EXEMPT, MISSING, AFTER = CODES[10], CODES[7], CODES[8]
TOTAL = "challenges.review.total"
RECEIVED = "requests.received.total"


@dataclass
class Year:
    """The office: its home folder, who sits before which page, and what each unit filed."""

    home: Home
    anybody: httpx.Client
    admin: httpx.Client
    reviewer: httpx.Client
    filed: dict[str, Record] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def rows(self, path: str) -> list[dict[str, str]]:
        """The lines of a page as its file."""
        return list(csv.DictReader(io.StringIO(self.reviewer.get(path).text.removeprefix("\ufeff"))))

    def state(self, code: str) -> dict[str, str]:
        """What the board says of a unit."""
        (found,) = [r for r in self.rows(f"/progress/{COUNTY}.csv") if (r["code"], r["report_year"]) == (code, str(YEAR))]
        return found

    def rolled(self, cell: str) -> tuple[str, int]:
        """A number of the county's roll-up, and of how many units it is the sum."""
        (row,) = [r for r in self.rows(f"/rollup/{COUNTY}/{YEAR}.csv") if r["code"] == cell]
        return row["value"], int(row["units"])


def drafts() -> dict[str, Record]:
    """What the units send in January and February: two sums are wrong, one table is blank, one report is late, three do not come."""
    made = reports(YEAR, "2025-01-20")
    wrong = {code: str(int(made[code].values[TOTAL]) + 3) for code in (BROKEN, EXPLAINED)}
    for code, text in wrong.items():
        made[code] = with_cells(made[code], challenges__review__total=text)
    blank = [cell for cell in made[BLANK].cells if cell.startswith("challenges.")]
    made[BLANK] = replace(made[BLANK], cells={**made[BLANK].cells, **dict.fromkeys(blank)})
    made[LATE] = replace(made[LATE], published_on="2025-02-12")
    return {code: record for code, record in made.items() if code not in (EXEMPT, MISSING, AFTER)}


def sheet() -> bytes:
    """The office's own list of who owes a report, as it lies on its shelf."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ("单位代码", "年度", "期限", "免报", "备注"))
        for n, code in enumerate(CODES, 1):
            page.write_row(n, 0, (code, YEAR, "", "2024年并入示例甲子镇" if code == EXEMPT else "", ""))
    return content.getvalue()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The office as it begins: last year's reports lie in the folder and are loaded once."""
    home = Home(tmp_path_factory.mktemp("year") / "home")
    home.inbox.mkdir(parents=True)
    (home.inbox / "units.csv").write_text(units_csv(), "utf-8")
    for code, record in reports(YEAR - 1, "2024-01-20").items():
        (home.inbox / f"{code}-{YEAR - 1}.html").write_bytes(as_page(record))
    begun = foi("load", home.inbox, "--home", home.root, timeout=600)
    assert begun.returncode in (0, 1), begun.stdout + begun.stderr
    with ExitStack() as stack:
        anybody = stack.enter_context(served(home.root))
        admin, reviewer = (
            stack.enter_context(signed_in(anybody, home.root, role, area)) for role, area in (("admin", ""), ("reviewer", COUNTY))
        )
        yield Year(home, anybody, admin, reviewer)


def test_december_the_roster_is_sent_to_its_page_and_counts(year: Year):
    page = year.reviewer.get(f"/roster/{COUNTY}/{YEAR}")
    answer = send_file(year.reviewer, page, f"/roster/{COUNTY}/{YEAR}/file", ("应报名单.xlsx", sheet()), {"whole": "yes"})
    assert "已保存 60 行" in answer.text
    settled(year.anybody)
    assert year.state(EXEMPT)["filing"] == "免报" and year.state(CLERK)["filing"] == "未报"


def test_january_a_clerk_checks_a_draft_takes_the_repaired_file_and_hands_it_in_and_others_come_by_the_folder(year: Year):
    year.filed = drafts()
    wrong = with_cells(year.filed[CLERK], challenges__review__total=str(int(year.filed[CLERK].values[TOTAL]) + 1))
    with signed_in(year.anybody, year.home.root, "clerk", CLERK) as clerk:
        checked = send_file(clerk, clerk.get("/check"), "/check", ("草稿.docx", as_docx(wrong)))
        assert "结论：有错误" in checked.text
        repaired = year_of_data(checked.text)
        again = send_file(clerk, clerk.get("/check"), "/check", ("改好.docx", repaired))
        assert "结论：正确" in again.text
        for code, record in year.filed.items():
            if code != CLERK:
                (year.home.inbox / f"{code}.html").write_bytes(as_page(record))
        taken = send_file(clerk, again, "/hand-in", (f"{CLERK}.docx", repaired))
    assert "已收下" in taken.text
    settled(year.anybody)
    states = {code: year.state(code) for code in CODES}
    assert states[CLERK]["report_id"] and states[BROKEN]["filing"] == "按时"
    assert (states[LATE]["filing"], states[LATE]["days_late"]) == ("迟报", "12")
    assert {code for code, one in states.items() if one["filing"] == "未报"} == {MISSING, AFTER}
    assert states[BLANK]["remarks"] and not states[BROKEN]["remarks"]
    board = year.reviewer.get(f"/progress/{COUNTY}?year={YEAR}&state=missing").text
    assert all(units()[code] in board for code in (MISSING, AFTER))


def year_of_data(page: str) -> bytes:
    """The repaired file that a result page holds within itself."""
    import base64

    found = re.search(r'href="data:[^;]+;base64,([^"]+)"', page)
    assert found, "no repaired file"
    return base64.b64decode(found[1])


def test_february_who_has_not_filed_is_reminded_by_mail_that_leads_to_the_board(year: Year, mailbox: Mailbox, tmp_path: Path):
    from datetime import datetime

    kept = send(
        year.admin, year.admin.get("/letters/settings"), "/letters/settings", sender=f"{NAME}政务公开办公室",
        number="示例核〔{year}〕{n}号", reply_by="15", address=str(year.anybody.base_url).rstrip("/"),
    )  # fmt: skip
    assert kept.status_code == 200
    people = tmp_path / "recipients.yaml"
    people.write_text(
        "recipients:\n"
        f"  - {{name: {NAME}政务公开办, areas: ['{COUNTY}'], reminders: true, channels: [{{mail: office@example.org}}]}}\n",
        "utf-8",
    )
    send_alerts(year.home, people, datetime(2025, 2, 1, 9, tzinfo=BEIJING))
    told = [body(mail) for mail in mailbox.mails if "报送提醒" in str(mail["Subject"])]
    assert len(told) == 1 and all(code in told[0] for code in (MISSING, AFTER)) and EXEMPT not in told[0]
    link = re.search(rf'href="[^"]*(/progress/{COUNTY})"', told[0])
    assert link and year.anybody.get(link[1]).status_code == 200


def test_february_what_fails_is_grouped_and_a_group_is_confirmed_in_one_act(year: Year):
    listed = year.rows(f"/violations.csv?area={COUNTY}&year={YEAR}&kind=error")
    assert {(row["unit_code"], row["rule_id"]) for row in listed} == {(u, "challenges_total.review") for u in (BROKEN, EXPLAINED)}
    wanted = f"/violations?area={COUNTY}&year={YEAR}&kind=error"
    while "正在查找不符的可能原因" in (page := year.reviewer.get(wanted)).text:
        time.sleep(0.5)  # the page says so, and asks to be opened again
    groups = set(re.findall(r'href="(/violations/group\?[^"]+&rule=[^"]+)"', page.text.replace("&amp;", "&")))
    done = [
        send(year.reviewer, year.reviewer.get(one), "/violations/decide", which="all", action="confirm", why="合计与分项不符")
        for one in groups
    ]
    assert sum(int(re.search(r"记录 (\d+) 处", one.text)[1]) for one in done) == 2  # type: ignore[index]


def test_february_letters_go_out_in_one_zip_with_a_page_for_each_answer(year: Year):
    answer = send(year.reviewer, year.reviewer.get(f"/letters/{COUNTY}/{YEAR}"), f"/letters/{COUNTY}/{YEAR}")
    assert answer.headers["content-type"] == "application/zip", answer.text[:2000]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as letters:
        for name in letters.namelist():
            if name.endswith(".html") and (found := re.search(r"/answer/[\w-]+", letters.read(name).decode())):
                year.links[name.partition("-示例")[0]] = found[0]
    assert {BROKEN, EXPLAINED, BLANK} <= year.links.keys()


def _answered(year: Year, code: str, **given: str) -> httpx.Response:
    page = year.anybody.get(year.links[code])
    found = re.search(r'name="rule-(\d+)" value="challenges_total\.review"', page.text)
    assert found, page.text[:3000]
    named = {name.replace("_n", f"-{found[1]}"): text for name, text in given.items() if name != "number"}
    if "number" in given:
        named[f"number-{found[1]}-{TOTAL}"] = given["number"]
    return send(year.anybody, page, year.links[code], who="示例填表人", **named)


def test_march_units_answer_and_the_reviewer_accepts_and_the_right_number_counts(year: Year):
    right = str(int(year.filed[BROKEN].values[TOTAL]) - 3)
    assert "答复" in _answered(year, BROKEN, kind_n="wrong", number=right, why_n="合计抄错").text
    assert "答复" in _answered(year, EXPLAINED, kind_n="right", why_n="含上年转来的3件").text
    with signed_in(year.anybody, year.home.root, "reviewer", "230883") as stranger:
        assert stranger.post("/answers/1", data={"act": "accept"}).status_code == 403
    for _ in range(2):
        page = year.reviewer.get(f"/answers?area={COUNTY}&year={YEAR}&state=pending")
        number = re.search(r'action="(/answers/\d+)"', page.text)
        assert number, page.text[:3000]
        send(year.reviewer, page, number[1], act="accept", why="来函核实")
    settled(year.anybody)
    assert year.rows(f"/violations.csv?area={COUNTY}&year={YEAR}&kind=error&state=waiting") == []
    report = year.state(BROKEN)["report_id"]
    assert right in re.sub(r"<[^>]+>", " ", year.anybody.get(f"/report/{report}/cell/{TOTAL}").text)


def _expected(year: Year, cell: str, *more: Record) -> str:
    return str(sum(int(record.values[cell]) for record in (*year.filed.values(), *more) if cell in record.values))


def test_march_the_roll_up_adds_what_counts_names_who_lacks_and_reads_back(year: Year, tmp_path: Path):
    assert year.rolled(RECEIVED) == (_expected(year, RECEIVED), 57)
    page = year.anybody.get(f"/rollup/{COUNTY}/{YEAR}").text
    assert all(units()[code] in page for code in (MISSING, AFTER, BLANK))
    draft = tmp_path / "rollup.docx"
    draft.write_bytes(year.anybody.get(f"/rollup/{COUNTY}/{YEAR}.docx").content)
    checked = send_file(year.anybody, year.anybody.get("/check"), "/check", (draft.name, draft.read_bytes()))
    assert f'id="c-{RECEIVED}"' in checked.text
    broken = set(
        re.findall(r'class="n broken" id="c-([\w.]+)"', checked.text)
    )  # what a unit explained does not add up here either
    assert broken and all(code.startswith("challenges.review.") for code in broken)


def test_april_the_year_is_closed_and_what_comes_then_waits_until_it_is_let_in(year: Year):
    board = year.reviewer.get(f"/progress/{COUNTY}?year={YEAR}")
    assert "已结账" in send(year.reviewer, board, f"/progress/{COUNTY}/{YEAR}", act="lock", why="汇总已报市里").text
    late = reports(YEAR, "2025-04-02")[AFTER]
    with signed_in(year.anybody, year.home.root, "clerk", AFTER) as clerk:
        taken = send_file(clerk, clerk.get("/hand-in"), "/hand-in", ("迟到.html", as_page(late)))
    assert "已结账" in taken.text and "放行" in taken.text
    settled(year.anybody)
    assert year.state(AFTER)["filing"] == "未报" and "迟到.html" in year.state(AFTER)["remarks"]
    assert year.rolled(RECEIVED) == (_expected(year, RECEIVED), 57)
    waiting = year.reviewer.get(f"/progress/{COUNTY}?year={YEAR}")
    assert "迟到.html" in waiting.text
    send(year.reviewer, waiting, f"/progress/{COUNTY}/{YEAR}", act="let_in", why="市里同意补报")
    settled(year.anybody)
    assert year.state(AFTER)["filing"] == "迟报" and year.rolled(RECEIVED) == (_expected(year, RECEIVED, late), 58)


def test_april_a_release_is_published_and_the_log_of_the_year_is_whole(year: Year):
    assert "published.duckdb" in year.anybody.get("/data").text
    assert foi("doctor", "--verify", "--home", year.home.root, timeout=600).returncode == 0
    acts = [line.entry.act for line in entries(year.home) if line.entry and not line.entry.refused]
    assert {"roster", "hand_in", "decide", "letter", "answer", "accept", "lock", "settings"} <= set(acts)
    assert not list(year.home.root.glob("*.broken"))
