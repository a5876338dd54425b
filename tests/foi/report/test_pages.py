"""The pages of a report in the portal: every number leads to its evidence, in every format; what is not there is told in words."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from lxml import etree, html
from PIL import Image
from python_calamine import CalamineWorkbook

from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.factory.html import clean as as_html
from tests.factory.ofd import as_ofd
from tests.factory.pdf import as_pdf
from tests.factory.record import Record
from tests.factory.sheet import as_xlsx
from tests.factory.text import as_tabbed
from tests.foi.conftest import Landed
from tests.portal.serving import served

CELL = "requests.received.total"
FORMATS: dict[str, Callable[[Record], bytes]] = {
    "docx": as_docx, "html": as_html, "pdf": as_pdf, "ofd": as_ofd, "xlsx": as_xlsx, "txt": as_tabbed,
}  # fmt: skip


def record(seed: int = 7) -> Record:
    return replace(random_record(random.Random(seed)), unit="示例甲镇", year=2024)


@contextmanager
def portal_of(landed: Landed) -> Iterator[httpx.Client]:
    with served(landed.path.parent) as client:
        yield client


def page(client: httpx.Client, path: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[-2000:]
    assert " style=" not in answer.text and "<script>" not in answer.text
    return html.fromstring(answer.text)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("ending", FORMATS)
def test_a_number_leads_from_the_form_to_its_evidence_and_back(landed: Landed, ending: str):
    ours = record()
    report = landed.report(FORMATS[ending](ours), ending=ending)
    number = str(ours.cells[CELL])
    with portal_of(landed) as client:
        form = page(client, f"/report/{report}")
        (cell,) = form.xpath(f"//td[@id='c-{CELL}']/a")
        assert text(cell).replace(",", "") == number
        evidence = page(client, cell.get("href"))
        (mark,) = evidence.xpath("//mark[@id='marked']")
        assert text(mark) == number
        assert evidence.xpath(f"//a[@href='/report/{report}#c-{CELL}']")
        document = page(client, f"/report/{report}/document")
        (there,) = document.xpath(f"//a[@id='n-{CELL}']")
        assert (text(there), there.get("href")) == (number, cell.get("href"))
        pictures = evidence.xpath("//img[contains(@class,'page')]/@src")
        assert bool(pictures) == (ending in ("pdf", "ofd"))
        for address in pictures:
            picture = client.get(address)
            assert picture.status_code == 200
            if ending == "ofd":
                assert picture.headers["content-type"] == "image/svg+xml" and etree.fromstring(picture.content).xpath(
                    "//*[@stroke='#b3261e']"
                )
            else:
                colors = Image.open(io.BytesIO(picture.content)).convert("RGB").getcolors(1 << 24) or []
                assert (179, 38, 30) in {color for _, color in colors}, "the cell is framed in red"


def test_the_picture_of_a_page_is_made_once_and_lies_on_disk(landed: Landed):
    report = landed.report(as_pdf(record()), ending="pdf")
    with portal_of(landed) as client:
        first = client.get(f"/report/{report}/cell/{CELL}/picture").content
        (kept,) = (landed.path.parent / "pictures").glob("*.png")
        assert kept.read_bytes() == first
        kept.write_bytes(b"kept")
        assert client.get(f"/report/{report}/cell/{CELL}/picture").content == b"kept"
        assert client.get(f"/report/{report}/cell/{CELL}/picture?part=close").content[:4] == b"\x89PNG"


def test_the_cells_of_a_report_are_a_file_with_places_as_shares_of_the_page(landed: Landed):
    ours = record()
    report = landed.report(as_pdf(ours), ending="pdf")
    with portal_of(landed) as client:
        rows = client.get(f"/report/{report}.json").json()
        (row,) = [r for r in rows if r["code"] == CELL]
        assert (row["value"], row["state"], row["state_word_zh"], row["state_word_en"]) == (
            int(ours.cells[CELL] or 0),
            "reported",
            "已填",
            "reported",
        )
        assert all(0 <= row[side] <= 1 for side in ("x0", "y0", "x1", "y1")) and row["x0"] < row["x1"] and row["y0"] < row["y1"]
        assert row["evidence"] == f"/report/{report}/cell/{CELL}"
        lines = client.get(f"/report/{report}.csv").text.lstrip("\ufeff").splitlines()
        assert lines[0].startswith("table,code,cell,value,state") and len(lines) == len(rows) + 1
        book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/report/{report}.xlsx").content))
        assert book.get_sheet_by_index(0).to_python()[0][:4] == ["表", "代码", "单元格", "值"]
        told = client.get(f"/report/{report}/cell/{CELL}.json").json()
        assert told["locator"]["kind"] == "page" and told["locator"]["share"]["x0"] == row["x0"]
        assert str(landed.path.parent) not in str(told), "where the bytes lie is told to nobody"


def test_a_missing_number_has_a_mark_and_a_word_and_is_never_a_bare_0(landed: Landed):
    report = landed.report(as_html(record()), ending="html")
    kept = {"form": "2021", "match": "label", "derivation": ""}
    for row, state, raw in (("carried_in", "blank", ""), ("closed", "dash", "—"), ("carried_out", "unreadable", "3?")):
        landed.cell(report, f"requests.{row}.total", None, state, raw=raw, place="table 3 row 5 column 10", **kept)
    with portal_of(landed) as client:
        form = page(client, f"/report/{report}")
        words = {state: text(form.xpath(f"//td[@id='c-requests.{row}.total']")[0]) for row, state in
                 [("carried_in", "blank"), ("closed", "dash"), ("carried_out", "unreadable"), ("partly_granted", "absent")]}  # fmt: skip
        assert words == {"blank": "□ 空白", "dash": "— 横线", "unreadable": "? 无法辨认", "absent": "∅ 缺失"}
        assert "空白不是 0" in text(page(client, f"/report/{report}/cell/requests.carried_in.total"))
        english = page(client, f"/report/{report}?lang=en")
        assert text(english.xpath("//td[@id='c-requests.carried_in.total']")[0]) == "□ blank"


def test_last_year_and_the_version_before_stand_beside_a_number(landed: Landed):
    last, before, now = record(1), record(2), record(2)
    now.cells[CELL] = str(int(before.cells[CELL] or 0) + 1)
    landed.report(as_html(replace(last, year=2023)), year=2023, ending="html")
    old = landed.report(as_html(before), 1, 2, ending="html")
    new = landed.report(as_html(now), 2, 2, ending="html")
    with portal_of(landed) as client:
        cell = text(page(client, f"/report/{new}").xpath(f"//td[@id='c-{CELL}']")[0])
        assert cell == f"{now.cells[CELL]} 上年 {last.cells[CELL]} 前版 {before.cells[CELL]}"
        banner = text(page(client, f"/report/{old}").xpath("//div[contains(@class,'banner')]")[0])
        assert "第 1 版（共 2 版）" in banner and "取代" in banner
        assert page(client, f"/report/{old}").xpath(f"//a[@href='/report/{new}']")


def test_what_nothing_used_is_counted_in_the_header_and_gray_in_the_original(landed: Landed):
    made = as_html(record()).decode()
    report = landed.report(made.replace("</body>", "<p>另有示例事项 4321 项。</p></body>").encode(), ending="html")
    with portal_of(landed) as client:
        form = page(client, f"/report/{report}")
        numbers = {
            text(li.xpath("span[@class='l']")[0]): text(li.xpath("span[@class='v']")[0])
            for li in form.xpath("//ul[@class='figures']/li")
        }
        listed = form.xpath("//ol[@class='unused-list']/li")
        assert numbers["来源中没有用上的数"] == str(len(listed)) and len(listed) > 0
        assert any("4321" in text(li) for li in listed)
        gray = page(client, f"/report/{report}/document").xpath("//span[@class='unused']")
        assert len(gray) == len(listed) + 1  # one of them is the legend


def test_an_original_that_is_gone_is_told_and_the_numbers_stay(landed: Landed):
    ours = record()
    report = landed.report(as_pdf(ours), ending="pdf")
    for original in (landed.path.parent / "originals").glob("*/*"):
        original.unlink()
    with portal_of(landed) as client:
        form = page(client, f"/report/{report}")
        assert "没有这份原件" in text(form) and "原件无法重新读取" in text(form)
        assert text(form.xpath(f"//td[@id='c-{CELL}']/a")[0]).replace(",", "") == ours.cells[CELL]
        evidence = page(client, f"/report/{report}/cell/{CELL}")
        assert "没有这份原件" in text(evidence) and not evidence.xpath("//img")
        assert "没有这份原件" in text(page(client, f"/report/{report}/cell/{CELL}/picture", 404))
        assert "没有这份原件" in text(page(client, f"/report/{report}/document"))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/report/0000000000000000", "没有编号为"),
        ("/report/{report}/cell/requests.none.total", "没有单元格"),
        ("/report/{report}/cell/requests.none.total/picture", "没有单元格"),
        ("/report/{report}/cell/requests.received.total/picture", "没有可以显示的页面"),
        ("/report/{report}/document.csv", "没有 csv 格式"),
    ],
)
def test_what_is_not_there_gets_a_page_that_says_so(landed: Landed, path: str, words: str):
    report = landed.report(as_html(record()), ending="html")
    with portal_of(landed) as client:
        assert words in text(page(client, path.format(report=report), 404))


def test_a_sum_that_fails_is_told_in_its_cells_with_cause_and_repair(portal: httpx.Client, loaded: Path):
    import duckdb

    with duckdb.connect(str(loaded / "published.duckdb"), read_only=True) as connection:
        (report,) = connection.execute(
            "select report_id from quality.violations where rule_id = 'requests_closed_total.total' and severity = 'error' limit 1"
        ).fetchone() or ("",)
    form = page(portal, f"/report/{report}")
    assert "不符" in text(form.xpath("//td[@id='c-requests.closed.total']")[0])
    assert form.xpath("//*[@id='fails']") and "可能的改法" in text(form)
    assert re.search(r"由 \d+ 改为 \d+", text(form))


def test_in_english_nothing_but_the_words_of_the_source_is_chinese(landed: Landed):
    report = landed.report(as_html(record()), ending="html")
    with portal_of(landed) as client:
        for path in (f"/report/{report}", f"/report/{report}/cell/{CELL}", f"/report/{report}/document"):
            found = page(client, f"{path}?lang=en")
            for own in found.xpath("//*[@lang='zh-CN'] | //a[@class='language'] | //*[@title]"):
                own.drop_tree() if own.get("lang") else own.attrib.pop("title", None)
            left = set(re.findall(r"[\u4e00-\u9fff]+", text(found)))
            assert left <= {"示例甲镇", "第二十条第", "项", "一", "五", "六", "八"}, path


@pytest.mark.parametrize("made", [as_pdf, as_ofd])
def test_a_page_whose_prose_names_people_shows_its_tables_alone(landed: Landed, made: Callable[[Record], bytes]):
    report = landed.report(made(replace(record(), lines=("联系人：王小明，电话13800001234。",))), ending="page")
    with portal_of(landed) as client:
        address = "/report/{}/cell/{}/picture"
        cell = next(
            row["code"] for row in client.get(f"/report/{report}.json").json() if row["page"] == 1 and row["value"] is not None
        )
        answer = client.get(address.format(report, cell))
        assert answer.status_code == 200
        if answer.headers["content-type"] == "image/svg+xml":
            shown = "".join(etree.fromstring(answer.content).itertext())
            assert "13800001234" not in shown and "王小明" not in shown and "行政许可" in shown
        else:
            picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
            across = [picture.getpixel((x, 30)) for x in range(picture.width)]
            assert set(across) == {(236, 236, 236)}, "above the tables everything is covered"
            assert (179, 38, 30) in {color for _, color in picture.getcolors(1 << 24) or []}
