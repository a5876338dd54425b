"""A clerk sends a draft and sees whether it is right; nothing else can be sent, from nowhere else, and nothing is kept."""

from __future__ import annotations

import base64
import io
import random
import re
import socket
import zipfile
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from portal import sent
from portal.pages.check import AT_ONCE, WAITING, _waiting
from portal.sent import plain_name
from tests.factory import random_record
from tests.factory.docx import as_docx
from tests.factory.html import clean
from tests.factory.record import with_defect

WHOLE = replace(random_record(random.Random(2), "2021", 60, "寒葱沟镇", 2024), place="抚远市")


def check(portal: httpx.Client, data: bytes, name: str = "draft.docx", query: str = "", **more: str) -> httpx.Response:
    return portal.post(f"/check{query}", files={"file": (name, data)}, data=more)


def text_of(page: httpx.Response) -> str:
    return re.sub(r"<[^>]+>", " ", page.text)


def test_a_draft_without_a_fault_is_right(portal: httpx.Client):
    page = check(portal, as_docx(WHOLE))
    assert page.status_code == 200
    assert "结论：正确" in page.text and "三张表齐全" in page.text and "寒葱沟镇" in page.text
    value = WHOLE.cells["requests.received.total"]
    assert re.search(rf'id="c-requests.received.total"[^>]*>\s*{value}\s*<', page.text)


def test_a_broken_sum_is_named_with_its_cells_and_its_law(portal: httpx.Client):
    page = check(portal, as_docx(with_defect(WHOLE, "row_total")))
    assert "结论：有错误" in page.text and "依据：" in page.text
    marked = re.findall(r'class="n broken" id="c-([^"]+)"', page.text)
    asked = [code for code in marked if not code.startswith("disclosure.")]  # those of another rule
    assert len(asked) == 1 and 'class="n beside-it"' in page.text  # one number is likely wrong, the others belong to its sums
    assert 'href="#p1"' in page.text and 'id="p1"' in page.text


def test_a_blank_cell_cannot_be_judged_and_is_never_a_number(portal: httpx.Client):
    page = check(portal, as_docx(replace(WHOLE, cells={**WHOLE.cells, "requests.received.total": ""})))
    assert "结论：不能判断" in page.text and "空白不是 0" in page.text
    box = re.search(r'id="c-requests.received.total".*?</td>', page.text, re.DOTALL)
    assert box and "□" in box[0]


def test_the_page_speaks_the_language_of_its_reader(portal: httpx.Client):
    page = check(portal, b"nothing", "draft.docx", "?lang=en")
    assert page.status_code == 200 and "Result: cannot be judged" in page.text and "结论" not in page.text


def test_unit_and_year_can_be_given_where_the_draft_names_none(portal: httpx.Client):
    nameless = clean(replace(WHOLE, unit="", place=""))
    assert "单位代码”一栏" in check(portal, nameless, "draft.html").text
    assert "230883101" in check(portal, nameless, "draft.html", unit="230883101", year="2024").text
    assert check(portal, nameless, "draft.html", year="soon").status_code == 400
    assert check(portal, nameless, "draft.html", unit="<b>").status_code == 400


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.docx",
        "/etc/passwd.docx",
        "C:\\drafts\\草稿.docx",
        "..\\..\\etc\\passwd.docx",
        "\\\\server\\share\\草稿.docx",
        "<script>alert(1)</script>.docx",
        'a"b\x00\n.docx',
        "\x1b[31m\u202exslx.docx",
        "长" * 400 + ".docx",
        "a" * 5_000 + ".docx",
        ".",
        "..",
    ],
)
def test_a_name_is_shown_as_a_name(portal: httpx.Client, name: str):
    page = check(portal, as_docx(WHOLE), name)
    assert page.status_code in (200, 400) and "<script" not in page.text and "etc/" not in page.text
    assert "/" not in plain_name(name) and "\\" not in plain_name(name) and len(plain_name(name)) <= sent.NAME


def test_words_of_the_draft_are_never_markup(portal: httpx.Client):
    page = check(portal, clean(replace(WHOLE, unit="<script>alert(1)</script>镇")), "draft.html")
    assert "<script" not in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:bad"},
        {"sec-fetch-site": "cross-site", "x-forwarded-host": "elsewhere.example", "origin": "https://elsewhere.example"},
    ],
)
def test_another_site_cannot_send_anything(portal: httpx.Client, headers: dict[str, str]):
    page = portal.post("/check", files={"file": ("draft.docx", as_docx(WHOLE))}, headers=headers)
    assert page.status_code == 403 and "没有处理" in page.text and "结论" not in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin", "origin": "own"},
        {"origin": "own"},
        # A proxy asks the portal under another name: what the browser says counts, or the name that the proxy was asked for.
        {"sec-fetch-site": "same-origin", "origin": "https://foi.example"},
        {"origin": "https://FOI.example", "host": "foi.example:443"},
        {"origin": "http://foi.example", "x-forwarded-host": "foi.example, inner.example"},
    ],
)
def test_this_site_can_also_behind_a_proxy(portal: httpx.Client, headers: dict[str, str]):
    own = str(portal.base_url).rstrip("/")
    headers = {name: value.replace("own", own) for name, value in headers.items()}
    assert portal.post("/check", files={"file": ("draft.docx", as_docx(WHOLE))}, headers=headers).status_code == 200


def test_what_is_no_draft_is_refused_in_words(portal: httpx.Client):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.html", clean(WHOLE))
        archive.writestr("b.html", clean(WHOLE))
    archived = check(portal, packed.getvalue(), "all.zip")
    assert archived.status_code == 400 and "压缩包" in archived.text
    assert portal.post("/check", data={"unit": "1"}).status_code == 400
    assert (
        portal.post("/check", content=b"\x00\xff", headers={"content-type": "multipart/form-data; boundary=x"}).status_code == 400
    )
    assert portal.post("/check", content=b"{}", headers={"content-type": "application/json"}).status_code == 400
    assert portal.put("/check").status_code == 405


def test_a_file_that_is_too_large_is_refused_before_it_has_arrived(portal: httpx.Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sent, "MOST", 1000)
    page = check(portal, b"x" * 200_000)
    assert page.status_code == 413 and "没有检查" in page.text

    def endless():
        for _ in range(10_000):
            yield b"--x\r\n" + b"y" * 1000

    told = portal.post("/check", content=endless(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert told.status_code in (400, 413)


def test_what_does_not_arrive_keeps_nobody_waiting(portal: httpx.Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sent, "ARRIVES_IN", 0.2)
    begun = (
        "POST /check HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 900\r\n\r\n--x\r\n"
    )
    with socket.create_connection((portal.base_url.host, portal.base_url.port)) as slow:
        slow.sendall(begun.encode())
        assert b" 400 " in slow.recv(100)
    for _ in range(AT_ONCE + WAITING + 1):  # who goes away gives his place to the next
        with socket.create_connection((portal.base_url.host, portal.base_url.port)) as gone:
            gone.sendall(begun.encode())
    monkeypatch.undo()
    assert check(portal, as_docx(WHOLE)).status_code == 200


def test_who_comes_while_too_many_wait_is_told_before_the_file_is_read(portal: httpx.Client):
    for _ in range(AT_ONCE + WAITING):
        assert _waiting.acquire(blocking=False)
    try:
        page = check(portal, as_docx(WHOLE))
    finally:
        for _ in range(AT_ONCE + WAITING):
            _waiting.release()
    assert page.status_code == 503 and "过一会儿" in page.text and check(portal, as_docx(WHOLE)).status_code == 200


def test_a_result_is_not_stored_on_the_way(portal: httpx.Client):
    assert check(portal, as_docx(WHOLE)).headers["cache-control"] == "no-store"


def test_nothing_of_a_draft_is_kept(portal: httpx.Client, loaded: Path):
    before = sorted(path for path in loaded.rglob("*") if path.is_file())
    check(portal, as_docx(WHOLE), "示例草稿.docx")
    after = sorted(path for path in loaded.rglob("*") if path.is_file())
    assert [p for p in after if p not in before and "示例" in p.name] == [] and len(after) == len(before)


def test_the_corrected_draft_comes_within_the_page(portal: httpx.Client):
    page = check(portal, as_docx(with_defect(WHOLE, "row_total")), "草稿.docx")
    found = re.search(r'href="data:application/vnd[^;]+;base64,([^"]+)" download="([^"]+)"', page.text)
    assert found and found[2] == "草稿-改正稿.docx"
    assert 'download="草稿-改正稿.docx"' in check(portal, as_docx(with_defect(WHOLE, "row_total")), "草稿").text
    assert "结论：正确" in check(portal, base64.b64decode(found[1])).text
    assert "base64" not in check(portal, clean(with_defect(WHOLE, "row_total")), "draft.html").text
